// SPDX-License-Identifier: MIT
// What cannot be in the state of a kernel, however it came about: the input of a replay is looked
// at before the reference is loaded with it, because the reference trusts what it is given.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fuzz/kernel/slots.h"
#include "model/reference/kernel_state.h"

namespace bp::kernel {

struct Contradiction {
  std::string what;  ///< One clause; empty: there is none.
  std::string line;  ///< How the dump's line begins that says so; empty: the dump as a whole.
  explicit operator bool() const { return !what.empty(); }
};

/// The first of: a zone that ends before it begins or beyond a TiB; a block that is misaligned,
/// outside its zone or on two lists; nr_free that is not the number of blocks; a per-CPU count that
/// is not the number of pages (v4.7: bad pages leave the list and not the count, B-02, so it may be
/// greater); runs of pageblocks out of order; a page on the LRU outside its zone; a batch or factor
/// that cannot be; a zonelist, CPU, policy or distance that names what is not there; a block of
/// `held` that is on a list, in no zone, or held twice.
Contradiction first_contradiction(const reference::KernelState& s, std::span<const Slot> held = {});

/// Frames that have an owner, one bit each.
class OwnedFrames {
 public:
  /// For frames of the zones' spans; they are no more than kSpannedMax together with what is
  /// between them.
  explicit OwnedFrames(const reference::KernelState& s);
  bool fits() const { return fits_; }
  /// False: a frame of the block has an owner already. The block lies in a span.
  bool claim(Pfn head, Order o);

 private:
  Pfn base_;
  bool fits_ = true;
  std::vector<std::uint64_t> words_;
};

/// The order of the blocks on a per-CPU list (R-PCP-1, C1).
Order order_of_pcp_list(const reference::Config& c, unsigned list);

}  // namespace bp::kernel
