// SPDX-License-Identifier: MIT
// Editing the operations of a program without losing which free belongs to which alloc. Handles are
// numbers in order of alloc, so that every edit would shift them: while a program is edited each
// block has a name of its own, and rebuild() numbers them again.
#pragma once

#include <cstdint>
#include <vector>

#include "model/vocab/program.h"

namespace bp {

/// An operation with the name of its block: of the block an alloc defines or a free gives back.
struct EditedOp {
  Op op;
  std::uint32_t block = 0;
};
using EditedOps = std::vector<EditedOp>;

/// The operations with their blocks named `base` + handle. Returns the first name that is still
/// free.
std::uint32_t append_edited(const std::vector<Op>& ops, std::uint32_t base, EditedOps& out);

/// Names are taken to be dense. Numbers the handles and makes every operation legal on the machine.
/// A free of a block that no alloc before it defines is left out; if two allocs define one name the
/// last before the free counts.
void rebuild(const EditedOps& edited, Program& p);

}  // namespace bp
