// SPDX-License-Identifier: MIT
// What of a source is text and what is code.
#include "fuzz/rules_index/spoken_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bp::rules_index {
namespace {

/// With '~' for code, so that expectations can be read.
std::string seen(std::string_view source) {
  std::string s = spoken_text(source);
  std::ranges::replace(s, kBlot, '~');
  return s;
}

TEST(SpokenText, CommentsStay) {
  EXPECT_EQ(seen("int n;  // why\n"), "~~~ ~~     why\n");
  EXPECT_EQ(seen("/// one\n/// two"), "    one\n    two");
  EXPECT_EQ(seen("bool b;  ///< R-MT-6"), "~~~~ ~~       R-MT-6");
  EXPECT_EQ(seen("/* a\n * b */c"), "   a\n   b   ~");
  EXPECT_EQ(seen("// a \\\nb\nc"), "   a \\\nb\n~");
  EXPECT_EQ(seen("/* open"), "   open");
}

TEST(SpokenText, StringsStay) {
  EXPECT_EQ(seen(R"(f("L-1", 2))"), "~~~L-1~~ ~~");
  EXPECT_EQ(seen(R"("a\"b" c)"), "~a\\\"b~ ~");
  EXPECT_EQ(seen("\"// no comment\" x"), "~// no comment~ ~");
  EXPECT_EQ(seen("R\"x(a\")b)x\" y"), "~~~~a\")b~~~ ~");
  EXPECT_EQ(seen("\"open\nx"), "~open\n~");
}

TEST(SpokenText, QuotesOfCharactersAndNumbersOpenNoString) {
  EXPECT_EQ(seen("'\"' // a"), "~~~    a");
  EXPECT_EQ(seen("'\\'' // a"), "~~~~    a");
  EXPECT_EQ(seen("1'000 // a"), "~~~~~    a");
}

TEST(SpokenText, NamesOfRulesStay) {
  EXPECT_EQ(seen("R_WMARK_6"), "R-WMARK-6");
  EXPECT_EQ(seen("T(A, R_WMARK_6_refuses)"), "~~~~ R-WMARK-6~~~~~~~~~");
  EXPECT_EQ(seen("R_x FOR_WMARK_6"), "~~~ ~~~~~~~~~~~");
}

}  // namespace
}  // namespace bp::rules_index
