// SPDX-License-Identifier: MIT
// The properties of the specification by id, and where each stands: it is an obligation (or a part
// of one), or it is left out for a reason that is stated here. A test fails for one that is
// neither, or both.
#pragma once

#include <span>
#include <string_view>

namespace bp::proofs {

struct Property {
  std::string_view id;        ///< "P-WM-17", "I-9".
  std::string_view left_out;  ///< Why it is no obligation; empty if it is one.
};

/// In the order of the specification, sections A to G.
std::span<const Property> properties();

}  // namespace bp::proofs
