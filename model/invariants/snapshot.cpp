// SPDX-License-Identifier: MIT
#include "model/invariants/snapshot.h"

namespace bp {

void Snapshot::take(const CensusContext& c, std::span<const CensusBlock> blocks) {
  context_ = c;
  blocks_ = blocks;
  zone_of_block_.clear();
  free_heads_.reset(*c.layout);
  for (const CensusBlock& b : blocks) {
    const auto zone = rules::zone_of(*c.layout, b.head);
    zone_of_block_.push_back(zone ? static_cast<std::uint8_t>(*zone) : kNoZone);
    if (zone && b.cpu == kOnBuddy) free_heads_.set(*zone, b.head, b.order);
  }
}

}  // namespace bp
