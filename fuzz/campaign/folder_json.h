// SPDX-License-Identifier: MIT
// The two JSON forms of a campaign's folder. Reading never throws: what is missing or of another
// kind makes the whole unreadable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fuzz/campaign/folder.h"

namespace bp::campaign {

std::string to_json(const Manifest& m);  ///< Indented: people read it.
std::string to_json(const Sample& s);    ///< One line.
std::optional<Manifest> manifest_of(std::string_view json);
std::optional<Sample> sample_of(std::string_view json);

}  // namespace bp::campaign
