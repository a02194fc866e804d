// SPDX-License-Identifier: MIT
// The machine of a scenario as the allocator is told of it, and its requests as gfp masks.
#pragma once

#include <cstdint>
#include <vector>

#include "fuzz/explore/scenario.h"
#include "impl/config.h"

namespace bp::explore {

/// The Config and what it points to. The scenario is not needed afterwards.
class ScenarioConfig {
 public:
  explicit ScenarioConfig(const Scenario& s);
  ScenarioConfig(const ScenarioConfig&) = delete;
  ScenarioConfig& operator=(const ScenarioConfig&) = delete;

  const impl::Config& get() const { return config_; }

 private:
  std::vector<impl::ZoneSpec> zones_;
  std::vector<impl::FrameRange> holes_;
  impl::Config config_;
};

/// The mask of a request up to a zone type. An ordinary one may wait and has no priority; an atomic
/// one is the other way round.
std::uint32_t mask_of(ZoneType highest, Purpose purpose = Purpose::plain);

}  // namespace bp::explore
