// SPDX-License-Identifier: MIT
// Names of flags, composite masks and eras; masks from text and back. Hosted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/vocab/gfp.h"

namespace bp {

/// A composite mask of the kernel's headers.
struct GfpComposite {
  std::string_view name;    ///< e.g. "GFP_KERNEL"
  std::int64_t raw[kEras];  ///< Its value in each era; negative where the era has none.
};

/// All composites, widest meaning last; aliases are not among them.
std::span<const GfpComposite> gfp_composites();

/// "__GFP_DMA", ...
std::string_view gfp_flag_name(GfpFlag f);
std::optional<GfpFlag> gfp_flag_named(std::string_view name);

/// "E0", "E1", "E2", "E2p", "E3", "E4", "E5".
std::string_view era_name(Era e);
std::optional<Era> era_named(std::string_view name);

/// The mask in symbols: the composite that covers most of it, then single flags. "0" for no flag.
/// gfp_parse(gfp_text(g, e), e) == g for every g within gfp_flags_of(e).
std::string gfp_text(Gfp g, Era e);

/// The result of reading a mask: `fault` is empty if it was read.
struct GfpParse {
  Gfp gfp;
  std::string fault;   ///< What is wrong, in one clause.
  std::size_t at = 0;  ///< Offset of the fault in the text.
};

/// Reads symbols joined by '|' in the given era: flags, composites, "0", or a raw number that names
/// its era ("E0:0x200da"). A bare number is refused, and so is a flag that has no bit in the era.
GfpParse gfp_parse(std::string_view text, Era e);

}  // namespace bp
