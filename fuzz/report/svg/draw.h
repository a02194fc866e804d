// SPDX-License-Identifier: MIT
// SVG elements as text. Lengths are pixels; numbers are printed with at most two decimals and
// without trailing zeros, so that the same picture is the same bytes everywhere.
#pragma once

#include <string>
#include <string_view>

namespace bp::svg {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

/// "12", "0.5", "-3.25".
std::string number(double value);

/// Text from elsewhere, made fit for XML: control characters and bytes beyond ASCII become '?'.
std::string printable(std::string_view text);

/// Text as the content of an element or an attribute's value.
std::string escaped(std::string_view text);

std::string title(std::string_view text);

/// A rectangle of this class; `tip` becomes its tooltip if there is one.
std::string rect(std::string_view css_class, const Box& box, std::string_view tip = {});

/// One line of text, its baseline at y. `css_class` may hold several, as "dim end".
std::string text(std::string_view css_class, double x, double y, std::string_view line);

std::string line(std::string_view css_class, double x1, double y1, double x2, double y2,
                 std::string_view tip = {});

/// A rectangle as a piece of a path's `d`.
std::string path_box(const Box& box);

/// About how wide this text is in the small face, at most: what labels keep apart by.
double text_width(std::string_view line);

}  // namespace bp::svg
