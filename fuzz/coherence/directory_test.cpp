// SPDX-License-Identifier: MIT
// Examples whose transfers are worked out by hand, and MESI's own invariants at random.
#include "fuzz/coherence/directory.h"

#include <gtest/gtest.h>

namespace bp::coherence {
namespace {

constexpr std::uintptr_t kWord = 0x1000;

TEST(Directory, PingPongOfOneWordIsTwoTransfersARound) {
  Directory d;
  d.write(0, kWord, 8);
  d.write(1, kWord, 8);
  d.restart();
  for (int round = 0; round < 10; ++round) {
    d.write(0, kWord, 8);
    d.write(1, kWord, 8);
  }
  EXPECT_EQ(d.tally(), (Tally{.accesses = 20, .transfers = 20, .invalidations = 20}));
}

TEST(Directory, TwoWordsInOneLineAreSharedFalsely) {
  for (const bool apart : {false, true}) {
    Directory d;
    const std::uintptr_t other = apart ? kWord + kLineBytes : kWord + kLineBytes - 8;
    for (int round = 0; round < 10; ++round) {
      d.write(0, kWord, 8);
      d.write(1, other, 8);
    }
    EXPECT_EQ(d.tally().transfers, apart ? 0U : 19U);
    EXPECT_EQ(d.tally().fills, apart ? 2U : 1U);
  }
}

TEST(Directory, ReadersShareALineAfterOneTransferEach) {
  Directory d;
  for (int round = 0; round < 5; ++round)
    for (unsigned cpu = 0; cpu < kCpusMax; ++cpu) d.read(cpu, kWord, 8);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 5 * kCpusMax, .transfers = kCpusMax - 1, .fills = 1}));
}

TEST(Directory, AWriteToASharedLineIsAnUpgradeAndDropsAllOtherCopies) {
  Directory d;
  for (unsigned cpu = 0; cpu < 8; ++cpu) d.read(cpu, kWord, 8);
  d.restart();
  d.write(3, kWord, 8);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 1, .upgrades = 1, .invalidations = 7}));
  d.restart();
  d.write(3, kWord, 8);
  d.read(3, kWord, 8);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 2}));
  for (unsigned cpu = 0; cpu < 8; ++cpu) d.read(cpu, kWord, 8);
  EXPECT_EQ(d.tally().transfers, 7U);
}

TEST(Directory, AReadThenAWriteByAnotherIsATransferAndAnUpgrade) {
  Directory d;
  d.write(0, kWord, 8);
  d.restart();
  d.read(1, kWord, 8);
  d.write(1, kWord, 8);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 2, .transfers = 1, .upgrades = 1, .invalidations = 1}));
}

TEST(Directory, AnAccessOverALinesEndTouchesBoth) {
  Directory d;
  d.write(0, kWord + kLineBytes - 4, 8);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 2, .fills = 2}));
  d.restart();
  d.read(1, kWord, 3 * kLineBytes);
  EXPECT_EQ(d.tally(), (Tally{.accesses = 3, .transfers = 2, .fills = 1}));
}

TEST(Directory, OneCpuAloneNeverAsksAnother) {
  Directory d;
  for (unsigned i = 0; i < 1000; ++i) {
    d.write(7, kWord + 8 * (i * 37 % 500), 8);
    d.read(7, kWord + 8 * (i * 91 % 500), 8);
  }
  EXPECT_EQ(d.tally().transfers + d.tally().upgrades + d.tally().invalidations, 0U);
}

}  // namespace
}  // namespace bp::coherence
