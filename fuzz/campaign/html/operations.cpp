// SPDX-License-Identifier: MIT
// How often each operation was accepted and refused. What was never one of them is pointed out: a
// campaign says nothing of what it never saw.
#include <array>

#include "fuzz/campaign/html/page.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign::html {
namespace {

/// One answer of one operation; those of one operation stand together.
struct Row {
  Tally tally;
  std::string_view operation, answer, css_class;
};

/// All that are counted of operations: a row that is missing would be an operation nobody misses.
constexpr auto kRows = std::to_array<Row>({
    {Tally::alloc_ok, "alloc", "a block", "accepted"},
    {Tally::alloc_null, "alloc", "null", "refused"},
    {Tally::free_ok, "free", "taken back", "accepted"},
    {Tally::free_rejected, "free", "rejected", "refused"},
    {Tally::free_skipped, "free", "nothing held", "skipped"},
    {Tally::drain, "drain", "done", "accepted"},
    {Tally::census, "census", "done", "accepted"},
    {Tally::range, "range", "done", "accepted"},
    {Tally::range_refused, "range", "refused", "refused"},
    {Tally::get, "get", "answered", "accepted"},
    {Tally::split, "split", "answered", "accepted"},
    {Tally::task, "task", "put on a CPU", "accepted"},
    {Tally::answer, "answer", "kept for a request", "accepted"},
    {Tally::world, "world", "set up", "accepted"},
    {Tally::unpromised, "any", "not promised: not asked", "skipped"},
});
/// Not of operations: executions, operations, refused, traced, steps.
static_assert(kRows.size() + 5 == kTallies, "every operation that is counted has a row");

/// What its share is of: the operations of that name, or all of them if it has one answer only.
std::uint64_t whole_of(const Tallies& t, std::string_view operation) {
  std::uint64_t n = 0;
  unsigned answers = 0;
  for (const Row& r : kRows) {
    if (r.operation != operation) continue;
    n += at(t, r.tally);
    ++answers;
  }
  return answers == 1 ? at(t, Tally::operations) : n;
}

std::string row(const Row& r, std::uint64_t n, std::uint64_t whole) {
  const double share = whole == 0 ? 0 : 100 * static_cast<double>(n) / static_cast<double>(whole);
  return fmt::format(
      "<tr{}><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{:.1f} %</td><td class=\"wide\">{}</td></tr>\n",
      n == 0 ? " class=\"never\"" : "", r.operation, r.answer, grouped(n), share,
      share_bar(r.css_class, n, whole));
}

}  // namespace

std::string operations(const Tallies& t) {
  std::string out = "<section id=\"operations\">\n<h2>Operations</h2>\n";
  if (at(t, Tally::executions) == 0)
    return out + "<p class=\"none\">Nothing was counted yet.</p>\n</section>\n";
  for (const std::string& line : one_sided(t))
    out += fmt::format("<p class=\"warning\">Not tested: {}.</p>\n", markup(line));
  out +=
      "<div class=\"scroll\"><table>\n<thead><tr><th>Operation</th><th>Answer</th>"
      "<th class=\"number\">Times</th><th class=\"number\">Share</th><th class=\"wide\"></th>"
      "</tr></thead>\n<tbody>\n";
  for (const Row& r : kRows) out += row(r, at(t, r.tally), whole_of(t, r.operation));
  return out + fmt::format(
                   "</tbody>\n</table></div>\n<p class=\"note\">Shares are of the operations of "
                   "that name; of all {}, where there is one answer.</p>\n</section>\n",
                   grouped(at(t, Tally::operations)));
}

}  // namespace bp::campaign::html
