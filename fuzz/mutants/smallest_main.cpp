// SPDX-License-Identifier: MIT
// mutants_smallest FILE: minimises random programs that break each planted bug of a subject, over
// many seeds, and writes the smallest of each into FILE: no entry gets larger than it was. Prints
// the worst of each, that is how far minimisation is from the smallest. Some minutes.
#include <algorithm>
#include <cstdio>

#include "fuzz/engines/files.h"
#include "fuzz/engines/minimise.h"
#include "fuzz/mutants/smallest.h"

namespace {

constexpr std::uint64_t kSeeds = 24;
constexpr std::size_t kOps = 64, kPrograms = 4000;

void lower(bp::SmallestKnown& known, const bp::Plant& p) {
  bp::Executor execute(p.setup);
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto crash = bp::random_crash(p, seed, 1, kOps, kPrograms);
    if (!crash) continue;
    const bp::Minimised m = bp::minimise(crash->program, execute, crash->rule);
    const std::size_t size = m.program.ops.size();
    const auto [entry, fresh] = known.try_emplace({p.name, crash->rule}, size);
    if (!fresh && size > entry->second + 2)
      std::printf("%s %s: seed %llu left %zu operations of %zu, known %zu\n", p.name.c_str(),
                  crash->rule.c_str(), static_cast<unsigned long long>(seed), size,
                  crash->program.ops.size(), entry->second);
    entry->second = std::min(entry->second, size);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: mutants_smallest FILE\n");
    return 2;
  }
  bp::SmallestKnown known;
  if (const bp::FileRead old = bp::read_whole(argv[1]); old.bytes) {
    const auto read = bp::read_smallest(std::string(old.bytes->begin(), old.bytes->end()));
    if (read) known = *read;
  }
  for (const bp::Plant& p : bp::plants()) {
    if (p.kind == bp::PlantKind::lockfree || p.kind == bp::PlantKind::naive) lower(known, p);
  }
  const std::string fault = bp::write_whole(argv[1], std::string_view(bp::print_smallest(known)));
  if (!fault.empty()) std::fprintf(stderr, "mutants_smallest: %s\n", fault.c_str());
  return fault.empty() ? 0 : 2;
}
