// SPDX-License-Identifier: MIT
// A verdict for people: the request, then zone by zone what it has, what was asked of it and why it
// refused, with the rules; then what would have let the request pass.
#pragma once

#include <string>

#include "fuzz/explain/situation.h"
#include "fuzz/explain/verdict.h"

namespace bp::explain {

/// One zone's answer in a sentence or two, without its name.
std::string reason(const Situation& s, const Verdict& v, const ZoneAnswer& a);

/// The whole in one sentence.
std::string conclusion(const Situation& s, const Verdict& v);

/// "1234", "0 to 1234".
std::string range_text(Range r);

/// "CMA", "highatomic and isolated".
std::string types_text(const TypeSet& t);

/// "GFP_KERNEL|__GFP_COMP, order 4 (16 pages, 64 kB)".
std::string request_text(const Situation& s);

/// ", rules of 4.15 to 5.8": whose the numbers are by; empty: there are none without a request.
std::string rules_text(const Situation& s, const Verdict& v);

/// All of it; ends in a newline. `name`: what was read.
std::string explain_text(const Situation& s, const Verdict& v, const std::string& name);

}  // namespace bp::explain
