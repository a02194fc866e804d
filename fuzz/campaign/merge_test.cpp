// SPDX-License-Identifier: MIT
// Shards made one: nothing is lost, nothing counts twice, and neither the order of merging nor the
// clocks of the machines that the shards ran on make a difference.
#include "fuzz/campaign/merge.h"

#include <gtest/gtest.h>

#include <map>

#include "fuzz/campaign/streams.h"
#include "fuzz/campaign/summary.h"
#include "fuzz/campaign/test_campaign.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShardsPlant = "naive-free-unchecked";

class Merging : public testing::Test {
 protected:
  Merging() {
    a_.add_sample(1, 100, 40);
    a_.add_sample(2, 200, 50);
    b_.add_sample(1, 10, 60);
    b_.add_sample(3, 30, 61);
    a_.add_crash("R-BUDDY-18", kDoubleFreeText);
    b_.add_crash("R-BUDDY-18", kDoubleFreeText);
    b_.add_crash("I-8", kFineText);
    put(a_, "one", "1");
    put(a_, "both", "2");
    put(b_, "both", "2");
    put(b_, "other", "3");
  }
  static void put(const TestCampaign& c, const std::string& name, std::string_view text) {
    ASSERT_EQ(write_whole(c.path() / "corpus/seq" / name, text), "");
  }
  fs::path out(const std::string& name = "all") const { return scratch_.path() / name; }
  Merged merge(const std::vector<fs::path>& in, const std::string& name = "all") {
    return merge_folders(in, out(name));
  }
  static Folder read(const fs::path& path) {
    std::string fault;
    auto f = Folder::read(path, fault);
    EXPECT_TRUE(f) << fault;
    return std::move(*f);
  }
  /// Every file with its content, but for locks and what this host may append to.
  static std::map<std::string, std::string> content(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& e : fs::recursive_directory_iterator(folder)) {
      if (!e.is_regular_file() || e.file_size() == 0) continue;
      const Bytes bytes = *read_whole(e.path()).bytes;
      all[e.path().lexically_relative(folder).string()] = std::string(bytes.begin(), bytes.end());
    }
    return all;
  }

  Scratch scratch_;
  TestCampaign a_{kShardsPlant, 0, 2}, b_{kShardsPlant, 1, 2};
};

TEST_F(Merging, LosesNothingAndCountsNothingTwice) {
  const Merged m = merge({a_.path(), b_.path()});
  ASSERT_EQ(m.fault, "");
  EXPECT_EQ(m.folders, 2U);
  EXPECT_EQ(m.streams, 2U);
  EXPECT_EQ(m.inputs, 3U);
  EXPECT_EQ(m.crashes, 2U);
  const Summary s = summarise(read(out()));
  EXPECT_EQ(s.streams, 2U);
  EXPECT_EQ(at(s.line.tallies, Tally::executions), 230U);
  ASSERT_EQ(s.rules.size(), 2U);
  EXPECT_EQ(s.rules[0].rule, "R-BUDDY-18");
  EXPECT_EQ(s.rules[0].seen, 2U) << "by each shard once";
  EXPECT_EQ(s.rules[1].seen, 1U);
}

TEST_F(Merging, LaysShardsSideBySide) {
  ASSERT_EQ(merge({a_.path(), b_.path()}).fault, "");
  const Timeline line = summarise(read(out())).line;
  ASSERT_EQ(line.points.size(), 4U);
  EXPECT_EQ(line.points[1].executions, 110U) << "both after a second";
  EXPECT_EQ(line.points[2].executions, 210U);
  EXPECT_EQ(line.points[3].executions, 230U);
  EXPECT_EQ(line.points[3].coverage, 61U) << "the best of any";
  EXPECT_DOUBLE_EQ(line.points[3].seconds, 3);
  EXPECT_TRUE(line.resumed.empty()) << "another shard is no further run";
}

TEST_F(Merging, DoesNotDependOnOrderAndStepsAndRepetition) {
  ASSERT_EQ(merge({a_.path(), b_.path()}).fault, "");
  ASSERT_EQ(merge({b_.path(), a_.path()}, "turned").fault, "");
  EXPECT_EQ(content(out()), content(out("turned")));
  ASSERT_EQ(merge({b_.path()}, "steps").fault, "");
  ASSERT_EQ(merge({a_.path()}, "steps").fault, "");
  EXPECT_EQ(content(out()), content(out("steps")));
  const Merged again = merge({a_.path(), b_.path()});
  EXPECT_EQ(again.fault, "");
  EXPECT_EQ(again.inputs + again.crashes, 0U);
  EXPECT_EQ(content(out()), content(out("turned")));
  ASSERT_EQ(merge({out(), a_.path()}, "twice").fault, "");
  EXPECT_EQ(content(out()), content(out("twice"))) << "a merged folder is one to merge";
}

TEST_F(Merging, TakesWhatAShardAddedSince) {
  ASSERT_EQ(merge({a_.path(), b_.path()}).fault, "");
  b_.add_sample(4, 40);
  b_.add_crash("I-8", kFineText);
  ASSERT_EQ(merge({b_.path()}).fault, "");
  const Summary s = summarise(read(out()));
  EXPECT_EQ(at(s.line.tallies, Tally::executions), 240U);
  EXPECT_EQ(s.rules[1].seen, 2U);
}

TEST_F(Merging, RefusesWhatIsNotOfOneKindAndLeavesNothing) {
  TestCampaign other("naive");
  other.open();
  EXPECT_NE(merge({a_.path(), other.path()}).fault.find("one of seq on naive"), std::string::npos)
      << merge({a_.path(), other.path()}).fault;
  EXPECT_NE(merge({a_.path(), scratch_.path() / "none"}).fault.find("no campaign"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(out()));
  ASSERT_EQ(merge({a_.path()}).fault, "");
  EXPECT_NE(merge({other.path()}).fault.find("another folder"), std::string::npos);
  EXPECT_NE(merge_folders({a_.path()}, a_.path()).fault.find("into itself"), std::string::npos);
  EXPECT_NE(merge_folders({a_.path()}, b_.path()).fault.find("shard 1 of 2"), std::string::npos);
}

TEST_F(Merging, WaitsForNobodyWhoWritesIntoTheResult) {
  ASSERT_EQ(merge({a_.path()}).fault, "");
  std::string fault;
  const auto held = Folder::open(out(), read(out()).manifest(), true, fault);
  ASSERT_TRUE(held) << fault;
  EXPECT_NE(merge({b_.path()}).fault.find("another campaign runs in it"), std::string::npos);
}

}  // namespace
}  // namespace bp::campaign
