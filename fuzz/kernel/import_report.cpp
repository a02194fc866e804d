// SPDX-License-Identifier: MIT
// What an import did, in words and as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fuzz/kernel/import.h"

namespace bp::kernel {

std::string import_summary(const ImportStats& s) {
  std::string out = fmt::format(
      "{} events in the trace, {} CPUs, frames below {:#x}. Imported: {} allocs ({} that the "
      "kernel "
      "refused) and {} frees, {} operations in all. {} blocks freed here were allocated before and "
      "are allocated first, {} of them with a mask that the trace shows; {} blocks are held at the "
      "end. Not replayed: {} batched frees, which repeat a free, and {} moves between free blocks "
      "and per-CPU lists; {} fallbacks.",
      s.events, s.cpus, s.frames, s.allocs, s.failed_allocs, s.frees, s.ops, s.preallocated,
      s.preallocated_known, s.held_at_end, s.batched, s.drains + s.takes, s.fallbacks);
  if (s.missed_frees != 0) {
    out +=
        fmt::format(" {} frees were missing and have been put before the next alloc of their page.",
                    s.missed_frees);
  }
  if (s.other_order != 0 || s.parts_left_out != 0) {
    out += fmt::format(
        " {} blocks were freed in parts: each is freed whole with its first part, and {} frees of "
        "other parts are left out.",
        s.other_order, s.parts_left_out);
  }
  if (s.masks_with_unknown_bits != 0) {
    out += fmt::format(" {} masks had bits that name no flag in this era: {:#x}, dropped.",
                       s.masks_with_unknown_bits, s.unknown_bits);
  }
  if (s.folded_cpus != 0) {
    out += fmt::format(" {} operations ran on CPUs that the machine does not have: folded.",
                       s.folded_cpus);
  }
  return out;
}

std::string import_json(const ImportStats& s) {
  const nlohmann::ordered_json json{
      {"events", s.events},
      {"cpus", s.cpus},
      {"frames", s.frames},
      {"allocs", s.allocs},
      {"failed_allocs", s.failed_allocs},
      {"frees", s.frees},
      {"batched", s.batched},
      {"drains", s.drains},
      {"takes", s.takes},
      {"fallbacks", s.fallbacks},
      {"preallocated", s.preallocated},
      {"preallocated_known", s.preallocated_known},
      {"missed_frees", s.missed_frees},
      {"other_order", s.other_order},
      {"parts_left_out", s.parts_left_out},
      {"held_at_end", s.held_at_end},
      {"masks_with_unknown_bits", s.masks_with_unknown_bits},
      {"unknown_bits", s.unknown_bits},
      {"folded_cpus", s.folded_cpus},
      {"ops", s.ops},
  };
  return json.dump();
}

}  // namespace bp::kernel
