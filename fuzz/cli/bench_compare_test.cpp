// SPDX-License-Identifier: MIT
#include "fuzz/cli/bench_compare.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace bp::cli {
namespace {

nlohmann::json run(double floor, double ns) {
  return {
      {"floors_ns", {{"lock-prefixed RMW", {{"min", floor}}}}},
      {"figures",
       {{{"workload", "hot"}, {"subject", "lockfree"}, {"threads", 1}, {"ns", {{"min", ns}}}}}}};
}

class BenchCompare : public testing::Test {
 protected:
  std::string path_ = testing::TempDir() + "bench_compare.json";
  void write(const std::string& text) { std::ofstream(path_) << text; }
  void TearDown() override { std::filesystem::remove(path_); }
};

TEST_F(BenchCompare, RatiosAreToTheFloorOfTheirOwnRun) {
  write(run(2, 6).dump());
  const BenchComparison same = compare_bench(run(4, 12), path_);
  EXPECT_EQ(same.fault, "");
  EXPECT_NE(same.text.find("3.00       3.00     1.00\n"), std::string::npos) << same.text;
  const BenchComparison slower = compare_bench(run(4, 24), path_);
  EXPECT_NE(slower.text.find("3.00       6.00     2.00  slower\n"), std::string::npos)
      << slower.text;
}

TEST_F(BenchCompare, WhatIsNoRunIsAFaultOfOneLine) {
  EXPECT_NE(compare_bench(run(1, 1), path_ + "x").fault.find("cannot be read"), std::string::npos);
  for (const char* text : {"", "[]", "{", "{\"figures\": 1}", "{\"floors_ns\": {}}"}) {
    write(text);
    const std::string fault = compare_bench(run(1, 1), path_).fault;
    EXPECT_NE(fault.find("make it anew"), std::string::npos) << text;
    EXPECT_EQ(fault.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace bp::cli
