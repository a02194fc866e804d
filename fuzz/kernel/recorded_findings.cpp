// SPDX-License-Identifier: MIT
#include "fuzz/kernel/recorded_findings.h"

#include <algorithm>

namespace bp::kernel {

std::vector<RecordedFinding> RecordedFindings::next(const Batch& b, const Slots& at_start,
                                                    const Slots& at_end) {
  const auto is_setting = [](const std::string& line) { return line.starts_with("@@SET "); };
  settings_written_ = settings_written_ || std::ranges::any_of(b.preparation, is_setting);
  std::vector<RecordedFinding> out;
  look(b.before, at_start, b.before_line, out);
  look(b.after, at_end, b.after_line, out);
  return out;
}

void RecordedFindings::look(const reference::KernelState& s, const Slots& slots, std::size_t line,
                            std::vector<RecordedFinding>& out) {
  const std::vector<HeldBlock> held = slots.held();
  std::vector<Violation> now = violations(s, {.held = held, .high_lowered = settings_written_});
  for (Finding& f : new_findings(last_, now, s.config.profile)) out.push_back({line, std::move(f)});
  last_ = std::move(now);
}

}  // namespace bp::kernel
