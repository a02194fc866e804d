// SPDX-License-Identifier: MIT
// For tests: a campaign's folder with samples and crashes put into it, gone afterwards; and the
// programs that are put in.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fuzz/campaign/folder.h"
#include "fuzz/campaign/scratch.h"
#include "fuzz/engines/files.h"
#include "fuzz/engines/replay.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/text.h"

namespace bp::campaign {

inline const std::string kMachineText =
    "buddyproof 1\n"
    "machine profile=v6.1-lts192 zones=DMA cpus=1 pageblock_order=4 min_free_kbytes=0 pcp_high=4 "
    "pcp_batch=2\n"
    "node 0 cpus=0 zone=DMA:0x0-0x100\n";

/// Fine on every subject that is right.
inline const std::string kFineText = kMachineText +
                                     "b0 = alloc cpu=0 order=1 gfp=0\n"
                                     "free b0 cpu=0\n";

/// A block is freed twice; what is before it does not matter.
inline const std::string kDoubleFreeText = kMachineText +
                                           "b0 = alloc cpu=0 order=1 gfp=0\n"
                                           "b1 = alloc cpu=0 order=0 gfp=0\n"
                                           "free b1 cpu=0\n"
                                           "free b0 cpu=0\n"
                                           "free b0 cpu=0\n"
                                           "drain cpu=all\n";

inline Bytes bytes_of(const std::string& program) {
  const Loaded loaded = parse_program(program, "test");
  EXPECT_TRUE(loaded.program) << loaded.fault;
  Bytes bytes;
  encode(*loaded.program, bytes);
  return bytes;
}

class TestCampaign {
 public:
  explicit TestCampaign(std::string subject, unsigned shard = 0, unsigned shards = 1) {
    manifest_.program_version = "0.1.0";
    manifest_.subject = std::move(subject);
    manifest_.engines = {"builtin"};
    manifest_.seconds = 10;
    manifest_.seed = 1;
    manifest_.jobs = 1;
    manifest_.started = "2026-01-02T03:04:05Z";
    manifest_.shard = shard;
    manifest_.shards = shards;
  }

  std::filesystem::path path() const { return scratch_.path() / "campaign"; }

  /// Held while it runs.
  Folder open() {
    std::string fault;
    auto folder = Folder::open(path(), manifest_, true, fault);
    EXPECT_TRUE(folder) << fault;
    return std::move(*folder);
  }
  Folder read() const {
    std::string fault;
    auto folder = Folder::read(path(), fault);
    EXPECT_TRUE(folder) << fault;
    return std::move(*folder);
  }
  void add_crash(const std::string& rule, const std::string& program) {
    bool first = false;
    EXPECT_EQ(open().add_crash(rule, bytes_of(program), "# a note\n" + program, first), "");
  }
  void add_sample(double seconds, std::uint64_t executions, std::uint64_t coverage = 0) {
    Sample s;
    s.seconds = seconds;
    s.unix_time = 1'000'000 + ++clock_;
    s.executions_per_second = 100;
    s.coverage = coverage;
    at(s.tallies, Tally::executions) = executions;
    at(s.tallies, Tally::operations) = 4 * executions;
    at(s.tallies, Tally::alloc_ok) = 2 * executions;
    EXPECT_EQ(open().add(s), "");
  }

 private:
  Scratch scratch_;
  Manifest manifest_;
  std::int64_t clock_ = 0;
};

}  // namespace bp::campaign
