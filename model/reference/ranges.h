// SPDX-License-Identifier: MIT
// Ranges of pageblocks out of which free memory is taken, or that leave the machine and join it:
// what alloc_contig_range and hotplug do to the free lists. Isolation is done before (R-ISO-4), and
// what is in use has been moved away: in an isolated range every frame is free.
//
// The numbers of the zone stay as the machine has them: no mark, reserve or managed page follows
// hotplug here. On which end of its list a joining block stands no recording tells.
#pragma once

#include "model/reference/rulebook.h"

namespace bp::reference {

/// Of free blocks that a range has a part of, the rest goes back by its own pageblocks' types.
/// The range's frames are nobody's then; it is isolated, and so it is not counted already.
void take_range(Allocator& a, Zone& z, PfnRange r);

/// The frames of an isolated range that are nobody's are blocks of order `o`, given out.
void hand_out_range(Allocator& a, Zone& z, PfnRange r, Order o);

/// What was taken is memory no more. Its pageblocks stay isolated, which nobody ends (R-ISO-1).
void leave(Allocator& a, Zone& z, PfnRange r);

/// It is MOVABLE memory from now on, all free.
void join(Allocator& a, Zone& z, PfnRange r);

}  // namespace bp::reference
