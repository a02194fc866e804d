// SPDX-License-Identifier: MIT
// Between the allocator's calls for help (impl/pressure.h) and the environment of subject.h: each
// call asks, gives back what the answer names, tells what was done, and says whether it was of any
// use. What the allocator does not look at is not asked: cpusets, faults, node reclaim, dirty
// nodes, whether reclaim is worth another round. When to call whom is the allocator's to decide.
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

  void enter(const bp_environment* e);
  bool is_there() const { return around_.has_value(); }
  /// Bits that a mask may have (R-CTX-4).
  std::uint32_t allowed() const { return around_ ? around_->gfp_allowed : ~std::uint32_t{0}; }
  /// The CPU that the next request runs on: blocks come back there.
  void be_on(std::uint32_t cpu) { cpu_ = cpu; }

 private:
  void wake(const impl::Need& n);
  bool compact(const impl::Need& n);
  bool reclaim(const impl::Need& n);
  bool kill(const impl::Need& n);

  bp_reply ask(std::uint32_t whom, bool peek = false);
  void tell(std::uint32_t action, const impl::Need& n, std::uint32_t result, std::int64_t progress);
  bool has(std::uint32_t world) const { return (around_->flags & world) != 0; }

  std::uint32_t to_compact_;  ///< Bits of a mask that compaction needs.
  std::uint32_t nofail_;
  void* subject_;
  GiveBack give_back_;
  std::uint32_t cpu_ = 0;
  std::optional<bp_environment> around_;
};

}  // namespace bp::lockfree
