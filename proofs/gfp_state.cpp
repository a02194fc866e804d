// SPDX-License-Identifier: MIT
#include "proofs/gfp_state.h"

#include "proofs/fmt.h"

#include "model/vocab/gfp_text.h"
#include "model/vocab/machine.h"

namespace bp::proofs {
namespace {

constexpr ZoneType kOptional[] = {ZoneType::dma, ZoneType::dma32, ZoneType::highmem,
                                  ZoneType::device};

}  // namespace

std::string config_text(const ConcreteGfp& w) {
  std::string text;
  for (ZoneType type : kOptional) {
    if (!w.configured(type)) continue;
    if (!text.empty()) text += ',';
    text += zone_name(type);
  }
  return "zone configuration " + (text.empty() ? "with no optional zone" : text);
}

std::string where_text(const ConcreteGfp& w) {
  const auto raw = static_cast<std::uint32_t>(w.gfp());
  const std::uint32_t nameless = raw & ~gfp_known_bits(w.era());
  std::string gfp = gfp_text(gfp_decode(raw, w.era()), w.era());
  if (nameless != 0) gfp += fmt::format("|0x{:x}", nameless);
  return fmt::format("gfp = {} ({}:0x{:x}), {}", gfp, era_name(w.era()), raw, config_text(w));
}

std::string zone_text(const ConcreteGfp& w, std::uint64_t index) {
  std::string_view name = "no zone";
  for (unsigned t = 0; t < kZoneTypes; ++t) {
    const auto type = ZoneType{static_cast<std::uint8_t>(t)};
    if (w.configured(type) && w.index_of(type) == index) name = zone_name(type);
  }
  return fmt::format("{} (index {})", name, index);
}

std::string tell_zone(const ConcreteGfp& w) {
  return fmt::format(
      "{}: expected {}{}, got {}", where_text(w), zone_text(w, w.rule_index(w.gfp())),
      w.rule_bad(w.gfp()) ? " as for any bad mask" : "", zone_text(w, w.shipped_index(w.gfp())));
}

std::string tree_path(std::string_view file) {
  const std::size_t folder = file.rfind("proofs/");
  std::string path(folder == file.npos ? file : file.substr(folder));
  if (const std::size_t dot = path.find("/./"); dot != path.npos) path.erase(dot, 2);
  return path;
}

}  // namespace bp::proofs
