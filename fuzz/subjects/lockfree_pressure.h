// SPDX-License-Identifier: MIT
// Between the allocator's calls for help (impl/pressure.h) and the environment of subject.h: each
// call asks, gives back what the answer names, tells what was done, and says whether it was of any
// use. What the allocator does not look at is not asked: whether reclaim is worth another round.
// When to call whom is the allocator's to decide.
#pragma once

#include <cstdint>
#include <optional>

#include "fuzz/subject.h"
#include "impl/config.h"

namespace bp::lockfree {

class Help {
 public:
  /// Gives a block of the subject back, as by free() with its own order.
  using GiveBack = void (*)(void* subject, std::uint32_t cpu, std::uint64_t head);

  Help(const bp_machine& m, void* subject, GiveBack give_back);

  /// For the allocator's Config; keeps this address.
  impl::PressureCalls calls();
  impl::Surroundings surroundings();

  void enter(const bp_environment* e);
  bool is_there() const { return around_.has_value(); }
  /// Bits that a mask may have (R-CTX-4).
  std::uint32_t allowed() const { return around_ ? around_->gfp_allowed : ~std::uint32_t{0}; }
  bool has_cpusets() const { return around_ && has(BP_WORLD_CPUSETS); }
  /// A request begins, on a CPU where blocks come back, of a task that may use these nodes; 0: all.
  void begin(std::uint32_t cpu, std::uint32_t mems);

 private:
  void wake(const impl::Need& n);
  bool compact(const impl::Need& n);
  bool reclaim(const impl::Need& n);
  bool kill(const impl::Need& n);
  impl::Mems mems(const impl::Need& n);
  bool fails(const impl::Need& n);
  bool is_dirty(unsigned zone) const;
  impl::NodeReclaim reclaim_node(const impl::Need& n);

  bp_reply ask(std::uint32_t whom, bool peek = false);
  void tell(std::uint32_t action, const impl::Need& n, std::uint32_t result = 0,
            std::int64_t progress = 0, std::uint32_t why = BP_WHY_NONE);
  bool has(std::uint32_t world) const { return (around_->flags & world) != 0; }

  std::uint32_t to_compact_;  ///< Bits of a mask that compaction needs.
  std::uint32_t nofail_;
  void* subject_;
  GiveBack give_back_;
  std::uint32_t cpu_ = 0;
  impl::Mems mems_;        ///< Of the request,
  bool is_known_ = false;  ///< and it has looked at them.
  std::uint8_t node_of_zone_[BP_ZONES_MAX] = {};
  std::optional<bp_environment> around_;
};

}  // namespace bp::lockfree
