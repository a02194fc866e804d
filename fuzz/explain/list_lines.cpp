// SPDX-License-Identifier: MIT
#include "fuzz/explain/list_lines.h"

#include "fuzz/explain/log_words.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

/// More orders than any kernel has: 64 kB pages and blocks of 2 GB are 16.
constexpr std::size_t kOrdersMax = 24;

}  // namespace

bool ListLines::Line::expects(std::int64_t size_kb) const {
  if (ended || at_sum || lists.orders.size() >= kOrdersMax) return false;
  if (!lists.orders.empty()) return size_kb == 2 * lists.orders.back().size_kb;
  return size_kb >= 4 && (size_kb & (size_kb - 1)) == 0 && size_kb <= 256;
}

std::size_t ListLines::open(std::size_t line) {
  open_.push_back({});
  open_.back().lists.line = last_line_ = line;
  return current_ = open_.size() - 1;
}

/// The line that was read last, if it expects the size; else the only one that does.
ListLines::Line* ListLines::line_for(std::int64_t size_kb) {
  if (open_.empty()) return nullptr;
  if (open_[current_].expects(size_kb)) return &open_[current_];
  Line* only = nullptr;
  for (Line& l : open_) {
    // Before its first block a line could be anybody's who was interrupted there.
    if (l.lists.orders.empty() || !l.expects(size_kb)) continue;
    if (only != nullptr) return nullptr;
    only = &l;
  }
  if (only != nullptr) current_ = static_cast<std::size_t>(only - open_.data());
  return only;
}

void ListLines::end(Line& l, std::int64_t sum_kb) {
  l.ended = true;
  std::int64_t sum = 0;
  for (const FreeBlocks& b : l.lists.orders) sum += b.count * b.size_kb;
  if (sum == sum_kb && !l.lists.orders.empty()) {
    l.lists.sum_kb = sum_kb;
    return;
  }
  notes_.push_back(
      fmt::format("line {}: its free blocks are {} kB, its sum says {} kB: blocks are missing or "
                  "another line's, so the line is not used",
                  l.lists.line, sum, sum_kb));
  l.lists.orders.clear();
}

bool ListLines::take(const Token& t) {
  if (open_.empty() || t.cut) return false;
  // The rest of a line starts a line or goes on in it: "Free swap = 0kB" is nobody's sum.
  const bool goes_on = t.first || t.line == last_line_;
  if (!goes_on || !take_word(t)) return false;
  last_line_ = t.line;
  return true;
}

bool ListLines::take_word(const Token& t) {
  if (const auto blocks = block_count(t.text)) {
    Line* l = line_for(blocks->size_kb);
    if (l == nullptr) return false;
    TypeSet none;
    none.known = blocks->count == 0;
    l->lists.orders.push_back({blocks->count, blocks->size_kb, none});
    return true;
  }
  Line& l = open_[current_];
  if (l.ended) return false;
  if (const auto types = type_letters(t.text); types && !l.lists.orders.empty() && !l.at_sum) {
    l.lists.orders.back().types = *types;
    return true;
  }
  if (t.text == "=" && !l.lists.orders.empty()) return l.at_sum = true;
  if (!l.at_sum || !t.text.ends_with("kB")) return false;
  const Maybe sum = decimal(std::string_view(t.text).substr(0, t.text.size() - 2));
  if (sum) end(l, *sum);
  return sum.has_value();
}

}  // namespace bp::explain
