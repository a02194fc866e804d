// SPDX-License-Identifier: MIT
// What else there is to know of allocated blocks once programs take references of them or split
// them: which are compound, and which are held more than once (R-API-11). Most programs do neither,
// and nothing is kept for them.
#pragma once

#include <unordered_map>

#include "model/vocab/units.h"

namespace bp {

class References {
 public:
  void reset(bool needed) {
    blocks_.clear();
    needed_ = needed;
  }
  /// The block with this head was allocated.
  void allocated(Pfn head, bool compound) {
    if (needed_ && compound) blocks_[head] = {.compound = true};
  }
  /// One more reference of the allocated block with this head.
  void get(Pfn head) { ++blocks_[head].more; }
  bool is_compound(Pfn head) const {
    const auto at = blocks_.find(head);
    return at != blocks_.end() && at->second.compound;
  }
  /// Gives one back: whether one is left. If not, the block is nobody's any more.
  bool put(Pfn head) {
    const auto at = blocks_.find(head);
    if (at == blocks_.end()) return false;
    if (at->second.more > 0) return --at->second.more, true;
    blocks_.erase(at);
    return false;
  }

 private:
  struct Hash {
    std::size_t operator()(Pfn p) const { return static_cast<std::uint64_t>(p); }
  };
  struct Block {
    bool compound = false;
    unsigned more = 0;  ///< References beside the one of its alloc.
  };
  std::unordered_map<Pfn, Block, Hash> blocks_;
  bool needed_ = false;
};

}  // namespace bp
