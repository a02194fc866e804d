// SPDX-License-Identifier: MIT
#include "model/vocab/gfp_text.h"

#include <bit>
#include <charconv>

namespace bp {
namespace {

constexpr std::string_view kFlagNames[kGfpFlags] = {
    "__GFP_DMA",
    "__GFP_HIGHMEM",
    "__GFP_DMA32",
    "__GFP_MOVABLE",
    "__GFP_WAIT",
    "__GFP_RECLAIMABLE",
    "__GFP_HIGH",
    "__GFP_IO",
    "__GFP_FS",
    "__GFP_COLD",
    "__GFP_NOWARN",
    "__GFP_REPEAT",
    "__GFP_RETRY_MAYFAIL",
    "__GFP_NOFAIL",
    "__GFP_NORETRY",
    "__GFP_MEMALLOC",
    "__GFP_COMP",
    "__GFP_ZERO",
    "__GFP_NOMEMALLOC",
    "__GFP_HARDWALL",
    "__GFP_THISNODE",
    "__GFP_ATOMIC",
    "__GFP_ACCOUNT",
    "__GFP_NOTRACK",
    "__GFP_NO_KSWAPD",
    "__GFP_DIRECT_RECLAIM",
    "__GFP_OTHER_NODE",
    "__GFP_WRITE",
    "__GFP_KSWAPD_RECLAIM",
    "__GFP_ZEROTAGS",
    "__GFP_SKIP_ZERO",
    "__GFP_SKIP_KASAN_POISON",
    "__GFP_SKIP_KASAN_UNPOISON",
    "__GFP_SKIP_KASAN",
    "__GFP_NOLOCKDEP",
    "__GFP_NO_OBJ_EXT",
};

constexpr std::string_view kEraNames[kEras] = {"E0", "E1", "E2", "E2p", "E3", "E4", "E5"};

// G-3.
constexpr GfpComposite kComposites[] = {
    // name                 E0        E1         E2        E2p        E3        E4        E5
    {"GFP_ATOMIC", {0x20, 0x2080020, 0xa20, 0xa20, 0xa20, 0x820, 0x820}},
    {"GFP_NOWAIT", {0x0, 0x2000000, 0x800, 0x800, 0x800, 0x2800, 0x2800}},
    {"GFP_NOIO", {0x10, 0x2400000, 0xc00, 0xc00, 0xc00, 0xc00, 0xc00}},
    {"GFP_NOFS", {0x50, 0x2400040, 0xc40, 0xc40, 0xc40, 0xc40, 0xc40}},
    {"GFP_KERNEL", {0xd0, 0x24000c0, 0xcc0, 0xcc0, 0xcc0, 0xcc0, 0xcc0}},
    {"GFP_KERNEL_ACCOUNT", {-1, 0x25000c0, 0x400cc0, 0x400cc0, 0x400cc0, 0x400cc0, 0x400cc0}},
    {"GFP_TEMPORARY", {0x800d0, 0x24000d0, -1, -1, -1, -1, -1}},
    {"GFP_USER", {0x200d0, 0x24200c0, 0x100cc0, 0x100cc0, 0x100cc0, 0x100cc0, 0x100cc0}},
    {"GFP_HIGHUSER", {0x200d2, 0x24200c2, 0x100cc2, 0x100cc2, 0x100cc2, 0x100cc2, 0x100cc2}},
    {"GFP_HIGHUSER_MOVABLE",
     {0x200da, 0x24200ca, 0x100cca, 0x1100cca, 0x100cca, 0x100cca, 0x100cca}},
    {"GFP_TRANSHUGE_LIGHT", {-1, -1, 0x1c20ca, 0x11c20ca, 0x1c20ca, 0x1c20ca, 0x1c20ca}},
    {"GFP_TRANSHUGE", {0x4352da, 0x352ca, 0x1c24ca, 0x11c24ca, 0x1c24ca, 0x1c24ca, 0x1c24ca}},
    {"GFP_IOFS", {0xc0, -1, -1, -1, -1, -1, -1}},
    {"GFP_THISNODE", {0x41200, -1, -1, -1, -1, -1, -1}},
    {"GFP_DMA", {0x1, 0x1, 0x1, 0x1, 0x1, 0x1, 0x1}},
    {"GFP_DMA32", {0x4, 0x4, 0x4, 0x4, 0x4, 0x4, 0x4}},
    {"__GFP_RECLAIM", {-1, 0x2400000, 0xc00, 0xc00, 0xc00, 0xc00, 0xc00}},
};

const GfpComposite* composite_named(std::string_view name) {
  for (const GfpComposite& c : kComposites) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

GfpParse fault(std::size_t at, std::string what) { return {{}, std::move(what), at}; }

std::string quoted(std::string_view token) { return "'" + std::string(token.substr(0, 40)) + "'"; }

/// One symbol, or "ERA:0xNUMBER".
GfpParse parse_one(std::string_view token, std::size_t at, Era era) {
  if (token.empty()) return fault(at, "a flag is missing");
  if (token == "0") return {};
  if (const GfpComposite* c = composite_named(token)) {
    const std::int64_t raw = c->raw[static_cast<unsigned>(era)];
    if (raw < 0)
      return fault(at, quoted(token) + " does not exist in era " + std::string(era_name(era)));
    return {gfp_decode(static_cast<std::uint32_t>(raw), era), {}, 0};
  }
  if (const auto flag = gfp_flag_named(token)) {
    if (gfp_bit(*flag, era) == kNoBit) {
      return fault(at, quoted(token) + " has no bit in era " + std::string(era_name(era)));
    }
    return {Gfp{*flag}, {}, 0};
  }
  const std::size_t colon = token.find(':');
  const std::string_view number = colon == token.npos ? token : token.substr(colon + 1);
  std::uint32_t raw = 0;
  const bool hex = number.starts_with("0x");
  const char* first = number.data() + (hex ? 2 : 0);
  const auto [last, error] =
      std::from_chars(first, number.data() + number.size(), raw, hex ? 16 : 10);
  const bool is_number = error == std::errc{} && last == number.data() + number.size();
  if (!is_number) return fault(at, quoted(token) + " is no gfp flag");
  if (colon == token.npos) {
    return fault(at,
                 "a raw gfp number needs its era, as in E3:" + std::string(number.substr(0, 12)));
  }
  const auto named = era_named(token.substr(0, colon));
  if (!named) return fault(at, quoted(token.substr(0, colon)) + " is no era");
  if ((raw & ~gfp_known_bits(*named)) != 0) {
    return fault(at, quoted(token) + " has bits that name no flag in that era");
  }
  const Gfp g = gfp_decode(raw, *named);
  if (!gfp_flags_of(era).has_all(g)) {
    return fault(
        at, quoted(token) + " has flags that do not exist in era " + std::string(era_name(era)));
  }
  return {g, {}, 0};
}

}  // namespace

std::span<const GfpComposite> gfp_composites() { return kComposites; }

std::string_view gfp_flag_name(GfpFlag f) { return kFlagNames[static_cast<unsigned>(f)]; }

std::optional<GfpFlag> gfp_flag_named(std::string_view name) {
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    if (kFlagNames[f] == name) return GfpFlag{static_cast<std::uint8_t>(f)};
  }
  return std::nullopt;
}

std::string_view era_name(Era e) { return kEraNames[static_cast<unsigned>(e)]; }

std::optional<Era> era_named(std::string_view name) {
  for (unsigned e = 0; e < kEras; ++e) {
    if (kEraNames[e] == name) return Era{static_cast<std::uint8_t>(e)};
  }
  return std::nullopt;
}

std::string gfp_text(Gfp g, Era e) {
  if (g.empty()) return "0";
  std::string text;
  Gfp rest = g;
  const GfpComposite* widest = nullptr;
  int widest_bits = 1;  // A composite of one flag says less than the flag itself.
  for (const GfpComposite& c : kComposites) {
    const std::int64_t raw = c.raw[static_cast<unsigned>(e)];
    if (raw <= 0 || !g.has_all(gfp_decode(static_cast<std::uint32_t>(raw), e))) continue;
    const int bits = std::popcount(static_cast<std::uint64_t>(raw));
    if (bits > widest_bits) widest = &c, widest_bits = bits;
  }
  if (widest != nullptr) {
    text = widest->name;
    rest = rest.without(
        gfp_decode(static_cast<std::uint32_t>(widest->raw[static_cast<unsigned>(e)]), e));
  }
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
    if (!rest.has(flag)) continue;
    if (!text.empty()) text += '|';
    text += gfp_flag_name(flag);
  }
  return text;
}

GfpParse gfp_parse(std::string_view text, Era e) {
  Gfp all;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t bar = std::min(text.find('|', at), text.size());
    const GfpParse one = parse_one(text.substr(at, bar - at), at, e);
    if (!one.fault.empty()) return one;
    all |= one.gfp;
    at = bar + 1;
  }
  return {all, {}, 0};
}

}  // namespace bp
