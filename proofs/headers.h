// SPDX-License-Identifier: MIT
// The gfp table, zone numbers and flags of a Debian kernel header package, as a compiler finds them
// in the unpacked headers, and the obligations about them: the model's rule and the shipped table
// say the same as that kernel. Nothing is built or run but one probe file of constants.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "impl/gfp_table.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"
#include "proofs/prove.h"

namespace bp::proofs {

/// What the macros of one configured kernel come to.
struct HeaderFacts {
  std::string package;       ///< "linux-headers-6.1.0-54-amd64"
  std::string architecture;  ///< Its folder in arch/: "x86".
  ZoneConfig zones;
  std::array<std::optional<std::uint64_t>, kZoneTypes> number;  ///< Of the configured zones.
  std::uint64_t count = 0;                                      ///< MAX_NR_ZONES
  impl::GfpZoneTable table;
  std::uint64_t bad = 0;                        ///< GFP_ZONE_BAD
  std::array<std::uint64_t, kGfpFlags> flag{};  ///< 0: the kernel has no such flag.
};

struct HeaderProbe {
  HeaderFacts facts;
  std::string fault;               ///< One line; empty if the facts were found.
  bool is_infrastructure = false;  ///< The fault is the machine's, not that of the headers.
};

/// `dir` is where a package for one machine and the common one it belongs to were unpacked, their
/// usr/src, or the package's own folder there. `compiler` is a clang of any version.
HeaderProbe probe_headers(const std::filesystem::path& dir, const std::string& compiler);

/// The era whose table of flags is nearest to the headers'.
Era era_of(const HeaderFacts& facts);

/// "linux-headers-6.1.0-54-amd64 (x86, E3): zones DMA,DMA32,NORMAL,MOVABLE,DEVICE, table 0x1320122"
std::string headers_text(const HeaderFacts& facts);

std::vector<Obligation> header_obligations(const HeaderFacts& facts);

}  // namespace bp::proofs
