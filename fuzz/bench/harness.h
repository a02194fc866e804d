// SPDX-License-Identifier: MIT
// Runs workloads over subjects: one pass to warm up, the measured ones, one in which the owner of
// every frame is checked. Each thread is pinned, has a CPU number of its own, and the machine is
// one node with one NORMAL zone, marks and per-CPU lists as Linux would size them.
#pragma once

#include <cstdint>
#include <vector>

#include "fuzz/bench/figures.h"
#include "fuzz/bench/inlined.h"
#include "fuzz/bench/workloads.h"

namespace bp::bench {

/// A machine of so much memory with 64 CPUs.
bp_machine machine_of(std::uint64_t mib, unsigned cpus);

/// The figures of a workload's metrics. A subject without BP_CAP_THREADS runs on one thread only.
/// `inlined` is of the subject, or null: then the calls go through the table. The verified pass
/// always does.
std::vector<Figure> run_workload(const Workload& w, const bp_subject& s, const Plan& plan,
                                 unsigned threads, const Inlined* inlined = nullptr);

/// create() of a machine of `gib` GiB.
InitFigure measure_init(const bp_subject& s, std::uint64_t gib, unsigned passes);

/// A subject that does nothing: what the harness itself costs.
const bp_subject& empty_subject();

}  // namespace bp::bench
