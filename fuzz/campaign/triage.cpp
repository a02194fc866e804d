// SPDX-License-Identifier: MIT
#include "fuzz/campaign/triage.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

#include "fuzz/campaign/stack_trace.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/replay.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "model/invariants/invariants.h"
#include "model/rules/registry/registry.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

std::int64_t saved_at(const fs::path& file) {
  struct stat info{};
  return ::stat(file.c_str(), &info) == 0 ? std::int64_t{info.st_mtim.tv_sec} : 0;
}

std::string contents_of(const fs::path& file) {
  const FileRead read = read_whole(file);
  return read.bytes ? std::string(read.bytes->begin(), read.bytes->end()) : std::string();
}

/// A concurrent case is text, and says itself what is planted; on the sound subject nothing is.
TriagedCrash run_case_again(const Crash& crash, const Bytes& bytes, TriagedCrash t) {
  t.text = std::string(bytes.begin(), bytes.end());
  const explore::CaseParse parsed = explore::parse_case(t.text);
  if (!parsed.one) {
    t.replayed.fault = crash.bin.string() + ":" + parsed.fault;
    return t;
  }
  explore::Case c = *parsed.one;
  // An engine's input does not say what was planted.
  if (t.subject == "lockfree" || c.plant.is_none()) explore::plant_of(t.subject, c.plant);
  t.replayed = replay_case_apart(c);
  if (!t.was_run()) t.replayed.fault = crash.bin.string() + ": " + t.replayed.fault;
  return t;
}

/// Nothing is known against it: this build lacks what saw it.
bool needs_its_engine(const TriagedCrash& t) {
  return is_engine_rule(t.crash.rule) && t.replayed.end == Replayed::End::accepted;
}

/// The stack in the engine's own report, which the campaign kept as a comment.
std::vector<std::string> stack_in_note(const std::string& note) {
  constexpr std::string_view kComment = "# ";
  std::string report;
  std::istringstream lines(note);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(kComment)) report += line.substr(kComment.size()) + "\n";
  return stack_in(report);
}

/// Runs the input, or says in `replayed.fault` why not.
TriagedCrash run_again(const Crash& crash, const TriageSource& source) {
  TriagedCrash t{.crash = crash, .subject = source.subject, .unix_time = saved_at(crash.bin)};
  std::error_code ec;
  t.where = {fs::exists(crash.text, ec) ? crash.text : crash.bin};
  // An engine that crashed outside of programs had no input: there is nothing to run.
  if (is_engine_rule(crash.rule) && fs::file_size(crash.bin, ec) == 0 && !ec) {
    t.text = contents_of(crash.text);
    t.replayed.end = Replayed::End::accepted;
    t.replayed.stack = stack_in_note(t.text);
    return t;
  }
  const FileRead read = read_whole(crash.bin);
  if (!read.bytes) {
    t.replayed.fault = read.fault;
    return t;
  }
  t.bytes = read.bytes->size();
  // Any bytes are some program: only the name tells that they are not the ones that were saved.
  if (content_name(*read.bytes) != crash.hash) {
    t.replayed.fault =
        fmt::format("{}: is not what its name says: cut short or changed", crash.bin.string());
    return t;
  }
  if (crash.target == kConcurrent) return run_case_again(crash, *read.bytes, std::move(t));
  if (crash.target != kSequential) {
    t.replayed.fault =
        fmt::format("{}: target {} is not run here", crash.bin.string(), crash.target);
    return t;
  }
  const Loaded loaded = load_program(crash.bin);
  if (!loaded.program) {
    t.replayed.fault = loaded.fault;
    return t;
  }
  t.text = contents_of(crash.text);
  // A text of comments only is an engine's note.
  if (!parse_text(t.text).program) t.text += print_text(*loaded.program);
  t.replayed = replay_apart(*loaded.program, source.setup);
  if (!t.was_run()) t.replayed.fault = crash.bin.string() + ": " + t.replayed.fault;
  if (needs_its_engine(t)) t.replayed.stack = stack_in_note(t.text);
  return t;
}

CrashGroup group_for(const TriagedCrash& t) {
  CrashGroup g;
  switch (t.replayed.end) {
    case Replayed::End::refused:
      g.rule = t.replayed.as_found.rule;
      g.kinds = t.replayed.reduced.kinds;
      g.statement = sentence_of(g.rule, t.replayed.as_found.statement);
      return g;
    case Replayed::End::crashed: g.rule = std::string(kSignalPrefix) + t.replayed.signal; break;
    case Replayed::End::hung: g.rule = kHangRule; break;
    case Replayed::End::accepted: g.rule = kEngineRule; break;
    case Replayed::End::not_run: g.rule = t.crash.rule; break;
  }
  g.stack = t.replayed.stack;
  if (g.stack.size() > kKeyFrames) g.stack.resize(kKeyFrames);
  g.statement = sentence_of(g.rule, {});
  return g;
}

bool same_bug(const CrashGroup& a, const CrashGroup& b) {
  return std::tie(a.rule, a.kinds, a.stack) == std::tie(b.rule, b.kinds, b.stack);
}

