// SPDX-License-Identifier: MIT
// A kmem trace (trace.h) as a program: A becomes an alloc, F a free, by handle. Pages are followed
// by the head that the kernel gave them; the program names none, so that any subject can run it.
//
// A slice of the trace can be imported. Blocks that are freed in it and were allocated before it
// are allocated at the start of the program, in the order of their frames, with the order of their
// free, and with the CPU and mask of their alloc if the trace shows it, else with the CPU of the
// free and GFP_KERNEL. What the trace leaves open is counted and settled thus:
// - An alloc of a head that is held (the free was not recorded): the free is put before it.
// - A free of another order than the alloc's (the kernel had split the block): the whole block is
//   freed with its first frame; frees of its other parts are left out.
// - Mask bits without a name in the era: dropped. CPUs that the machine does not have: folded.
// Blocks held at the end stay held.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocab/program.h"

namespace bp::kernel {

struct ImportOptions {
  Era era = Era::e3;  ///< Layout of the trace's masks; the machine gets it too.
  Profile profile = Profile::v6_1_lts192;  ///< Of a machine made from the trace.
  /// None: one node of DMA 1-0x1000, DMA32 -0x100000 and NORMAL up to the highest frame seen in the
  /// whole trace (to a multiple of 1024), CPUs as seen, and min_free_kbytes 67584, or 5 % of the
  /// memory if that is less.
  std::optional<Machine> machine;
  std::uint64_t first = 0;  ///< Event to start with, from 0; every kind of event counts.
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();  ///< Most events to import.
};

struct ImportStats {
  // In the whole trace:
  std::uint64_t events = 0;
  unsigned cpus = 0;         ///< Highest CPU named, plus one.
  std::uint64_t frames = 0;  ///< Highest frame in a block, plus one.

  // In the slice:
  std::uint64_t allocs = 0, frees = 0, batched = 0, drains = 0, takes = 0, fallbacks = 0;
  std::uint64_t failed_allocs = 0;       ///< The kernel said null; the program asks all the same.
  std::uint64_t preallocated = 0;        ///< Freed in the slice, allocated before it.
  std::uint64_t preallocated_known = 0;  ///< Those whose alloc the trace shows.
  std::uint64_t missed_frees = 0;        ///< Frees put in before an alloc of a held head.
  std::uint64_t other_order = 0;         ///< Frees of a held head with another order.
  std::uint64_t parts_left_out = 0;      ///< Frees of other parts of such blocks.
  std::uint64_t held_at_end = 0;
  std::uint64_t masks_with_unknown_bits = 0;
  std::uint32_t unknown_bits = 0;  ///< All that were dropped.
  std::uint64_t folded_cpus = 0;   ///< Operations on a CPU that the machine does not have.
  std::uint64_t ops = 0;           ///< Of the program.
};

struct ImportResult {
  std::optional<Program> program;  ///< Legal (first_fault() is empty), or
  std::string fault;               ///< what is wrong, in one clause, and
  std::size_t fault_line = 0;      ///< where, from 1; 0: in the whole.
  ImportStats stats;
};

ImportResult import_trace(std::string_view text, const ImportOptions& options);

/// One paragraph for people, and the same for machines.
std::string import_summary(const ImportStats& s);
std::string import_json(const ImportStats& s);

}  // namespace bp::kernel
