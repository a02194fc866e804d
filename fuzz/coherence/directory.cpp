// SPDX-License-Identifier: MIT
#include "fuzz/coherence/directory.h"

#include "model/vocab/check.h"

namespace bp::coherence {

template <class Touch>
void Directory::each_line(std::uintptr_t address, std::size_t bytes, Touch&& touch) {
  check(bytes != 0, "an access is to at least one byte");
  const std::uintptr_t last = (address + bytes - 1) / kLineBytes;
  for (std::uintptr_t at = address / kLineBytes; at <= last; ++at) {
    ++tally_.accesses;
    touch(holders(at));
  }
}

Directory::Holders& Directory::holders(std::uintptr_t line) {
  Found& f = found_[line % kFound];
  if (f.holders == nullptr || f.line != line) f = {line, &lines_[line]};
  return *f.holders;
}

void Directory::fetch(Holders& line, unsigned cpu) {
  if (line.test(cpu)) return;
  ++(line.any() ? tally_.transfers : tally_.fills);
}

void Directory::read(unsigned cpu, std::uintptr_t address, std::size_t bytes) {
  each_line(address, bytes, [&](Holders& line) {
    fetch(line, cpu);
    line.set(cpu);
  });
}

void Directory::write(unsigned cpu, std::uintptr_t address, std::size_t bytes) {
  each_line(address, bytes, [&](Holders& line) {
    fetch(line, cpu);
    const bool had = line.test(cpu);
    const std::size_t others = line.count() - (had ? 1 : 0);
    if (had && others != 0) ++tally_.upgrades;
    tally_.invalidations += others;
    line.reset();
    line.set(cpu);
  });
}

}  // namespace bp::coherence
