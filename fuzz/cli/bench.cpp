// SPDX-License-Identifier: MIT
// `buddyproof bench`: what an operation costs, per subject and workload, beside the floor.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>

#include "fuzz/bench/alternatives.h"
#include "fuzz/bench/clock.h"
#include "fuzz/bench/floors.h"
#include "fuzz/bench/harness.h"
#include "fuzz/bench/inlined.h"
#include "fuzz/bench/printed.h"
#include "fuzz/bench/script.h"
#include "fuzz/cli/bench_compare.h"
#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/printed_json.h"
#include "fuzz/cli/svg_file.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/subjects/registry.h"

namespace bp::cli {
namespace {

using bench::Report;

constexpr std::uint64_t kInitGib = 16;

struct BenchFlags {
  std::vector<std::string> subjects;
  bench::Plan plan;
  std::string trace;
  std::string compare;
  std::string svg;
  bool json = false;
};

nlohmann::json to_json(const bench::Spread& s) {
  return {{"median", s.median}, {"min", s.min}, {"max", s.max}};
}

nlohmann::json to_json(const Report& r) {
  nlohmann::json floors, figures = nlohmann::json::array(), inits = nlohmann::json::array();
  for (const bench::Floor& f : r.floors) floors[f.name] = to_json(f.ns);
  for (const bench::Figure& f : r.figures) {
    figures.push_back({{"workload", f.workload},
                       {"subject", f.subject},
                       {"threads", f.threads},
                       {"ns", to_json(f.ns)},
                       {"ratio_to_locked_rmw", f.ns.median / r.locked_rmw_ns},
                       {"operations", f.operations},
                       {"nulls", f.nulls},
                       {"spurious_nulls", f.spurious},
                       {"verified", f.verified},
                       {"fault", f.fault}});
  }
  for (const bench::InitFigure& i : r.inits) {
    inits.push_back({{"subject", i.subject},
                     {"gib", i.gib},
                     {"microseconds", to_json(i.microseconds)},
                     {"metadata_kib_per_gib", i.metadata_kib}});
  }
  return {{"mib", r.plan.mib},
          {"passes", r.plan.passes},
          {"floors_ns", floors},
          {"figures", figures},
          {"create", inits}};
}

/// The subjects asked for, or the first fault.
struct BenchWork {
  std::vector<const bp_subject*> subjects;
  std::vector<const bench::Workload*> workloads;
  std::string fault;
};

BenchWork choose(const BenchFlags& o) {
  BenchWork c;
  for (const std::string& name : o.subjects) {
    const auto other = std::ranges::find(bench::alternatives(), name, &bench::Alternative::name);
    const SubjectLookup found = other != bench::alternatives().end()
                                    ? SubjectLookup{other->subject, other->missing}
                                    : find_subject(name);
    if (found.subject != nullptr) {
      c.subjects.push_back(found.subject);
    } else if (other != bench::alternatives().end()) {
      std::fprintf(stderr, "%s is skipped: %s\n", other->name, other->missing.c_str());
    } else {
      return {{}, {}, found.fault};
    }
  }
  if (o.subjects.empty()) c.subjects = {&lockfree_subject(), &locked_subject()};
  for (const std::string& name : o.plan.workloads) {
    const bench::Workload* w = bench::find_workload(name);
    if (w == nullptr) {
      std::string known;
      for (const bench::Workload& k : bench::workloads())
        known += (known.empty() ? "" : ", ") + std::string(k.name);
      return {{}, {}, fmt::format("--workload {}: not known; use one of {}", name, known)};
    }
    if (w->follows_script && o.plan.trace.empty())
      return {{}, {}, fmt::format("--workload {}: needs a trace to follow: --trace FILE", name)};
    c.workloads.push_back(w);
  }
  for (const bench::Workload& w : bench::workloads()) {
    const bool asked = w.follows_script ? !o.plan.trace.empty() : true;
    if (o.plan.workloads.empty() && asked) c.workloads.push_back(&w);
  }
  return c;
}

void run_all(const BenchWork& chosen, Report& r) {
  bench::pin_to(0);
  r.floors = bench::measure_floors(r.plan.passes);
  r.locked_rmw_ns = r.floors.front().ns.median;
  std::vector<const bp_subject*> subjects = chosen.subjects;
  subjects.push_back(&bench::empty_subject());
  for (const bp_subject* s : chosen.subjects)
    r.inits.push_back(bench::measure_init(*s, kInitGib, r.plan.passes));
  for (const unsigned threads : r.plan.threads) {
    for (const bench::Workload* w : chosen.workloads) {
      // A pair of threads is one of remote's, so that "1" has it too.
      const unsigned n = std::max(threads, w->threads_per);
      if (n != threads && threads != r.plan.threads.front()) continue;
      for (const bp_subject* s : subjects) {
        for (bench::Figure& f : bench::run_workload(*w, *s, r.plan, n))
          r.figures.push_back(std::move(f));
        for (const bench::Inlined& i : bench::inlined_subjects()) {
          if (i.table != s) continue;
          for (bench::Figure& f : bench::run_workload(*w, *s, r.plan, n, &i))
            r.figures.push_back(std::move(f));
        }
      }
    }
  }
}

int bench_verb(BenchFlags o) {
  for (const unsigned t : o.plan.threads)
    if (t < 1 || t > BP_CPUS_MAX || (t > 1 && t % 2 != 0))
      return fail(kUsage,
                  fmt::format("--threads {}: use 1 or an even number up to {}", t, BP_CPUS_MAX));
  if (!o.trace.empty()) {
    const std::string fault = bench::read_trace(o.trace, o.plan.trace);
    if (!fault.empty()) return fail(kUsage, fault);
  }
  if (!o.compare.empty()) {
    const std::string fault = compare_bench({}, o.compare).fault;
    if (!fault.empty()) return fail(kUsage, fault);
  }
  const BenchWork chosen = choose(o);
  if (!chosen.fault.empty()) return fail(kUsage, chosen.fault);
  SvgFile svg(o.svg);
  if (const int status = svg.open(); status != kFine) return status;
  Report r;
  r.plan = o.plan;
  run_all(chosen, r);
  if (o.json) {
    print_json(to_json(r));
  } else {
    std::printf("%s", bench::table_of(r).c_str());
  }
  if (!o.compare.empty()) {
    const BenchComparison c = compare_bench(to_json(r), o.compare);
    if (!c.fault.empty()) return fail(kUsage, c.fault);
    std::fprintf(o.json ? stderr : stdout, "%s", c.text.c_str());
  }
  if (const int status = svg.write(bench::svg_of(r)); status != kFine) return status;
  const bool wrong = std::ranges::any_of(r.figures, [&](const bench::Figure& f) {
    const SubjectLookup s = find_subject(f.subject);
    const bool may = f.threads == 1 || s.subject == nullptr || (s.subject->caps & BP_CAP_THREADS);
    return may && !f.fault.empty();
  });
  return wrong ? kViolation : kFine;
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  const auto o = std::make_shared<BenchFlags>();
  CLI::App* verb =
      app.add_subcommand("bench", "Measure subjects: CPU time per operation, beside the floor");
  verb->add_option(
      "--subject", o->subjects,
      "A subject's name, or the path of a shared object with a '/' in it; several "
      "may be named; also mmap, malloc, jemalloc, mimalloc, tcmalloc (default: lockfree, locked)");
  verb->add_option(
      "--workload", o->plan.workloads,
      "hot, rep9, bulk, bulk9, rand0, rand9, mixed, remote, exit or trace (default: all)");
  verb->add_option("--threads", o->plan.threads, "1 or an even number; several may be named");
  verb->add_option("--mib", o->plan.mib, "Managed memory")->transform(CLI::Range(64, 65536));
  verb->add_option("--passes", o->plan.passes, "Measured passes")->transform(CLI::Range(1, 1000));
  verb->add_option("--percent", o->plan.percent, "Of the usual number of operations")
      ->transform(CLI::Range(1, 1000));
  verb->add_option("--trace", o->trace,
                   "Adds the workload `trace`: this recording, plain, xz, zstd");
  verb->add_option("--compare", o->compare,
                   "Report ratios to the floor beside those of this file of --json");
  verb->add_option("--svg", o->svg, "Write a plot to this file");
  verb->add_flag("--json", o->json, "As one JSON object");
  verb->footer(
      "Exit status 1: a block had two owners or none, or a count was wrong, in the verified pass.\n"
      "  buddyproof bench --threads 1 --threads 2\n"
      "  buddyproof bench --workload hot --subject lockfree --subject ./libmine.so --json\n"
      "What user space might take instead comes with ci/setup --with-alternatives; DPDK's mempool "
      "is\n"
      "then a shared object: --subject build/release/lib/dpdk_mempool.so");
  verb->callback([o, &action] { action = [o] { return bench_verb(*o); }; });
}

}  // namespace bp::cli
