// SPDX-License-Identifier: MIT
#include "model/judge/judge.h"

#include "model/judge/admission.h"
#include "model/judge/ownership.h"
#include "model/judge/refuse.h"
#include "model/judge/rulebook.h"
#include "model/vocab/check.h"

namespace bp {

using MaybeRefusal = std::optional<Refusal>;

/// One history being read. Members are set by begin() and move on with each event.
struct Judge::State {
  explicit State(const Rulebook& r) : rules(r) {}

  const Rulebook& rules;
  Ownership owners;
  Snapshot snapshot;
  const Machine* machine = nullptr;
  const rules::Layout* layout = nullptr;
  const History* history = nullptr;
  Promises promises;
  std::size_t event = 0;     ///< Index of the outcome being judged.
  std::size_t censuses = 0;  ///< Read so far.
  bool drained = true;  ///< No page can be on a per-CPU list: at the start, and after a full drain.

  void begin(const Machine& m, const rules::Layout& l, const History& h, Promises p);
  MaybeRefusal event_of(const Op& op);
  MaybeRefusal alloc(const Op& op, const Outcome& answer);
  MaybeRefusal block(const Op& op, Pfn head);
  MaybeRefusal free(const Op& op, const Outcome& answer);
  MaybeRefusal drain(const Op& op);
  MaybeRefusal census();
  MaybeRefusal counters();

  Admission admission() const {
    return {rules, *machine, *layout, owners, history->counters_before(event), promises};
  }
};

void Judge::State::begin(const Machine& m, const rules::Layout& l, const History& h, Promises p) {
  machine = &m;
  layout = &l;
  history = &h;
  promises = p;
  event = 0;
  censuses = 0;
  drained = true;
  owners.reset(l);
}

MaybeRefusal Judge::State::event_of(const Op& op) {
  const Outcome& answer = history->outcomes[event];
  MaybeRefusal refusal;
  switch (op.kind) {
    case OpKind::alloc: refusal = alloc(op, answer); break;
    case OpKind::free: refusal = free(op, answer); break;
    case OpKind::drain: refusal = drain(op); break;
    case OpKind::census: refusal = census(); break;
  }
  return refusal ? refusal : counters();
}

MaybeRefusal Judge::State::alloc(const Op& op, const Outcome& answer) {
  drained = false;
  if (answer.status == Status::no_memory) return admission().of_null(op);
  if (answer.status == Status::ok) return block(op, answer.pfn);
  return refuse("R-API-15", "an alloc answers with a block or with null", answer.pfn, "neither",
                "a block or null");
}

/// A block was given out: is it one, is it nobody else's, and may it be given for this request?
MaybeRefusal Judge::State::block(const Op& op, Pfn head) {
  const auto zone = rules::zone_of(*layout, head);
  if (!zone || head + pages_in(op.order) > layout->zones[*zone].frames.end) {
    return refuse("I-7", "a block lies inside one zone", head,
                  "a block of " + text(op.order) + " outside or across", "frames of one zone");
  }
  if (!is_aligned(head, op.order)) {
    return refuse("R-BUDDY-2", "a block's head is a multiple of its size", head,
                  "a block of " + text(op.order), "heads aligned to the order");
  }
  if (owners.taken().any(*zone, head, op.order)) {
    return refuse("I-1", "no frame has two owners", head,
                  "a block of " + text(op.order) + " with frames that are allocated or not managed",
                  "frames that nobody else has");
  }
  if (auto refusal = admission().of_block(op, *zone, head)) return refusal;
  owners.allocate(*zone, head, op.order);
  return std::nullopt;
}

MaybeRefusal Judge::State::free(const Op& op, const Outcome& answer) {
  if (answer.status == Status::skipped) return std::nullopt;
  const auto zone = rules::zone_of(*layout, answer.pfn);
  const std::optional<Order> order = zone ? owners.allocated_at(*zone, answer.pfn) : std::nullopt;
  const bool valid = order == op.order;
  const bool taken_back = answer.status == Status::ok;
  if (valid && !taken_back) {
    return refuse("R-API-11", "an allocated block given back with its order is taken", answer.pfn,
                  "an error", "success");
  }
  if (!valid && taken_back && !order) {
    if (!promises.checks_free) return std::nullopt;
    return refuse("R-BUDDY-18", "only the head of an allocated block can be freed", answer.pfn,
                  "a free of " + text(op.order) + " taken although no allocated block starts here",
                  "an error");
  }
  if (!valid && taken_back) {
    if (!promises.checks_free) return std::nullopt;
    return refuse("R-API-13", "a block is freed with the order it was allocated with", answer.pfn,
                  "a free of " + text(op.order) + " of a block of " + text(*order) + " taken",
                  "an error");
  }
  if (valid) {
    drained = false;
    owners.release(*zone, answer.pfn, op.order);
  }
  return std::nullopt;
}

MaybeRefusal Judge::State::drain(const Op& op) {
  if (op.cpu != kAllCpus) return std::nullopt;
  drained = true;
  const auto after = history->counters_before(event + 1);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].on_pcp == Pages{0}) continue;
    return refuse("R-PCP-9", "a drain of all CPUs leaves nothing on per-CPU lists", kNoPfn,
                  text(after[i].on_pcp) + " pages of " + text(layout->zones[i]) + " left", "none");
  }
  return std::nullopt;
}

