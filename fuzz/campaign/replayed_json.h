// SPDX-License-Identifier: MIT
// A refused run on its way from the process that ran it: one line of JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fuzz/campaign/replayed.h"

namespace bp::campaign {

std::string to_json(const RefusedRun& r);
/// Nothing: it is cut short, or is none.
std::optional<RefusedRun> refused_of(std::string_view json);

}  // namespace bp::campaign
