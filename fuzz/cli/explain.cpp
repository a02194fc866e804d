// SPDX-License-Identifier: MIT
// `buddyproof explain`: why the page allocator said no, from a kernel's log; or whether a machine
// would, from its /proc or from a program.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/cli/explain_program.h"
#include "fuzz/explain/explain_json.h"
#include "fuzz/explain/explain_svg.h"
#include "fuzz/explain/log_words.h"
#include "fuzz/explain/mask.h"
#include "fuzz/explain/proc_files.h"
#include "fuzz/explain/say.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"
#include "model/vocab/gfp_text.h"

namespace bp::cli {
namespace {

constexpr const char* kStdin = "/dev/stdin";

struct ExplainFlags {
  std::string file;  ///< Empty: stdin, or /proc.
  std::string proc;  ///< Folder with zoneinfo and so on.
  std::string kernel, gfp;
  std::string subject = "naive";  ///< Whose choices a program's earlier operations are.
  std::optional<unsigned> order;
  std::optional<unsigned> report;  ///< Which of a log's reports, from 1.
  std::optional<std::size_t> op;   ///< Which operation of a program, from 1.
  bool json = false, svg = false;

  bool asks() const { return !gfp.empty() || order.has_value(); }
  std::string source() const {
    if (!proc.empty()) return proc;
    return file.empty() ? "stdin" : file;
  }
};

/// What the command line says of the kernel and of the request.
struct Given {
  std::optional<rules::KernelVersion> kernel;
  std::string fault;
};

Given given(const ExplainFlags& o) {
  Given g;
  if (o.kernel.empty()) return g;
  g.kernel = explain::kernel_version(o.kernel);
  if (!g.kernel)
    g.fault = fmt::format("--kernel {}: no version; write it as 5.15 or 4.9.0-rc8", o.kernel);
  return g;
}

int print(const ExplainFlags& o, const explain::Situation& s, const std::string& name) {
  const explain::Verdict v = explain::judge(s);
  const std::string out = o.svg    ? explain::explain_svg(s, v, name)
                          : o.json ? explain::explain_json(s, v, name) + "\n"
                                   : explain::explain_text(s, v, name);
  std::printf("%s", out.c_str());
  return kFine;
}

/// --gfp and --order into a situation that nobody asked in. The fault, or nothing.
std::string ask(const ExplainFlags& o, explain::Situation& s) {
  if (o.gfp.empty() || !o.order) return "a question needs both --gfp MASK and --order N";
  if (*o.order > 30)
    return fmt::format("--order {}: no kernel has blocks of such an order", *o.order);
  const Era era = s.kernel ? explain::era_of(*s.kernel) : Era::e4;
  const GfpParse mask = gfp_parse(o.gfp, era);
  if (!mask.fault.empty())
    return fmt::format("--gfp {}: {} (era {})", o.gfp, mask.fault, era_name(era));
  s.kind = explain::ReportKind::question;
  s.gfp = mask.gfp, s.mask = o.gfp, s.order = Order{*o.order};
  for (const rules::KernelAge a : s.ages) {
    if (const auto gfp = explain::gfp_in(a, o.gfp); gfp && !s.kernel)
      s.gfp_of_ages.emplace_back(a, *gfp);
  }
  return "";
}

/// What a log without a report holds, for the line that refuses it.
std::string nothing_in(const explain::LogReports& log) {
  std::string text =
      "no report: neither 'page allocation failure: order:' nor 'invoked oom-killer: gfp_mask='";
  constexpr std::size_t kNamed = 3;
  for (std::size_t i = 0; i < std::min(kNamed, log.others.size()); ++i)
    text += "; " + log.others[i];
  if (log.zones_only) {
    const std::size_t zones = log.zones_only->zones.size();
    text += fmt::format(
        "; {} without a request {} there: say --gfp MASK --order N to ask about them",
        zones == 1 ? "one zone" : fmt::format("{} zones", zones), zones == 1 ? "is" : "are");
  }
  return text;
}

int ask_zones(const ExplainFlags& o, const Given& g, const explain::FailureReport& zones) {
  explain::Situation s = explain::situation_of(zones, g.kernel);
  if (std::string fault = ask(o, s); !fault.empty()) return fail(kUsage, fault);
  return print(o, s, o.source());
}

int explain_log(const ExplainFlags& o, const Given& g, const std::string& bytes) {
  const explain::LogReports log = explain::read_reports(bytes);
  if (log.reports.empty() && log.zones_only && o.asks()) return ask_zones(o, g, *log.zones_only);
  if (log.reports.empty()) return fail(kUsage, fmt::format("{}: {}", o.source(), nothing_in(log)));
  if (o.asks()) return fail(kUsage, "the log says itself what was asked for: no --gfp, no --order");
  const std::size_t count = log.reports.size();
  if (o.report && (*o.report == 0 || *o.report > count))
    return fail(kUsage, fmt::format("--report {}: {} has {}", *o.report, o.source(), count));
  // A picture is one report's.
  const bool one = o.report.has_value() || o.svg;
  const std::size_t first = o.report.value_or(1) - 1;
  for (std::size_t i = first; i < (one ? first + 1 : count); ++i) {
    const std::string name = fmt::format("{}:{}", o.source(), log.reports[i].request->line);
    if (i > first && !o.json) std::printf("\n");
    print(o, explain::situation_of(log.reports[i], g.kernel), name);
  }
  return kFine;
}

int explain_program(const ExplainFlags& o, const std::string& bytes) {
  if (!o.op) return fail(kUsage, o.file + " is a program: say --op N, which operation");
  const ProgramSituation p = situation_of_program(bytes, o.file, *o.op, o.subject);
  if (!p.fault.empty()) return fail(kUsage, p.fault);
  return print(o, p.situation, fmt::format("{}, operation {}", o.file, *o.op));
}

int explain_proc(const ExplainFlags& o, const Given& g) {
  const auto text = [&](const char* name) { return kernel::read_file(o.proc + "/" + name); };
  const kernel::FileText zoneinfo = text("zoneinfo");
  if (!zoneinfo.fault.empty()) return fail(kUsage, zoneinfo.fault);
  explain::ProcText files{
      zoneinfo.bytes,        text("buddyinfo").bytes, text("pagetypeinfo").bytes,
      text("version").bytes, text("meminfo").bytes,   {}};
  if (o.proc == "/proc") files.page_kb = sysconf(_SC_PAGESIZE) / 1024;
  explain::ProcRead read = explain::read_proc(files, g.kernel);
  if (!read.fault.empty()) return fail(kUsage, fmt::format("{}/zoneinfo: {}", o.proc, read.fault));
  if (std::string fault = ask(o, read.situation); !fault.empty()) return fail(kUsage, fault);
  return print(o, read.situation, o.proc);
}

int explain_any(ExplainFlags o) {
  const Given g = given(o);
  if (!g.fault.empty()) return fail(kUsage, g.fault);
  if (o.file.empty() && o.proc.empty() && o.asks()) o.proc = "/proc";
  if (!o.proc.empty()) return explain_proc(o, g);
  const kernel::FileText text =
      kernel::read_file(o.file.empty() || o.file == "-" ? kStdin : o.file);
  if (!text.fault.empty()) return fail(kUsage, text.fault);
  if (o.op || is_program(text.bytes)) return explain_program(o, text.bytes);
  return explain_log(o, g, text.bytes);
}

constexpr const char* kFooter =
    "A log: what dmesg, syslog or journald kept of a 'page allocation failure' or 'invoked\n"
    "oom-killer', kernels 2.6.32 to 7.x. Prefixes, mail quotes and broken lines do no harm; what "
    "is\n"
    "missing is named, and no number is made up. Every report of the log is explained:\n"
    "  dmesg | buddyproof explain\n"
    "  buddyproof explain /var/log/kern.log --report 2 --svg > why.svg\n\n"
    "A machine, without anything having failed:\n"
    "  buddyproof explain --gfp GFP_KERNEL --order 4              this one\n"
    "  buddyproof explain --proc DIR --kernel 6.1 --gfp GFP_ATOMIC --order 0\n\n"
    "A program, and which of its operations:\n"
    "  buddyproof explain crash.txt --op 17\n\n"
    "Each zone has one answer:\n"
    "  below the mark   free pages, less what the request may not use, are not above its min mark\n"
    "                   plus lowmem_reserve\n"
    "  no block         they are, but no free block is large enough\n"
    "  wrong type       blocks are large enough, but highatomic, CMA or isolated\n"
    "  too much in small blocks   the same, as kernels before 4.4 looked for it\n"
    "  passes           as printed it would serve: memory came back before the report was printed\n"
    "  undecided        what decides it is not in the log\n"
    "  not allowed, unmanaged     the request may not use it, or it has no memory\n\n"
    "Ids like R-WMARK-6 are rules: 'buddyproof rules R-WMARK-6' says what one says.\n"
    "Exit status: 0 explained, 2 no report or bad usage.";

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  const auto o = std::make_shared<ExplainFlags>();
  CLI::App* verb = app.add_subcommand("explain", "Say why the kernel refused an allocation");
  verb->add_option("FILE", o->file, "A log, packed or not, or a program (default: stdin)");
  verb->add_option("--report", o->report, "Of a log: only this report, from 1 (default: all)");
  verb->add_option("--op", o->op, "Of a program: the operation, from 1");
  verb->add_option("--subject", o->subject,
                   "Of a program: the allocator that runs what comes before (default: naive)");
  verb->add_option("--proc", o->proc, "A folder with zoneinfo, buddyinfo, pagetypeinfo, version");
  verb->add_option("--gfp", o->gfp, "Ask: flags joined by '|', as GFP_KERNEL|__GFP_COMP");
  verb->add_option("--order", o->order, "Ask: the order");
  verb->add_option("--kernel", o->kernel, "The kernel's version, where it is not said or wrong");
  CLI::Option* json = verb->add_flag("--json", o->json, "One JSON object a report");
  verb->add_flag("--svg", o->svg, "A picture: each zone a gauge with its marks")->excludes(json);
  verb->footer(kFooter);
  verb->callback([o, &action] { action = [o] { return explain_any(*o); }; });
}

}  // namespace bp::cli
