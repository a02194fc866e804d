// SPDX-License-Identifier: MIT
#include "model/judge/judge.h"

#include <algorithm>
#include <vector>

#include "model/judge/admission.h"
#include "model/judge/ownership.h"
#include "model/judge/pageblock_types.h"
#include "model/judge/pressure_judge.h"
#include "model/judge/ranges.h"
#include "model/judge/references.h"
#include "model/judge/refuse.h"
#include "model/judge/rulebook.h"
#include "model/judge/told_counters.h"
#include "model/judge/trace_claims.h"
#include "model/judge/trace_judge.h"
#include "model/judge/traced_request.h"
#include "model/judge/turns.h"
#include "model/rules/migratetype.h"
#include "model/vocab/check.h"

namespace bp {

using MaybeRefusal = std::optional<Refusal>;

/// One history being read. Members are set by begin() and move on with each event.
struct Judge::State {
  explicit State(const Rulebook& r) : rules(r) {}

  const Rulebook& rules;
  Ownership owners;
  PageblockTypes types;
  Turns turns;
  References references;
  std::vector<rules::RunningTask> tasks;  ///< By CPU.
  std::vector<ZoneCounters> during;       ///< Of each zone, in the midst of a bulk.
  Snapshot snapshot;
  const Machine* machine = nullptr;
  const rules::Layout* layout = nullptr;
  const History* history = nullptr;
  Promises promises;
  std::size_t event = 0;     ///< Index of the outcome being judged.
  std::size_t censuses = 0;  ///< Read so far.
  std::size_t bulks = 0;     ///< Read so far.
  std::size_t traces = 0;    ///< Read so far.
  Surrounding around;        ///< As the last world said.
  bool drained = true;  ///< No page can be on a per-CPU list: at the start, and after a full drain.

  void begin(const Machine& m, const rules::Layout& l, std::span<const Op> ops, const History& h,
             Promises p);
  MaybeRefusal event_of(const Op& op);
  MaybeRefusal alloc(const Op& op, const Outcome& answer);
  MaybeRefusal bulk(const Op& op, const Asked& asked);
  MaybeRefusal traced(const Op& op, const Outcome& answer);
  MaybeRefusal pressed(const Op& op, const Outcome& answer);
  std::span<const Step> next_trace();
  MaybeRefusal found(const TracedRequest& request, const Step& look, Pfn head,
                     const Admission& then);
  void wake(const Admission& then, const Asked& asked);
  Pages give_back(Pfn head);
  /// Other pages of a bulk, or what helpers gave back, came before this block.
  enum class When : std::uint8_t { at_once, later };
  MaybeRefusal block(const Asked& asked, Pfn head, const Admission& admission, When when);
  MaybeRefusal frames_of_block(const Op& op, Pfn head);
  void allocate(const Op& op, Pfn head);
  MaybeRefusal what_was_given(const Op& op, const Asked& asked, const Outcome& answer);
  MaybeRefusal free(const Op& op, const Outcome& answer);
  MaybeRefusal get(const Outcome& answer);
  MaybeRefusal split(const Op& op, const Outcome& answer);
  void put(unsigned zone, Pfn head, Order o);
  void make_single(unsigned zone, Pfn head, Order o, std::uint64_t pages);
  MaybeRefusal drain(const Op& op);
  MaybeRefusal range(const Op& op, const Outcome& answer);
  MaybeRefusal lists_are_empty() const;
  TypedRequest typed(const Asked& asked) const;
  MaybeRefusal census();
  MaybeRefusal counters();
  MaybeRefusal told(const Op& op, const Outcome& answer) const;

