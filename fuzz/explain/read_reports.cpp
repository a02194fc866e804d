// SPDX-License-Identifier: MIT
// Records out of the row of words: requests, dumps of memory, zones, reserves, lists, and which of
// them belong together.
#include <algorithm>

#include "fuzz/explain/dumps.h"
#include "fuzz/explain/log_tokens.h"
#include "fuzz/explain/log_words.h"
#include "fuzz/explain/other_reports.h"
#include "fuzz/explain/request_line.h"
#include "fuzz/report/fmt.h"

namespace bp::explain {
namespace {

class Reader {
 public:
  explicit Reader(const LogTokens& log) : log_(log) {}

  LogReports read() {
    for (at_ = 0; at_ < log_.tokens.size();) {
      const std::size_t before = at_;
      step();
      if (at_ == before) ++at_;
    }
    LogReports found = dumps_.reports(std::move(others_));
    for (FailureReport& r : found.reports) drop_earlier_memory(r);
    return found;
  }

 private:
  const Token& token(std::size_t ahead = 0) const {
    static const Token kEnd{};
    return at_ + ahead < log_.tokens.size() ? log_.tokens[at_ + ahead] : kEnd;
  }
  std::string_view word(std::size_t ahead = 0) const { return token(ahead).text; }
  const std::string& caller() const { return log_.caller[token().line]; }

  void step() {
    note_other_report();
    if (request() || zone_or_list() || lowmem_reserve() || of_request()) return;
    if (word() == "Mem-Info:" || word() == "Mem-info:") {
      dumps_.open_dump(token().line, caller());
    } else if (!broken_block_count() && !dumps_.take_list_word(token())) {
      totals();
    }
  }

  /// A terminal broke "12*1024kB" behind its asterisk or in the size: only together are the halves
  /// a count.
  bool broken_block_count() {
    const bool is_half = word().find('*') != std::string_view::npos && !block_count(word());
    if (!is_half || !token(1).first || token(1).cut || block_count(word(1))) return false;
    Token whole = token(1);  // The line goes on where the second half stands.
    whole.text = token().text + whole.text;
    if (!block_count(whole.text) || !dumps_.take_list_word(whole)) return false;
    at_ += 2;
    return true;
  }

  /// Parts of two reports were put together: a report's memory is printed after its request.
  void drop_earlier_memory(FailureReport& r) const {
    if (r.zones.empty()) return;
    const auto asked = log_.stamp[r.request->line], shown = log_.stamp[r.zones.front().line];
    // Two CPUs may take their times in another order than they print.
    constexpr std::int64_t kSlack = 1000;
    if (!asked || !shown || *shown + kSlack >= *asked) return;
    r.notes.push_back(fmt::format(
        "the memory of line {} is of {:.3f} s before the request: it is another report's and not "
        "used",
        r.zones.front().line, static_cast<double>(*asked - *shown) / 1e6));
    r.zones.clear();
    r.totals = {};
  }

  bool request() {
    auto found = request_at(log_, at_);
    if (!found) return false;
    found->request.of_vmalloc = is_of_vmalloc(found->request.line);
    dumps_.open_request(found->request, caller());
    at_ = found->end;
    return true;
  }

  /// What looks like a report and is none; its words are read on. Each kind is named once.
  void note_other_report() {
    const std::string_view what = other_report_at(log_, at_);
    if (what.empty()) return;
    // "vmalloc: allocation failure: 4096 bytes": no room among its addresses. With "failure,
    // allocated 4096 of 8192 bytes" a page was refused, or the task was killed.
    if (word() == "vmalloc:" && word(2) == "failure:") vmalloc_line_ = token().line;
    if (std::ranges::find(other_kinds_, what) != other_kinds_.end()) return;
    other_kinds_.push_back(what);
    others_.push_back(fmt::format("line {}: {}", token().line, what));
  }
  /// The request is the next line; another CPU may have put its own between.
  bool is_of_vmalloc(std::size_t request_line) const {
    constexpr std::size_t kFar = 3;
    return vmalloc_line_ != 0 && request_line - vmalloc_line_ <= kFar &&
           log_.caller[request_line] == log_.caller[vmalloc_line_];
  }

  /// "[Node N] ZONE free:..." and "[Node N] ZONE: ...".
  bool zone_or_list() {
    std::size_t ahead = 0;
    std::optional<unsigned> node;
    if (word() == "Node") {
      std::string_view number = word(1);
      if (number.ends_with(',')) number.remove_suffix(1);
      const Maybe n = decimal(number);
      if (!n || *n > 4095) return false;
      node = static_cast<unsigned>(*n), ahead = 2;
    }
    const std::string_view name = word(ahead);
    const std::string_view next = word(ahead + 1);
    if (const auto type = log_zone(name); type && next.starts_with("free:")) {
      zone(*type, node, ahead + 1);
      return true;
    }
    if (!name.ends_with(':')) return false;
    const auto type = log_zone(name.substr(0, name.size() - 1));
    if (!type || !(block_count(next) || token(ahead + 1).first)) return false;
    dumps_.open_list(*type, node, token().line, caller());
    at_ += ahead + 1;
    return true;
  }

