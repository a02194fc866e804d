// SPDX-License-Identifier: MIT
// Whether a text is well-formed XML of the kind that pictures are written in: elements, attributes
// in double quotes, the five named characters. For tests; no declarations, comments or CDATA.
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

class WellFormed {
 public:
  explicit WellFormed(std::string_view xml) : rest_(xml) {}

  /// The first thing wrong, or nothing.
  std::string fault() {
    bool seen = false;
    while (!rest_.empty()) {
      if (rest_.front() != '<') {
        if (!character()) return at("a character that may not stand here");
        if (open_.empty() && previous_ != '\n') return at("text outside the root");
      } else if (open_.empty() && seen) {
        return at("a second root");
      } else if (!tag()) {
        return at("a broken tag");
      }
      seen = true;
      if (open_.empty() && rest_ == "\n") return "";
    }
    return open_.empty() ? "" : "not closed: " + std::string{open_.back()};
  }

 private:
  std::string at(std::string_view what) const {
    return std::string{what} + " before: " + std::string{rest_.substr(0, 40)};
  }

  bool eat(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string_view name() {
    std::size_t n = 0;
    while (n < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 ||
                                rest_[n] == '-' || rest_[n] == ':')) {
      ++n;
    }
    const std::string_view found = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return found;
  }

  /// One character of content or of a value.
  bool character() {
    if (rest_.front() == '&') {
      return eat("&amp;") || eat("&lt;") || eat("&gt;") || eat("&quot;") || eat("&apos;");
    }
    previous_ = rest_.front();
    const auto byte = static_cast<unsigned char>(previous_);
    if (byte == '<' || (byte < 0x20 && byte != '\n')) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool attribute(std::vector<std::string_view>& names) {
    const std::string_view key = name();
    for (const std::string_view other : names) {
      if (other == key) return false;
    }
    names.push_back(key);
    if (key.empty() || !eat("=\"")) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      if (!character()) return false;
    }
    return eat("\"");
  }

  bool tag() {
    if (eat("</")) {
      const std::string_view closed = name();
      if (open_.empty() || closed != open_.back() || !eat(">")) return false;
      open_.pop_back();
      return true;
    }
    rest_.remove_prefix(1);
    open_.push_back(name());
    if (open_.back().empty()) return false;
    std::vector<std::string_view> attributes;
    while (eat(" ")) {
      if (!attribute(attributes)) return false;
    }
    if (eat("/>")) {
      open_.pop_back();
      return true;
    }
    return eat(">");
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  char previous_ = '\n';
};

/// The first thing wrong with this XML, or nothing.
inline std::string xml_fault(std::string_view xml) { return WellFormed(xml).fault(); }

}  // namespace bp