  Admission admission() const { return admission(history->counters_before(event)); }
  Admission admission(std::span<const ZoneCounters> before) const {
    return {rules, *machine, *layout, owners, types, turns, before, promises};
  }
};

void Judge::State::begin(const Machine& m, const rules::Layout& l, std::span<const Op> ops,
                         const History& h, Promises p) {
  machine = &m;
  layout = &l;
  history = &h;
  promises = p;
  event = 0;
  censuses = 0;
  bulks = 0;
  traces = 0;
  around = {};
  drained = true;
  owners.reset(l, p.types && (m.is_typed() || std::ranges::any_of(ops, &Op::is_range)));
  types.begin(m, l, h, p.mixed_lists);
  turns.begin(l);
  tasks.assign(m.cpus, {});
  references.reset(std::ranges::any_of(
      ops, [](const Op& op) { return op.kind == OpKind::get || op.kind == OpKind::split; }));
}

MaybeRefusal Judge::State::event_of(const Op& op) {
  const Outcome& answer = history->outcomes[event];
  MaybeRefusal refusal;
  if (types.seen()) types.look(*history, event);
  turns.see_boosts(history->counters_before(event), history->counters_before(event + 1));
  switch (op.kind) {
    case OpKind::alloc: refusal = alloc(op, answer); break;
    case OpKind::free: refusal = free(op, answer); break;
    case OpKind::drain: refusal = drain(op); break;
    case OpKind::census: refusal = census(); break;
    case OpKind::task:
      if (answer.status != Status::skipped) tasks[op.cpu] = {op.task};
      break;
    case OpKind::world:
      if (answer.status != Status::skipped) around = {op.world, op.gfp};
      break;
    case OpKind::answer: break;
    case OpKind::range: refusal = range(op, answer); break;
    case OpKind::get: refusal = get(answer); break;
    case OpKind::split: refusal = split(op, answer); break;
  }
  if (!refusal && op.kind != OpKind::alloc && op.kind != OpKind::range)
    refusal = types.of_changes(nullptr);
  types.settle();
  if (!refusal) refusal = counters();
  return refusal || !promises.counts ? refusal : told(op, answer);
}

/// What only some subjects count.
MaybeRefusal Judge::State::told(const Op& op, const Outcome& answer) const {
  const auto before = history->counters_before(event), after = history->counters_before(event + 1);
  for (unsigned i = 0; i < after.size(); ++i) {
    const ToldCounters zone{.machine = *machine,
                            .zone = layout->zones[i],
                            .before = before[i],
                            .after = after[i],
                            .asks = op.kind == OpKind::alloc,
                            .served = op.kind == OpKind::alloc && answer.status == Status::ok,
                            .leaves = op.is_range() && op.range.action == RangeAction::offline};
    if (auto refusal = zone.first_fault()) return refusal;
  }
  return std::nullopt;
}

/// Entitled to the reserve is who has a flag for it in some attempt, as R-RMQ-2 and R-RMQ-5 have
/// it.
TypedRequest Judge::State::typed(const Asked& asked) const {
  TypedRequest r{.type = rules::migratetype_of(asked.op.gfp), .order = asked.op.order};
  if (!types.seen()) return r;
  const ZoneType highest = rules.highest_zone(asked.op.gfp, machine->zones);
  for (const rules::Attempt& a : rules.attempts(*machine, *layout, asked.op, highest, asked.task))
    r.entitled = r.entitled || a.flags.harder || a.flags.highatomic || a.flags.oom;
  return r;
}

MaybeRefusal Judge::State::alloc(const Op& op, const Outcome& answer) {
  const bool unasked = answer.status == Status::skipped;
  if (unasked && op.is_call() && !promises.calls) return std::nullopt;
  drained = false;
  check(!answer.traced || promises.environment || promises.pressure,
        "only a subject that promises it has a trace");
  if (answer.traced) return promises.environment ? traced(op, answer) : pressed(op, answer);
  rules::RunningTask& task = tasks[op.cpu];
  const Asked asked{rules.resolve(*machine, *layout, op, task), task.task};
  wake(admission(), asked);  // It is not told whether it does.
  if (types.seen()) {
    TypedRequest by = typed(asked);
    // A bulk's pages are taken by the mask as it came.
    if (by.type != rules::migratetype_of(op.gfp)) by.type.reset();
    if (auto refusal = types.of_changes(&by)) return refusal;
  }
  if (answer.status == Status::no_memory) return admission().of_null(asked);
  if (answer.status != Status::ok) {
    return refuse("R-API-15", "an alloc answers with a block or with null", answer.pfn, "neither",
                  "a block or null");
  }
  if (op.call == Call::bulk) return bulk(op, asked);
  if (auto refusal = block(asked, answer.pfn, admission(), When::at_once)) return refusal;
  return op.call == Call::alloc ? std::nullopt : what_was_given(op, asked, answer);
}

/// Step by step: what others give back becomes free as they do, and each look is judged by what was
/// there when it began. The last one served the request, if any did.
MaybeRefusal Judge::State::traced(const Op& op, const Outcome& answer) {
  const std::size_t begin = history->trace_begin(traces);
  const std::span<const Step> steps = next_trace();
  TracedRequest request(rules, *machine, *layout, op, tasks[op.cpu], around);
  TraceClaims claims(machine->profile, request.event(kNoPfn).gfp);
  const bool served = answer.status == Status::ok;
  if (served && !rules::zone_of(*layout, answer.pfn))
    return frames_of_block(request.asked().op, answer.pfn);
  std::size_t last_look = steps.size();
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].action == Action::attempt) last_look = i;

  Trace done;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& s = steps[i];
    if (auto refusal = claims.step(s)) return refusal;
    if (auto refusal = request.step(s)) return refusal;
    if (s.action == Action::ask && s.asked == Answerer::kswapd) {
      const Admission then = admission(history->counters_at_step(begin + i));
      s.pages == 0 ? wake(then, request.asked()) : turns.all_sleep();
    }
    for (const Pfn head : history->given_back_at(begin + i)) give_back(head);
    if (s.action != Action::ask) done.push_back(s);
    if (s.action != Action::attempt) continue;
    unsigned over = 0;
    for (unsigned n = 0; n < machine->nodes.size(); ++n)
      over |= !request.passes_over(s, n).empty() || request.may_begin_behind(s, n) ? 1U << n : 0U;
    const auto until =
        served && i == last_look ? rules::zone_of(*layout, answer.pfn) : std::nullopt;
    const Admission then = admission(history->counters_at_step(begin + i));
    if (auto refusal = then.of_look(request.asked(), request.attempt_of(s), over, until))
      return refusal;
  }
  if (auto refusal = claims.end()) return refusal;
  if (auto refusal =
          judge_trace(machine->profile, request.event(answer.pfn), request.ignores_marks(), done))
    return refusal;
  if (!served) return std::nullopt;
  if (last_look == steps.size() || done.empty() ||
      (done.back().action != Action::attempt && done.back().action != Action::node_reclaim))
    return refuse("R-CTX-12", "a block comes from a look at the zonelist", answer.pfn,
                  done.empty() ? "nothing" : text(done.back()), "an attempt at the end");
  const std::size_t last = begin + steps.size() - 1;
  if (auto refusal =
          found(request, steps[last_look], answer.pfn, admission(history->counters_at_step(last))))
    return refusal;
  return op.call == Call::alloc ? std::nullopt : what_was_given(op, request.asked(), answer);
}

