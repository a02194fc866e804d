// SPDX-License-Identifier: MIT
// The sections that other verbs' results fill: code coverage, proofs, planted bugs. One that was
// not given is not there.
#include <algorithm>
#include <map>
#include <utility>

#include "fuzz/campaign/html/page.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"

namespace bp::campaign::html {
namespace {

std::string open(std::string_view id, std::string_view title, std::string_view summary,
                 std::string_view head) {
  return fmt::format(
      "<section id=\"{}\">\n<h2>{}</h2>\n<p>{}</p>\n<div class=\"scroll\"><table>\n"
      "<thead><tr>{}</tr></thead>\n<tbody>\n",
      id, title, summary, head);
}

constexpr std::size_t kCodeShown = 120;  ///< Characters of a line of code.
constexpr std::string_view kClose = "</tbody>\n</table></div>\n</section>\n";

std::string chip(bool good, std::string_view yes, std::string_view no) {
  return fmt::format("<span class=\"chip {}\">{}</span>", good ? "good" : "bad", good ? yes : no);
}

std::string answer(const std::string& text) { return text.empty() ? "not asked" : markup(text); }

std::string proofs(const std::vector<ProofRow>& rows) {
  const auto good = std::ranges::count(rows, true, &ProofRow::as_expected);
  std::string out =
      open("proofs", "Proofs",
           fmt::format("{} of {} obligations came out as expected.", good, rows.size()),
           "<th>Obligation</th><th>Claim</th><th>z3</th><th>cvc5</th><th></th>");
  for (const ProofRow& r : rows)
    out += fmt::format(
        "<tr><th scope=\"row\"><code>{}</code></th><td class=\"sentence\">{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        markup(r.id), markup(r.statement), answer(r.z3), answer(r.cvc5),
        chip(r.as_expected, "as expected", "not as expected"));
  return out + std::string(kClose);
}

std::string mutants(const std::vector<MutantRow>& rows) {
  const auto found = std::ranges::count(rows, true, &MutantRow::found);
  std::string out =
      open("mutants", "Planted bugs", fmt::format("{} of {} are found.", found, rows.size()),
           "<th>Bug</th><th>In</th><th>Found by</th><th>Rule</th><th class=\"number\">Programs</th>"
           "<th class=\"number\">Time</th>");
  for (const MutantRow& r : rows)
    out += fmt::format(
        "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td><code>{}</code></td>"
        "<td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
        markup(r.name), markup(r.kind), r.found ? markup(r.engine) : chip(false, "", "survived"),
        markup(r.rule), grouped(r.executions), duration_text(r.seconds));
  return out + std::string(kClose);
}

/// "model/rules" of "model/rules/buddy.h": the folder that a reader knows.
std::string part_of(const std::string& file) {
  const auto first = file.find('/');
  if (first == std::string::npos) return file;
  const auto second = file.find('/', first + 1);
  return file.substr(0, second == std::string::npos ? first : second);
}

void add(CoverageRow& sum, const CoverageRow& r) {
  sum.lines += r.lines;
  sum.lines_covered += r.lines_covered;
  sum.branches += r.branches;
  sum.branches_covered += r.branches_covered;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

/// `name`: markup.
std::string coverage_line(const CoverageRow& r, const std::string& name) {
  return fmt::format(
      "<tr><th scope=\"row\"><code>{}</code></th><td class=\"number\">{}</td>"
      "<td class=\"number\">{}</td><td class=\"wide\">{}</td><td class=\"number\">{}</td></tr>\n",
      name, grouped(r.lines), percent(r.lines_covered, r.lines),
      share_bar("accepted", r.lines_covered, r.lines), percent(r.branches_covered, r.branches));
}

/// By folder, then by file; a file leads to its lines that are not covered, if those are known.
std::string coverage(const std::vector<CoverageRow>& rows,
                     const std::optional<std::vector<UncoveredRow>>& uncovered) {
  std::map<std::string, CoverageRow> parts;
  CoverageRow all;
  for (const CoverageRow& r : rows) {
    CoverageRow& part = parts[part_of(r.file)];
    part.file = part_of(r.file);
    add(part, r);
    add(all, r);
  }
  std::string out =
      open("coverage", "Code coverage",
           fmt::format("{} of {} lines and {} of branches, in {}.",
                       percent(all.lines_covered, all.lines), grouped(all.lines),
                       percent(all.branches_covered, all.branches), counted(rows.size(), "file")),
           "<th>Folder, file</th><th class=\"number\">Lines</th><th class=\"number\">"
           "Covered</th><th class=\"wide\"></th><th class=\"number\">Branches</th>");
  for (const auto& [name, part] : parts) out += coverage_line(part, markup(part.file));
  out += "</tbody>\n<tbody>\n";
  for (const CoverageRow& r : rows) {
    const bool listed =
        uncovered && std::ranges::count(*uncovered, r.file, &UncoveredRow::file) > 0;
    const std::string name = markup(r.file);
    out += coverage_line(
        r, listed ? fmt::format("<a href=\"#uncovered-{}\">{}</a>", name, name) : name);
  }
  return out + std::string(kClose);
}

std::string explained_by(const UncoveredRow& r) {
  if (!r.test.empty()) return fmt::format("run by the test <code>{}</code>", markup(r.test));
  if (!r.reason.empty()) return markup(r.reason);
  return chip(false, "", "neither a test nor a reason");
}

/// Each file once, as the place that its row of the table above leads to.
std::string uncovered(const std::vector<UncoveredRow>& rows) {
  std::uint64_t lines = 0, tested = 0, unexplained = 0;
  for (const UncoveredRow& r : rows) {
    lines += r.lines;
    tested += r.test.empty() ? 0 : r.lines;
    unexplained += r.test.empty() && r.reason.empty() ? r.lines : 0;
  }
  std::string out =
      open("uncovered", "Lines that no replay runs",
           fmt::format("{}: {} are run by a unit test, {} have a reason, {} have neither.",
                       counted(lines, "line"), grouped(tested),
                       grouped(lines - tested - unexplained), grouped(unexplained)),
           "<th>File</th><th class=\"number\">Line</th><th class=\"number\">Lines</th><th>Code</th>"
           "<th>Why</th>");
  std::string last;
  for (const UncoveredRow& r : rows) {
    const bool first = std::exchange(last, r.file) != r.file;
    out += fmt::format(
        "<tr{}><th scope=\"row\"><code>{}</code></th><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td><td><code>{}</code></td><td class=\"sentence\">{}</td></tr>\n",
        first ? fmt::format(" id=\"uncovered-{}\"", markup(r.file)) : "", markup(r.file), r.line,
        r.lines, markup(r.text.substr(0, kCodeShown)), explained_by(r));
  }
  return out + std::string(kClose);
}

}  // namespace

std::string attached(const Attachments& a) {
  std::string out;
  if (a.coverage) out += coverage(*a.coverage, a.uncovered);
  if (a.uncovered) out += uncovered(*a.uncovered);
  if (a.proofs) out += proofs(*a.proofs);
  if (a.mutants) out += mutants(*a.mutants);
  return out;
}

}  // namespace bp::campaign::html
