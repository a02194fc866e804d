// SPDX-License-Identifier: MIT
// What the programs say that run one planted bug of the concurrent layer under a checker other than
// ours, `PROGRAM --one NAME SECONDS`: who noticed it, by exit status. And all of them, one process
// after the other.
#pragma once

#include <string>
#include <string_view>

#include "fuzz/engines/child.h"
#include "fuzz/mutants/conc_plants.h"

namespace bp {

enum ApartStatus : int {
  kApartNobody = 0,
  kApartOwners = 10,   ///< A frame belonged to two.
  kApartCounts = 11,   ///< Pages were lost, or counted wrong.
  kApartChecker = 12,  ///< The checker itself: a race, tasks that do not end.
  kApartNotRun = 13,   ///< The program cannot plant it.
  kApartTsan = 66,
};

/// Of processor time of this process, which the SECONDS of `--one` count.
double apart_seconds();

/// The planted bug, or null: also for "none".
const ConcPlant* conc_plant(std::string_view name);

struct Apart {
  bool run = false;      ///< False: the program cannot plant it, or there is no such program.
  bool noticed = false;  ///< Else: by
  std::string by;        ///< "owners", "counts", "race", "SIGSEGV"; else empty.
  double seconds = 0;    ///< Of processor time.
};
/// Waits for `program`. `checker` is what its own status is called.
Apart notice_apart(const std::string& program, std::string_view checker, std::string_view name,
                   double seconds);

/// A line for each, none planted first; 1 if that is noticed, 3 if no process can be had.
int all_apart(const std::string& program, std::string_view checker, double seconds);

}  // namespace bp
