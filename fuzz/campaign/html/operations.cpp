// SPDX-License-Identifier: MIT
// How often each operation was accepted and refused. What was never one of them is pointed out: a
// campaign says nothing of what it never saw.
#include "fuzz/campaign/html/page.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign::html {
namespace {

std::string row(std::string_view operation, std::string_view answer, std::string_view css_class,
                std::uint64_t n, std::uint64_t whole) {
  const double share = whole == 0 ? 0 : 100 * static_cast<double>(n) / static_cast<double>(whole);
  return fmt::format(
      "<tr{}><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td>"
      "<td class=\"number\">{:.1f} %</td><td class=\"wide\">{}</td></tr>\n",
      n == 0 ? " class=\"never\"" : "", operation, answer, grouped(n), share,
      share_bar(css_class, n, whole));
}

}  // namespace

std::string operations(const Tallies& t) {
  std::string out = "<section id=\"operations\">\n<h2>Operations</h2>\n";
  if (at(t, Tally::executions) == 0)
    return out + "<p class=\"none\">Nothing was counted yet.</p>\n</section>\n";
  for (const std::string& line : one_sided(t))
    out += fmt::format("<p class=\"warning\">Not tested: {}.</p>\n", markup(line));
  const std::uint64_t allocs = at(t, Tally::alloc_ok) + at(t, Tally::alloc_null);
  const std::uint64_t frees =
      at(t, Tally::free_ok) + at(t, Tally::free_rejected) + at(t, Tally::free_skipped);
  const std::uint64_t all = at(t, Tally::operations);
  out +=
      "<div class=\"scroll\"><table>\n<thead><tr><th>Operation</th><th>Answer</th>"
      "<th class=\"number\">Times</th><th class=\"number\">Share</th><th class=\"wide\"></th>"
      "</tr></thead>\n<tbody>\n";
  out += row("alloc", "a block", "accepted", at(t, Tally::alloc_ok), allocs);
  out += row("alloc", "null", "refused", at(t, Tally::alloc_null), allocs);
  out += row("free", "taken back", "accepted", at(t, Tally::free_ok), frees);
  out += row("free", "rejected", "refused", at(t, Tally::free_rejected), frees);
  out += row("free", "nothing held", "skipped", at(t, Tally::free_skipped), frees);
  out += row("drain", "done", "accepted", at(t, Tally::drain), all);
  out += row("census", "done", "accepted", at(t, Tally::census), all);
  return out + fmt::format(
                   "</tbody>\n</table></div>\n<p class=\"note\">Shares of allocs and of "
                   "frees are of their kind, those of drain and census of all {} "
                   "operations.</p>\n</section>\n",
                   grouped(all));
}

}  // namespace bp::campaign::html