std::span<const Step> Judge::State::next_trace() {
  const std::size_t begin = history->trace_begin(traces), end = history->trace_end[traces++];
  return std::span(history->steps).subspan(begin, end - begin);
}

/// Who was asked for help. The block is judged as any, with the fewest pages as before the request
/// and the most as after all that came back; a null is one only after both.
MaybeRefusal Judge::State::pressed(const Op& op, const Outcome& answer) {
  const std::size_t begin = history->trace_begin(traces);
  const std::span<const Step> steps = next_trace();
  const TracedRequest request(rules, *machine, *layout, op, tasks[op.cpu], around);
  Asked asked = request.asked();
  asked.op.gfp = asked.op.gfp.without(around.forbidden);
  asked.walls = {.cpusets = around.world.is(WorldFlag::cpusets),
                 .mems = asked.task.mems,
                 .dirty = around.world.dirty_nodes};
  unsigned nodes = admission().nodes_looked_at(asked);
  for (const Step& s : steps) {
    if (s.action != Action::ask || s.asked != Answerer::cpuset || s.nodemask == 0) continue;
    // All that it finds is found by the last of them: it starts over with each.
    asked.walls.mems = s.nodemask;
    nodes |= admission().nodes_looked_at(asked);
  }
  const KernelEvent asking = request.event(answer.pfn);
  PressureJudge judge(
      {.profile = machine->profile,
       .event = asking,
       .highest = rules.highest_zone(asked.op.gfp, machine->zones),
       .wakes_nobody = machine->era == Era::e0 && asked.op.gfp.has(GfpFlag::no_kswapd),
       .ignores_marks = request.ignores_marks(),
       .has_zone = admission().has_zone(asked),
       .nodes = nodes,
       .world = around.world});
  TraceClaims claims(machine->profile, asking.gfp);
  Pages returned;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (auto refusal = claims.step(steps[i])) return refusal;
    if (auto refusal = judge.step(steps[i])) return refusal;
    for (const Pfn head : history->given_back_at(begin + i)) returned += give_back(head);
  }
  if (auto refusal = claims.end()) return refusal;
  if (types.seen()) {
    const TypedRequest by = typed(asked);
    if (auto refusal = types.of_changes(&by)) return refusal;
  }
  const bool served = answer.status != Status::no_memory;
  if (auto refusal = judge.end(served)) return refusal;
  if (!served) return judge.is_made_to_fail() ? std::nullopt : admission().of_null(asked);
  Admission then = admission();
  then.returned = returned;
  if (auto refusal = block(asked, answer.pfn, then, When::later)) return refusal;
  return op.call == Call::alloc ? std::nullopt : what_was_given(op, asked, answer);
}

