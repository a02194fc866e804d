// SPDX-License-Identifier: MIT
// A campaign's folder survives what happens to folders: a kill between two writes, another
// campaign, another version.
#include "fuzz/campaign/folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "fuzz/campaign/folder_json.h"
#include "fuzz/campaign/streams.h"
#include "fuzz/engines/files.h"

namespace bp::campaign {
namespace {

namespace fs = std::filesystem;

class CampaignFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "campaign-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = fs::path(name) / "out";
  }
  void TearDown() override { fs::remove_all(path_.parent_path()); }

  std::optional<Folder> open(const Manifest& m = some_manifest(), bool resume = false) {
    fault_.clear();
    return Folder::open(path_, m, resume, fault_);
  }
  static Manifest some_manifest() {
    Manifest m;
    m.program_version = "0.1.0";
    m.subject = "lockfree";
    m.engines = {"libfuzzer", "afl"};
    m.seconds = 60;
    m.started = "2026-01-02T03:04:05Z";
    return m;
  }
  static Sample sample(std::int64_t time) {
    Sample s;
    s.unix_time = time;
    s.seconds = 1.5;
    at(s.tallies, Tally::executions) = 7;
    return s;
  }
  static std::vector<std::uint8_t> input(std::size_t size) {
    return std::vector<std::uint8_t>(size, std::uint8_t{3});
  }

  fs::path path_;
  std::string fault_;
};

TEST_F(CampaignFolder, GivesBackWhatWasPutIn) {
  {
    auto f = open();
    ASSERT_TRUE(f) << fault_;
    EXPECT_EQ(f->add(sample(20)), "");
    EXPECT_EQ(f->add(sample(10)), "");
    bool first = false;
    EXPECT_EQ(f->add_crash("I-8", input(9), "nine\n", first), "");
    EXPECT_TRUE(first);
  }
  const auto f = Folder::read(path_, fault_);
  ASSERT_TRUE(f) << fault_;
  EXPECT_EQ(f->manifest(), some_manifest());
  const auto streams = read_streams(path_);
  ASSERT_EQ(streams.size(), 1U);
  ASSERT_EQ(streams[0].samples.size(), 2U);
  EXPECT_EQ(streams[0].samples[0].unix_time, 20) << "as written: the clock went back";
  EXPECT_EQ(at(streams[0].samples[1].tallies, Tally::executions), 7U);
  ASSERT_EQ(f->crashes().size(), 1U);
  EXPECT_EQ(f->crashes()[0].rule, "I-8");
  EXPECT_EQ(f->crashes()[0].target, "seq");
  EXPECT_EQ(fs::file_size(f->crashes()[0].bin), 9U);
}

TEST_F(CampaignFolder, ReadsWhatWasWrittenBeforeRangesWereCounted) {
  Sample s = sample(20);
  at(s.tallies, Tally::range) = 3;
  std::string line = to_json(s);
  for (const std::string newer : {",\"range\":3", ",\"range_refused\":0", ",\"traced\":0"}) {
    const auto at = line.find(newer);
    ASSERT_NE(at, std::string::npos) << newer << " in " << line;
    line.erase(at, newer.size());
  }
  const auto read = sample_of(line);
  ASSERT_TRUE(read) << line;
  EXPECT_EQ(at(read->tallies, Tally::executions), 7U);
  EXPECT_EQ(at(read->tallies, Tally::range), 0U);
  // What every campaign counted is missed still, and so is a number that is none.
  std::string cut = line;
  cut.erase(cut.find(",\"executions\":7"), 15);
  EXPECT_FALSE(sample_of(cut)) << cut;
  EXPECT_FALSE(sample_of("{\"range\":\"x\"," + line.substr(1)));
}

TEST_F(CampaignFolder, KeepsTheFirstOfARuleAndWhatIsSmaller) {
  auto f = open();
  ASSERT_TRUE(f) << fault_;
  bool first = false;
  EXPECT_EQ(f->add_crash("R-WMARK-6", input(9), "", first), "");
  EXPECT_EQ(f->add_crash("R-WMARK-6", input(12), "", first), "");
  EXPECT_FALSE(first);
  EXPECT_EQ(f->crashes().size(), 1U);
  EXPECT_EQ(f->add_crash("R-WMARK-6", input(5), "", first), "");
  ASSERT_EQ(f->crashes().size(), 2U);
  EXPECT_EQ(fs::file_size(f->crashes()[0].bin), 5U);
  EXPECT_EQ(f->crashes()[0].seen, 3U);
}

TEST_F(CampaignFolder, IsOneCampaignsAtATime) {
  auto one = open();
  ASSERT_TRUE(one) << fault_;
  EXPECT_TRUE(one->is_running());
  EXPECT_FALSE(open(some_manifest(), true));
  EXPECT_NE(fault_.find("another campaign runs in it"), std::string::npos) << fault_;
  one.reset();
  const auto after = Folder::read(path_, fault_);
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->is_running());
}

TEST_F(CampaignFolder, IsGoneOnWithOnlyIfAskedAndOnlyByItsLike) {
  ASSERT_TRUE(open()) << fault_;
  EXPECT_FALSE(open());
  EXPECT_NE(fault_.find("--resume"), std::string::npos) << fault_;
  Manifest other = some_manifest();
  other.subject = "naive";
  EXPECT_FALSE(open(other, true));
  EXPECT_NE(fault_.find("subject lockfree, not naive"), std::string::npos) << fault_;
  EXPECT_TRUE(open(some_manifest(), true)) << fault_;
}

TEST_F(CampaignFolder, OfAnotherVersionIsRefused) {
  ASSERT_TRUE(open()) << fault_;
  ASSERT_EQ(write_whole(path_ / "manifest.json", std::string_view(R"({"version": 99})")), "");
  EXPECT_FALSE(Folder::read(path_, fault_));
  EXPECT_NE(fault_.find("folder version 99"), std::string::npos) << fault_;
  ASSERT_EQ(write_whole(path_ / "manifest.json", std::string_view(R"({"version": 1)")), "");
  EXPECT_FALSE(Folder::read(path_, fault_));
  EXPECT_NE(fault_.find("not readable"), std::string::npos) << fault_;
}

TEST_F(CampaignFolder, ALineOfStatsCutShortIsLeftOut) {
  {
    auto f = open();
    ASSERT_TRUE(f) << fault_;
    ASSERT_EQ(f->add(sample(10)), "");
  }
  const fs::path stats = fs::directory_iterator(path_ / "stats")->path();
  std::ofstream(stats, std::ios::app) << R"({"seconds": 3, "ti)";
  const auto f = Folder::read(path_, fault_);
  ASSERT_TRUE(f) << fault_;
  EXPECT_EQ(read_streams(path_)[0].samples.size(), 1U);
}

TEST_F(CampaignFolder, ThatIsNoneSaysSo) {
  EXPECT_FALSE(Folder::read(path_, fault_));
  EXPECT_NE(fault_.find("no campaign"), std::string::npos) << fault_;
}

}  // namespace
}  // namespace bp::campaign
