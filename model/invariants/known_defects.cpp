// SPDX-License-Identifier: MIT
#include "model/invariants/known_defects.h"

#include <algorithm>

namespace bp {
namespace {

using registry::Profiles;

constexpr Profiles kNone;
constexpr Profiles k4_7{Profile::v4_7};
constexpr Profiles k5_15{Profile::v5_15};
constexpr Profiles k6_1{Profile::v6_1_lts192};
constexpr Profiles kTo5_15{Profile::v4_7, Profile::v5_15};
constexpr Profiles kTo6_1{Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192};

constexpr KnownDefect kDefects[] = {
    {"W-15a", kTo6_1, kTo6_1, "I-4", 1, true,
     "A block freed while only its second pageblock is isolated is counted whole, on its head's "
     "list; once it is split, undoing the isolation counts the second half again.",
     "MM", "a 10 M 0\nI 200\nf 0\na 8 M 0\nJ 200 M"},
    {"W-15a", kTo6_1, k5_15, "I-5", 1, true,
     "The same of CMA pageblocks: the half is counted twice as free CMA pages.", "CC",
     "a 10 M 0\nI 200\nf 0\na 8 M 0\nJ 200 C"},
    {"W-15e", kTo6_1, k4_7, "I-4", 1, true,
     "The second half of such a block is split, and what is freed of it, uncounted since its "
     "pageblock is isolated, merges with what is still counted.",
     "MM", "a 10 M 0\nI 200\nf 0\na 9 M 0\na 8 M 1\nf 1"},
    {"W-15b", kTo6_1, kTo6_1, "I-14", 1, true,
     "A fallback that claims a block of several pageblocks retypes an isolated one; undoing the "
     "isolation then finds nothing to undo and leaves the count as it is.",
     "MM", "a 10 M 0\nI 200\nf 0\na 10 U 0"},
    {"W-15c", kTo6_1, k6_1, "I-12b", 1, true,
     "Isolating a pageblock of the reserve forgets its type; it comes back as what the caller "
     "says, and the reserve still counts it.",
     "MM MM", "A 3 0\nf 0\nI 0\nJ 0 M"},
    {"W-15d", k6_1, kNone, "I-6'", 0, false,
     "A block freed while one of its pageblocks is isolated goes whole to the list of its head's "
     "type, so that pages of an isolated pageblock can be allocated, or the other half cannot.",
     "MM", "a 10 M 0\nI 200\nf 0"},
    {"R-ISO-1", k4_7, kNone, "I-14", 1, true,
     "Isolating an isolated pageblock counts it again, and the isolation can be undone only once.",
     "MM", "I 0\nI 0"},
    {"R-ISO-5", k4_7, k4_7, "I-12b", 1, true,
     "Taking a free block of half a pageblock or more makes its pageblocks MOVABLE, reserved ones "
     "too, and the reserve still counts them.",
     "MM MM", "A 3 0\nf 0\nw\nT 0 0"},
    {"R-PCP-21", kTo6_1, kNone, "I-12b", 1, true,
     "A page on a per-CPU list keeps the type that its pageblock had; drained after the pageblock "
     "was reserved it merges the reserve into a block of that type, and whoever claims the block "
     "retypes the reserved pageblock, which stays counted.",
     "MM MM", "a 10 M 3\na 9 M 0\na 0 M 1\nf 1\nA 8 2\nf 2\nf 0\nd\na 8 U 4"},
    {"B-02", k4_7, k4_7, "I-10a", 1, true,
     "A refill reports the pages that it removed, bad ones that it dropped among them.", "MM",
     "b 0\na 0 M 0"},
    {"B-32", k4_7, k4_7, "I-4", 1, true,
     "A block above order 0 that is refused for a bad page stays in the free count.", "MM",
     "b 0\na 4 M 0"},
    {"B-03", k4_7, k4_7, "I-12b", -1, true,
     "Giving back the reserve lowers its count for a block on its list whose pageblock is no "
     "longer, or never was, in reserve.",
     "MM MM", "A 10 0\nA 9 1\nf 0\nA 9 2\nU"},
    {"B-04", kTo5_15, k5_15, "I-12b", 1, true,
     "A block of the reserve merges with one of another type above pageblock_order; whoever "
     "claims the result retypes the reserved pageblock, which stays counted.",
     "MM", "a 9 M 0\nA 9 1\nf 1\nf 0\na 8 U 0"},
    {"B-07", kTo5_15, kNone, "I-5", 0, true,
     "A CMA pageblock merges with one of another type; the result counts for one of them and is "
     "allocated as the other.",
     "MC", "a 9 M 0\nf 0"},
};

bool is_of(const KnownDefect& d, Profile p, const Violation& v, std::int64_t moved) {
  const bool same_way = d.direction == 0 || (d.direction > 0 ? moved > 0 : moved < 0);
  return d.kernels.has(p) && d.breaks == v.id && same_way;
}

/// `moved`: by how much the counter went off, if it is one.
Finding explained(Violation v, Profile p, std::int64_t moved) {
  Finding f{std::move(v), {}};
  for (const KnownDefect& d : kDefects) {
    if (is_of(d, p, f.violation, moved)) f.defects.push_back(&d);
  }
  return f;
}

const Violation* find_breach(std::span<const Violation> all, const Violation& like) {
  const auto at = std::ranges::find_if(
      all, [&](const Violation& v) { return v.id == like.id && v.zone == like.zone; });
  return at == all.end() ? nullptr : &*at;
}

bool is_unchanged(const InvariantFault& before, const InvariantFault& after) {
  if (before.excess != after.excess) return false;
  return after.excess != 0 || before.frame == after.frame;
}

}  // namespace

std::span<const KnownDefect> known_defects() { return kDefects; }

char last_op(const KnownDefect& d) {
  const std::size_t newline = d.program.rfind('\n');
  return newline == std::string_view::npos ? d.program[0] : d.program[newline + 1];
}

std::vector<Finding> findings(const reference::KernelState& s, const Known& known) {
  std::vector<Finding> out;
  for (Violation& v : violations(s, known)) {
    const std::int64_t excess = v.fault.excess;
    out.push_back(explained(std::move(v), s.config.profile, excess));
  }
  return out;
}

std::vector<Finding> new_findings(std::span<const Violation> old, const std::vector<Violation>& now,
                                  Profile p) {
  std::vector<Finding> out;
  for (const Violation& v : now) {
    const Violation* was = find_breach(old, v);
    if (was != nullptr && is_unchanged(was->fault, v.fault)) continue;
    const std::int64_t moved = v.fault.excess - (was != nullptr ? was->fault.excess : 0);
    out.push_back(explained(v, p, moved));
  }
  return out;
}

}  // namespace bp
