// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/page.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/step_panel.h"

namespace bp::svg {

std::string page_begin(std::string_view name, std::string_view about, std::string_view more_css) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}: {1}</title>\n<style>{2}"
      "body {{ margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "
      "sans-serif; overflow-wrap: anywhere; }}\n"
      "main {{ max-width: 1160px; margin: 0 auto; padding: 24px 16px; }}\n"
      "h1 {{ font-size: 1.4rem; margin: 0; }} h2 {{ font-size: 1.1rem; }}\n"
      ".verdict {{ color: var(--red); font-weight: 600; }} .soft {{ color: var(--soft); }}\n"
      "section {{ margin: 10px 0; overflow-x: auto; }} svg {{ display: block; min-width: 900px; "
      "width: 100%; height: auto; }}\n"
      "pre {{ font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; }}\n{3}"
      "</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
      escaped(name), escaped(about), step_css(), more_css);
}

std::string page_picture(std::string_view css_class, double height, std::string_view content) {
  return fmt::format("<svg class=\"{}\" role=\"img\" viewBox=\"0 0 {} {}\">\n{}</svg>\n", css_class,
                     number(kStepWidth), number(height), content);
}

std::string page_end() { return "</main>\n</body>\n</html>\n"; }

}  // namespace bp::svg
