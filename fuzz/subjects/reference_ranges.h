// SPDX-License-Identifier: MIT
// Ranges and types of pageblocks of the reference as a subject: what kernels' callers of isolation,
// hotplug and alloc_contig_range see to before they call, and what has to be put back.
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
  /// In a zone, in no hole, and not offline.
  bool is_memory(Pfn p) const;

 private:
  /// Who has a block that lies across an edge of a range.
  struct Straddling {
    bool free = false, allocated = false;
  };
  bool is_one_zones(const PfnRange& frames) const;
  bool is_hole(const PfnRange& frames) const;
  bool is_offline(Pfn pageblock) const;
  bool is_whole(const PfnRange& frames) const;
  bool is_free(const PfnRange& frames) const;
  Straddling straddling(Pfn edge) const;
  Straddling straddling(const PfnRange& frames) const;
  bool splits_free_blocks() const;
  bool frees_by_pageblock() const;
  PfnRange isolated_for(const PfnRange& frames) const;
  bool can(std::uint32_t action, const PfnRange& frames) const;
  bool can_isolate(const PfnRange& frames) const;
  bool can_unisolate(const PfnRange& frames) const;
  void isolate(const PfnRange& frames);
  void unisolate(const PfnRange& frames);
  void offline(const PfnRange& frames);
  void online(const PfnRange& frames);
  void take(const PfnRange& frames);
  Pages pageblock() const;

  const bp_machine& machine_;
  reference::Reference& kernel_;
  std::unordered_map<std::uint64_t, Migratetype> types_;  ///< Of isolated pageblocks, by frame.
  std::unordered_map<std::uint64_t, bool> there_;  ///< Of what left or joined, by 512 frames.
};

}  // namespace bp
