// SPDX-License-Identifier: MIT
// What one run exercised, as a set of small numbers: which answers to which operations, how full
// zones and lists got, which orders were split and merged, which rule refused. Two inputs with the
// same set are the same to a corpus. Needs no instrumented build.
#pragma once

#include <cstdint>
#include <set>

#include "model/vocab/history.h"
#include "model/vocab/program.h"
#include "model/vocab/verdict.h"

namespace bp {

using Features = std::set<std::uint32_t>;

Features features_of(const Program& p, const History& h, const Verdict& v);

}  // namespace bp
