// SPDX-License-Identifier: MIT
// The beginning and the end of a page of one file around pictures: no script, nothing from outside
// it, light or dark as the reader's system is.
#pragma once

#include <string>
#include <string_view>

namespace bp::svg {

/// From the doctype to the heading, which is `name`; the title is "name: about". `more_css`: rules
/// besides step_css().
std::string page_begin(std::string_view name, std::string_view about, std::string_view more_css);

/// "<svg ...>content</svg>", as wide as a step panel and scaled to the page.
std::string page_picture(std::string_view css_class, double height, std::string_view content);

std::string page_end();

}  // namespace bp::svg
