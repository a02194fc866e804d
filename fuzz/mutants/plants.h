// SPDX-License-Identifier: MIT
// Every planted bug of the project under one name each: in the lock-free subject, the naive
// subject, the judge, the decoder and the packed gfp table. The tested code's own path is as it
// ships; a plant is another value in the place where the code takes one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/engines/execute.h"
#include "fuzz/mutants/broken_rules.h"
#include "fuzz/program/codec_bugs.h"
#include "impl/gfp_table.h"

namespace bp {

enum class PlantKind : std::uint8_t {
  lockfree,  ///< In the allocator of impl.
  naive,     ///< In the naive subject.
  judge,     ///< One rule of the judge is another.
  decoder,   ///< In the decoder of programs.
  table,     ///< One entry of the packed gfp table is another.
};

std::string_view plant_kind_name(PlantKind k);

struct Plant {
  PlantKind kind;
  std::string name;        ///< "naive-free-unchecked": as BUDDYPROOF_PLANT and --only take it.
  Setup setup;             ///< lockfree, naive: the subject. judge: the rules, on a sound subject.
  CodecBug codec{};        ///< decoder.
  unsigned zone_config{};  ///< table: of this configuration,
  impl::GfpZoneTable table;  ///< this is the edited table.
};

/// All of them, by kind.
std::span<const Plant> plants();

/// Null if there is none of that name.
const Plant* find_plant(std::string_view name);

/// What `--subject NAME` stands for: a subject of the registry, a path, or a planted bug that can
/// be run. `fault` says what is wrong if it is none of them.
struct SetupLookup {
  Setup setup;
  bool planted = false;
  std::string fault;
};
SetupLookup find_setup(const std::string& name);

}  // namespace bp
