// SPDX-License-Identifier: MIT
#include "fuzz/report/to_cpp.h"

#include "fuzz/report/fmt.h"

#include "fuzz/program/text.h"

namespace bp {
namespace {

/// FNV-1a: the name of a pasted test must not depend on the run, and two programs rarely share it.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t h = 2166136261U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h;
}

/// "I-8" -> "I_8": a rule id as part of a C++ name.
std::string identifier(std::string_view rule) {
  std::string name;
  for (const char c : rule) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    name += word ? c : '_';
  }
  return name;
}

/// A path comes into a C++ string: quotes, backslashes and what does not print are escaped.
std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\', out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\{:03o}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string to_cpp(const Program& p, std::string_view rule, const ReportContext& context) {
  const std::string text = print_text(p);
  const std::string subject = context.subject.empty() ? "lockfree" : context.subject;
  const std::string name =
      fmt::format("{}_{:08x}", rule.empty() ? "Accepted" : identifier(rule), hash_of(text));
  const std::string about = rule.empty() ? "Runs without a rule broken."
                                         : fmt::format("Breaks {} until it is fixed.", rule);
  return fmt::format(R"test(// SPDX-License-Identifier: MIT
// {}
#include <gtest/gtest.h>

#include "fuzz/engines/replay.h"

TEST(Regress, {}) {{
  const bp::Replay replay = bp::replay_text(R"program({})program",
                                            {});
  EXPECT_TRUE(replay.accepted()) << replay.report;
}}
)test",
                     about, name, text, literal(subject));
}

}  // namespace bp
