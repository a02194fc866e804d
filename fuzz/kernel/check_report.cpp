// SPDX-License-Identifier: MIT
#include "fuzz/kernel/check_report.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "model/invariants/statements.h"
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

std::string frame_of(const Violation& v) {
  if (v.fault.frame == kNoPfn) return {};
  return fmt::format(", frame {:x}", static_cast<std::uint64_t>(v.fault.frame));
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

namespace {

std::string shown_by(const KnownDefect& d) {
  std::string out =
      fmt::format("  {}: {}\n    shown by, on pageblocks {} all free:", d.id, d.why, d.machine);
  for (const char c : "\n" + std::string(d.program)) out += c == '\n' ? "\n      " : std::string{c};
  return out + "\n";
}

}  // namespace

std::string check_kernel(const FileCheck& c) {
  std::string out;
  for (const KernelFinding& k : c.kernel) {
    const Violation& v = k.finding.violation;
    out += fmt::format("{}:{}: the kernel breaks {} ({}), {} in all\n", c.file, k.line, v.id,
                       statement(v.id).sentence,
                       k.times == 1 ? "once" : fmt::format("{} times", k.times));
    out += fmt::format("  batch {}, node {} zone {}{}: {}, not {}\n", k.batch, v.zone.node,
                       v.zone.index, frame_of(v), v.fault.seen, v.fault.allowed);
    out += k.text.empty() ? "  between two batches\n" : fmt::format("  by: {}\n", k.text);
    for (const KnownDefect* d : k.finding.defects) out += shown_by(*d);
    if (!k.finding.is_known()) out += "  nothing known explains it\n";
  }
  return out;
}

namespace {

nlohmann::json finding_json(const KernelFinding& k) {
  const Violation& v = k.finding.violation;
  nlohmann::json j{
      {"invariant", v.id},   {"batch", k.batch},     {"times", k.times},          {"line", k.line},
      {"operation", k.text}, {"seen", v.fault.seen}, {"allowed", v.fault.allowed}};
  j["defects"] = nlohmann::json::array();
  for (const KnownDefect* d : k.finding.defects) {
    j["defects"].push_back(
        {{"id", d->id}, {"why", d->why}, {"machine", d->machine}, {"program", d->program}});
  }
  return j;
}

}  // namespace

nlohmann::json check_json(const FileCheck& c) {
  nlohmann::json j{{"file", c.file}, {"kind", kind_name(c.kind)}};
  if (!c.fault.empty()) j["fault"] = c.fault;
  if (!c.was_replayed()) return j;
  j["profile"] = profile_name(c.profile);
  j["cpus"] = c.cpus, j["nodes"] = c.nodes, j["megabytes"] = c.megabytes;
  j["operations"] = c.ops, j["allocations"] = c.compared, j["mismatches"] = c.mismatches;
  j["batches"] = c.batches, j["exact"] = c.exact, j["mops_per_second"] = mops(c);
  for (const KernelFinding& k : c.kernel) j["kernel_findings"].push_back(finding_json(k));
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
