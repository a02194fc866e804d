// SPDX-License-Identifier: MIT
// `buddyproof rules`: every rule by number, where it is coded, tested and proved.
#include "fuzz/cli/rules.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/rules_seeds.h"
#include "fuzz/report/fmt.h"
#include "fuzz/rules_index/citation.h"
#include "model/vocab/machine.h"

namespace bp::cli {
namespace {

using namespace rules_index;

struct RulesFlags {
  std::vector<std::string> ids;
  std::string profile, section;
  bool json = false, bugs = false, seeds = false;
};

/// What was asked for, or a fault of one line.
struct Wanted {
  std::vector<std::string> ids;  ///< None: all.
  std::optional<Profile> profile;
  std::vector<const registry::Subject*> sections;  ///< None: all.
  std::string fault;
};

std::string upper(std::string s) {
  for (char& c : s) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return s;
}

std::string unknown(const std::string& id) {
  return fmt::format("{}: no such rule; nearest: {}", id, fmt::join(nearest_ids(upper(id)), ", "));
}

/// `R-CFG-4..8` as well as `r-cfg-4`.
void want_ids(const RulesFlags& o, Wanted& w) {
  for (const std::string& argument : o.ids) {
    const auto cited = citations_in(upper(argument));
    if (cited.empty()) w.fault = unknown(argument);
    for (const Citation& c : cited) {
      if (!is_known(c.first_id())) w.fault = unknown(c.first_id());
      if (!is_known(c.last_id())) w.fault = unknown(c.last_id());
      for (unsigned n = c.first; n <= c.last; ++n)
        if (is_known(id_of(c.prefix, n))) w.ids.push_back(id_of(c.prefix, n));
    }
  }
}

/// "WMARK" of "R-WMARK-"; "C" of both "C-" and "C".
std::string_view section_of(std::string_view prefix) {
  if (prefix.starts_with("R-")) prefix.remove_prefix(2);
  if (prefix.ends_with('-')) prefix.remove_suffix(1);
  return prefix;
}

void want_section(const RulesFlags& o, Wanted& w) {
  if (o.section.empty()) return;
  const std::string name = upper(o.section);
  std::vector<std::string_view> known;
  for (const registry::Subject& s : registry::subjects()) {
    const std::string_view section = section_of(s.prefix);
    if (section == section_of(name)) w.sections.push_back(&s);
    if (std::ranges::find(known, section) == known.end()) known.push_back(section);
  }
  if (w.sections.empty())
    w.fault =
        fmt::format("--section {}: no such section; use {}", o.section, fmt::join(known, ", "));
}

void want_profile(const RulesFlags& o, Wanted& w) {
  if (o.profile.empty()) return;
  std::vector<std::string_view> known;
  for (unsigned n = 0; n < kProfiles; ++n) {
    const auto p = static_cast<Profile>(n);
    if (profile_name(p) == o.profile) w.profile = p;
    known.push_back(profile_name(p));
  }
  if (!w.profile)
    w.fault = fmt::format("--profile {}: not known; use {}", o.profile, fmt::join(known, ", "));
}

Wanted wanted(const RulesFlags& o) {
  Wanted w;
  want_profile(o, w);
  want_section(o, w);
  want_ids(o, w);
  return w;
}

bool is_wanted(const Wanted& w, std::string_view id, registry::Profiles profiles) {
  if (w.profile && !profiles.has(*w.profile)) return false;
  return w.ids.empty() || std::ranges::find(w.ids, id) != w.ids.end();
}

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_bugs(const RulesFlags& o, const Wanted& w) {
  const auto all = survey_bugs(places());
  std::vector<const BugFacts*> chosen;
  for (const BugFacts& f : all)
    if (is_wanted(w, f.bug->id, f.bug->profiles)) chosen.push_back(&f);
  put(o.json ? bugs_json(chosen) : w.ids.empty() ? bugs_table(chosen) : bugs_in_full(chosen));
}

void print_rules(const RulesFlags& o, const Wanted& w) {
  const auto all = survey_rules(places());
  std::vector<const RuleFacts*> chosen;
  for (const RuleFacts& f : all) {
    const bool in_section =
        w.sections.empty() || std::ranges::find(w.sections, f.subject) != w.sections.end();
    if (in_section && is_wanted(w, f.rule->id, f.rule->profiles)) chosen.push_back(&f);
  }
  put(o.json ? rules_json(chosen) : w.ids.empty() ? rules_table(chosen) : rules_in_full(chosen));
}

int seeds(const RulesFlags& o) {
  const std::vector<SeedFacts> all = survey_seeds(survey_rules(places()));
  put(o.json ? seeds_json(all) : seeds_table(all));
  return kFine;
}

int rules(const RulesFlags& o) {
  if (o.seeds) return seeds(o);
  const Wanted w = wanted(o);
  if (!w.fault.empty()) return fail(kUsage, w.fault);
  const bool names_bugs =
      std::ranges::any_of(w.ids, [](const auto& id) { return registry::find_bug(id) != nullptr; });
  const bool names_rules =
      std::ranges::any_of(w.ids, [](const auto& id) { return registry::find_rule(id) != nullptr; });
  if (o.bugs && names_rules)
    return fail(kUsage, "--bugs: shows B- ids only; leave out one of both");
  if (names_rules && names_bugs) return fail(kUsage, "rules and bugs: ask for one kind at a time");
  if (o.bugs || names_bugs) {
    print_bugs(o, w);
  } else {
    print_rules(o, w);
  }
  return kFine;
}

}  // namespace

void add_rules(CLI::App& app, Action& action) {
  const auto o = std::make_shared<RulesFlags>();
  CLI::App* verb = app.add_subcommand("rules", "Every rule: what it says, where it is kept");
  verb->add_option("ID", o->ids, "These in full: R-WMARK-6, R-CFG-4..8, C12, B-04");
  verb->add_option("--profile", o->profile, "Those that hold for this kernel, e.g. v7.1");
  CLI::Option* section =
      verb->add_option("--section", o->section, "Those of a subject: WMARK, BUDDY, PCP, W, L, ...");
  verb->add_flag("--bugs", o->bugs, "Instead: bugs that kernels had, and the rules they break")
      ->excludes(section);
  verb->add_flag("--seeds", o->seeds,
                 "Instead: what the first documents say, and what covers each line")
      ->excludes(section)
      ->excludes("--bugs");
  verb->add_flag("--json", o->json, "An array of objects");
  verb->footer(
      "A place counts as it cites the id: model/ and impl/ are code, *_test.cpp tests, proofs/\n"
      "proofs, fuzz/mutants/ planted bugs, the rest of fuzz/ the harness.\n"
      "  buddyproof rules --section WMARK --profile v4.7\n"
      "  buddyproof rules R-WMARK-6");
  verb->callback([o, &action] { action = [o] { return rules(*o); }; });
}

}  // namespace bp::cli
