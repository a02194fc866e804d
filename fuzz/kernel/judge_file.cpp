// SPDX-License-Identifier: MIT
#include "fuzz/kernel/judge_file.h"

#include "fuzz/kernel/contradiction.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/recording.h"
#include "fuzz/report/fmt.h"

namespace bp::kernel {
namespace {

using BatchVisitor =
    std::function<bool(const KernelHistory&, std::int64_t number, std::size_t after_line)>;

std::string contradiction_in(const Recording& recording, const Batch& b) {
  for (const auto* s : {&b.before, &b.after}) {
    const std::size_t dump = s == &b.before ? b.before_line : b.after_line;
    if (const auto bad = first_contradiction(*s)) {
      return fmt::format("{}: {}", recording.line_in_dump(dump, bad.line), bad.what);
    }
  }
  return {};
}

std::string read_all(const std::string& file, std::string_view text, const FileShape& shape,
                     const BatchVisitor& visit) {
  Recording recording(text, shape);
  BatchFeed feed(recording.dialect());
  Batch b;
  while (recording.next(b)) {
    if (const std::string bad = contradiction_in(recording, b); !bad.empty())
      return fmt::format("{}:{}", file, bad);
    std::string fault;
    const KernelHistory h = feed.next(b, fault);
    if (!fault.empty()) return fmt::format("{}:{}", file, fault);
    if (!visit(h, b.number, b.after_line)) return {};
  }
  const RecordingFault& fault = recording.fault();
  return fault.what.empty() ? std::string{}
                            : fmt::format("{}:{}: {}", file, fault.line, fault.what);
}

}  // namespace

std::string for_each_history(const std::string& file, std::string_view text,
                             const HistoryVisitor& visit) {
  return read_all(file, text, shape_of(text),
                  [&](const KernelHistory& h, std::int64_t, std::size_t) { return visit(h); });
}

JudgedFile judge_text(const std::string& file, std::string_view text) {
  JudgedFile out{.file = file};
  const FileShape shape = shape_of(text);
  out.kind = shape.kind, out.profile = shape.profile;
  if (shape.kind != FileKind::recording && shape.kind != FileKind::organic) return out;
  out.fault = read_all(
      file, text, shape, [&](const KernelHistory& h, std::int64_t number, std::size_t after_line) {
        const KernelVerdict v = judge_kernel(h);
        ++out.batches;
        out.events += v.events, out.allocations += v.allocations, out.decided += v.decided;
        out.doubts.add(v.doubts);
        if (v.verdict.accepted()) return true;
        if (out.refused++ > 0) return true;
        out.refusal = v.verdict.refusal;
        out.batch = number;
        out.line = v.verdict.refusal->event < h.events.size()
                       ? h.events[v.verdict.refusal->event].line
                       : after_line;
        return true;
      });
  if (out.fault.empty() && out.batches == 0) out.fault = file + ": holds no batch";
  return out;
}

JudgedFile judge_file(const std::string& file) {
  const FileText text = read_file(file);
  if (text.fault.empty()) return judge_text(file, text.bytes);
  return {.file = file, .fault = text.fault};
}

}  // namespace bp::kernel
