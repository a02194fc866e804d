// SPDX-License-Identifier: MIT
#include "fuzz/coherence/printed.h"

#include <gtest/gtest.h>

namespace bp::coherence {
namespace {

Figure figure(std::string subject, unsigned cpus, std::uint64_t transfers) {
  Figure f;
  f.subject = std::move(subject);
  f.setting.cpus = cpus;
  f.operations = 1000;
  f.tally.transfers = transfers;
  return f;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(PrintedCoherence, NoneIsToldFromLittle) {
  const Figure figures[] = {figure("a", 2, 0), figure("a", 1, 0), figure("b", 1, 1),
                            figure("b", 2, 123456)};
  const std::string text = table_of(figures);
  EXPECT_NE(text.find("local      a                         0        0\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("local      b                     0.001    123.5\n"), std::string::npos)
      << text;
}

TEST(PrintedCoherence, AFaultIsSaidAndItsFigureIsNot) {
  Figure figures[] = {figure("a", 1, 5), figure("a", 2, 7)};
  figures[1].fault = "a lost a page";
  figures[0].nulls = 3;
  const std::string text = table_of(figures);
  EXPECT_NE(text.find("0.005        -\n"), std::string::npos) << text;
  EXPECT_NE(text.find("FAULT local a, 2 CPUs: a lost a page"), std::string::npos) << text;
  EXPECT_NE(text.find("local a, 1 CPUs: 3 of 1000 found nothing"), std::string::npos) << text;
  EXPECT_EQ(count_of(svg_of(figures), "<circle"), 1U);
}

TEST(PrintedCoherence, ThePlotHasAPointForEachFigure) {
  std::vector<Figure> figures;
  for (const Traffic t : kTraffics)
    for (const char* s : {"a", "b"})
      for (const unsigned cpus : {1U, 16U, 256U}) {
        figures.push_back(figure(s, cpus, cpus * 100));
        figures.back().setting.traffic = t;
      }
  const std::string svg = svg_of(figures);
  EXPECT_EQ(count_of(svg, "<circle"), figures.size());
  EXPECT_EQ(count_of(svg, "<path"), 8U);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(table_of({}), "");
  EXPECT_EQ(svg_of({}), "");
}

}  // namespace
}  // namespace bp::coherence
