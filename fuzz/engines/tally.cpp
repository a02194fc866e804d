// SPDX-License-Identifier: MIT
#include "fuzz/engines/tally.h"

namespace bp {
namespace {

Tally tally_of(const Op& op, Status s) {
  if (op.kind != OpKind::free && s == Status::skipped) return Tally::unpromised;
  switch (op.kind) {
    case OpKind::alloc: return s == Status::ok ? Tally::alloc_ok : Tally::alloc_null;
    case OpKind::free:
      return s == Status::ok        ? Tally::free_ok
             : s == Status::skipped ? Tally::free_skipped
                                    : Tally::free_rejected;
    case OpKind::drain: return Tally::drain;
    case OpKind::census: return Tally::census;
    case OpKind::task: return Tally::task;
    case OpKind::get: return Tally::get;
    case OpKind::split: return Tally::split;
    case OpKind::answer: return Tally::answer;
    case OpKind::world: return Tally::world;
    case OpKind::range: return s == Status::ok ? Tally::range : Tally::range_refused;
  }
  return Tally::operations;
}

}  // namespace

std::string_view tally_name(Tally k) {
  static constexpr std::string_view names[kTallies] = {
      "executions",    "operations",   "alloc_ok", "alloc_null", "free_ok",
      "free_rejected", "free_skipped", "drain",    "census",     "refused",
      "task",          "get",          "split",    "unpromised", "answer",
      "world",         "traced",       "steps",    "range",      "range_refused"};
  return names[static_cast<unsigned>(k)];
}

void count(std::span<const Op> ops, const History& h, Tallies& t) {
  ++at(t, Tally::executions);
  at(t, Tally::operations) += ops.size();
  at(t, Tally::traced) += h.trace_end.size();
  at(t, Tally::steps) += h.steps.size();
  for (std::size_t i = 0; i < ops.size(); ++i) ++at(t, tally_of(ops[i], h.outcomes[i].status));
}

}  // namespace bp
