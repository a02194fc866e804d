// SPDX-License-Identifier: MIT
// Recomputes every figure of a machine's configuration that follows from rules (R-CFG-2..14, W-4)
// and compares it with what the machine says. A difference is explained by one of the reasons below
// or it is a difference: the rule is wrong, or the kernel does something unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/kernel/config_snapshot.h"
#include "model/vocab/profile.h"

namespace bp::kernel {

/// Why a figure may differ from its formula.
enum class FigureReason : std::uint8_t {
  none,           ///< It does not, or nothing explains it.
  as_booted,      ///< Computed before the memory of the kernel's init code was given back.
  huge_pages,     ///< min_free_kbytes was raised for transparent huge pages (M-2).
  old_threshold,  ///< Thresholds are not computed anew when a zone grows (C16).
  pressed,        ///< Thresholds are lower while kswapd works.
  boosted,        ///< The marks hold a boost that this kernel does not print.
  frozen_boost,   ///< The per-CPU size was computed while the zone was boosted (W-3).
  tuned,          ///< Tuned at run time; not yet between its bounds.
  unmanaged,      ///< MemTotal counts memory that no zone manages (yet).
};
std::string_view reason_word(FigureReason r);  ///< "as booted", "C16", ...
std::string_view reason_text(FigureReason r);  ///< In one clause.

enum class FigureState : std::uint8_t { equal, explained, different };

/// One figure. `expect` is what the rules make of the rest of the snapshot.
struct Figure {
  std::string place;  ///< "node 0 DMA32", or "machine".
  std::string name;   ///< "min", "protection 2", "cpu 0 batch".
  std::int64_t actual = 0, expect = 0;
  std::int64_t expect_max = 0;  ///< Where the rules give bounds only; else as expect.
  FigureState state = FigureState::equal;
  FigureReason reason = FigureReason::none;
};

struct ConfigReport {
  Profile profile = Profile::v6_1_lts192;
  std::vector<Figure> figures;
  std::vector<std::string> notes;  ///< What was not checked or was assumed, a clause each.

  std::size_t count(FigureState s) const;
};

ConfigReport check_config(const ConfigSnapshot& s, Profile p);

}  // namespace bp::kernel