/// `then`: with the counters of its last step.
MaybeRefusal Judge::State::found(const TracedRequest& request, const Step& look, Pfn head,
                                 const Admission& then) {
  const Asked& asked = request.asked();
  if (auto refusal = frames_of_block(asked.op, head)) return refusal;
  const unsigned zone = *rules::zone_of(*layout, head);
  const std::string_view rule = request.passes_over(look, layout->zones[zone].node);
  if (!rule.empty() && promises.zones) {
    return refuse(rule,
                  rule == "R-LIST-1" ? "under CPUSET a zone outside the cpuset gives nothing"
                                     : "who will write takes nothing from nodes too dirty",
                  head, "a block of " + text(layout->zones[zone]), "other nodes");
  }
  if (auto refusal = then.of_find(asked, request.attempt_of(look), zone, head)) return refusal;
  if (types.seen()) {
    // What was given back meanwhile may be on the lists.
    TypedRequest by = typed(asked);
    const rules::AllocFlags flags = request.attempt_of(look).flags;
    by.entitled = by.entitled || flags.harder || flags.highatomic || flags.oom;
    if (auto refusal = types.of_changes(&by)) return refusal;
    if (auto refusal = types.of_block(by, zone, head, owners, Pages{1})) return refusal;
  }
  allocate(asked.op, head);
  return std::nullopt;
}

/// Whom the request's slow path may wake, where that matters (R-LIST-12).
void Judge::State::wake(const Admission& then, const Asked& asked) {
  if (!promises.passes_over || machine->profile != Profile::v7_1 || machine->nodes.size() == 1)
    return;
  turns.wake(then.nodes_to_wake(asked, rules.highest_zone(asked.op.gfp, machine->zones)));
}

/// By its own order, if a block begins there: its pages.
Pages Judge::State::give_back(Pfn head) {
  const auto zone = rules::zone_of(*layout, head);
  const auto order = zone ? owners.allocated_at(*zone, head) : std::nullopt;
  if (!order) return Pages{0};
  put(*zone, head, *order);
  return pages_in(*order);
}

