// SPDX-License-Identifier: MIT
// What `status` prints of a campaign: one screen for a person, one object for a program.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "fuzz/campaign/summary.h"

namespace bp::campaign {

inline constexpr std::size_t kStatusRules = 12;  ///< Rules shown as text; the rest are counted.

std::string status_text(const Summary& s);
nlohmann::json status_json(const Summary& s);

}  // namespace bp::campaign