MaybeRefusal Judge::State::census() {
  const CensusContext context{.machine = machine,
                              .layout = layout,
                              .taken = &owners.taken(),
                              .allocated = owners.allocated(),
                              .counters = history->counters_before(event + 1),
                              .merged = promises.merges && (drained || !promises.per_cpu),
                              .per_cpu = promises.per_cpu};
  snapshot.take(context, history->census(censuses++));
  for (const Invariant& i : rules.invariants) {
    if (auto fault = i.first_fault(snapshot)) {
      Refusal r{i.id, i.statement, i.file, i.line, 0, fault->frame, fault->seen, fault->allowed};
      return r;
    }
  }
  return std::nullopt;
}

/// I-2 after every operation, by the counters: nothing is lost between two censuses either.
MaybeRefusal Judge::State::counters() {
  const auto after = history->counters_before(event + 1);
  for (unsigned i = 0; i < after.size(); ++i) {
    const Pages shown = after[i].free + after[i].on_pcp;
    if (shown != owners.not_allocated(i)) {
      return refuse("I-2", "managed pages are free, on a per-CPU list or allocated", kNoPfn,
                    text(layout->zones[i]) + " counts " + text(after[i].free) + " free and " +
                        text(after[i].on_pcp) + " on per-CPU lists",
                    text(owners.not_allocated(i)) + " in all, managed less allocated");
    }
    const Pages most =
        promises.per_cpu ? layout->zones[i].pcp_high * machine->cpus : owners.not_allocated(i);
    if (after[i].on_pcp > most) {
      return refuse(
          "I-10", "a per-CPU list keeps its bound", kNoPfn,
          text(after[i].on_pcp) + " pages of " + text(layout->zones[i]) + " on per-CPU lists",
          "at most " + text(most));
    }
  }
  return std::nullopt;
}

Judge::Judge() : Judge(rulebook()) {}
Judge::Judge(const Rulebook& rules) : state_(std::make_unique<State>(rules)) {}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

Verdict Judge::operator()(const Machine& m, const rules::Layout& l, std::span<const Op> ops,
                          const History& h, Promises promises) {
  check(h.outcomes.size() == ops.size() + 2,
        "a history has an outcome per operation and two closing ones");
  check(h.zones == l.zones.size(), "a history counts the zones of its machine");
  check(h.counters.size() == (h.outcomes.size() + 1) * h.zones,
        "a history has counters around every outcome");
  State& s = *state_;
  s.begin(m, l, h, promises);
  const Op closing[] = {Op::drain(kAllCpus), Op::census()};
  for (s.event = 0; s.event < h.outcomes.size(); ++s.event) {
    const Op& op = s.event < ops.size() ? ops[s.event] : closing[s.event - ops.size()];
    if (auto refusal = s.event_of(op)) {
      refusal->event = s.event;
      return {std::move(refusal)};
    }
  }
  return {};
}

}  // namespace bp
