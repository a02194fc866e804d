// SPDX-License-Identifier: MIT
// Which state of a file is taken, and what is said of files that do not have it.
#include "fuzz/kernel/dump_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

std::string dump() {
  const FileText file =
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/states/v4.7-5G/state.txt.zst");
  EXPECT_EQ(file.fault, "");
  return file.bytes;
}

/// The dump with another number of free pages in its first zone.
std::string with_free(std::string_view free) {
  std::string text = dump();
  const std::size_t at = text.find(" free ") + 6;
  return text.replace(at, text.find(' ', at) - at, free);
}

std::string recording() {
  return "@@BATCH 4\n@@S0\n" + with_free("40") + "@@RES\n@@S1\n" + with_free("41") +
         "@@END\n@@BATCH 7\n@@S0\n" + with_free("70") + "@@RES\n@@S1\n" + with_free("71") +
         "@@END\n";
}

std::int64_t free_of(const DumpFile& file) {
  if (!file.state) ADD_FAILURE() << file.fault_line << ": " << file.fault;
  return file.state ? file.state->zones[0].numbers.stat[0] : -1;
}

TEST(DumpFile, ADumpByItselfIsOneState) {
  const DumpFile file = read_dump(with_free("5"));
  EXPECT_EQ(free_of(file), 5);
  EXPECT_EQ(file.where, "");
  EXPECT_EQ(file.state->config.profile, Profile::v4_7);
}

TEST(DumpFile, OfARecordingTheFirstBatchUnlessAnotherIsNamed) {
  const std::string text = recording();
  EXPECT_EQ(free_of(read_dump(text)), 40);
  EXPECT_EQ(free_of(read_dump(text, {.after = true})), 41);
  EXPECT_EQ(free_of(read_dump(text, {.batch = 7})), 70);
  EXPECT_EQ(free_of(read_dump(text, {.batch = 7, .after = true})), 71);
  EXPECT_EQ(read_dump(text, {.batch = 7, .after = true}).where, "batch 7, after");
}

TEST(DumpFile, SaysWhatIsNotThere) {
  EXPECT_EQ(read_dump(recording(), {.batch = 5}).fault,
            "has no state batch 5, before; its last batch is 7");
  EXPECT_EQ(read_dump("@@S0\n" + dump() + "@@TRACE\n", {.batch = 0}).fault,
            "has no batches: leave --batch out");
  EXPECT_EQ(read_dump("@@S0\n" + dump() + "@@TRACE\n", {.after = true}).fault,
            "has no line @@S1: it is not a whole recording");
  EXPECT_EQ(read_dump(dump(), {.batch = 0}).fault,
            "is one state, not a recording: leave --batch and --after out");
  EXPECT_EQ(read_dump(dump(), {.after = true}).fault,
            "is one state, not a recording: leave --batch and --after out");
}

TEST(DumpFile, FaultsNameTheLineOfTheFile) {
  const DumpFile alone = read_dump("\n" + dump() + "nonsense 1\n");
  EXPECT_EQ(alone.fault_line, static_cast<std::size_t>(std::ranges::count(dump(), '\n') + 2));
  EXPECT_NE(alone.fault, "");
  EXPECT_FALSE(alone.state);
  const DumpFile inside = read_dump("@@BATCH 0\n@@S0\nnonsense 1\n@@END\n");
  EXPECT_EQ(inside.fault_line, 3U);
}

TEST(DumpFile, ADumpCutShortIsRefused) {
  const std::string text = dump();
  for (std::size_t part = 1; part < 8; ++part) {
    EXPECT_FALSE(read_dump(text.substr(0, text.size() * part / 8)).state) << part;
  }
}

TEST(DumpFile, IsKnownByItsFirstLine) {
  EXPECT_TRUE(is_dump(dump()));
  EXPECT_TRUE(is_dump(recording()));
  EXPECT_TRUE(is_dump("\n@@SET min_free_kbytes 1\n"));
  for (const char* other : {"", "buddyproof 1\n", "@@", "Node 0, zone DMA\n", "zoned\n"}) {
    EXPECT_FALSE(is_dump(other)) << other;
  }
}

TEST(DumpFile, ASnapshotNeedNotTellWhatOnlyAReplayNeeds) {
  const FileText file =
      read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/states/v6.1-i386-2G/state.txt.zst");
  EXPECT_EQ(file.bytes.find("\nzf "), std::string::npos);
  EXPECT_TRUE(read_dump(file.bytes).state);
  EXPECT_EQ(read_dump("@@BATCH 0\n@@S0\n" + file.bytes + "@@END\n").state, std::nullopt);
}

}  // namespace
}  // namespace bp::kernel
