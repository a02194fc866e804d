// SPDX-License-Identifier: MIT
#include "fuzz/report/report.h"

#include "fuzz/report/fmt.h"

#include <algorithm>
#include "fuzz/report/json.h"

#include "fuzz/program/live_handles.h"
#include "fuzz/program/text.h"

namespace bp {
namespace {

constexpr std::string_view kDefaultSubject = "lockfree";

/// From the top of the tree on: the build's own path says nothing about the bug.
std::string_view source_path(std::string_view file) {
  for (const std::string_view layer : {"/model/", "/fuzz/", "/impl/", "/proofs/"}) {
    const auto at = file.rfind(layer);
    if (at != std::string_view::npos) return file.substr(at + 1);
  }
  return file;
}

std::string frame_text(Pfn p) { return fmt::format("{:#x}", static_cast<std::uint64_t>(p)); }

/// The line of each operation needs the handle it defines and the order of the one it frees.
class OpLines {
 public:
  explicit OpLines(const Program& p) : p_(p) {
    LiveHandles handles;
    handles.restart(p.ops.size());
    for (const Op& op : p.ops) {
      handles_.push_back(handles.handles());
      orders_.push_back(op.names_handle() ? handles.order_of(op.handle) : Order{0});
      handles.follow(op);
    }
  }
  std::string line(std::size_t i) const {
    return print_op(p_.machine, p_.ops[i], handles_[i], orders_[i]);
  }

 private:
  const Program& p_;
  std::vector<std::size_t> handles_;  ///< By operation: those defined before it.
  std::vector<Order> orders_;         ///< By operation: of the block that it names.
};

std::string closing_text(const Program& p, std::size_t i) {
  return i == p.ops.size() ? "drain cpu=all" : "census";
}

/// What the request of an event did, its last steps; nothing if nobody wrote it down.
std::string trace_text(const History& h, std::size_t event) {
  constexpr std::size_t kShown = 12;
  if (event >= h.outcomes.size() || !h.outcomes[event].traced) return {};
  const auto before =
      std::count_if(h.outcomes.begin(), h.outcomes.begin() + static_cast<std::ptrdiff_t>(event),
                    [](const Outcome& o) { return o.traced; });
  const auto k = static_cast<std::size_t>(before);
  const std::size_t end = h.trace_end[k];
  const std::size_t begin = std::max(h.trace_begin(k), end - std::min(end, kShown));
  const auto at = [&](std::size_t i) { return h.steps.begin() + static_cast<std::ptrdiff_t>(i); };
  return (begin == h.trace_begin(k) ? "" : "...; ") + text(Trace(at(begin), at(end)));
}

void append_marked(std::string& out, bool marked, std::string_view line, std::string_view answer) {
  out += marked ? "> " : "  ";
  if (answer.empty()) {
    out += line;
  } else {
    out += fmt::format("{:<48}  # {}", line, answer);
  }
  out += '\n';
}

/// The machine, then the operations around the event, each with its answer.
void append_program(std::string& out, const Program& p, const History& h, std::size_t event) {
  Program bare;
  bare.machine = p.machine;
  const std::string head = print_text(bare);
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    append_marked(out, false, std::string_view(head).substr(at, end - at), {});
    at = end + 1;
  }
  const OpLines lines(p);
  const std::size_t events = p.ops.size() + 2;
  const std::size_t begin = event > kShownBefore ? event - kShownBefore : 0;
  const std::size_t end = std::min(event + kShownAfter + 1, events);
  if (begin > 0) out += fmt::format("  # {} operations are not shown\n", begin);
  for (std::size_t i = begin; i < end; ++i) {
    const bool closing = i >= p.ops.size();
    std::string answer = answer_text(p, h, i);
    if (closing) answer += ", at the end of every run";
    append_marked(out, i == event, closing ? closing_text(p, i) : lines.line(i), answer);
  }
  if (end < p.ops.size())
    out += fmt::format("  # {} operations are not shown\n", p.ops.size() - end);
}

}  // namespace

std::string event_text(const Program& p, std::size_t i) {
  return i < p.ops.size() ? OpLines(p).line(i) : closing_text(p, i);
}

std::string answer_text(const Program& p, const History& h, std::size_t i) {
  if (i >= h.outcomes.size()) return "not reached";
  const Outcome& o = h.outcomes[i];
  const OpKind kind = i < p.ops.size() ? p.ops[i].kind : OpKind::drain;
  switch (o.status) {
    case Status::no_memory: return "null";
    case Status::rejected: return "rejected " + frame_text(o.pfn);
    case Status::skipped: return "skipped";
    case Status::ok: break;
  }
  if (kind == OpKind::alloc) return frame_text(o.pfn);
  if (kind == OpKind::range) return frame_text(o.pfn);
  if (kind == OpKind::free) return "taken " + frame_text(o.pfn);
  if (kind == OpKind::get || kind == OpKind::split) return frame_text(o.pfn);
  return "done";
}

std::string assertion_line(const Refusal& r) {
  return fmt::format("{}:{}: Assertion '{} {}' failed.", source_path(r.file), r.line, r.rule,
                     r.statement);
}

std::string shell_word(std::string_view path) {
  const bool plain = !path.empty() && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-+=./:,@%").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(path);
  std::string quoted = "'";
  for (const char c : path) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command(std::string_view verb, const ReportContext& context, std::string_view rest) {
  std::string line = fmt::format("ci/buddyproof {} {}", verb, shell_word(context.file));
  if (!context.subject.empty() && context.subject != kDefaultSubject)
    line += " --subject " + shell_word(context.subject);
  if (!rest.empty()) line += fmt::format(" {}", rest);
  return line;
}

std::string report_refusal(const Program& p, const History& h, const Refusal& r,
                           const ReportContext& context) {
  std::string out = assertion_line(r) + "\n";
  out +=
      fmt::format("  event    {} of {}: {}\n", r.event, p.ops.size() + 2, event_text(p, r.event));
  if (r.frame != kNoPfn) out += fmt::format("  frame    {}\n", frame_text(r.frame));
  if (const std::string trace = trace_text(h, r.event); !trace.empty())
    out += fmt::format("  trace    {}\n", trace);
  out += fmt::format("  seen     {}\n  allowed  {}\n\n", r.seen, r.allowed);
  append_program(out, p, h, r.event);
  if (context.file.empty()) return out;
  out += fmt::format("\nto reproduce:  {}\n", command("repro", context, {}));
  out += fmt::format("to minimise:   {}\n",
                     command("min", context, "-o " + shell_word(context.file + ".min")));
  return out;
}

nlohmann::json refusal_json(const Program& p, const History& h, const Refusal& r,
                            const ReportContext& context) {
  nlohmann::json j{{"rule", r.rule},
                   {"statement", r.statement},
                   {"file", source_path(r.file)},
                   {"line", r.line},
                   {"event", r.event},
                   {"operation", event_text(p, r.event)},
                   {"answer", answer_text(p, h, r.event)},
                   {"seen", r.seen},
                   {"allowed", r.allowed},
                   {"operations", p.ops.size()}};
  j["frame"] = r.frame == kNoPfn ? nlohmann::json(nullptr)
                                 : nlohmann::json(static_cast<std::uint64_t>(r.frame));
  if (!context.file.empty()) {
    j["reproduce"] = command("repro", context, {});
    j["minimise"] = command("min", context, "-o " + shell_word(context.file + ".min"));
  }
  return j;
}

}  // namespace bp
