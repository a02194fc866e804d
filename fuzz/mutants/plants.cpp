// SPDX-License-Identifier: MIT
#include "fuzz/mutants/plants.h"

#include <algorithm>
#include <vector>

#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/naive_bugs.h"
#include "fuzz/subjects/registry.h"

namespace bp {
namespace {

/// Names of the two halves are spelled one way.
std::string plant_name(PlantKind kind, std::string_view bug) {
  std::string name = std::string(plant_kind_name(kind)) + "-" + std::string(bug);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void add_lockfree(std::vector<Plant>& all) {
  for (unsigned b = 1; b < impl::kSequentialBugs; ++b) {
    const auto bug = impl::Bug{static_cast<std::uint8_t>(b)};
    all.push_back({.kind = PlantKind::lockfree,
                   .name = plant_name(PlantKind::lockfree, bug_name(bug)),
                   .setup = {.subject = &lockfree_subject_with(bug)}});
  }
  for (unsigned b = 0; b < impl::kPressureBugs; ++b) {
    const bp_subject& s = lockfree_pressure_subject_with(b);
    all.push_back({.kind = PlantKind::lockfree,
                   .name = plant_name(PlantKind::lockfree, s.name),
                   .setup = {.subject = &s}});
  }
}

void add_naive(std::vector<Plant>& all) {
  for (unsigned b = 0; b < kNaiveBugs; ++b) {
    const auto bug = NaiveBug{static_cast<std::uint8_t>(b)};
    all.push_back({.kind = PlantKind::naive,
                   .name = plant_name(PlantKind::naive, naive_bug_name(bug)),
                   .setup = {.subject = &naive_subject_with(bug)}});
  }
  for (unsigned b = 1; b <= kNaiveSlowBugs; ++b) {
    const bp_subject& s = naive_slow_subject_with(NaiveSlowBug{static_cast<std::uint8_t>(b)});
    all.push_back({.kind = PlantKind::naive, .name = s.name, .setup = {.subject = &s}});
  }
}

void add_judge(std::vector<Plant>& all) {
  for (const BrokenRules& broken : broken_rules()) {
    all.push_back({.kind = PlantKind::judge,
                   .name = plant_name(PlantKind::judge, broken.name),
                   .setup = {.subject = &naive_subject(), .rules = &broken.rules}});
  }
}

void add_decoder(std::vector<Plant>& all) {
  for (unsigned b = 0; b < kCodecBugs; ++b) {
    const auto bug = CodecBug{static_cast<std::uint8_t>(b)};
    all.push_back({.kind = PlantKind::decoder,
                   .name = plant_name(PlantKind::decoder, codec_bug_name(bug)),
                   .setup = {},
                   .codec = bug});
  }
}

/// Entry `nibble` of a configuration's table becomes `index`.
Plant edited_table(std::string_view what, unsigned config, unsigned nibble, unsigned index) {
  impl::GfpZoneTable t = impl::gfp_zone_table(ZoneConfig::from_bits(config));
  const std::uint64_t entry = (std::uint64_t{1} << t.shift) - 1;
  t.word = (t.word & ~(entry << (nibble * t.shift))) | std::uint64_t{index} << (nibble * t.shift);
  return {.kind = PlantKind::table,
          .name = plant_name(PlantKind::table, what),
          .zone_config = config,
          .table = t};
}

/// The kernel's own slip: rows beyond bit 31 are lost.
Plant table_of_32_bits(unsigned config) {
  impl::GfpZoneTable t = impl::gfp_zone_table(ZoneConfig::from_bits(config));
  t.word &= 0xffffffffU;
  return {.kind = PlantKind::table,
          .name = plant_name(PlantKind::table, "32-bits"),
          .zone_config = config,
          .table = t};
}

void add_table(std::vector<Plant>& all) {
  all.push_back(edited_table("movable-to-highmem", 7, 0xa, 3));
  all.push_back(edited_table("dma-movable-to-normal", 3, 0x9, 2));
  all.push_back(edited_table("dma32-to-dma", 3, 0x4, 0));
  all.push_back(table_of_32_bits(15));
}

}  // namespace

std::string_view plant_kind_name(PlantKind k) {
  switch (k) {
    case PlantKind::lockfree: return "lockfree";
    case PlantKind::naive: return "naive";
    case PlantKind::judge: return "judge";
    case PlantKind::decoder: return "decoder";
    case PlantKind::table: return "table";
  }
  return "?";
}

std::span<const Plant> plants() {
  static const std::vector<Plant> all = [] {
    std::vector<Plant> v;
    add_lockfree(v);
    add_naive(v);
    add_judge(v);
    add_decoder(v);
    add_table(v);
    return v;
  }();
  return all;
}

const Plant* find_plant(std::string_view name) {
  for (const Plant& p : plants()) {
    if (p.name == name) return &p;
  }
  return nullptr;
}

SetupLookup find_setup(const std::string& name) {
  const Plant* plant = find_plant(name);
  if (plant != nullptr && plant->setup.subject != nullptr) return {plant->setup, true, {}};
  const SubjectLookup found = find_subject(name);
  if (found.subject == nullptr) return {{}, false, found.fault};
  return {{.subject = found.subject}, false, {}};
}

}  // namespace bp
