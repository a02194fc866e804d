// SPDX-License-Identifier: MIT
// Ranges and types of pageblocks of the reference as a subject.
#pragma once

#include <unordered_map>

#include "fuzz/subject.h"
#include "model/reference/reference.h"
#include "model/vocab/machine.h"

namespace bp {

class ReferenceRanges {
 public:
  /// Both outlive it.
  ReferenceRanges(const bp_machine& m, reference::Reference& kernel)
      : machine_(m), kernel_(kernel) {}

  bp_status range(std::uint32_t action, const PfnRange& frames);
  std::uint32_t type_at(Pfn p) const;

 private:
  bool is_one_zones(const PfnRange& frames) const;
  bool is_hole(Pfn pageblock) const;
  bool is_straddled(const PfnRange& frames) const;
  bool can_isolate(const PfnRange& frames) const;
  bool can_unisolate(const PfnRange& frames) const;
  void isolate(const PfnRange& frames);
  void unisolate(const PfnRange& frames);
  Pages pageblock() const;

  const bp_machine& machine_;
  reference::Reference& kernel_;
  std::unordered_map<std::uint64_t, Migratetype> types_;  ///< Of isolated pageblocks, by frame.
};

}  // namespace bp
