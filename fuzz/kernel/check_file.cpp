// SPDX-License-Identifier: MIT
#include "fuzz/kernel/check_file.h"

#include <algorithm>
#include <chrono>

#include "fuzz/kernel/input.h"
#include "fuzz/report/fmt.h"

namespace bp::kernel {
namespace {

constexpr std::int64_t kPagesPerMiB = 256;

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

void note_broken(const Recording& recording, const Replay& replay, const Batch& b,
                 const BatchReplay& played, FileCheck& out) {
  for (const reference::StateFault& f : played.broken) {
    const auto known = std::ranges::find_if(
        out.kernel, [&](const KernelFinding& k) { return k.fault.id == f.id; });
    if (known != out.kernel.end()) {
      ++known->states;
    } else {
      KernelFinding& k =
          out.kernel.emplace_back(KernelFinding{.fault = f, .batch = b.number, .states = 1});
      std::optional<reference::Doing> by;
      if (const auto op = replay.breaking_op(b, f.id)) {
        k.line = b.ops[*op].line;
        k.text = std::string(recording.line_text(k.line));
        by = b.ops[*op].kind == OpKind::alloc ? reference::Doing::allocating
                                              : reference::Doing::anything_else;
      }
      k.defect = reference::defect_behind(f, out.profile, by);
    }
  }
}

void replay_all(Recording& recording, FileCheck& out, const CheckProgress& progress) {
  Replay replay(recording.dialect());
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
    note_broken(recording, replay, b, played, out);
    if (progress) progress(out);
  }
  const RecordingFault& fault = recording.fault();
  if (!fault.what.empty()) out.fault = fmt::format("{}:{}: {}", out.file, fault.line, fault.what);
}

}  // namespace

std::size_t FileCheck::unexplained() const {
  return static_cast<std::size_t>(std::ranges::count(kernel, nullptr, &KernelFinding::defect));
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
  const auto begun = std::chrono::steady_clock::now();
  Recording recording(text, shape, profile);
  replay_all(recording, out, progress);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
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
