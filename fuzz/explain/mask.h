// SPDX-License-Identifier: MIT
// A report's mask as flags. Since 4.5 or so the kernel prints symbols beside the number, and these
// are believed: vendors move bits between versions (G-4, F-2). A bare number is read in the layout
// of the kernel's version, or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/kernel_age.h"
#include "model/vocab/gfp.h"

namespace bp::explain {

struct ReadMask {
  std::optional<Gfp> gfp;          ///< None: it cannot be read; the notes say why.
  std::vector<std::string> notes;  ///< One sentence each.
};

/// `raw` and `symbols` as printed, either may be missing; `kernel`: if known.
ReadMask read_mask(std::optional<std::uint32_t> raw, std::string_view symbols,
                   std::optional<rules::KernelVersion> kernel);

/// The flags in symbols, in the words of that kernel.
std::string mask_text(Gfp g, std::optional<rules::KernelVersion> kernel);

/// Kernels whose layout makes these symbols this number; empty: none that is known.
std::vector<rules::KernelAge> ages_of_mask(std::uint32_t raw, std::string_view symbols);

/// The header layout of a version; between eras the older one's (G-1, F-2).
Era era_of(rules::KernelVersion v);

/// The mask that these symbols are in kernels of an age; none: it lacks one of them.
std::optional<Gfp> gfp_in(rules::KernelAge a, std::string_view symbols);

/// Of a mask that was read as a number, for its symbols were cut: those that are whole must be in
/// it, or the number is of another layout and the mask not known.
void check_first_symbols(std::string_view symbols, std::optional<rules::KernelVersion> kernel,
                         ReadMask& mask);

}  // namespace bp::explain
