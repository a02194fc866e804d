// SPDX-License-Identifier: MIT
// Planted bugs of the reference: one entry of a kernel's Rulebook is another. What kills them is a
// recording of that kernel, since the reference as it is reproduces all of them. A plant that no
// recording can kill carries the reason, kernel by kernel.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/reference/rulebook.h"
#include "model/rules/registry/registry.h"

namespace bp {

struct ModelPlant {
  std::string_view name;   ///< "free-upper-half-first"
  std::string_view rules;  ///< Ids of the rules that it breaks, separated by blanks.
  std::string_view bug;    ///< Historical id: "B-04"; or "mutant 7", a generic one; empty: none.
  registry::Profiles profiles;  ///< Kernels it is planted in.
  std::string_view what;        ///< What goes wrong, one sentence without its full stop.
  void (*apply)(reference::Rulebook&);
};

/// Why no recording kills a plant.
struct SurvivorReason {
  std::string_view plant;
  registry::Profiles profiles;
  std::string_view why;  ///< One sentence.
};

/// All of them, by subject.
std::vector<const ModelPlant*> model_plants();
std::span<const SurvivorReason> survivor_reasons();
/// Empty: none is stated.
std::string_view survivor_reason(const ModelPlant& p, Profile profile);

/// A plant in one kernel.
struct ModelMutant {
  const ModelPlant* plant = nullptr;
  Profile profile{};
  std::string name() const;              ///< "free-upper-half-first@v6.1-lts192"
  reference::Rulebook rulebook() const;  ///< The kernel's own with the plant in it.
};
std::vector<ModelMutant> model_mutants();

}  // namespace bp
