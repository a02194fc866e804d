// SPDX-License-Identifier: MIT
#include "fuzz/cli/mutants_conc_print.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

constexpr std::array<double, 4> kWithin{1, 10, 60, 600};  ///< Seconds: rates are told for these.

std::string_view conc_mode_name(ConcMode m) { return kConcModeNames[static_cast<std::size_t>(m)]; }

std::string rules_of_cell(const ConcCell& c) {
  std::string text;
  for (const auto& [rule, times] : c.rules) text += (text.empty() ? "" : " ") + rule;
  return text;
}

/// "S1 0.12 s 340", or with several seeds "9/10 S1 0.12 s 340".
std::string cell_of(const ConcCell& c, bool several, double bound) {
  if (c.hunts == 0) return "-";
  if (c.kills == 0) return "lives";
  const std::string rate = several ? fmt::format("{}/{} ", c.kills, c.hunts) : "";
  const std::string rules = rules_of_cell(c);
  if (c.median_lives()) return fmt::format("{}{} > {:g} s", rate, rules, bound);
  return fmt::format("{}{} {:.2f} s {}", rate, rules, *c.median_seconds(), *c.median_executions());
}

std::string beside_of(const std::optional<Apart>& a, const char* without) {
  if (!a) return without;
  if (!a->run) return "cannot";
  return a->noticed ? fmt::format("{} {:.2f} s", a->by, a->seconds) : "lives";
}
std::string tsan_of(const ConcBeside& b) { return beside_of(b.tsan, "not built"); }
std::string relacy_of(const ConcBeside& b) { return beside_of(b.relacy, "not installed"); }

std::string smallest_of(const ConcRow& r) {
  return fmt::format("{} ops, {} off default, {} B", r.operations, r.deviations, r.bytes);
}

nlohmann::json beside_json(const std::optional<Apart>& a) {
  if (!a) return nullptr;
  return {{"run", a->run}, {"noticed", a->noticed}, {"by", a->by}, {"seconds", a->seconds}};
}

nlohmann::json cell_json(const ConcCell& c) {
  nlohmann::json j{{"seeds", c.seeds},     {"hunts", c.hunts},           {"kills", c.kills},
                   {"rules", c.rules},     {"deviations", c.deviations}, {"seconds", nullptr},
                   {"executions", nullptr}};
  if (!c.median_lives())
    j["seconds"] = *c.median_seconds(), j["executions"] = *c.median_executions();
  return j;
}

/// Of all hunts of a mode that were made, the share that killed in time.
double rate_within(const std::vector<ConcHunted>& all, std::size_t mode, double within) {
  unsigned hunts = 0, kills = 0;
  for (const ConcHunted& h : all) {
    hunts += std::max(h.row.cells[mode].hunts, 1U);
    kills += h.row.cells[mode].kills_within(within);
  }
  return hunts == 0 ? 0 : 100.0 * kills / hunts;
}

struct BesideTally {
  unsigned run = 0, noticed = 0;
  void add(const std::optional<Apart>& a) {
    run += a && a->run ? 1U : 0U;
    noticed += a && a->noticed ? 1U : 0U;
  }
};

}  // namespace

void ConcPrinter::head() const {
  if (form_ == ConcForm::json) return;
  if (form_ == ConcForm::text) {
    std::string line = fmt::format("{:<23} {:<11}", "planted bug", "rules");
    for (const ConcMode m : modes_) line += fmt::format(" {:<25}", conc_mode_name(m));
    if (beside_) line += fmt::format(" {:<16} {:<16}", "TSan", "Relacy");
    std::printf("%s smallest case\n", line.c_str());
    return;
  }
  std::string names = "| planted bug | what was done wrong | rules |", rule = "|---|---|---|";
  for (const ConcMode m : modes_) names += fmt::format(" {} |", conc_mode_name(m)), rule += "---|";
  if (beside_) names += " TSan | Relacy |", rule += "---|---|";
  std::printf("%s smallest case |\n%s---|\n", names.c_str(), rule.c_str());
}

void ConcPrinter::row(const ConcHunted& h) const {
  if (form_ == ConcForm::text) text_row(h);
  if (form_ == ConcForm::markdown) markdown_row(h);
  if (form_ == ConcForm::json) json_row(h);
  std::fflush(stdout);
}

