// SPDX-License-Identifier: MIT
// What a program does, and what a subject answered: small structs, one line of text each.
#pragma once

#include <cstdint>

#include "model/vocab/gfp.h"
#include "model/vocab/units.h"

namespace bp {

enum class OpKind : std::uint8_t {
  alloc,   ///< Ask for a block; defines the next handle: the k-th alloc of a program defines handle
           ///< k.
  free,    ///< Give back what a handle holds, or something else on purpose (order, offset).
  drain,   ///< Empty the per-CPU lists of one CPU or of all into the free blocks.
  census,  ///< Ask for every free block and every page on a per-CPU list.
};
inline constexpr unsigned kOpKinds = 4;

inline constexpr std::uint8_t kAllCpus = 0xff;  ///< `cpu` of a drain: all of them.
inline constexpr std::int8_t kNoNode = -1;  ///< `node` of an alloc: NUMA_NO_NODE, the CPU's own.
inline constexpr std::uint8_t kNoNodemask = 0;  ///< `nodemask` of an alloc: any node.

/// One operation. Fields that a kind does not name stay at their defaults, so that == is identity.
struct Op {
  OpKind kind = OpKind::census;
  std::uint8_t cpu = 0;                 ///< alloc, free: where it runs. drain: which, or kAllCpus.
  Order order;                          ///< alloc: wanted. free: the order given back.
  Gfp gfp;                              ///< alloc.
  std::int8_t node = kNoNode;           ///< alloc.
  std::uint8_t nodemask = kNoNodemask;  ///< alloc: bit n allows node n.
  std::uint32_t handle = 0;             ///< free: which alloc of the program, counted from 0.
  std::uint16_t offset = 0;  ///< free: frames above the handle's head; an error on purpose.

  constexpr bool operator==(const Op&) const = default;

  static constexpr Op alloc(unsigned cpu, Order order, Gfp gfp, int node = kNoNode,
                            unsigned mask = 0) {
    Op op;
    op.kind = OpKind::alloc;
    op.cpu = static_cast<std::uint8_t>(cpu);
    op.order = order;
    op.gfp = gfp;
    op.node = static_cast<std::int8_t>(node);
    op.nodemask = static_cast<std::uint8_t>(mask);
    return op;
  }
  static constexpr Op free(std::uint32_t handle, unsigned cpu, Order order, unsigned offset = 0) {
    Op op;
    op.kind = OpKind::free;
    op.cpu = static_cast<std::uint8_t>(cpu);
    op.order = order;
    op.handle = handle;
    op.offset = static_cast<std::uint16_t>(offset);
    return op;
  }
  static constexpr Op drain(unsigned cpu) {
    Op op;
    op.kind = OpKind::drain;
    op.cpu = static_cast<std::uint8_t>(cpu);
    return op;
  }
  static constexpr Op census() { return {}; }
};

enum class Status : std::uint8_t {
  ok,         ///< alloc: a block. free: taken back. drain, census: done.
  no_memory,  ///< alloc: null.
  rejected,   ///< free: refused as an error of the caller; nothing changed.
  skipped,    ///< free: the handle holds nothing because its alloc said null; nobody was asked.
};

/// The answer to one operation.
struct Outcome {
  Status status = Status::ok;
  Pfn pfn = kNoPfn;  ///< alloc: the head of the block. free: the frame given back.

  constexpr bool operator==(const Outcome&) const = default;
};

}  // namespace bp
