// SPDX-License-Identifier: MIT
// What the rules say of small cases, worked out by hand: the second detector of planted bugs of the
// reference, for decisions that no recording came to. Each case holds in the kernels that it names
// with their rules as they are.
#pragma once

#include <span>
#include <string_view>

#include "fuzz/mutants/model_plants.h"

namespace bp {

struct ModelVector {
  std::string_view name;        ///< The rule and the case: "R-WMARK-9, a mark of 101".
  registry::Profiles profiles;  ///< Where it holds.
  bool (*holds)(const reference::Rulebook&);
};

std::span<const ModelVector> model_vectors();

/// The first of the rules' own profile that does not hold, or null.
const ModelVector* broken_vector(const reference::Rulebook& r);

}  // namespace bp
