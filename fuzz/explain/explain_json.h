// SPDX-License-Identifier: MIT
// A verdict for machines: one JSON object. Numbers are pages; what is known in bounds only is an
// object of lo and hi; what is unknown is absent.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {

/// Without a newline.
std::string explain_json(const Situation& s, const Verdict& v, const std::string& name);

}  // namespace bp::explain
