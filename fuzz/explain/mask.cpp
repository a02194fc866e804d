// SPDX-License-Identifier: MIT
#include "fuzz/explain/mask.h"

#include <algorithm>
#include <array>

#include "fuzz/report/fmt.h"
#include "model/vocab/gfp_text.h"

namespace bp::explain {
namespace {

using enum GfpFlag;
using rules::KernelVersion;

/// A layout of bits and the versions that have it.
struct MaskLayout {
  KernelVersion from;
  Era era;
  /// E1 with these bits moved (F-2): 4.12 lost OTHER_NODE, 4.15 COLD and NOTRACK.
  enum class Moved : std::uint8_t { none, from_4_12, from_4_15 } moved = Moved::none;
};
constexpr MaskLayout kLayouts[] = {{{0, 0}, Era::e0},
                                   {{4, 4}, Era::e1},
                                   {{4, 12}, Era::e1, MaskLayout::Moved::from_4_12},
                                   {{4, 15}, Era::e1, MaskLayout::Moved::from_4_15},
                                   {{5, 0}, Era::e2},
                                   {{5, 15}, Era::e2p},
                                   {{6, 0}, Era::e3},
                                   {{6, 3}, Era::e4},
                                   {{6, 15}, Era::e5}};

constexpr std::array<KernelVersion, rules::kKernelAges.size()> kFirstOfAge{
    {{0, 0}, {4, 4}, {4, 15}, {5, 9}, {6, 1}, {6, 3}, {6, 12}}};

const MaskLayout& layout_of(KernelVersion v) {
  const MaskLayout* best = kLayouts;
  for (const MaskLayout& l : kLayouts) {
    if (l.from <= v) best = &l;
  }
  return *best;
}

struct Decoded {
  Gfp gfp;
  std::uint32_t unknown = 0;
};

Decoded decode_moved(std::uint32_t raw, bool from_4_15) {
  const std::uint32_t kswapd = from_4_15 ? 0x400000 : 0x1000000;
  const std::uint32_t direct = from_4_15 ? 0x200000 : 0x400000;
  const std::uint32_t gone = from_4_15 ? 0x100 : 0;
  const std::uint32_t kept = 0x1fffff & ~gone;  // As in E1, up to bit 20.
  Decoded d{gfp_decode(raw & kept, Era::e1), raw & ~(kept | kswapd | direct)};
  if ((raw & kswapd) != 0) d.gfp |= kswapd_reclaim;
  if ((raw & direct) != 0) d.gfp |= direct_reclaim;
  if (!from_4_15 && (raw & 0x200000) != 0) d.gfp |= notrack, d.unknown &= ~std::uint32_t{0x200000};
  return d;
}

Decoded decode(std::uint32_t raw, const MaskLayout& l) {
  if (l.moved != MaskLayout::Moved::none)
    return decode_moved(raw, l.moved == MaskLayout::Moved::from_4_15);
  return {gfp_decode(raw, l.era), raw & ~gfp_known_bits(l.era)};
}

/// A symbol in the kernel's own era, or else in any that has it.
std::optional<Gfp> symbol(std::string_view word, Era era) {
  if (const GfpParse p = gfp_parse(word, era); p.fault.empty()) return p.gfp;
  if (const auto flag = gfp_flag_named(word)) return Gfp{*flag};
  for (unsigned e = kEras; e-- > 0;) {
    if (const GfpParse p = gfp_parse(word, Era{static_cast<std::uint8_t>(e)}); p.fault.empty())
      return p.gfp;
  }
  return std::nullopt;
}

struct Symbols {
  Gfp gfp;
  std::vector<std::string> unknown;
};

Symbols read_symbols(std::string_view text, Era era) {
  Symbols out;
  while (!text.empty()) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    const std::string_view word = text.substr(0, bar);
    if (const auto g = symbol(word, era)) {
      out.gfp |= *g;
    } else {
      out.unknown.emplace_back(word);
    }
    text.remove_prefix(std::min(bar + 1, text.size()));
  }
  return out;
}

/// Flags that decide where pages come from: the others do not matter here.
constexpr Gfp kDeciding = dma | highmem | dma32 | movable | wait | reclaimable | high | memalloc |
                          nomemalloc | thisnode | atomic | direct_reclaim | kswapd_reclaim;

bool decides_alike(Gfp a, Gfp b) {
  const auto deciding = [](Gfp g) { return g.flags() & kDeciding.flags(); };
  return deciding(a) == deciding(b);
}

ReadMask of_number(std::uint32_t raw, std::optional<KernelVersion> kernel) {
  ReadMask out;
  if (!kernel) {
    out.notes.push_back(fmt::format(
        "mask {:#x} has no symbols beside it and the kernel's version is not known: its bits could "
        "be any flags (say --kernel VERSION)",
        raw));
    return out;
  }
  const Decoded d = decode(raw, layout_of(*kernel));
  out.gfp = d.gfp;
  if (d.unknown == 0) return out;
  const bool kmemcg = *kernel < KernelVersion{4, 0} && d.unknown == 0x100000;
  out.notes.push_back(fmt::format("bits {:#x} of mask {:#x} name no known flag of this version{}",
                                  d.unknown, raw, kmemcg ? " (in 3.x: KMEMCG, accounting)" : ""));
  return out;
}

}  // namespace

