// SPDX-License-Identifier: MIT
#include "model/vocab/slow_trace.h"

#include <iterator>

namespace bp {
namespace {

constexpr std::string_view kCompactedNames[] = {"not-suitable",     "skipped",   "deferred",
                                                "no-suitable-page", "continued", "complete",
                                                "partial-skipped",  "contended", "success"};
static_assert(std::size(kCompactedNames) == kCompacted);
constexpr std::string_view kAnswererNames[] = {"kswapd",       "compaction", "reclaim", "killer",
                                               "node-reclaim", "cpuset",     "fault"};
static_assert(std::size(kAnswererNames) == kAnswerers);
constexpr std::string_view kNodeReclaimedNames[] = {"noscan", "full", "some", "success"};
constexpr std::string_view kEffortNames[] = {"async", "sync-light", "sync-full"};
constexpr std::string_view kMarkNames[] = {"min", "low", "high"};
constexpr std::string_view kActionNames[] = {
    "attempt", "wake kswapd", "compact", "reclaim", "unreserve",    "drain", "node reclaim",
    "kill",    "wait",        "retry",   "restart", "inject fault", "fail",  "ask"};
static_assert(std::size(kActionNames) == kActions);
constexpr std::string_view kWhyNames[] = {
    "none",        "reclaim",  "compaction",    "compacted-first", "killed",
    "unreserved",  "reserves", "mixing",        "nofail",          "cpuset",
    "large-order", "no-zone",  "may-not-block", "memalloc",        "oom-victim",
    "huge-page",   "noretry",  "costly",        "no-progress",     "endless"};
static_assert(std::size(kWhyNames) == kWhys);

template <class T, std::size_t N>
std::string_view nth(const std::string_view (&names)[N], T value) {
  return names[static_cast<unsigned>(value)];
}

std::string flags_text(const AllocFlags& f) {
  std::string s;
  const auto add = [&](bool on, std::string_view name) {
    if (on) s.append(s.empty() ? "" : "|").append(name);
  };
  add(f.no_watermarks, "no-watermarks");
  add(f.high, "high");
  add(f.harder, "harder");
  add(f.highatomic, "highatomic");
  add(f.oom, "oom");
  add(f.cma, "cma");
  add(f.cpuset, "cpuset");
  add(f.fair, "fair");
  add(f.nofragment, "nofragment");
  add(f.kswapd, "kswapd");
  return s.empty() ? "plain" : s;
}

std::string nodes_text(unsigned mask) {
  std::string s;
  for (unsigned n = 0; mask >> n != 0; ++n) {
    if ((mask >> n & 1) != 0) s.append(s.empty() ? "" : ",").append(std::to_string(n));
  }
  return s;
}

/// What was asked, and what the answer was.
std::string answer_text(const Step& s) {
  std::string out{nth(kAnswererNames, s.asked)};
  out.append(": ");
  if (s.asked == Answerer::compaction) return out.append(nth(kCompactedNames, s.compacted));
  if (s.asked == Answerer::node_reclaim)
    return out.append(nth(kNodeReclaimedNames, s.node_reclaimed));
  if (s.asked == Answerer::cpuset)
    return s.nodemask == 0 ? out.append("unchanged") : out.append(nodes_text(s.nodemask));
  return s.busy ? out.append("busy") : out.append(std::to_string(s.pages));
}

}  // namespace

std::string_view name(Compacted c) { return nth(kCompactedNames, c); }
std::string_view name(Answerer a) { return nth(kAnswererNames, a); }
std::string_view name(NodeReclaimed n) { return nth(kNodeReclaimedNames, n); }
std::string_view name(Why w) { return nth(kWhyNames, w); }

std::string text(const Step& s) {
  std::string out{nth(kActionNames, s.action)};
  switch (s.action) {
    case Action::attempt:
      out.append(" ").append(nth(kMarkNames, s.mark)).append(" ").append(flags_text(s.flags));
      out.append(" node ").append(std::to_string(s.node));
      if (s.nodemask != 0) out.append(" of ").append(nodes_text(s.nodemask));
      break;
    case Action::compact:
      out.append(" ").append(nth(kEffortNames, s.effort)).append(": ").append(name(s.compacted));
      break;
    case Action::reclaim:
    case Action::kill:
    case Action::unreserve: out.append(": ").append(std::to_string(s.pages)); break;
    case Action::node_reclaim:
      out.append(" ").append(std::to_string(s.node)).append(": ").append(name(s.node_reclaimed));
      break;
    case Action::retry:
    case Action::restart:
    case Action::fail: out.append(": ").append(name(s.why)); break;
    case Action::ask: out.append(" ").append(answer_text(s)); break;
    case Action::wake_kswapd:
    case Action::drain:
    case Action::wait:
    case Action::inject: break;
  }
  return out;
}

std::string text(const Trace& t) {
  std::string out;
  for (const Step& s : t) out.append(out.empty() ? "" : "; ").append(text(s));
  return out;
}

}  // namespace bp
