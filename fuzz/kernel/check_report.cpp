// SPDX-License-Identifier: MIT
#include "fuzz/kernel/check_report.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/vocab/machine.h"

namespace bp::kernel {
namespace {

double mops(const FileCheck& c) {
  return c.seconds > 0 ? static_cast<double>(c.ops) / c.seconds / 1e6 : 0;
}

constexpr const char* kRow = "{:<{}}  {:<11} {:>4} {:>5} {:>7} {:>10} {:>11} {:>10} {:>9} {:>6}";

std::string_view kind_name(FileKind k) {
  switch (k) {
    case FileKind::recording: return "recording";
    case FileKind::organic: return "text of ftrace between two dumps";
    case FileKind::trace: return "trace without dumps";
    case FileKind::unknown: return "file of another kind";
  }
  return {};
}

}  // namespace

std::string check_heading(std::size_t file_width) {
  return fmt::format(kRow, "file", file_width, "profile", "CPUs", "nodes", "MB", "operations",
                     "allocations", "mismatches", "exact", "Mops/s");
}

std::string check_row(const FileCheck& c, std::size_t file_width) {
  const bool is_total = c.cpus == 0;
  const auto unless_total = [&](auto n) { return is_total ? std::string() : fmt::format("{}", n); };
  return fmt::format(
      kRow, c.file, file_width, is_total ? std::string_view() : profile_name(c.profile),
      unless_total(c.cpus), unless_total(c.nodes), unless_total(c.megabytes), c.ops, c.compared,
      c.mismatches, fmt::format("{}/{}", c.exact, c.batches), fmt::format("{:.2f}", mops(c)));
}

FileCheck check_total(const std::vector<FileCheck>& all) {
  FileCheck total{.file = "total"};
  for (const FileCheck& c : all) {
    if (!c.was_replayed()) continue;
    total.ops += c.ops;
    total.compared += c.compared;
    total.mismatches += c.mismatches;
    total.batches += c.batches;
    total.exact += c.exact;
    total.seconds += c.seconds;
  }
  return total;
}

std::string check_note(const FileCheck& c) {
  return fmt::format("{}: a {}; skipped", c.file, kind_name(c.kind));
}

std::string check_finding(const FileCheck& c) {
  if (!c.finding) return {};
  const CheckFinding& f = *c.finding;
  std::string out = f.text.empty() ? fmt::format("{}:{}: the state after batch {} differs\n",
                                                 c.file, f.line, f.batch)
                                   : fmt::format("{}:{}: {}\n", c.file, f.line, f.text);
  for (const StateDifference& d : f.differences) {
    out += fmt::format("  {}: the kernel {}, the reference {}\n", d.where, d.expected, d.got);
  }
  if (!f.around.empty()) out += "  before it:\n";
  for (const std::string& line : f.around) out += "    " + line + "\n";
  return out;
}

std::string check_kernel(const FileCheck& c) {
  std::string out;
  for (const KernelFinding& k : c.kernel) {
    const std::string frame =
        k.fault.frame == kNoPfn
            ? std::string()
            : fmt::format(", frame {:x}", static_cast<std::uint64_t>(k.fault.frame));
    out += fmt::format(
        "{}: the kernel breaks {} from batch {} on, in {} states: node {} zone {}{}: {} {}, not "
        "{}\n",
        c.file, k.fault.id, k.batch, k.states, k.fault.zone.node, k.fault.zone.index, frame,
        k.fault.unit, k.fault.seen, k.fault.expected);
    if (k.line != 0) out += fmt::format("  by line {}: {}\n", k.line, k.text);
    out += k.defect != nullptr ? fmt::format("  {}: {}\n", k.defect->id, k.defect->text)
                               : "  nothing known explains it\n";
  }
  return out;
}

nlohmann::json check_json(const FileCheck& c) {
  nlohmann::json j{{"file", c.file}, {"kind", kind_name(c.kind)}};
  if (!c.fault.empty()) j["fault"] = c.fault;
  if (!c.was_replayed()) return j;
  j["profile"] = profile_name(c.profile);
  j["cpus"] = c.cpus, j["nodes"] = c.nodes, j["megabytes"] = c.megabytes;
  j["operations"] = c.ops, j["allocations"] = c.compared, j["mismatches"] = c.mismatches;
  j["batches"] = c.batches, j["exact"] = c.exact, j["mops_per_second"] = mops(c);
  for (const KernelFinding& k : c.kernel) {
    j["kernel_findings"].push_back({{"invariant", k.fault.id},
                                    {"defect", k.defect != nullptr ? k.defect->id : ""},
                                    {"batch", k.batch},
                                    {"states", k.states},
                                    {"line", k.line},
                                    {"operation", k.text},
                                    {"what", k.fault.unit},
                                    {"seen", k.fault.seen},
                                    {"expected", k.fault.expected}});
  }
  if (!c.finding) return j;
  nlohmann::json& f = j["first_difference"];
  f["line"] = c.finding->line, f["batch"] = c.finding->batch, f["operation"] = c.finding->text;
  for (const StateDifference& d : c.finding->differences) {
    f["differences"].push_back({{"where", d.where}, {"kernel", d.expected}, {"reference", d.got}});
  }
  f["around"] = c.finding->around;
  return j;
}

}  // namespace bp::kernel
