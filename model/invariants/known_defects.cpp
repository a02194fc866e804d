// SPDX-License-Identifier: MIT
#include "model/invariants/known_defects.h"

#include <algorithm>

namespace bp {
namespace {

using registry::Profiles;

constexpr Profiles k4_7{Profile::v4_7};
constexpr Profiles k6_1{Profile::v6_1_lts192};
constexpr Profiles kTo5_15{Profile::v4_7, Profile::v5_15};
constexpr Profiles kTo6_1{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192};

constexpr KnownDefect kDefects[] = {
    {"W-15a", kTo6_1, "I-4", 1, true,
     "A block freed while only its second pageblock is isolated is counted whole, on its head's "
     "list; once it is split, undoing the isolation counts the second half again.",
     "MM", "a 10 M 0\nI 200\nf 0\na 8 M 0\nJ 200 M"},
    {"W-15a", kTo6_1, "I-5", 1, true,
     "The same of CMA pageblocks: the half is counted twice as free CMA pages.", "CC",
     "a 10 M 0\nI 200\nf 0\na 8 M 0\nJ 200 C"},
    {"W-15b", kTo6_1, "I-14", 1, true,
     "A fallback that claims a block of several pageblocks retypes an isolated one; undoing the "
     "isolation then finds nothing to undo and leaves the count as it is.",
     "MM", "a 10 M 0\nI 200\nf 0\na 10 U 0"},
    {"W-15c", kTo6_1, "I-12b", 1, true,
     "Isolating a pageblock of the reserve forgets its type; it comes back as what the caller "
     "says, and the reserve still counts it.",
     "MM MM", "A 3 0\nf 0\nI 0\nJ 0 M"},
    {"W-15d", k6_1, "I-6'", 0, false,
     "A block freed while one of its pageblocks is isolated goes whole to the list of its head's "
     "type, so that pages of an isolated pageblock can be allocated, or the other half cannot.",
     "MM", "a 10 M 0\nI 200\nf 0"},
    {"R-ISO-1", k4_7, "I-14", 1, true,
     "Isolating an isolated pageblock counts it again, and the isolation can be undone only once.",
     "MM", "I 0\nI 0"},
    {"B-02", k4_7, "I-10a", 1, true,
     "A refill reports the pages that it removed, bad ones that it dropped among them.", "MM",
     "b 0\na 0 M 0"},
    {"B-32", k4_7, "I-4", 1, true,
     "A block above order 0 that is refused for a bad page stays in the free count.", "MM",
     "b 0\na 4 M 0"},
    {"B-03", k4_7, "I-12b", -1, true,
     "Giving back the reserve lowers its count for a block on its list whose pageblock is no "
     "longer, or never was, in reserve.",
     "MM MM", "A 10 0\nA 9 1\nf 0\nA 9 2\nU"},
    {"B-04", kTo5_15, "I-12b", 1, true,
     "A block of the reserve merges with one of another type above pageblock_order; whoever "
     "claims the result retypes the reserved pageblock, which stays counted.",
     "MM", "a 9 M 0\nA 9 1\nf 1\nf 0\na 8 U 0"},
    {"B-07", kTo5_15, "I-5", 0, true,
     "A CMA pageblock merges with one of another type; the result counts for one of them and is "
     "allocated as the other.",
     "MC", "a 9 M 0\nf 0"},
};

bool explains(const KnownDefect& d, Profile p, const Violation& v) {
  const bool same_way =
      d.direction == 0 || (d.direction > 0 ? v.fault.excess > 0 : v.fault.excess < 0);
  return d.kernels.has(p) && d.breaks == v.id && same_way;
}

bool is_same(const Violation& a, const Violation& b) {
  return a.id == b.id && a.zone == b.zone && a.fault.excess == b.fault.excess &&
         (a.fault.excess != 0 || a.fault.frame == b.fault.frame);
}

}  // namespace

std::span<const KnownDefect> known_defects() { return kDefects; }

std::vector<Finding> findings(const reference::KernelState& s, const Known& known) {
  std::vector<Finding> out;
  for (Violation& v : violations(s, known)) {
    Finding f{std::move(v), {}};
    for (const KnownDefect& d : kDefects) {
      if (explains(d, s.config.profile, f.violation)) f.defects.push_back(&d);
    }
    out.push_back(std::move(f));
  }
  return out;
}

std::vector<Finding> new_findings(const reference::KernelState& before,
                                  const reference::KernelState& after, const Known& known) {
  const std::vector<Violation> old = violations(before);
  std::vector<Finding> out = findings(after, known);
  std::erase_if(out, [&](const Finding& f) {
    return std::ranges::any_of(old, [&](const Violation& v) { return is_same(v, f.violation); });
  });
  return out;
}

}  // namespace bp