bool smaller_or_older(const TriagedCrash& a, const TriagedCrash& b) {
  return std::tie(a.bytes, a.unix_time, a.crash.hash) <
         std::tie(b.bytes, b.unix_time, b.crash.hash);
}

void put(Triage& all, TriagedCrash t) {
  if (t.replayed.end == Replayed::End::not_run) {
    all.unread.push_back(std::move(t));
    return;
  }
  if (t.replayed.end == Replayed::End::accepted && !needs_its_engine(t)) {
    all.gone.push_back(std::move(t));
    return;
  }
  CrashGroup g = group_for(t);
  auto at = std::ranges::find_if(all.groups, [&](const CrashGroup& o) { return same_bug(o, g); });
  if (at == all.groups.end()) at = all.groups.insert(at, std::move(g));
  at->crashes.push_back(std::move(t));
}

void sort_all(Triage& all) {
  for (CrashGroup& g : all.groups) std::ranges::sort(g.crashes, smaller_or_older);
  std::ranges::sort(all.groups, [](const CrashGroup& a, const CrashGroup& b) {
    if (a.rule != b.rule) {
      const auto ia = registry::id_parts(a.rule), ib = registry::id_parts(b.rule);
      return std::tie(ia.prefix, ia.number, a.rule) < std::tie(ib.prefix, ib.number, b.rule);
    }
    return smaller_or_older(a.crashes.front(), b.crashes.front());
  });
  std::ranges::sort(all.gone, smaller_or_older);
  std::ranges::sort(all.seen, [](const RuleSeen& a, const RuleSeen& b) {
    return std::tie(b.seen, a.rule) < std::tie(a.seen, b.rule);
  });
}

/// One input under one name.
using Identity = std::tuple<std::string, std::string, std::string, std::string>;

void add_source(Triage& all, const TriageSource& source, std::map<Identity, TriagedCrash>& inputs,
                std::map<std::string, std::uint64_t>& seen) {
  all.folders.push_back(source.folder.path());
  std::string last;
  for (const Crash& c : source.folder.crashes()) {
    if (const std::string name = c.target + '/' + c.rule; name != last) {
      seen[c.rule] += c.seen;
      last = name;
    }
    const Identity id{source.subject, c.target, c.rule, c.hash};
    const auto at = inputs.find(id);
    if (at == inputs.end() || !at->second.was_run()) {
      TriagedCrash t = run_again(c, source);
      if (at == inputs.end() || t.was_run()) inputs.insert_or_assign(id, std::move(t));
    } else {
      at->second.where.push_back(c.text);
      at->second.unix_time = std::min(at->second.unix_time, saved_at(c.bin));
    }
  }
}

}  // namespace

std::string engine_rule(std::string_view report, std::string_view reason) {
  std::vector<std::string> frames = stack_in(report);
  if (frames.size() > kKeyFrames) frames.resize(kKeyFrames);
  const std::string key =
      frames.empty() ? std::string(reason) : fmt::format("{}", fmt::join(frames, " "));
  const std::string hash =
      content_name({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()});
  return fmt::format("{}-{}", kEngineRule, hash.substr(0, 8));
}

bool is_engine_rule(std::string_view rule) {
  return rule == kEngineRule || rule.starts_with(fmt::format("{}-", kEngineRule));
}

std::string CrashGroup::fingerprint() const {
  std::string name = rule;
  if (!kinds.empty()) name += ": " + kinds;
  for (const std::string& frame : stack) name += " < " + frame;
  return name;
}

std::size_t rules_in(const Triage& t) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < t.groups.size(); ++i)
    n += i == 0 || t.groups[i].rule != t.groups[i - 1].rule ? 1U : 0U;
  return n;
}

Triage triage(std::span<const TriageSource> sources) {
  Triage all;
  std::map<Identity, TriagedCrash> inputs;
  std::map<std::string, std::uint64_t> seen;
  for (const TriageSource& s : sources) add_source(all, s, inputs, seen);
  for (auto& [id, crash] : inputs) put(all, std::move(crash));
  for (const auto& [rule, count] : seen) all.seen.push_back({rule, count});
  sort_all(all);
  return all;
}

std::string sentence_of(const std::string& rule, std::string_view said) {
  if (const registry::Rule* r = registry::find_rule(rule); r != nullptr)
    return std::string(r->sentence);
  for (const Invariant& i : invariants()) {
    if (i.id == rule) return std::string(i.statement);
  }
  if (!said.empty()) return std::string(said);
  if (rule == kEngineRule)
    return "An engine's own build stopped on it (a sanitizer, a time limit); this build sees "
           "nothing wrong.";
  if (rule == kHangRule) return fmt::format("The run did not end in {} s.", kReplaySeconds);
  if (rule.starts_with(kSignalPrefix))
    return fmt::format("The subject ended the run with {}.", rule.substr(kSignalPrefix.size()));
  return "";
}

}  // namespace bp::campaign
