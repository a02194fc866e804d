// SPDX-License-Identifier: MIT
#include "fuzz/cli/fuzz_conc.h"

#include <cstdio>
#include <set>
#include <system_error>

#include "fuzz/campaign/replayed.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/explore/minimise_case.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;
using campaign::Replayed;

struct Kept {
  std::string file;
  bool first = false;
  std::string fault;
};

Kept keep_case(campaign::Folder& folder, const std::string& rule, const std::string& text) {
  Kept k;
  const Bytes bytes(text.begin(), text.end());
  k.fault = folder.add_crash(rule, bytes, text, k.first);
  k.file = (folder.crash_folder(rule) / (content_name(bytes) + ".txt")).string();
  return k;
}

void print_case(const std::string& file, const Replayed& r, bool json) {
  const std::string& says = r.as_found.seen;
  if (json) {
    const nlohmann::json j{{"file", file},
                           {"verdict", "refused"},
                           {"rule", r.as_found.rule},
                           {"seen", says},
                           {"program", r.as_found.text}};
    std::printf("%s\n", j.dump().c_str());
    return;
  }
  std::printf("%s\n", fmt::format("fuzz/explore/run.h:1: Assertion '{} {}' failed.\n  seen     {}\n"
                                  "  at step  {}\n\n{}\nto reproduce:  ci/buddyproof repro {}\n"
                                  "to minimise:   ci/buddyproof min {} -o {}.min\n",
                                  r.as_found.rule, r.as_found.statement, says, r.as_found.event,
                                  r.as_found.text, file, file, file)
                          .c_str());
}

/// As the targets take it: the scenario, and behind a zero byte the choices.
Bytes input_of(const explore::Case& c) {
  const std::string scenario = explore::scenario_text(c.scenario);
  Bytes bytes(scenario.begin(), scenario.end());
  if (!c.has_schedule) return bytes;
  bytes.push_back(0);
  const Bytes choices = c.choices.empty() ? explore::choices_of(c) : c.choices;
  bytes.insert(bytes.end(), choices.begin(), choices.end());
  return bytes;
}

FileList own_seeds() {
  FileList all = expand({(source_tree() / "corpus/conc").string()});
  const FileList more = kept(Regressions::cases);
  all.files.insert(all.files.end(), more.files.begin(), more.files.end());
  if (all.fault.empty()) all.fault = more.fault;
  return all;
}

}  // namespace

ConcStart conc_start(const std::vector<std::string>& seeds, const std::string& subject,
                     unsigned shard, unsigned shards) {
  ConcStart s;
  if (!explore::plant_of(subject, s.work.plant)) {
    s.fault = fmt::format(
        "--subject {}: the concurrent mode simulates lockfree, or lockfree with a planted bug",
        subject);
    return s;
  }
  const FileList files = seeds.empty() ? own_seeds() : expand(seeds);
  s.fault = files.fault;
  for (std::size_t i = shard; s.fault.empty() && i < files.files.size(); i += shards) {
    ConcFile file = read_conc(files.files[i]);
    s.fault = file.fault;
    if (!file.one) continue;
    s.inputs.push_back(input_of(*file.one));
    s.work.scenarios.push_back(std::move(file.one->scenario));
  }
  if (s.fault.empty() && s.work.scenarios.empty())
    s.fault = fmt::format("--shard {}/{}: there are only {} scenarios to deal out", shard, shards,
                          files.files.size());
  return s;
}

void add_kept(const fs::path& corpus, campaign::ConcWork& work) {
  work.corpus = corpus;
  std::set<std::string> known;
  for (const explore::Scenario& s : work.scenarios) known.insert(explore::scenario_text(s));
  std::error_code ec;
  for (fs::directory_iterator at(corpus, ec); !ec && at != fs::directory_iterator();
       at.increment(ec)) {
    ConcFile file = read_conc(at->path());
    if (file.one && known.insert(explore::scenario_text(file.one->scenario)).second)
      work.scenarios.push_back(std::move(file.one->scenario));
  }
}

int judge_conc(const fs::path& file, const std::string& subject, campaign::Folder& keep, bool json,
               bool said_before) {
  ConcFile parsed = read_conc(file);
  if (!parsed.one) return kFine;
  // An engine's input does not say what was planted.
  if (parsed.one->plant.is_none()) explore::plant_of(subject, parsed.one->plant);
  const Replayed r = campaign::replay_case_apart(*parsed.one);
  if (r.end == Replayed::End::not_run) return fail(kUsage, file.string() + ": " + r.fault);
  if (r.end == Replayed::End::accepted) return kFine;
  const bool refused = r.end == Replayed::End::refused;
  const std::string ended = r.end == Replayed::End::hung ? "time" : r.signal;
  const std::string rule = refused ? r.as_found.rule : "crash-" + ended;
  const Kept kept =
      keep_case(keep, rule, refused ? r.as_found.text : explore::case_text(*parsed.one));
  const bool lost = !kept.fault.empty();
  const int status = lost ? kInfrastructure : kViolation;
  if (said_before || (!lost && !kept.first)) return status;
  if (lost) fail(kInfrastructure, kept.fault);
  if (!refused) return fail(static_cast<Exit>(status), kept.file + ": ended by " + ended);
  print_case(lost ? file.string() : kept.file, r, json);
  return status;
}

int minimise_conc(const fs::path& file, const std::string& subject, const std::string& out,
                  bool json) {
  ConcFile parsed = read_conc_on(file, subject);
  if (!parsed.one) return fail(kUsage, parsed.fault);
  explore::Runner runner(parsed.one->scenario);
  const explore::Replayed r = explore::replay_case(*parsed.one, runner);
  if (r.verdict.fault.empty() && !r.fault.empty() && subject.empty())
    return fail(kUsage, file.string() + ": " + r.fault);
  if (r.verdict.fault.empty())
    return fail(kUsage, fmt::format("{}: nothing to minimise: it breaks no rule", file.string()));
  parsed.one = explore::in_words(std::move(*parsed.one), r);
  parsed.one->rule = r.verdict.fault;
  const explore::SmallCase small = explore::minimise_case(*parsed.one);
  if (const std::string fault = write_whole(out, explore::case_text(small.one)); !fault.empty())
    return fail(kUsage, fault);
  const std::string rule = explore::rule_of(parsed.one->rule);
  if (json) {
    const nlohmann::json j{{"file", file.string()},
                           {"out", out},
                           {"rule", rule},
                           {"operations_before", small.operations_before},
                           {"operations", small.operations},
                           {"deviations", explore::deviations(small.one.schedule)},
                           {"executions", small.executions}};
    std::printf("%s\n", j.dump().c_str());
  } else {
    std::printf(
        "%s: %zu operations of %zu still break %s, with %u choices off the default; %llu "
        "executions\n",
        out.c_str(), small.operations, small.operations_before, rule.c_str(),
        explore::deviations(small.one.schedule), static_cast<unsigned long long>(small.executions));
  }
  return kFine;
}

}  // namespace bp::cli
