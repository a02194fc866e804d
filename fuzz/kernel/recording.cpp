// SPDX-License-Identifier: MIT
#include "fuzz/kernel/recording.h"

#include "fuzz/kernel/organic.h"

#include <algorithm>

#include "fuzz/report/fmt.h"

namespace bp::kernel {
namespace {

bool is_section(std::string_view line) { return line.starts_with("@@"); }

}  // namespace

Recording::Recording(std::string_view text, const FileShape& shape, std::optional<Profile> profile)
    : text_(text),
      lines_(text),
      dialect_(dialect_of(shape.profile, profile.value_or(shape.profile))),
      organic_(shape.kind == FileKind::organic),
      dumps_(dialect_) {}

bool Recording::blame(std::string what) {
  fault_ = {lines_.number(), std::move(what)};
  return false;
}

bool Recording::cut_short(std::string_view where) {
  return blame(fmt::format("the recording is cut short {}; copy it again", where));
}

bool Recording::next(Batch& b) {
  if (!fault_.what.empty() || !read_preparation(b)) return false;
  b.before_line = lines_.number();
  if (!read_dump(b.before, "@@S0")) return false;
  b.marks_results = dialect_.recorder == Recorder::v6_1 && dumps_.has_head();
  if (!(organic_ ? read_trace(b) : read_ops(b))) return false;
  b.after_line = lines_.number();
  if (!read_dump(b.after, "@@S1")) return false;
  return expect_section("@@END");
}

/// Up to @@S0. False without a fault: the text ended between two batches.
bool Recording::read_preparation(Batch& b) {
  b.preparation.clear();
  sysctls_ = {};
  bool begun = false;
  while (!lines_.at_end()) {
    const std::string_view line = lines_.take();
    if (line.starts_with("@@S0")) return true;
    LineCursor c(line);
    const std::string_view word = c.word();
    if (word == "@@BATCH") {
      b.number = c.integer();
      begun = true;
    } else if (word == "sysctl" && begun) {
      read_sysctl(c, sysctls_);
    } else if (word == "@@SET" || word == "@@POLICY" || word == "@@SLEEP") {
      b.preparation.emplace_back(line);
    } else if (!word.empty() && word[0] != '#') {
      return blame(quoted(word) + " where a batch begins: @@BATCH, sysctl or @@S0");
    }
    if (!c.ok()) return blame(c.fault());
  }
  return begun ? cut_short("before the first dump of a batch") : false;
}

bool Recording::read_dump(reference::KernelState& s, std::string_view name) {
  dumps_.begin(s, sysctls_);
  while (!lines_.at_end()) {
    if (is_section(lines_.peek())) {
      if (std::string what = dumps_.finish(); !what.empty()) return blame(std::move(what));
      return true;
    }
    if (std::string what = dumps_.read(lines_.take()); !what.empty()) return blame(std::move(what));
  }
  return cut_short(fmt::format("inside {}", name));
}

bool Recording::expect_section(std::string_view name) {
  if (lines_.at_end()) return cut_short(fmt::format("before {}", name));
  const std::string_view line = lines_.take();
  if (line.starts_with(name)) return true;
  return blame(fmt::format("{} where {} belongs", quoted(line), name));
}

bool Recording::read_ops(Batch& b) {
  if (!expect_section("@@RES")) return false;
  b.ops.clear();
  b.pfmemalloc.reset();
  while (!lines_.at_end()) {
    const std::string_view line = lines_.take();
    if (line == "@@S1") return true;
    if (line == "@@PM") return read_pfmemalloc(b) && expect_section("@@S1");
    if (is_section(line)) return blame(fmt::format("{} where @@S1 belongs", quoted(line)));
    RecordedOp& op = b.ops.emplace_back();
    op.line = lines_.number();
    if (std::string what = read_op(line, dialect_.recorder, op); !what.empty()) {
      return blame(std::move(what));
    }
  }
  return cut_short("inside @@RES");
}

bool Recording::read_pfmemalloc(Batch& b) {
  std::vector<std::uint32_t>& marked = b.pfmemalloc.emplace();
  while (!lines_.at_end() && !is_section(lines_.peek())) {
    LineCursor c(lines_.take());
    while (!c.done()) {
      const std::int64_t index = c.integer(0, std::ssize(b.ops) - 1);
      marked.push_back(static_cast<std::uint32_t>(index));
    }
    if (!c.ok()) return blame(c.fault());
  }
  if (std::is_sorted(marked.begin(), marked.end())) return true;
  return blame("indices of pfmemalloc pages are not ascending");
}

bool Recording::read_trace(Batch& b) {
  if (!expect_section("@@TRACE")) return false;
  b.ops.clear();
  b.trace_line = lines_.number() + 1;
  const char* const begin = lines_.peek().data();
  while (!lines_.at_end()) {
    const std::string_view line = lines_.take();
    if (line != "@@S1") continue;
    b.trace = {begin, static_cast<std::size_t>(line.data() - begin)};
    const OrganicFault f = read_organic(b.trace, b.trace_line, dialect_.era(), b.ops);
    if (!f.what.empty()) fault_ = {f.line, f.what};
    return f.what.empty();
  }
  return cut_short("inside @@TRACE");
}

std::size_t Recording::line_in_dump(std::size_t dump_line, std::string_view beginning) const {
  Lines lines(text_);
  while (lines.number() < dump_line && !lines.at_end()) lines.take();
  while (!lines.at_end() && !is_section(lines.peek())) {
    if (lines.take().starts_with(beginning)) return lines.number();
  }
  return dump_line;
}

std::string_view Recording::line_text(std::size_t line) const {
  Lines lines(text_);
  while (lines.number() + 1 < line && !lines.at_end()) lines.take();
  return lines.at_end() ? std::string_view{} : lines.peek();
}

}  // namespace bp::kernel
