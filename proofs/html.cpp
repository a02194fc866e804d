// SPDX-License-Identifier: MIT
// Results as one page that needs nothing else.
#include <algorithm>

#include "proofs/edits.h"
#include "proofs/fmt.h"
#include "proofs/properties.h"
#include "proofs/prove.h"

namespace bp::proofs {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Proofs</title><style>
body{font:14px/1.4 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #ccc;padding:.3em .6em;
text-align:left;vertical-align:top;overflow-wrap:anywhere}section{overflow-x:auto}
.wrong td{background:#fdd}code,.m{font-family:ui-monospace,monospace;font-size:12px}
.m{color:#555}td.n{text-align:right;white-space:nowrap}
@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}.wrong td{background:#611}
.m{color:#aaa}}</style></head><body>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string cell(const std::optional<Run>& run) {
  if (!run) return "<td class=n>not asked</td>";
  return fmt::format("<td class=n>{}<br><span class=m>{:.0f} ms</span></td>",
                     answer_name(run->answer), run->milliseconds);
}

std::string detail(const Result& r) {
  std::string text;
  for (const std::string& p : r.premises) text += "given " + escaped(p) + "<br>";
  for (const auto* run : {&r.z3, &r.cvc5}) {
    if (*run && !(*run)->counterexample.empty() && (run == &r.z3 || !r.z3)) {
      text += "counterexample " + escaped((*run)->counterexample) + "<br>";
    }
    if (*run && !(*run)->note.empty()) text += escaped((*run)->note) + "<br>";
  }
  return text;
}

std::string row(const Result& r, std::span<const Edit> edits) {
  const auto killed =
      std::count_if(edits.begin(), edits.end(), [&](const Edit& e) { return e.refuter == r.id; });
  return fmt::format(
      "<tr{}><td><code>{}</code></td><td>{}<div class=m>{}</div></td><td><code>{}</code>"
      "<div class=m>{}:{}</div></td><td>{}</td>{}{}<td class=n>{}</td></tr>\n",
      as_expected(r) ? " class=result" : " class='result wrong'", escaped(r.id),
      escaped(r.statement), detail(r), escaped(r.subject), escaped(r.file), r.line,
      answer_name(r.expected), cell(r.z3), cell(r.cvc5), killed == 0 ? "" : std::to_string(killed));
}

std::string results_section(std::span<const Result> results, std::span<const Edit> edits) {
  std::string text =
      "<section id=results><table><tr><th>id</th><th>statement</th><th>code</th><th>expected</th>"
      "<th>z3</th><th>cvc5</th><th>edits killed</th></tr>\n";
  for (const Result& r : results) text += row(r, edits);
  return text + "</table></section>\n";
}

/// An edit counts for the first obligation that refutes it.
std::string edits_section(const EditTable& table) {
  std::string text = "<section id=edits><h2>Edits of the code, and what refutes them first</h2>\n";
  if (!table.fault.empty()) return text + "<p>" + escaped(table.fault) + "</p></section>\n";
  const auto killed = std::count_if(table.edits.begin(), table.edits.end(),
                                    [](const Edit& e) { return !e.refuter.empty(); });
  text += fmt::format("<p>{} edits: {} killed, {} survive for the reason given.</p><table>\n",
                      table.edits.size(), killed,
                      table.edits.size() - static_cast<std::size_t>(killed));
  for (const Edit& e : table.edits) {
    text += fmt::format(
        "<tr class=edit><td>{}</td><td><code>{}</code></td><td><code>{}</code></td><td>{}</td>"
        "</tr>\n",
        escaped(e.header), escaped(e.from), escaped(e.to),
        e.refuter.empty() ? escaped(e.argued) : "<code>" + escaped(e.refuter) + "</code>");
  }
  return text + "</table></section>\n";
}

std::string left_out_section() {
  std::string text = "<section id=left-out><h2>Properties left out</h2><table>\n";
  for (const Property& p : properties()) {
    if (p.left_out.empty()) continue;
    text +=
        fmt::format("<tr><td><code>{}</code></td><td>{}</td></tr>\n", p.id, escaped(p.left_out));
  }
  return text + "</table></section>\n";
}

}  // namespace

std::string html(std::span<const Result> results, const EditTable& edits) {
  const auto fine = std::count_if(results.begin(), results.end(), as_expected);
  return kHead +
         fmt::format("<h1>Proofs</h1><p>{} of {} obligations are as expected.</p>\n", fine,
                     results.size()) +
         results_section(results, edits.edits) + edits_section(edits) + left_out_section() +
         "</body></html>\n";
}

}  // namespace bp::proofs
