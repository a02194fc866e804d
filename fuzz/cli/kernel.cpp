// SPDX-License-Identifier: MIT
// `buddyproof kernel import` and `kernel zoneinfo`: what a running kernel left behind, as programs
// and machines.
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/kernel_check.h"
#include "fuzz/cli/kernel_judge.h"
#include "fuzz/cli/kernel_select.h"
#include "fuzz/cli/zoneinfo_check.h"
#include "fuzz/engines/replay.h"
#include "fuzz/kernel/import.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/trace.h"
#include "fuzz/kernel/zoneinfo.h"
#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/rules/layout.h"
#include "model/vocab/gfp_text.h"

namespace bp::cli {
namespace {

struct ImportFlags {
  std::string trace, out, era, profile, machine, zoneinfo;
  std::uint64_t first = 0;
  std::optional<std::uint64_t> events;
  bool json = false;
};

struct ZoneinfoFlags {
  std::vector<std::string> paths;
  std::string era, profile;
  bool check = false, json = false;
};

/// A value that was read, or the line that says why not.
template <class T>
struct Read {
  std::optional<T> got;
  std::string fault;
};

std::string at_line(const std::string& file, std::size_t line, const std::string& what) {
  return line == 0 ? fmt::format("{}: {}", file, what) : fmt::format("{}:{}: {}", file, line, what);
}

Read<Era> read_era(const std::string& name, Era otherwise) {
  if (name.empty()) return {otherwise, {}};
  if (const auto era = era_named(name)) return {era, {}};
  return {std::nullopt,
          fmt::format("--era {}: not an era; use E0, E1, E2, E2p, E3, E4 or E5", name)};
}

/// --era, or what the trace says itself: a raw mask means nothing without its era.
Read<Era> read_trace_era(const ImportFlags& o, std::string_view trace) {
  if (!o.era.empty()) return read_era(o.era, Era::e0);
  if (const auto era = kernel::era_of_trace(trace)) return {era, {}};
  return {std::nullopt,
          o.trace +
              ": its gfp masks are raw numbers: say their era, --era E3 for a 6.1 kernel, E5 "
              "from 6.3 on, or put '# era E5' on its first line"};
}

Read<Profile> read_profile(const std::string& name) {
  if (name.empty()) return {Profile::v6_1_lts192, {}};
  if (const auto p = profile_named(name); p) return {p, {}};
  return {std::nullopt, fmt::format("--profile {}: not known; use v4.7, v5.15, v6.1-lts192, v6.12 or v7.1", name)};
}

Read<Machine> machine_of_zoneinfo(const std::string& file, Profile profile,
                                  std::optional<Era> era) {
  const kernel::FileText text = kernel::read_file(file);
  if (!text.fault.empty()) return {std::nullopt, text.fault};
  const kernel::Zoneinfo info = kernel::read_zoneinfo(text.bytes, {.profile = profile, .era = era});
  if (info.machine) return {info.machine, {}};
  return {std::nullopt, at_line(file, info.fault_line, info.fault)};
}

Read<Machine> machine_of_program(const std::string& file) {
  Loaded loaded = load_program(file);
  if (!loaded.program) return {std::nullopt, loaded.fault};
  return {loaded.program->machine, {}};
}

int print_import(const ImportFlags& o, Era era, const kernel::ImportStats& stats) {
  if (o.json) {
    nlohmann::json j = nlohmann::json::parse(kernel::import_json(stats));
    j["trace"] = o.trace, j["out"] = o.out, j["era"] = era_name(era);
    std::printf("%s\n", j.dump().c_str());
    return kFine;
  }
  std::string summary = kernel::import_summary(stats);
  while (!summary.empty() && summary.back() == '\n') summary.pop_back();
  std::printf("%s\nmasks read as %s; written to %s\n", summary.c_str(),
              std::string(era_name(era)).c_str(), o.out.c_str());
  return kFine;
}

int import(const ImportFlags& o) {
  const Read<Profile> profile = read_profile(o.profile);
  if (!profile.got) return fail(kUsage, profile.fault);
  const kernel::FileText text = kernel::read_file(o.trace);
  if (!text.fault.empty()) return fail(kUsage, text.fault);
  const Read<Era> era = read_trace_era(o, text.bytes);
  if (!era.got) return fail(kUsage, era.fault);
  kernel::ImportOptions options{.era = *era.got, .profile = *profile.got, .first = o.first};
  if (o.events) options.count = *o.events;
  if (!o.machine.empty() || !o.zoneinfo.empty()) {
    const Read<Machine> m = o.machine.empty()
                                ? machine_of_zoneinfo(o.zoneinfo, *profile.got, era.got)
                                : machine_of_program(o.machine);
    if (!m.got) return fail(kUsage, m.fault);
    options.machine = m.got;
  }
  const kernel::ImportResult made = kernel::import_trace(text.bytes, options);
  if (!made.program) return fail(kUsage, at_line(o.trace, made.fault_line, made.fault));
  if (std::string what = save_program(o.out, *made.program); !what.empty())
    return fail(kUsage, what);
  return print_import(o, options.era, made.stats);
}

nlohmann::json zone_json(const rules::ZoneLayout& z) {
  nlohmann::json j{{"node", z.node},
                   {"zone", zone_name(z.type)},
                   {"begin", static_cast<std::uint64_t>(z.frames.begin)},
                   {"end", static_cast<std::uint64_t>(z.frames.end)},
                   {"managed", static_cast<std::int64_t>(z.managed)},
                   {"min", static_cast<std::int64_t>(z.marks.min)},
                   {"low", static_cast<std::int64_t>(z.marks.low)},
                   {"high", static_cast<std::int64_t>(z.marks.high)},
                   {"pcp_high", static_cast<std::int64_t>(z.pcp_high)},
                   {"pcp_batch", static_cast<std::int64_t>(z.pcp_batch)}};
  for (const Pages reserve : z.lowmem_reserve)
    j["lowmem_reserve"].push_back(static_cast<std::int64_t>(reserve));
  return j;
}

/// The machine as program text, and under it, as comments, what the rules compute for it.
int print_machine(const std::string& file, bool json, const Machine& m) {
  Program p;
  p.machine = m;
  const rules::Layout layout = rules::lay_out(m);
  if (json) {
    nlohmann::json j{
        {"file", file}, {"machine", print_text(p)}, {"zones", nlohmann::json::array()}};
    for (const auto& z : layout.zones) j["zones"].push_back(zone_json(z));
    std::printf("%s\n", j.dump().c_str());
    return kFine;
  }
  std::printf("%s", print_text(p).c_str());
  for (const auto& z : layout.zones) {
    std::string reserve;
    for (const Pages r : z.lowmem_reserve)
      reserve += fmt::format(" {}", static_cast<std::int64_t>(r));
    std::printf(
        "%s\n",
        fmt::format("# node {} {:<8} managed {:>9}  min {:>6} low {:>6} high {:>6}"
                    "  pcp {}/{}  lowmem_reserve{}",
                    z.node, zone_name(z.type), static_cast<std::int64_t>(z.managed),
                    static_cast<std::int64_t>(z.marks.min), static_cast<std::int64_t>(z.marks.low),
                    static_cast<std::int64_t>(z.marks.high), static_cast<std::int64_t>(z.pcp_high),
                    static_cast<std::int64_t>(z.pcp_batch), reserve)
            .c_str());
  }
  return kFine;
}

int zoneinfo(const ZoneinfoFlags& o) {
  if (o.check) return check_machines({o.paths, o.profile, o.json});
  if (o.paths.size() > 1) return fail(kUsage, "one zoneinfo at a time; --check takes more");
  const std::string file = o.paths.empty() ? kernel::kZoneinfoPath : o.paths.front();
  const Read<Profile> profile = read_profile(o.profile);
  if (!profile.got) return fail(kUsage, profile.fault);
  const Read<Era> era = read_era(o.era, era_of(*profile.got));
  if (!era.got) return fail(kUsage, era.fault);
  const Read<Machine> m = machine_of_zoneinfo(file, *profile.got, era.got);
  if (!m.got) return fail(kUsage, m.fault);
  return print_machine(file, o.json, *m.got);
}

void add_import(CLI::App& parent, Action& action) {
  const auto o = std::make_shared<ImportFlags>();
  CLI::App* verb = parent.add_subcommand("import", "Turn a kmem trace into a program");
  verb->add_option("TRACE", o->trace, "A recording, plain, xz or zstd")->required();
  verb->add_option("-o,--out", o->out, "Where to write: .bin for bytes, .zst to compress")
      ->required();
  verb->add_option("--era", o->era,
                   "Layout of the trace's masks: E0 .. E5 (default: the profile's)");
  verb->add_option("--profile", o->profile, "Rules of the machine: v4.7, v5.15, v6.1-lts192 (default), v6.12 or v7.1");
  CLI::Option* machine =
      verb->add_option("--machine", o->machine, "Take the machine of this program");
  verb->add_option("--zoneinfo", o->zoneinfo, "Take the machine of this /proc/zoneinfo")
      ->excludes(machine);
  verb->add_option("--first", o->first, "Event to start with, from 0");
  verb->add_option("--events", o->events, "Most events to import (default: all)");
  verb->add_flag("--json", o->json, "The summary as one JSON object");
  verb->footer(
      "  buddyproof kernel import compile-trace.txt.xz -o compile.bin.zst\n"
      "  buddyproof kernel import TRACE --first 100000 --events 500 -o slice.txt");
  verb->callback([o, &action] { action = [o] { return import(*o); }; });
}

void add_zoneinfo(CLI::App& parent, Action& action) {
  const auto o = std::make_shared<ZoneinfoFlags>();
  CLI::App* verb =
      parent.add_subcommand("zoneinfo", "Recompute a machine's watermarks and reserves");
  verb->add_option("PATH", o->paths,
                   "A /proc/zoneinfo (default: this machine's); with --check "
                   "also snapshots and zonelists, files or folders");
  verb->add_flag("--check", o->check, "Compare every figure with what the rules make of the rest");
  verb->add_option("--era", o->era, "Layout of masks on it: E0 .. E5");
  verb->add_option("--profile", o->profile,
                   "Rules to compute by: as of `kernel import`; with --check "
                   "any profile (default: the one that the file shows)");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->footer(
      "Prints a machine that programs can start with, and what the rules make of it.\n"
      "With --check: what is not as the rules say, and the exit status is 1 if nothing explains "
      "it.\n\n"
      "  buddyproof kernel zoneinfo\n"
      "  buddyproof kernel zoneinfo --check\n"
      "  buddyproof kernel zoneinfo --check corpus/kernel/snapshots\n"
      "  buddyproof kernel zoneinfo zoneinfo.txt --profile v4.7");
  verb->callback([o, &action] { action = [o] { return zoneinfo(*o); }; });
}

}  // namespace

void add_kernel(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("kernel", "Recordings of real kernels");
  group->require_subcommand(1);
  add_import(*group, action);
  add_zoneinfo(*group, action);
  add_kernel_check(*group, action);
  add_kernel_judge(*group, action);
  add_kernel_select(*group, action);
}

}  // namespace bp::cli