  /// The fields of a zone: to the end of its line, and over following lines that start with a
  /// field.
  void zone(ZoneType type, std::optional<unsigned> node, std::size_t ahead) {
    ZoneLines& z = dumps_.open_zone(type, node, token().line, caller());
    at_ += ahead;
    for (; at_ < log_.tokens.size(); ++at_) {
      const Token& t = token();
      if (is_glued_to_next()) {
        set_field(z, t.text + std::string(word(1)), token(1).cut);
        ++at_;
      } else if (kb_field(t.text)) {
        set_field(z, t.text, t.cut);
      } else if (t.first || word() == "lowmem_reserve[]:" || zone_starts()) {
        return;
      }
    }
  }
  bool zone_starts() const { return log_zone(word()) && word(1).starts_with("free:"); }

  /// A line that was broken inside a word: only together are the halves a field.
  bool is_glued_to_next() const {
    if (!token(1).first || kb_field(word()) || kb_field(word(1))) return false;
    return word().find(':') != std::string_view::npos &&
           kb_field(token().text + std::string(word(1))).has_value();
  }

  static void set_field(ZoneLines& z, const std::string& text, bool cut) {
    const auto field = kb_field(text);
    if (!field || cut) return;
    const auto set = [&](Maybe& m) {
      if (!m) m = field->kb;
    };
    const std::string_view n = field->name;
    if (n == "free") set(z.free);
    if (n == "boost") set(z.boost);
    if (n == "min") set(z.min);
    if (n == "low") set(z.low);
    if (n == "high") set(z.high);
    if (n == "reserved_highatomic") set(z.reserved_highatomic);
    if (n == "free_highatomic") set(z.free_highatomic);
    if (n == "present") set(z.present);
    if (n == "managed") set(z.managed);
    if (n == "free_pcp") set(z.free_pcp);
    if (n == "free_cma") set(z.free_cma);
  }

  bool lowmem_reserve() {
    if (word() != "lowmem_reserve[]:") return false;
    const std::size_t line = token().line;
    const std::string who = caller();
    std::vector<std::int64_t> row;
    for (++at_; at_ < log_.tokens.size(); ++at_) {
      const Maybe n = decimal(word());
      if (!n || token().cut || (token().first && !row_goes_on())) break;
      row.push_back(*n);
    }
    // What follows in the line is a number that was damaged, or no part of the row: who knows.
    const bool cut = at_ < log_.tokens.size() && (token().cut || !token().first);
    const bool broken = at_ > 0 && log_.tokens[at_ - 1].line != line;
    dumps_.give_reserve(cut ? std::vector<std::int64_t>{} : row, broken, line, who);
    return true;
  }
  /// All words of this line are numbers: it is the rest of a row.
  bool row_goes_on() const {
    std::size_t i = 0;
    for (; i == 0 || (!token(i).text.empty() && !token(i).first); ++i) {
      if (!decimal(word(i))) return false;
    }
    return true;
  }

  /// Lines between the request and its memory.
  bool of_request() {
    Request* r = request_of_line();
    if (r == nullptr) return false;
    const std::size_t end = read_request_detail(log_, at_, *r);
    const bool any = end != at_;
    at_ = end;
    return any;
  }

  Request* request_of_line() {
    if (word().starts_with("oom-kill:constraint=")) return dumps_.oom_of(caller());
    if (word() != "CPU:" && word() != "Pid:") return dumps_.request_of(caller());
    constexpr std::size_t kFar = 8;
    for (std::size_t i = 1; i < kFar && !token(i).first; ++i) {
      if (word(i) == "Comm:" || word(i) == "comm:") return dumps_.request_of(caller(), word(i + 1));
    }
    return dumps_.request_of(caller());
  }

  void totals() {
    if (const auto field = page_field(word()); field && !token().cut) {
      dumps_.set_total(field->name, field->pages, caller());
    } else if (const Maybe n = decimal(word()); n && word(1) == "pages") {
      dumps_.set_pages(std::string(word(2)) + " " + std::string(word(3)), *n, caller());
    }
  }

  const LogTokens& log_;
  std::size_t at_ = 0;
  Dumps dumps_;
  std::vector<std::string> others_;
  std::vector<std::string_view> other_kinds_;  ///< Of others_, as they are named.
  std::size_t vmalloc_line_ = 0;               ///< 0: none yet.
};

}  // namespace

LogReports read_reports(std::string_view text) {
  const LogTokens log = read_tokens(text);
  return Reader(log).read();
}

}  // namespace bp::explain
