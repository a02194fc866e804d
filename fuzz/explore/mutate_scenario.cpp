// SPDX-License-Identifier: MIT
#include "fuzz/explore/mutate_scenario.h"

#include <algorithm>
#include <array>

namespace bp::explore {
namespace {

constexpr unsigned kStepsMax = 4;
constexpr unsigned kOrdersTried = 4;  ///< Larger blocks do not fit into machines this small.

/// A task's operations, or the set-up's (0).
std::vector<Op>& ops_of(Scenario& s, std::size_t task) {
  return task == 0 ? s.setup : s.tasks[task - 1].ops;
}
const std::vector<Op>& ops_of(const Scenario& s, std::size_t task) {
  return task == 0 ? s.setup : s.tasks[task - 1].ops;
}

std::size_t any_task(const Scenario& s, Rng& rng) { return rng.below(s.tasks.size() + 1); }

Op random_op(Scenario& s, Rng& rng) {
  Op op;
  op.kind = rng.pick(std::array{OpKind::alloc, OpKind::alloc, OpKind::free, OpKind::free,
                                OpKind::drain, OpKind::hold});
  if (op.kind == OpKind::alloc) {
    op.order = rng.below(kOrdersTried);
    op.highest = rng.pick(s.zones).type;
    // A name that no file of a person's uses.
    s.blocks.push_back("m" + std::to_string(s.blocks.size()));
    op.block = s.blocks.size() - 1;
  }
  if (op.kind == OpKind::free && s.blocks.empty()) op.kind = OpKind::hold;
  if (op.kind == OpKind::free) op.block = rng.below(s.blocks.size());
  if (op.kind == OpKind::drain && rng.one_in(2)) op.cpu = static_cast<int>(rng.below(s.cpus));
  return op;
}

void insert_op(Scenario& s, Rng& rng) {
  std::vector<Op>& ops = ops_of(s, any_task(s, rng));
  const Op op = random_op(s, rng);
  ops.insert(ops.begin() + rng.below(ops.size() + 1), op);
}

void remove_op(Scenario& s, Rng& rng) {
  const std::size_t task = any_task(s, rng);
  if (ops_of(s, task).empty()) return;
  if (auto fewer = without_op(s, task, rng.below(ops_of(s, task).size()))) s = std::move(*fewer);
}

void change_op(Scenario& s, Rng& rng) {
  std::vector<Op>& ops = ops_of(s, any_task(s, rng));
  if (ops.empty()) return;
  Op& op = ops[rng.below(ops.size())];
  if (op.kind == OpKind::alloc) op.order = rng.below(kOrdersTried);
  if (op.kind == OpKind::alloc && rng.one_in(2)) op.highest = rng.pick(s.zones).type;
  if (op.kind == OpKind::free) op.block = rng.below(s.blocks.size());
}

void change_zone(Scenario& s, Rng& rng) {
  ZoneText& z = s.zones[rng.below(s.zones.size())];
  switch (rng.below(4)) {
    case 0:
      z.pcp = rng.below(5);
      z.batch = rng.between(1, 3);
      break;
    case 1:
      z.min = rng.below(3);
      z.low = z.min + rng.below(2);
      z.high = z.low + rng.below(2);
      break;
    case 2: z.reserve = rng.below(3); break;
    default: z.end += rng.below(3); break;
  }
}

void change_machine(Scenario& s, Rng& rng) {
  switch (rng.below(4)) {
    case 0: s.cpus = rng.between(1, 3); break;
    case 1: s.tasks[rng.below(s.tasks.size())].cpu = rng.below(s.cpus); break;
    case 2:
      s.section = SectionKind{static_cast<std::uint8_t>(rng.below(kSectionWords.size()))};
      break;
    default:
      s.freezes = rng.below(2);
      s.kills = rng.below(2);
      s.migrations = rng.below(2);
      break;
  }
}

/// A task that takes a block and gives it back.
void add_task(Scenario& s, Rng& rng) {
  if (s.tasks.size() == kTasksMax) return;
  s.blocks.push_back("m" + std::to_string(s.blocks.size()));
  const std::size_t block = s.blocks.size() - 1;
  s.tasks.push_back({.cpu = rng.below(s.cpus),
                     .ops = {{.kind = OpKind::alloc,
                              .order = rng.below(2),
                              .highest = rng.pick(s.zones).type,
                              .block = block},
                             {.kind = OpKind::free, .block = block}}});
}

using Step = void (*)(Scenario&, Rng&);
constexpr std::array<Step, 7> kSteps{insert_op,   insert_op,      remove_op, change_op,
                                     change_zone, change_machine, add_task};

}  // namespace

std::optional<Scenario> if_legal(const Scenario& s) {
  if (s.tasks.empty()) return std::nullopt;
  const bool long_task =
      std::ranges::any_of(s.tasks, [](const TaskText& t) { return t.ops.size() > kOpsMax; });
  if (long_task || s.setup.size() > kOpsMax) return std::nullopt;
  return parse_scenario(scenario_text(s)).scenario;
}

std::optional<Scenario> without_op(const Scenario& s, std::size_t task, std::size_t op) {
  Scenario fewer = s;
  const Op gone = ops_of(s, task)[op];
  std::vector<Op>& ops = ops_of(fewer, task);
  ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(op));
  for (std::size_t t = 0; gone.kind == OpKind::alloc && t <= fewer.tasks.size(); ++t) {
    std::erase_if(ops_of(fewer, t), [&](const Op& other) {
      return other.kind == OpKind::free && other.block == gone.block;
    });
  }
  return if_legal(fewer);
}

std::optional<Scenario> without_task(const Scenario& s, std::size_t task) {
  Scenario fewer = s;
  fewer.tasks.erase(fewer.tasks.begin() + static_cast<std::ptrdiff_t>(task - 1));
  return if_legal(fewer);
}

std::size_t operations(const Scenario& s) {
  std::size_t n = s.setup.size();
  for (const TaskText& t : s.tasks) n += t.ops.size();
  return n;
}

Scenario mutated(const Scenario& s, Rng& rng) {
  Scenario now = s;
  for (unsigned steps = rng.between(1, kStepsMax); steps > 0; --steps) {
    Scenario next = now;
    rng.pick(kSteps)(next, rng);
    if (auto legal = if_legal(next)) now = std::move(*legal);
  }
  return now;
}

}  // namespace bp::explore
