// SPDX-License-Identifier: MIT
#include "fuzz/cli/mutants_conc.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <system_error>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/conc_file.h"
#include "fuzz/cli/mutants_conc_print.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

std::vector<const ConcPlant*> chosen(const ConcMutantFlags& f) {
  std::vector<const ConcPlant*> some;
  for (const ConcPlant& p : conc_plants()) {
    if (f.only.empty() || std::ranges::find(f.only, p.name) != f.only.end()) some.push_back(&p);
  }
  return some;
}

int list(const ConcMutantFlags& f) {
  for (const ConcPlant* p : chosen(f)) {
    const nlohmann::json j{
        {"name", p->name}, {"kind", "conc"}, {"what", p->what}, {"rules", p->rules}};
    std::printf("%s\n", f.json ? j.dump().c_str() : std::string(p->name).c_str());
  }
  return kFine;
}

std::vector<ConcMode> modes_of(const ConcMutantFlags& f) {
  std::vector<ConcMode> modes;
  for (std::size_t m = 0; m < kConcModeNames.size(); ++m) {
    if (f.modes.empty() || std::ranges::find(f.modes, kConcModeNames[m]) != f.modes.end())
      modes.push_back(static_cast<ConcMode>(m));
  }
  return modes;
}

/// Where one has to wait, on stderr: the table is stdout's.
class ConcProgress {
 public:
  ConcProgress(const ConcMutantFlags& f, std::size_t bugs) : shows_(f.seeds > 1), bugs_(bugs) {}
  void next() { ++bug_; }
  void operator()(const ConcRow& r, ConcMode mode) const {
    if (!shows_) return;
    const ConcCell& c = r.cells.back();
    const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin_;
    std::fprintf(
        stderr, "%s\n",
        fmt::format("{:5.0f} s  {} of {}: {} {}, {} of {} hunts killed", gone.count(), bug_, bugs_,
                    r.plant->name, kConcModeNames[static_cast<std::size_t>(mode)], c.kills, c.hunts)
            .c_str());
  }

 private:
  bool shows_;
  std::size_t bugs_, bug_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Nothing if its program is not there.
std::optional<Apart> noticed_by(const std::filesystem::path& program, std::string_view checker,
                                const ConcPlant& p, double seconds) {
  std::error_code ec;
  if (!std::filesystem::exists(program, ec)) return std::nullopt;
  return notice_apart(program.string(), checker, p.name, seconds);
}

ConcBeside beside(const ConcPlant& p, double seconds) {
  return {.tsan = noticed_by(built("tsan", "conc_stress"), "TSan", p, seconds),
          .relacy = noticed_by(built("release", "conc_relacy"), "Relacy", p, seconds)};
}

ConcForm form_of(const ConcMutantFlags& f) {
  return f.json ? ConcForm::json : f.markdown ? ConcForm::markdown : ConcForm::text;
}

int run(const ConcMutantFlags& f) {
  const FileList files = expand({(source_tree() / "corpus" / "conc").string()});
  if (!files.fault.empty()) return fail(kInfrastructure, files.fault);
  std::vector<explore::NamedScenario> all;
  for (const auto& path : files.files) {
    ConcFile file = read_conc(path);
    if (!file.one) return fail(kInfrastructure, file.fault);
    all.push_back({path.stem().string(), std::move(file.one->scenario)});
  }
  const std::vector<sched::Site> met = explore::met_sites(all);
  const std::vector<const ConcPlant*> plants = chosen(f);
  const std::vector<ConcMode> modes = modes_of(f);
  const ConcPrinter print(form_of(f), modes, f.seeds, f.seconds, f.beside);
  ConcProgress progress(f, plants.size());
  const ConcTableOptions options{
      .modes = modes, .seeds = f.seeds, .seconds = f.seconds, .on_cell = [&](const ConcRow& r) {
        progress(r, modes[r.cells.size() - 1]);
      }};
  std::vector<ConcHunted> hunted;
  std::size_t alive = 0, otherwise = 0;
  print.head();
  for (const ConcPlant* p : plants) {
    progress.next();
    ConcHunted& h = hunted.emplace_back(conc_row(*p, met, all, options));
    if (f.beside) h.beside = beside(*p, f.seconds);
    print.row(h);
    if (!h.row.killed) ++alive;
    if (h.row.killed && !h.row.by_named) ++otherwise;
  }
  print.rates(hunted);
  if (form_of(f) == ConcForm::text)
    std::printf("%zu of %zu killed by a rule that they name; %zu by other rules, %zu survived\n",
                hunted.size() - alive - otherwise, hunted.size(), otherwise, alive);
  return alive + otherwise == 0 ? kFine : kViolation;
}

}  // namespace

bool is_conc_mutant(const std::string& name) {
  return std::ranges::any_of(conc_plants(), [&](const ConcPlant& p) { return p.name == name; });
}

int conc_mutants(const ConcMutantFlags& f) { return f.run ? run(f) : list(f); }

}  // namespace bp::cli
