// SPDX-License-Identifier: MIT
// Classes of the style sheet: what a colour means. The colours are those of Okabe and Ito, which
// the colour-blind tell apart; orders differ in brightness. Both a light and a dark sheet are in
// the file; the browser chooses.
#pragma once

#include <string>
#include <string_view>

#include "model/vocab/migratetype.h"
#include "model/vocab/units.h"

namespace bp::svg {

/// Bands of orders that share a brightness: 0..2, 3..6, 7..10.
inline constexpr unsigned kBands = 3;
constexpr unsigned band_of(Order o) { return o < Order{3} ? 0 : o < Order{7} ? 1 : 2; }

/// The letter of a type: 'u', 'm', 'r', 'h', 'c', 'i'.
char letter_of(Migratetype t);
/// Free blocks of this type and band: "m2".
std::string free_class(Migratetype t, unsigned band);
/// Frames not free in a pageblock of this type: "bm".
std::string used_class(Migratetype t);
/// Frames on a per-CPU list.
inline constexpr std::string_view kPcpClass = "pcp";
/// No frame, or another zone's.
inline constexpr std::string_view kHoleClass = "hole";

/// <style> and <defs>.
std::string style_sheet();

}  // namespace bp::svg
