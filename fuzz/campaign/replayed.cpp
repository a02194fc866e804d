// SPDX-License-Identifier: MIT
#include "fuzz/campaign/replayed.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <thread>

#include "fuzz/campaign/replayed_json.h"
#include "fuzz/campaign/scratch.h"
#include "fuzz/campaign/stack_trace.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/minimise.h"
#include "fuzz/explore/mutate_scenario.h"
#include "fuzz/program/call_names.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/report.h"

namespace bp::campaign {
namespace {

using Clock = std::chrono::steady_clock;

/// The child's exit statuses; a sanitizer's own are others.
constexpr int kTold = 0, kNotCreated = 100;

/// What the child says in the midst of what a subject may print.
constexpr std::string_view kAccepted =
    "\x1e"
    "accepted\n";
constexpr std::string_view kRefused =
    "\x1e"
    "refused ";
constexpr std::string_view kReduced =
    "\x1e"
    "reduced ";

std::string kind_text(const Op& op) {
  switch (op.kind) {
    case OpKind::alloc:
      if (op.call != Call::alloc) return std::string(kCallNames[static_cast<unsigned>(op.call)]);
      return fmt::format("alloc o={}", static_cast<unsigned>(op.order));
    case OpKind::free: return op.offset == 0 ? "free" : "free inside";
    case OpKind::task: return "task";
    case OpKind::get: return "get";
    case OpKind::split: return "split";
    case OpKind::answer: return "answer";
    case OpKind::world: return "world";
    case OpKind::range: return std::string(kRangeNames[static_cast<unsigned>(op.range.action)]);
    case OpKind::drain: return "drain";
    case OpKind::census: break;
  }
  return "census";
}

/// "2 alloc o=0 / free".
std::string joined(const std::map<std::string, std::size_t>& kinds) {
  std::string text;
  for (const auto& [kind, count] : kinds) {
    if (!text.empty()) text += " / ";
    text += count == 1 ? kind : fmt::format("{} {}", count, kind);
  }
  return text;
}

std::vector<BlockLife> lives_of(const Program& p, const History& h) {
  std::vector<BlockLife> lives;
  std::map<std::uint64_t, std::size_t> held;  // By head: which life.
  const std::size_t events = std::min(p.ops.size(), h.outcomes.size());
  for (std::size_t i = 0; i < events; ++i) {
    const Op& op = p.ops[i];
    const Outcome& o = h.outcomes[i];
    if (o.status != Status::ok || o.pfn == kNoPfn) continue;
    const auto head = static_cast<std::uint64_t>(o.pfn);
    if (op.kind == OpKind::alloc) {
      held[head] = lives.size();
      lives.push_back({.head = head,
                       .pages = op.call == Call::exact
                                    ? op.pages
                                    : std::uint64_t{1} << static_cast<unsigned>(op.order),
                       .from = i,
                       .to = p.ops.size()});
    } else if (const auto at = held.find(head); op.kind == OpKind::free && at != held.end()) {
      lives[at->second].to = i;
      lives[at->second].freed = true;
      held.erase(at);
    }
  }
  return lives;
}

RefusedRun described(const Program& p, const Executor& ran) {
  const Refusal& r = *ran.verdict().refusal;
  const History& h = ran.history();
  const std::string line = assertion_line(r);
  return {.rule = std::string(r.rule),
          .statement = std::string(r.statement),
          .file = line.substr(0, line.find(':')),
          .line = r.line,
          .event = r.event,
          .operations = p.ops.size(),
          .operation = event_text(p, r.event),
          .answer = answer_text(p, h, r.event),
          .seen = r.seen,
          .allowed = r.allowed,
          .text = print_text(p),
          .report = report_refusal(p, h, r, {}),
          .kinds = kinds_of(p, r.event + 1),
          .lives = lives_of(p, h)};
}

void tell(std::string_view what, const RefusedRun& r) {
  std::printf("%.*s%s\n", static_cast<int>(what.size()), what.data(), to_json(r).c_str());
  std::fflush(stdout);  // What follows may end the process.
}

/// The child's work. What it can tell it tells at once: making smaller runs other programs, which
/// may end it.
int run_here(const Program& p, Setup setup) {
  print_stack_on_signal();
  Executor execute(setup);
  if (!execute.run(p)) return kNotCreated;
  if (execute.verdict().accepted()) {
    std::printf("%.*s", static_cast<int>(kAccepted.size()), kAccepted.data());
    return kTold;
  }
  const std::string rule(execute.verdict().refusal->rule);
  tell(kRefused, described(p, execute));
  const std::size_t runs = kReduceOps / (p.ops.size() + 1) + 1;
  const Minimised small = minimise(p, execute, rule, runs);
  if (execute.run(small.program) && !execute.verdict().accepted())
    tell(kReduced, described(small.program, execute));
  return kTold;
}

std::string kinds_of(const explore::Scenario& s) {
  std::map<std::string, std::size_t> kinds;
  const auto count = [&](const std::vector<explore::Op>& ops) {
    for (const explore::Op& op : ops) {
      const bool alloc = op.kind == explore::OpKind::alloc;
      ++kinds[alloc ? fmt::format("alloc o={}", op.order) : explore::op_name(op.kind)];
    }
  };
  count(s.setup);
  for (const explore::TaskText& t : s.tasks) count(t.ops);
  return fmt::format("{} tasks: {}", s.tasks.size(), joined(kinds));
}

RefusedRun described(const explore::Case& c, const explore::Replayed& ran) {
  const explore::Verdict& v = ran.verdict;
  const std::string rule = explore::rule_of(v.fault);
  explore::Case now = explore::in_words(c, ran);
  now.rule = v.fault;
  now.hash = v.hash;
  const std::string text = explore::case_text(now);
  return {.rule = rule,
          .statement = std::string(explore::statement_of(rule)),
          .file = "fuzz/explore/run.h",
          .line = 1,
          .event = v.steps,
          .operations = explore::operations(c.scenario),
          .operation = fmt::format("step {}", v.steps),
          .seen = v.fault,
          .allowed = "",
          .text = text,
          .report = fmt::format("{}\n\n{}", v.fault, text),
          .kinds = kinds_of(c.scenario)};
}

int run_case_here(const explore::Case& c) {
  print_stack_on_signal();
  explore::Runner runner(c.scenario);
  const explore::Replayed r = explore::replay_case(c, runner);
  if (r.verdict.fault.empty()) {
    // Another outcome than the file states is what a mended allocator gives.
    std::printf("%.*s", static_cast<int>(kAccepted.size()), kAccepted.data());
  } else {
    tell(kRefused, described(c, r));
  }
  return kTold;
}

/// What follows `what` in the log, to the end of its line; empty if it is not there.
std::string_view told(std::string_view log, std::string_view what) {
  const auto at = log.rfind(what);
  if (at == std::string_view::npos) return {};
  log.remove_prefix(at + what.size());
  return log.substr(0, log.find('\n'));
}

std::string text_of(const std::filesystem::path& file) {
  const FileRead read = read_whole(file);
  return read.bytes ? std::string(read.bytes->begin(), read.bytes->end()) : std::string();
}

std::optional<ChildEnd> wait_for(Child& child) {
  const auto last = Clock::now() + std::chrono::seconds(kReplaySeconds);
  while (Clock::now() < last) {
    if (auto end = child.poll()) return end;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return std::nullopt;
}

Replayed not_run(std::string fault) {
  Replayed r;
  r.fault = std::move(fault);
  return r;
}

/// From how the child ended and what it told before.
Replayed concluded(const std::optional<ChildEnd>& end, const std::string& log) {
  Replayed r;
  if (const auto found = refused_of(told(log, kRefused))) {
    r.end = Replayed::End::refused;
    r.as_found = *found;
    r.reduced = refused_of(told(log, kReduced)).value_or(*found);
    return r;
  }
  if (!end) {
    r.end = Replayed::End::hung;
  } else if (end->signal != 0 || (end->status != kTold && end->status != kNotCreated)) {
    r.end = Replayed::End::crashed;
    r.signal = end->signal != 0 ? signal_text(end->signal) : fmt::format("exit-{}", end->status);
    r.stack = stack_in(log);
  } else if (log.find(kAccepted) != std::string::npos) {
    r.end = Replayed::End::accepted;
  } else {
    r.fault = "the subject could not be created; does the machine fit in memory?";
  }
  return r;
}

Replayed apart(const std::function<int()>& body) {
  const Scratch scratch;
  if (scratch.path().empty())
    return not_run("no folder for temporary files could be made; set TMPDIR");
  const ChildPlan plan{.body = body, .log = scratch.path() / "log"};
  std::optional<Child> child = Child::start(plan);
  if (!child) return not_run("no process could be made");
  const std::optional<ChildEnd> end = wait_for(*child);
  child->end();
  return concluded(end, text_of(plan.log));
}

}  // namespace

Replayed replay_case_apart(const explore::Case& c) {
  return apart([&] { return run_case_here(c); });
}

std::string kinds_of(const Program& p, std::size_t n) {
  std::map<std::string, std::size_t> kinds;
  for (std::size_t i = 0; i < std::min(n, p.ops.size()); ++i) ++kinds[kind_text(p.ops[i])];
  // The closing drain and census are every program's.
  if (n > p.ops.size()) ++kinds["end"];
  return joined(kinds);
}

Replayed replay_apart(const Program& p, Setup setup) {
  return apart([&] { return run_here(p, setup); });
}

}  // namespace bp::campaign
