// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/draw.h"

#include <cmath>

#include "fuzz/report/fmt.h"

namespace bp::svg {

std::string number(double value) {
  const double rounded = std::round(value * 100) / 100;
  std::string digits = fmt::format("{:.2f}", rounded == 0 ? 0.0 : rounded);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

std::string printable(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string title(std::string_view text) {
  return text.empty() ? "" : fmt::format("<title>{}</title>", escaped(text));
}

std::string rect(std::string_view css_class, const Box& box, std::string_view tip) {
  const std::string opening =
      fmt::format(R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}")", css_class,
                  number(box.x), number(box.y), number(box.width), number(box.height));
  return tip.empty() ? opening + "/>\n" : fmt::format("{}>{}</rect>\n", opening, title(tip));
}

std::string text(std::string_view css_class, double x, double y, std::string_view line) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", css_class, number(x),
                     number(y), escaped(line));
}

std::string line(std::string_view css_class, double x1, double y1, double x2, double y2,
                 std::string_view tip) {
  const std::string opening =
      fmt::format(R"(<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}")", css_class, number(x1),
                  number(y1), number(x2), number(y2));
  return tip.empty() ? opening + "/>\n" : fmt::format("{}>{}</line>\n", opening, title(tip));
}

std::string path_box(const Box& box) {
  return fmt::format("M{} {}h{}v{}h{}z", number(box.x), number(box.y), number(box.width),
                     number(box.height), number(-box.width));
}

double text_width(std::string_view line) { return 6.0 * static_cast<double>(line.size()); }

}  // namespace bp::svg