/// The pages in their order. What the first ones took, and a refill on the way, the zones have no
/// more when the next one is looked for. That it stops early is legal.
MaybeRefusal Judge::State::bulk(const Op& op, const Asked& asked) {
  check(bulks < history->bulk_end.size(), "a history has the pages of each bulk that gave some");
  const auto pages = history->bulk(bulks++);
  if (pages.size() > op.pages) {
    return refuse("W-6", "a bulk gives at most the pages that were asked for", pages.back(),
                  std::to_string(pages.size()) + " pages", std::to_string(op.pages));
  }
  const auto before = history->counters_before(event);
  during.assign(before.begin(), before.end());
  // Kernels take a bulk's pages by the mask as it came, and the one page that they ask for if that
  // brings none by the task's scope (W-6).
  Asked unscoped = asked;
  unscoped.op.gfp = op.gfp;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const bool scoped = !promises.passes_over || i == 0;
    // Kernels look for a zone that has all of them, and what it counts meanwhile is not seen.
    Admission then = admission(during);
    then.promises.counts = false;
    auto refusal = block(scoped ? asked : unscoped, pages[i], then, When::later);
    if (refusal && promises.passes_over && scoped)
      refusal = block(unscoped, pages[i], then, When::later);
    if (refusal) return refusal;
    for (std::size_t z = 0; z < during.size(); ++z) {
      // As much as a list may hold: a batch is the kernel's measure, not promised.
      const Pages refilled = i == 0 && promises.per_cpu ? layout->zones[z].pcp_high : Pages{0};
      during[z].free = std::max(Pages{0}, during[z].free - Pages{1} - refilled);
      during[z].on_pcp += refilled;
    }
  }
  return std::nullopt;
}

/// What a call gives beside the block: an address, zeros, single pages.
MaybeRefusal Judge::State::what_was_given(const Op& op, const Asked& asked, const Outcome& answer) {
  const unsigned zone = *rules::zone_of(*layout, answer.pfn);
  const bool has_address = layout->zones[zone].type != ZoneType::highmem;
  const std::uint64_t address =
      gives_address(op.call) && has_address ? direct_address(answer.pfn) : 0;
  if (answer.address != address) {
    return refuse("R-API-3", "an address is that of the page in the direct map", answer.pfn,
                  "address " + std::to_string(answer.address), std::to_string(address));
  }
  if (asked.op.gfp.has(GfpFlag::zero) && !answer.zeroed) {
    return refuse("R-API-6", "ZERO gives pages that hold zeros", answer.pfn, "pages not zeroed",
                  "zeros");
  }
  if (op.call == Call::exact) make_single(zone, answer.pfn, asked.op.order, op.pages);
  return std::nullopt;
}

/// The first pages of an allocated block become blocks of order 0; the rest of it is free.
void Judge::State::make_single(unsigned zone, Pfn head, Order o, std::uint64_t pages) {
  owners.release(zone, head, o);
  for (std::uint64_t i = 0; i < pages; ++i)
    owners.allocate(zone, head + Pages{static_cast<std::int64_t>(i)}, Order{0});
}

/// A block was given out: is it one, is it nobody else's, and may it be given for this request?
MaybeRefusal Judge::State::block(const Asked& asked, Pfn head, const Admission& admission,
                                 When when) {
  if (auto refusal = frames_of_block(asked.op, head)) return refusal;
  const unsigned zone = *rules::zone_of(*layout, head);
  if (auto refusal = admission.of_block(asked, zone, head)) return refusal;
  // What came in between is not seen: as if the lists held some.
  const Pages listed = when == When::at_once ? admission.before[zone].on_pcp : Pages{1};
  if (auto refusal = types.of_block(typed(asked), zone, head, owners, listed)) return refusal;
  allocate(asked.op, head);
  return std::nullopt;
}

void Judge::State::allocate(const Op& op, Pfn head) {
  const unsigned zone = *rules::zone_of(*layout, head);
  owners.allocate(zone, head, op.order);
  turns.took(zone, op.order);
  references.allocated(head, op.gfp.has(GfpFlag::comp) && op.order > Order{0});
}

MaybeRefusal Judge::State::frames_of_block(const Op& op, Pfn head) {
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
  if (owners.shut().any(*zone, head, op.order)) {
    return refuse("R-ISO-1", "nothing is handed out of an isolated pageblock", head,
                  "a block of " + text(op.order) + " of an isolated pageblock", "other frames");
  }
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
    put(*zone, answer.pfn, op.order);
  }
  return std::nullopt;
}

