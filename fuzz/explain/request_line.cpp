// SPDX-License-Identifier: MIT
#include "fuzz/explain/request_line.h"

#include <algorithm>

#include "fuzz/explain/log_words.h"

namespace bp::explain {
namespace {

/// Words that a request's own fields can take.
constexpr std::size_t kRequestWordsMax = 16;
constexpr std::size_t kCommWordsMax = 8;

std::string_view word(const LogTokens& log, std::size_t at) {
  return at < log.tokens.size() ? std::string_view(log.tokens[at].text) : std::string_view();
}

/// "423.423940]", or "[423.423940]".
bool is_end_of_stamp(std::string_view s) {
  constexpr std::size_t kFraction = 6;
  if (s.starts_with('[')) s.remove_prefix(1);
  const std::size_t dot = s.find('.');
  if (!s.ends_with(']') || dot == s.npos || s.size() != dot + kFraction + 2) return false;
  return decimal(s.substr(0, dot)) && decimal(s.substr(dot + 1, kFraction));
}

/// The words of the line before `at`.
std::string comm_before(const LogTokens& log, std::size_t at) {
  std::size_t from = at;
  while (from > 0 && at - from < kCommWordsMax && !log.tokens[from].first) --from;
  std::string comm;
  for (std::size_t i = from; i < at; ++i) {
    comm += (comm.empty() ? "" : " ") + log.tokens[i].text;
    // A console on which a program was writing has the kernel's line behind the program's words.
    if (is_end_of_stamp(log.tokens[i].text)) comm.clear();
  }
  if (comm.ends_with(':')) comm.pop_back();
  return comm;
}

std::string_view without_comma(std::string_view s) {
  while (!s.empty() && s.back() == ',') s.remove_suffix(1);
  return s;
}

/// "0x24201ca(GFP_HIGHUSER_MOVABLE|__GFP_COLD)"; without the end, what is whole of the symbols.
void set_mask(std::string_view value, Request& r) {
  const std::size_t open = value.find('(');
  r.mask = hexadecimal(value.substr(0, open));
  if (open == value.npos) return;
  const std::string_view symbols = value.substr(open + 1);
  if (symbols.ends_with(')')) {
    r.symbols = std::string(symbols.substr(0, symbols.size() - 1));
  } else {
    const std::size_t bar = symbols.rfind('|');
    r.first_symbols = std::string(bar == symbols.npos ? "" : symbols.substr(0, bar));
  }
}

void set_order(std::string_view value, Request& r) {
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  const Maybe n = decimal(value);
  if (n && *n < 64) r.order = static_cast<int>(negative ? -*n : *n);
}

/// A list of nodes, "0-1,3", up to what is none.
std::string nodes_at(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789-,"), text.size());
  // What follows the last comma may be a name that begins with a digit; lists do not end in one.
  return std::string(without_comma(text.substr(0, end)));
}

/// One "key:value" or "key=value". False: no field of a request.
bool set_field(std::string_view piece, Request& r) {
  const std::size_t sign = piece.find_first_of(":=");
  if (sign == piece.npos) return false;
  const std::string_view key = piece.substr(0, sign), value = piece.substr(sign + 1);
  if (key == "order") {
    if (!r.order) set_order(value, r);
  } else if (key == "mode" || key == "gfp_mask") {
    if (!r.mask) set_mask(value, r);
  } else if (key == "nodemask") {
    r.nodemask = std::string(value);
  } else {
    return key == "cpuset" || key == "oom_score_adj" || key == "oom_adj";
  }
  return true;
}

constexpr std::string_view kNodemask = "nodemask=";

/// The nodes that `text`, which begins with `key`, names; nothing: it does not, or "(null)".
std::string nodes_of(std::string_view text, std::string_view key) {
  return text.starts_with(key) ? nodes_at(text.substr(key.size())) : std::string();
}

/// "oom-kill:constraint=CONSTRAINT_CPUSET,nodemask=1,cpuset=/,mems_allowed=0-1,global_oom,...":
/// from 5.0 on the only line that says which nodes the OOM killer was asked for.
void read_constraint(std::string_view w, Request& r) {
  const auto value = [&](std::string_view key) {
    const std::size_t at = w.find(key);
    return at == w.npos ? std::string() : nodes_of(w.substr(at), key);
  };
  r.constrained = true;
  if (r.nodemask.empty() || r.nodemask == "(null)") r.nodemask = value(kNodemask);
  if (r.mems_allowed.empty()) r.mems_allowed = value("mems_allowed=");
}

/// A word with one field or several, joined by commas. The nodes allowed may have commas too.
bool set_fields(std::string_view text, Request& r) {
  bool any = false;
  while (!text.empty()) {
    if (text.starts_with("mems_allowed=")) {
      r.mems_allowed = nodes_at(text.substr(text.find('=') + 1));
      return true;
    }
    if (const std::string nodes = nodes_of(text, kNodemask); !nodes.empty()) {
      r.nodemask = nodes, any = true;
      text.remove_prefix(std::min(nodes.size() + kNodemask.size() + 1, text.size()));
      continue;
    }
    const std::size_t comma = std::min(text.find(','), text.size());
    any |= set_field(text.substr(0, comma), r);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return any;
}

/// A mask whose symbols a mail client broke off, "mode:0x24201ca(GFP_HIGHUSER|", and the rest in
/// the next line. If that has no end of symbols either they were cut.
bool is_half_a_mask(std::string_view text, const LogTokens& log, std::size_t next) {
  return text.find('(') != text.npos && text.find(')') == text.npos && next < log.tokens.size() &&
         log.tokens[next].first && word(log, next).find(')') != text.npos;
}

/// A word cut off by the text's end has no last field.
std::string_view trusted(const Token& t) {
  const std::string_view text = t.text;
  if (!t.cut || text.ends_with(')') || text.ends_with(',')) return text;
  const std::size_t comma = text.rfind(',');
  return comma == text.npos ? std::string_view() : text.substr(0, comma + 1);
}

/// A number that a terminal broke off, "mode:0x20002" and "0": the rest is digits, and more of the
/// request or nothing stands behind it.
bool is_broken_number(const LogTokens& log, std::size_t at) {
  const Token& t = log.tokens[at];
  if (at + 1 >= log.tokens.size() || !log.tokens[at + 1].first) return false;
  if (t.text.ends_with(',') || t.text.ends_with(')')) return false;
  const std::string_view rest = word(log, at + 1);
  const std::size_t end = rest.find_first_not_of("0123456789abcdefx");
  const bool is_alone = at + 2 >= log.tokens.size() || log.tokens[at + 2].first;
  return end == rest.npos ? is_alone && t.line != log.tokens[at + 1].line
                          : end > 0 && (rest[end] == ',' || rest[end] == '(');
}

std::size_t read_fields(const LogTokens& log, std::size_t at, Request& r) {
  const std::size_t last = std::min(at + kRequestWordsMax, log.tokens.size());
  while (at < last) {
    const Token& t = log.tokens[at];
    std::string text(trusted(t));
    const bool glue =
        at + 1 < last && (is_half_a_mask(text, log, at + 1) || is_broken_number(log, at));
    if (glue) text += trusted(log.tokens[at + 1]);
    if (!set_fields(text, r)) break;
    at += glue ? 2 : 1;
  }
  return at;
}

/// "CPU: 1 PID: 440 Comm: x Not tainted 4.9.56 #53", "Pid: 1, comm: x Tainted: G 3.0.101 #1": the
/// version stands before the number of the build.
std::size_t read_version(const LogTokens& log, std::size_t at, Request& r) {
  constexpr std::size_t kVersionWordsMax = 24;
  const std::size_t last = std::min(at + kVersionWordsMax, log.tokens.size());
  std::size_t end = at + 1;
  for (std::size_t i = at + 1; i + 1 < last; ++i) {
    const std::string_view w = word(log, i);
    // The line may be broken, but the next of a report is not part of it.
    if (w == "Mem-Info:" || w == "Mem-info:" || w == "Call" || w == "Hardware") break;
    if (!word(log, i + 1).starts_with('#')) continue;
    // Without the number behind it a version may be cut: 4.1 of 4.14. And a line may be broken in
    // the middle of it: "3." and "12.10".
    const std::string_view before = log.tokens[i].first ? word(log, i - 1) : std::string_view();
    const bool is_broken = !before.empty() && before[0] >= '0' && before[0] <= '9';
    const std::string version = std::string(is_broken ? before : "") + std::string(w);
    if (const auto v = kernel_version(version)) r.kernel = v, r.version = version;
    return i + 1;
  }
  while (end < log.tokens.size() && !log.tokens[end].first) ++end;
  return end;
}

/// What a call trace tells of the task.
void read_trace_word(std::string_view w, Request& r) {
  const auto calls = [&](std::string_view name) { return w.find(name) != w.npos; };
  if (w == "<IRQ>" || w == "<NMI>" || calls("__do_softirq+") || calls("__irq_svc+"))
    r.in_interrupt = true;
  if (calls("try_to_free_pages+") || calls("balance_pgdat+") || calls("shrink_node+") ||
      calls("shrink_zone+") || calls("__alloc_pages_direct_compact+"))
    r.reclaiming = true;
}

/// Somebody writes of a failure: the subject of a mail, or a sentence. The kernel's line has fields
/// or was cut off behind its colon.
bool is_talk(const LogTokens& log, std::size_t fields, const Request& r) {
  if (r.comm.starts_with("Subject:")) return true;
  if (r.order || r.mask) return false;
  const bool line_ends = fields >= log.tokens.size() || log.tokens[fields].first;
  return !line_ends || log.tokens[fields - 1].text.ends_with('.');
}

}  // namespace

std::optional<RequestAt> request_at(const LogTokens& log, std::size_t at) {
  RequestAt found;
  Request& r = found.request;
  std::size_t fields = 0;
  const std::string_view third = word(log, at + 2);
  if (word(log, at) == "page" && word(log, at + 1) == "allocation" &&
      (third == "failure:" || third == "failure.")) {
    r.kind = ReportKind::failure, fields = at + 3;
  } else if (word(log, at) == "invoked" && word(log, at + 1) == "oom-killer:") {
    r.kind = ReportKind::oom, fields = at + 2;
  } else if (word(log, at) == "oom-killer:" && log.tokens[at].first) {
    // The start of the line is lost; without an order it is the form of before about 2.6.20.
    r.kind = ReportKind::oom, fields = at + 1;
    RequestAt headless = found;
    read_fields(log, fields, headless.request);
    if (!headless.request.order) return std::nullopt;
  } else {
    return std::nullopt;
  }
  r.line = log.tokens[at].line;
  r.comm = comm_before(log, at);
  found.end = read_fields(log, fields, r);
  if (is_talk(log, fields, r)) return std::nullopt;
  return found;
}

std::size_t read_request_detail(const LogTokens& log, std::size_t at, Request& r) {
  const Token& t = log.tokens[at];
  const std::string_view w = t.text;
  if ((w == "CPU:" || w == "Pid:") && !r.kernel) return read_version(log, at, r);
  if (w.starts_with("mems_allowed=") && r.mems_allowed.empty() && !t.cut) {
    r.mems_allowed = std::string(w.substr(w.find('=') + 1));
    return at + 1;
  }
  if (w.starts_with("oom-kill:constraint=") && !t.cut) read_constraint(w, r);
  if (w.starts_with("oom_memcg=") || w.find("constraint=CONSTRAINT_MEMCG") != w.npos ||
      (w == "Memory" && word(log, at + 1) == "cgroup") ||
      (w == "limit" && word(log, at + 1) == "of" && word(log, at + 2).starts_with('/')))
    r.of_memcg = true;
  // A name after '?' is an old one that still lies on the stack.
  const bool is_old = at > 0 && word(log, at - 1) == "?";
  if (!is_old && !r.trace_over) read_trace_word(w, r);
  return at;
}

}  // namespace bp::explain
