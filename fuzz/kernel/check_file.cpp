// SPDX-License-Identifier: MIT
#include "fuzz/kernel/check_file.h"

#include <algorithm>
#include <ctime>
#include <functional>

#include "fuzz/kernel/input.h"
#include "fuzz/kernel/recorded_findings.h"
#include "fuzz/report/fmt.h"

namespace bp::kernel {
namespace {

constexpr std::int64_t kPagesPerMiB = 256;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string shown(const OpDifference& d, std::uint64_t value) {
  if (!d.frames) return fmt::format("{}", value);
  return Pfn{value} == kNoPfn ? std::string("none") : fmt::format("{:x}", value);
}

void describe_machine(const reference::KernelState& s, FileCheck& out) {
  out.cpus = static_cast<unsigned>(s.config.cpu_node.size());
  out.nodes =
      static_cast<unsigned>(std::ranges::count(s.nodes, true, &reference::NodeState::present));
  for (const auto& z : s.zones) out.megabytes += z.numbers.managed;
  out.megabytes /= kPagesPerMiB;
}

CheckFinding describe(const Recording& recording, const Replay& replay, const Batch& b,
                      const BatchReplay& played) {
  if (!played.op) return {b.after_line, b.number, {}, played.state, {}};
  const OpMismatch& m = *played.op;
  const OpDifference& d = m.difference;
  return {.line = m.line,
          .batch = b.number,
          .text = std::string(recording.line_text(m.line)),
          .differences = {{std::string(d.what), shown(d, d.expected), shown(d, d.got)}},
          .around = replay.lists_before(b, m)};
}

bool is_same_breach(const Violation& a, const Violation& b) {
  return a.id == b.id && a.zone == b.zone && a.fault.excess == b.fault.excess &&
         (a.fault.excess != 0 || a.fault.frame == b.fault.frame);
}

/// A defect breaks its invariant by the operation that its program ends with. One that allocates
/// may do so by any of the kernel's allocating calls.
bool is_by(const KnownDefect& d, OpKind op) {
  switch (op) {
    case OpKind::alloc:
    case OpKind::bulk:
    case OpKind::exact: return last_op(d) == 'a' || last_op(d) == 'A';
    case OpKind::free:
    case OpKind::free_cold: return last_op(d) == 'f';
    case OpKind::isolate: return last_op(d) == 'I';
    case OpKind::unisolate: return last_op(d) == 'J';
    case OpKind::take: return last_op(d) == 'T';
    case OpKind::unreserve: return last_op(d) == 'U';
    default: return false;
  }
}

/// The operation that broke it, and of the defects that may explain it those that it may be by.
void find_operation(const Recording& recording, const Replay& replay, const Batch& b,
                    KernelFinding& k) {
  const Violation& v = k.finding.violation;
  const auto op = replay.first_op_after_which(b, [&](const auto& state, const Slots& slots) {
    const auto held = slots.held();
    const auto broken = violations(state, {.held = held});
    return std::ranges::any_of(broken, [&](const Violation& w) { return is_same_breach(v, w); });
  });
  if (!op) return;
  k.line = b.ops[*op].line;
  k.text = std::string(recording.line_text(k.line));
  auto& defects = k.finding.defects;
  const auto by_it = [&](const KnownDefect* d) { return is_by(*d, b.ops[*op].kind); };
  if (std::ranges::any_of(defects, by_it)) std::erase_if(defects, std::not_fn(by_it));
}

void note_findings(const Recording& recording, const Replay& replay, const Batch& b, bool exact,
                   RecordedFindings& findings, FileCheck& out) {
  for (RecordedFinding& r : findings.next(b, replay.slots_before(), replay.slots())) {
    KernelFinding k{.finding = std::move(r.finding), .batch = b.number, .line = r.line, .text = {}};
    if (exact && r.line == b.after_line) find_operation(recording, replay, b, k);
    const auto same = std::ranges::find_if(out.kernel, [&](const KernelFinding& o) {
      return o.finding.violation.id == k.finding.violation.id &&
             o.finding.defects == k.finding.defects;
    });
    if (same == out.kernel.end()) {
      out.kernel.push_back(std::move(k));
    } else {
      ++same->times;
    }
  }
}

void replay_all(Recording& recording, FileCheck& out, const CheckProgress& progress) {
  Replay replay(recording.dialect());
  RecordedFindings findings;
  Batch b;
  while (recording.next(b)) {
    if (out.batches++ == 0) describe_machine(b.before, out);
    const BatchReplay played = replay.run(b, recording);
    out.ops += played.ops;
    out.compared += played.compared;
    if (!played.fault.what.empty()) {
      out.fault = fmt::format("{}:{}: {}", out.file, played.fault.line, played.fault.what);
      return;
    }
    out.exact += played.exact() ? 1U : 0U;
    out.mismatches += played.op ? 1U : 0U;
    if (!played.exact() && !out.finding) out.finding = describe(recording, replay, b, played);
    note_findings(recording, replay, b, played.exact(), findings, out);
    if (progress) progress(out);
  }
  const RecordingFault& fault = recording.fault();
  if (!fault.what.empty()) out.fault = fmt::format("{}:{}: {}", out.file, fault.line, fault.what);
}

}  // namespace

std::size_t FileCheck::unexplained() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(kernel, [](const KernelFinding& k) { return !k.finding.is_known(); }));
}

FileCheck check_text(const std::string& file, std::string_view text, std::optional<Profile> profile,
                     const CheckProgress& progress) {
  FileCheck out{.file = file};
  const FileShape shape = shape_of(text);
  out.kind = shape.kind;
  out.profile = profile.value_or(shape.profile);
  if (shape.kind != FileKind::recording && shape.kind != FileKind::organic) return out;
  if (!fits(shape.profile, out.profile)) {
    out.fault = fmt::format("{}: its dumps are of {} and lack what the rules of {} need", file,
                            profile_name(shape.profile), profile_name(out.profile));
    return out;
  }
  const double begun = processor_seconds();
  Recording recording(text, shape, profile);
  replay_all(recording, out, progress);
  out.seconds = processor_seconds() - begun;
  if (out.fault.empty() && out.batches == 0) out.fault = file + ": holds no batch";
  return out;
}

FileCheck check_file(const std::string& file, std::optional<Profile> profile,
                     const CheckProgress& progress) {
  const FileText text = read_file(file);
  if (text.fault.empty()) return check_text(file, text.bytes, profile, progress);
  return {.file = file, .fault = text.fault};
}

}  // namespace bp::kernel
