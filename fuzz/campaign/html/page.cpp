// SPDX-License-Identifier: MIT
#include "fuzz/campaign/html/page.h"

#include <algorithm>

#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"

namespace bp::campaign::html {
namespace {

/// Nothing may be asked of any network, even if a text got past the escaping.
constexpr std::string_view kPolicy = "default-src 'none'; style-src 'unsafe-inline'";

std::string name_of(const Summary& s) {
  std::filesystem::path path = s.path.lexically_normal();
  if (path.filename().empty()) path = path.parent_path();
  return path.filename().string();
}

std::string verdict(const Triage& t) {
  if (t.groups.empty() && !t.unread.empty())
    return fmt::format("<p class=\"verdict broken\">{} could not be run: nothing is decided.</p>\n",
                       counted(t.unread.size(), "saved input"));
  if (t.groups.empty()) return "<p class=\"verdict fine\">No rule is broken.</p>\n";
  return fmt::format("<p class=\"verdict broken\">{} broken, in {} of crashes.</p>\n",
                     counted(rules_in(t), "rule"), counted(t.groups.size(), "group"));
}

std::string header(const PageInput& in) {
  const Summary& s = in.summary;
  return fmt::format(
      "<header>\n<p class=\"kicker\">Buddyproof campaign</p>\n<h1>{}</h1>\n"
      "<p class=\"lead\">Allocator <strong>{}</strong> under target <strong>{}</strong> "
      "<span class=\"phase {}\">{}</span></p>\n{}</header>\n",
      markup(name_of(s)), markup(s.manifest.subject), markup(s.manifest.target),
      phase_name(s.phase), phase_name(s.phase), verdict(in.triage));
}

std::string footer(const PageInput& in) {
  return fmt::format("<footer><p>Made {} by buddyproof {} from {}.</p></footer>\n",
                     utc_text(in.unix_time), markup(in.version), markup(in.summary.path.string()));
}

}  // namespace

std::string share_bar(std::string_view css_class, std::uint64_t part, std::uint64_t whole) {
  const double share =
      whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format(
      "<span class=\"bar\" role=\"img\" aria-label=\"{0:.1f} %\"><span class=\"{1}\" "
      "style=\"width:{2}%\"></span></span>",
      share, css_class, svg::number(std::min(share, 100.0)));
}

std::string page(const PageInput& in) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<title>{}: buddyproof</title>\n{}</head>\n<body>\n<main>\n",
      kPolicy, markup(name_of(in.summary)), style_sheet());
  out += header(in);
  out += overview(in.summary);
  out += crashes(in.triage);
  out += rules_broken(in.triage);
  out += progress(in.summary);
  out += operations(in.summary.line.tallies);
  out += attached(in.attachments);
  return out + footer(in) + "</main>\n</body>\n</html>\n";
}

}  // namespace bp::campaign::html
