// SPDX-License-Identifier: MIT
// What a run of the benchmark is asked for and what it found: plain values, printed elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/subject.h"

namespace bp::bench {

struct Plan {
  std::uint64_t mib = 4096;            ///< Managed memory, 64..65536.
  unsigned passes = 5;                 ///< Measured ones; one more before them warms up.
  unsigned percent = 100;              ///< Of the usual number of operations, at least 1.
  std::vector<unsigned> threads{1};    ///< Each 1..BP_CPUS_MAX.
  std::string trace;                   ///< Text of a recorded trace for the workload of that name.
  std::vector<std::string> workloads;  ///< Names of kWorkloads; empty: all.
};

/// Nanoseconds of thread CPU time per operation over the passes.
struct Spread {
  double median = 0, min = 0, max = 0;
};

/// `values` is not empty.
Spread spread_of(std::vector<double> values);

/// One metric of one workload.
struct Figure {
  std::string workload;  ///< "bulk alloc".
  std::string subject;
  unsigned threads = 1;
  Spread ns;
  std::uint64_t operations = 0;  ///< Of one pass, all threads.
  std::uint64_t nulls = 0;       ///< Of all passes: allocations that found nothing.
  /// Of the verified pass: nulls although a block was there after a drain.
  std::uint64_t spurious = 0;
  bool verified = false;  ///< A separate pass found every block owned once.
  std::string fault;      ///< What was wrong, if anything; the rest is then void.
};

/// What the machine charges for one of its primitives, and the harness for nothing.
struct Floor {
  std::string name;
  Spread ns;
};

/// A fresh instance, everything free.
struct InitFigure {
  std::string subject;
  std::uint64_t gib = 0;
  Spread microseconds;      ///< CPU time of create().
  double metadata_kib = 0;  ///< Heap that the instance takes, KiB per GiB managed.
};

struct Report {
  Plan plan;
  std::vector<Floor> floors;
  std::vector<InitFigure> inits;
  std::vector<Figure> figures;
  double locked_rmw_ns = 0;  ///< What ratios are taken to.
};

}  // namespace bp::bench
