// SPDX-License-Identifier: MIT
// How many programs one core runs in a second of its time, in-process: decode, drive, judge, as a
// fuzz target does, without an engine. Programs of a given length, each run several times in turn,
// as a fuzzer mostly stays on one machine for a while.
//
//   fuzz_rate [SUBJECT [OPERATIONS [SECONDS]]]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "fuzz/engines/replay.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate.h"
#include "fuzz/subjects/registry.h"

namespace {

/// Of this process: another one on the same core does not count.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Encoded programs of exactly `ops` operations.
std::vector<std::vector<std::uint8_t>> inputs(std::size_t ops) {
  bp::Rng rng(1);
  std::vector<std::vector<std::uint8_t>> all;
  while (all.size() < 256) {
    bp::encode(bp::random_program(rng, ops), all.emplace_back());
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "lockfree";
  const std::size_t ops = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 64;
  const double seconds = argc > 3 ? std::strtod(argv[3], nullptr) : 2;
  const bp::SubjectLookup found = bp::find_subject(name);
  if (found.subject == nullptr || ops == 0 || ops > bp::kSmallOpsMax) {
    const std::string fault = "OPERATIONS: must be in 1.." + std::to_string(bp::kSmallOpsMax);
    std::fprintf(stderr, "%s\n", found.subject == nullptr ? found.fault.c_str() : fault.c_str());
    return 2;
  }
  bp::Executor execute({.subject = found.subject});
  bp::Program p;
  const auto all = inputs(ops);
  const double begin = cpu_seconds();
  std::uint64_t runs = 0;
  double spent = 0;
  do {
    for (const auto& bytes : all) {
      bp::decode(bytes, p);
      if (!execute.run(p) || !execute.verdict().accepted()) {
        std::fprintf(stderr, "%s",
                     bp::replay(p, {.subject = found.subject}, {.file = {}, .subject = name})
                         .report.c_str());
        return 1;
      }
      ++runs;
    }
    spent = cpu_seconds() - begin;
  } while (spent < seconds);
  const double rate = static_cast<double>(runs) / spent;
  std::printf("%s: %.0f executions/s of %zu operations, %.2f M operations/s\n", name.c_str(), rate,
              ops, rate * static_cast<double>(ops) / 1e6);
  return 0;
}