void ConcPrinter::text_row(const ConcHunted& h) const {
  const ConcRow& r = h.row;
  std::string line = fmt::format("{:<23} {:<11}", r.plant->name, r.plant->rules);
  for (const ConcCell& c : r.cells) {
    const std::string text = fmt::format("{:<25}", cell_of(c, seeds_ > 1, seconds_));
    line += " " + (c.kills == 0 ? alarming(text) : text);
  }
  if (h.beside) line += fmt::format(" {:<16} {:<16}", tsan_of(*h.beside), relacy_of(*h.beside));
  line += !r.killed     ? alarming(" SURVIVED")
          : !r.by_named ? alarming(" BY OTHER RULES")
                        : " " + smallest_of(r);
  std::printf("%s\n", line.c_str());
}

void ConcPrinter::markdown_row(const ConcHunted& h) const {
  const ConcRow& r = h.row;
  std::string line = fmt::format("| {} | {} | {} |", r.plant->name, r.plant->what, r.plant->rules);
  for (const ConcCell& c : r.cells) line += fmt::format(" {} |", cell_of(c, seeds_ > 1, seconds_));
  if (h.beside) line += fmt::format(" {} | {} |", tsan_of(*h.beside), relacy_of(*h.beside));
  std::printf("%s %s |\n", line.c_str(), r.killed ? smallest_of(r).c_str() : "survived");
}

void ConcPrinter::json_row(const ConcHunted& h) const {
  const ConcRow& r = h.row;
  nlohmann::json j{{"name", r.plant->name},      {"kind", "conc"},
                   {"what", r.plant->what},      {"rules", r.plant->rules},
                   {"found", r.killed},          {"by_named_rule", r.by_named},
                   {"operations", r.operations}, {"deviations", r.deviations},
                   {"bytes", r.bytes},           {"modes", nlohmann::json::object()}};
  for (std::size_t m = 0; m < modes_.size(); ++m)
    j["modes"][conc_mode_name(modes_[m])] = cell_json(r.cells[m]);
  if (h.beside)
    j["tsan"] = beside_json(h.beside->tsan), j["relacy"] = beside_json(h.beside->relacy);
  std::printf("%s\n", j.dump().c_str());
}

void ConcPrinter::rates(const std::vector<ConcHunted>& all) const {
  nlohmann::json j = nlohmann::json::object();
  std::string text, names = "| mode |", rule = "|---|";
  for (const double w : kWithin) {
    if (w > seconds_ && w != kWithin[0]) continue;
    names += fmt::format(" killed within {:g} s |", w), rule += "---|";
  }
  for (std::size_t m = 0; m < modes_.size(); ++m) {
    const std::string name(conc_mode_name(modes_[m]));
    std::string line = fmt::format("{:<11}", name), cells = fmt::format("| {} |", name);
    for (const double w : kWithin) {
      if (w > seconds_ && w != kWithin[0]) continue;
      const double rate = rate_within(all, m, w);
      j[name][fmt::format("{:g}", w)] = rate;
      line += fmt::format("  {:5.1f} % within {:g} s", rate, w);
      cells += fmt::format(" {:.1f} % |", rate);
    }
    text += (form_ == ConcForm::markdown ? cells : line) + "\n";
  }
  if (form_ == ConcForm::json) {
    std::printf("%s\n", nlohmann::json{{"kill_rates", j}}.dump().c_str());
  } else if (form_ == ConcForm::markdown) {
    std::printf("\n%s\n%s\n%s", names.c_str(), rule.c_str(), text.c_str());
  } else {
    std::printf("%s", text.c_str());
  }
  if (!beside_ || form_ == ConcForm::json) return;
  BesideTally tsan, relacy;
  for (const ConcHunted& h : all) tsan.add(h.beside->tsan), relacy.add(h.beside->relacy);
  std::printf("%sTSan noticed %u of %u, Relacy %u of %u\n", form_ == ConcForm::markdown ? "\n" : "",
              tsan.noticed, tsan.run, relacy.noticed, relacy.run);
}

}  // namespace bp::cli