/// R-API-11: the last reference frees the block. Another one leaves it, or, from v5.15 on, its
/// first page only, unless it is compound.
void Judge::State::put(unsigned zone, Pfn head, Order o) {
  const bool compound = references.is_compound(head);
  if (!references.put(head)) return owners.release(zone, head, o);
  if (machine->profile == Profile::v4_7 || compound || o == Order{0}) return;
  make_single(zone, head, o, 1);
}

MaybeRefusal Judge::State::get(const Outcome& answer) {
  if (answer.status == Status::skipped) return std::nullopt;
  const auto zone = rules::zone_of(*layout, answer.pfn);
  const std::optional<Order> order = zone ? owners.allocated_at(*zone, answer.pfn) : std::nullopt;
  const bool taken = answer.status == Status::ok;
  if (order.has_value() != taken) {
    return refuse("R-API-11", "a reference is taken of an allocated block, and of nothing else",
                  answer.pfn, taken ? "success" : "an error", taken ? "an error" : "success");
  }
  if (taken) references.get(answer.pfn);
  return std::nullopt;
}

MaybeRefusal Judge::State::split(const Op& op, const Outcome& answer) {
  if (answer.status == Status::skipped) return std::nullopt;
  const auto zone = rules::zone_of(*layout, answer.pfn);
  const bool valid = zone && owners.allocated_at(*zone, answer.pfn) == op.order &&
                     !references.is_compound(answer.pfn);
  const bool done = answer.status == Status::ok;
  if (valid != done) {
    return refuse("R-BUDDY-17", "an allocated block is split by its order, unless it is compound",
                  answer.pfn, done ? "success" : "an error", done ? "an error" : "success");
  }
  if (!done) return std::nullopt;
  make_single(*zone, answer.pfn, op.order, std::uint64_t{1} << static_cast<unsigned>(op.order));
  return std::nullopt;
}

MaybeRefusal Judge::State::range(const Op& op, const Outcome& answer) {
  if (answer.status == Status::skipped) return std::nullopt;
  const auto zone = zone_of_range(*layout, op.range);
  const bool done = answer.status == Status::ok;
  const RangeJudge judge{owners, promises.null_l2};
  if (auto refusal = judge.of_answer(op.range, zone, done)) return refusal;
  if (!done) return types.of_changes(nullptr);
  if (auto refusal = types.of_range(*zone, op.range, owners)) return refusal;
  follow_range(owners, *zone, op.range);
  for (unsigned i = 0; i < op.defines(); ++i)
    references.allocated(op.range.begin + pages_in(kRangeOrder) * i, false);
  const bool drains =
      op.range.action != RangeAction::unisolate && op.range.action != RangeAction::online;
  if (!drains) return std::nullopt;
  drained = true;
  return lists_are_empty();
}

MaybeRefusal Judge::State::drain(const Op& op) {
  if (op.cpu != kAllCpus) return std::nullopt;
  drained = true;
  return lists_are_empty();
}

MaybeRefusal Judge::State::lists_are_empty() const {
  const auto after = history->counters_before(event + 1);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].on_pcp == Pages{0}) continue;
    return refuse("R-PCP-9", "a drain of all CPUs leaves nothing on per-CPU lists", kNoPfn,
                  text(after[i].on_pcp) + " pages of " + text(layout->zones[i]) + " left", "none");
  }
  return std::nullopt;
}

MaybeRefusal Judge::State::census() {
  types.pair_up();
  const CensusContext context{.machine = machine,
                              .layout = layout,
                              .taken = &owners.shut(),
                              .allocated = owners.gone(),
                              .counters = history->counters_before(event + 1),
                              .merged = promises.merges && (drained || !promises.per_cpu),
                              .per_cpu = promises.per_cpu,
                              .apart = types.apart()};
  const auto blocks = history->census(censuses++);
  if (promises.counts) {
    if (auto refusal = types.of_census(blocks, context.counters)) return refusal;
  }
  snapshot.take(context, blocks);
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
  s.begin(m, l, ops, h, promises);
  const Op closing[] = {Op::drain(kAllCpus), Op::census()};
  if (auto refusal = s.types.of_start(s.owners)) return {std::move(refusal)};
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
