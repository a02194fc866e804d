// SPDX-License-Identifier: MIT
#include "model/judge/traced_request.h"

#include <algorithm>

#include "model/judge/refuse.h"

namespace bp {

using namespace rules;

namespace {

using enum GfpFlag;

/// The first era says in two words what later ones say in more (R-GFP-7, F-1).
Gfp in_later_words(Era e, Gfp g) {
  if (e != Era::e0) return g;
  g |= kswapd_reclaim;
  return g.has(wait) ? g | direct_reclaim : g | atomic;
}

}  // namespace

AllocFlags mark_flags(const AllocFlags& f) {
  return {.high = f.high, .harder = f.harder, .oom = f.oom, .no_watermarks = f.no_watermarks};
}

TracedRequest::TracedRequest(const Rulebook& rules, const Machine& m, const Layout& l, const Op& op,
                             RunningTask& task, const Surrounding& around)
    : rules_(rules),
      machine_(m),
      layout_(l),
      op_(op),
      task_(task),
      around_(around),
      mems_(task.task.mems) {
  resolve();
}

void TracedRequest::resolve() {
  asked_ = {rules_.resolve(machine_, layout_, op_, task_), task_.task};
  Op& r = asked_.op;
  if (r.node == kNoNode) r.node = static_cast<std::int8_t>(node_of_cpu(machine_, r.cpu));
  highest_ = rules_.highest_zone(r.gfp, machine_.zones);
  gfp_ = in_later_words(machine_.era, later());
  add_slow_looks();
}

/// R-CTX-4, and v4.7's scope (R-CTX-13).
Gfp TracedRequest::later() const {
  Gfp g = asked_.op.gfp.without(around_.forbidden);
  if (machine_.profile == Profile::v4_7 && task_.task.is(TaskFlag::noio)) g = g.without(io | fs);
  return g;
}

/// What the slow path may look with, and where: any of these with any of those, since a restart
/// keeps the nodes that the rounds before it opened.
void TracedRequest::add_slow_looks() {
  Op r = asked_.op;
  r.gfp = later();
  const bool old = machine_.profile == Profile::v4_7;
  const bool before_6_1 = old || machine_.profile == Profile::v5_15;
  const bool atomic_request = gfp_.has(atomic) && !gfp_.has(direct_reclaim);
  keeps_cpuset_ = before_6_1 ? !atomic_request : gfp_.has(direct_reclaim) || !gfp_.has(high);
  flags_.clear();
  lists_.clear();
  const auto node = static_cast<unsigned>(r.node);
  lists_.push_back({node, r.nodemask});
  // Whom no zone is allowed may still go round, and round, without failing: its flags are those of
  // any request with the mask.
  ZoneType highest = highest_;
  if (!old) {
    r.nodemask = kNoNodemask;
    r.gfp = r.gfp.without(thisnode);
    highest = ZoneType{kZoneTypes - 1};
  }
  bool reserves = false;
  for (const Attempt& a : rules_.attempts(machine_, layout_, r, highest, task_.task)) {
    if (a.mark != Mark::min) continue;
    if (flags_.empty()) slow_ = mark_flags(a.flags);
    flags_.push_back(mark_flags(a.flags));
    if (old) lists_.push_back({a.list.node, a.list.nodemask});
    ignores_marks_ = ignores_marks_ || a.flags.no_watermarks;
    reserves = reserves || a.flags.no_watermarks || a.flags.oom;
  }
  if (!old && (!keeps_cpuset_ || reserves)) lists_.push_back({node, 0});
  if (!gfp_.has(nofail)) return;
  flags_.push_back({.no_watermarks = true});  // After a kill (R-OOM-1).
  if (!old) flags_.push_back({.high = !before_6_1, .harder = before_6_1});  // R-SLOW-35
}

bool TracedRequest::is_slow_list(const Step& s) const {
  return std::ranges::find(lists_, List{s.node, s.nodemask}) != lists_.end();
}

/// R-CTX-3: a request without nodes of its own gets the cpuset's; not in interrupt, from v5.15 on.
/// v4.7 starts over without them, and from where it was (R-CTX-14).
bool TracedRequest::is_first_list(const Step& s) const {
  const Op& r = asked_.op;
  const bool old = machine_.profile == Profile::v4_7;
  const bool binds = has(WorldFlag::cpusets) && (old || !task_.task.is(TaskFlag::interrupt));
  const unsigned nodes = r.nodemask == 0 && binds ? mems_ : r.nodemask;
  if (List{s.node, s.nodemask} == List{static_cast<unsigned>(r.node), nodes}) return true;
  return restarted_ && old && is_slow_list(s);
}

/// Whether the cpuset is kept to, whatever is claimed: at first, before somebody is killed, and by
/// looks without reserves (R-CTX-3, R-AF-1, R-AF-4).
bool TracedRequest::must_keep_to_cpuset(const Step& s) const {
  if (s.mark != Mark::min) return true;
  return keeps_cpuset_ && !gfp_.has(nofail) && mark_flags(s.flags) == slow_ &&
         std::ranges::count(flags_, slow_) == static_cast<std::ptrdiff_t>(flags_.size());
}

std::optional<Refusal> TracedRequest::look(const Step& s) const {
  const AllocFlags f = mark_flags(s.flags);
  if (s.node >= machine_.nodes.size() ||
      !(s.mark == Mark::low ? is_first_list(s) : is_slow_list(s)))
    return refuse("R-SLOW-33", "a request looks at the nodes that it asked for, or may go to",
                  kNoPfn, text(s), "its own zonelist and node mask, or the cpuset's");
  const bool known =
      s.mark == Mark::min ? std::ranges::find(flags_, f) != flags_.end() : f == AllocFlags{};
  if (!known)
    return refuse(machine_.profile == Profile::v4_7 ? "R-AF-1" : "R-AF-4",
                  "a look has the flags that the mask and the task give", kNoPfn, text(s),
                  "other flags");
  if (has(WorldFlag::cpusets) && !s.flags.cpuset && must_keep_to_cpuset(s))
    return refuse("R-CTX-3", "who may not leave its cpuset looks with CPUSET", kNoPfn, text(s),
                  "the same with cpuset");
  return std::nullopt;
}

std::optional<Refusal> TracedRequest::step(const Step& s) {
  if (s.action == Action::ask) {
    if (s.asked == Answerer::cpuset) {
      ++cpuset_questions_;
      if (s.nodemask != 0) mems_ = s.nodemask;
    }
    return std::nullopt;
  }
  if (s.action == Action::restart) restart();
  failed_ = s.action == Action::fail;
  cpuset_questions_ = 0;
  return s.action == Action::attempt ? look(s) : std::nullopt;
}

/// In v4.7 a request by policy that begins anew asks its policy again (R-API-10): it does so after
/// the allocator itself had asked for the cpuset and not begun anew.
void TracedRequest::restart() {
  restarted_ = true;
  const bool by_policy = has_policy(op_.call) && (!failed_ || cpuset_questions_ > 1);
  if (machine_.profile != Profile::v4_7) return;
  repeats_softly_ = !by_policy;
  if (by_policy) resolve();
}

Attempt TracedRequest::attempt_of(const Step& s) const {
  return {.mark = s.mark,
          .flags = mark_flags(s.flags),
          .list = {.node = s.node,
                   .fallback = !asked_.op.gfp.has(thisnode),
                   .highest = highest_,
                   .nodemask = static_cast<std::uint8_t>(s.nodemask)}};
}

std::string_view TracedRequest::passes_over(const Step& s, unsigned node) const {
  const OpTask& t = task_.task;
  const bool exempt = t.is(TaskFlag::interrupt) || t.is(TaskFlag::oom_victim);
  const bool first = s.mark != Mark::min && !repeats_softly_;
  const bool hard = first || gfp_.has(hardwall);
  if (has(WorldFlag::cpusets) && s.flags.cpuset && hard && !exempt && mems_ != 0 &&
      (mems_ >> node & 1) == 0)
    return "R-LIST-1";
  const bool spreads = s.mark == Mark::low && (restarted_ ? gfp_ : asked_.op.gfp).has(write);
  if (spreads && (around_.world.dirty_nodes >> node & 1) != 0) return "R-LIST-3";
  return {};
}

/// v4.7 goes on from the first zone that the cpuset allowed, without the cpuset's nodes (R-CTX-9).
bool TracedRequest::may_begin_behind(const Step& s, unsigned node) const {
  if (machine_.profile != Profile::v4_7 || s.mark == Mark::low) return false;
  if (!has(WorldFlag::cpusets) || asked_.op.nodemask != 0) return false;
  const auto outside = [node](unsigned mems) { return mems != 0 && (mems >> node & 1) == 0; };
  return outside(mems_) || outside(task_.task.mems);
}

KernelEvent TracedRequest::event(Pfn head) const {
  const OpTask& t = task_.task;
  return {.act = KernelAct::alloc,
          .cpu = asked_.op.cpu,
          .gfp = gfp_,
          .order = static_cast<unsigned>(asked_.op.order),
          .task = {.memalloc = t.is(TaskFlag::memalloc),
                   .in_interrupt = t.is(TaskFlag::interrupt),
                   .in_softirq = t.is(TaskFlag::softirq),
                   .oom_victim = t.is(TaskFlag::oom_victim),
                   .realtime = t.is(TaskFlag::realtime)},
          .head = head};
}

}  // namespace bp
