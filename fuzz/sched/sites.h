// SPDX-License-Identifier: MIT
// The places in the code under test where it takes atomic steps, told apart by their source
// location, and one change at a time to what a place does. So one binary holds every weakened order
// and every planted tear, and the code under test knows nothing of it. A World looks here only if
// it is given a table; the numbers are of this run, the names ("row.h:116:20") of the source.
#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

namespace bp::sched {

using Where = std::source_location;
using SiteId = std::uint32_t;
inline constexpr SiteId kNoSite = ~SiteId{0};

enum class SiteKind : std::uint8_t { load, store, rmw, cas };
const char* site_kind_name(SiteKind k);

struct Site {
  std::string file;      ///< The last part of its path.
  std::string function;  ///< Without its arguments.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  SiteKind kind = SiteKind::load;
  std::memory_order success = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_relaxed;  ///< Of a CAS.
  std::uint64_t steps = 0;

  std::string name() const;
};

enum class SiteChange : std::uint8_t {
  none,
  order,          ///< The step, or the success of a CAS, has another order.
  failure_order,  ///< The failure of a CAS has.
  torn,           ///< An RMW is a load and then a store, with a step between.
  skipped,        ///< A store is not made; an RMW is a load; a CAS says that it succeeded.
};
const char* site_change_name(SiteChange c);

class Sites {
 public:
  SiteId find(const Where& at, SiteKind kind, std::memory_order success, std::memory_order failure);
  const std::vector<Site>& all() const { return all_; }
  /// By name(); kNoSite if no such place has taken a step yet.
  SiteId named(const std::string& name) const;

  /// One change, until the next call.
  void change(SiteId at, SiteChange what, std::memory_order to = std::memory_order_relaxed) {
    changed_ = at, change_ = what, to_ = to;
  }
  void restore() { change(kNoSite, SiteChange::none); }

  SiteChange change_at(SiteId at) const { return at == changed_ ? change_ : SiteChange::none; }
  std::memory_order success(SiteId at, std::memory_order declared) const {
    return change_at(at) == SiteChange::order ? to_ : declared;
  }
  std::memory_order failure(SiteId at, std::memory_order declared) const {
    return change_at(at) == SiteChange::failure_order ? to_ : declared;
  }

 private:
  struct Slot {
    const char* file = nullptr;  ///< The compiler's own copy: equal pointers, equal files.
    std::uint64_t key = 0;
    SiteId site = kNoSite;
  };
  static constexpr std::size_t kSlots = 1024;  ///< Small: a look a step.
  Slot slots_[kSlots];
  std::vector<Site> all_;
  SiteId changed_ = kNoSite;
  SiteChange change_ = SiteChange::none;
  std::memory_order to_ = std::memory_order_relaxed;
};

const char* order_name(std::memory_order o);

/// The orders that are one step weaker, for a step of this kind; empty for relaxed.
std::vector<std::memory_order> weaker_orders(SiteKind kind, std::memory_order o);

}  // namespace bp::sched