Era era_of(KernelVersion v) {
  const MaskLayout& l = layout_of(v);
  return l.moved == MaskLayout::Moved::from_4_15 ? Era::e2 : l.era;
}

std::string mask_text(Gfp g, std::optional<KernelVersion> kernel) {
  const Era era = kernel ? era_of(*kernel) : Era::e2;
  return gfp_text(g, era);
}

ReadMask read_mask(std::optional<std::uint32_t> raw, std::string_view symbols,
                   std::optional<KernelVersion> kernel) {
  if (symbols.empty()) {
    if (raw) return of_number(*raw, kernel);
    return {std::nullopt, {"the mask is missing"}};
  }
  const Symbols read = read_symbols(symbols, kernel ? era_of(*kernel) : Era::e2);
  ReadMask out{read.gfp, {}};
  for (const std::string& u : read.unknown) {
    // A cut symbol could be any flag: what is left would be a guess.
    const bool number = u.starts_with("0x");
    if (!number) out.gfp.reset();
    out.notes.push_back(number ? fmt::format("bits {} of the mask name no flag", u)
                               : fmt::format("'{}' in the mask is no flag that is known", u));
  }
  if (raw && kernel && out.gfp && !decides_alike(decode(*raw, layout_of(*kernel)).gfp, *out.gfp)) {
    out.notes.push_back(
        fmt::format("mask {:#x} does not read as {} in the layout of {}.{}: the symbols are "
                    "believed, as bits move between vendors' kernels (F-2)",
                    *raw, symbols, kernel->major, kernel->minor));
  }
  return out;
}

std::optional<Gfp> gfp_in(rules::KernelAge a, std::string_view symbols) {
  const GfpParse p = gfp_parse(symbols, era_of(kFirstOfAge[static_cast<std::size_t>(a)]));
  return p.fault.empty() ? std::optional(p.gfp) : std::nullopt;
}

void check_first_symbols(std::string_view symbols, std::optional<KernelVersion> kernel,
                         ReadMask& mask) {
  const Symbols read = read_symbols(symbols, kernel ? era_of(*kernel) : Era::e2);
  if (read.unknown.empty() && decides_alike(*mask.gfp | read.gfp, *mask.gfp)) {
    mask.notes.push_back("the mask's symbols are cut: it is read from its number");
    return;
  }
  mask.gfp.reset();
  mask.notes.push_back(fmt::format(
      "the mask's symbols are cut, and its number does not read as one with {}: bits move between "
      "vendors' kernels (F-2)",
      symbols));
}

std::vector<rules::KernelAge> ages_of_mask(std::uint32_t raw, std::string_view symbols) {
  std::vector<rules::KernelAge> ages;
  for (const MaskLayout& l : kLayouts) {
    if (l.from < KernelVersion{4, 4}) continue;  // No symbols were printed.
    const Symbols read = read_symbols(symbols, l.era);
    if (!decides_alike(decode(raw, l).gfp, read.gfp)) continue;
    // A layout holds up to the next one: ages that begin within count too.
    const MaskLayout* next = &l + 1;
    const bool last = next == std::end(kLayouts);
    for (const rules::KernelAge a : rules::kKernelAges) {
      const KernelVersion first = kFirstOfAge[static_cast<std::size_t>(a)];
      const bool begins = first >= l.from && (last || first < next->from);
      if ((begins || rules::age_of(l.from) == a) && std::ranges::find(ages, a) == ages.end())
        ages.push_back(a);
    }
  }
  return ages;
}

}  // namespace bp::explain
