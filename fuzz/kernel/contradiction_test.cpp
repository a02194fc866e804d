// SPDX-License-Identifier: MIT
// Every contradiction that a dump can hold, planted in one that has none.
#include "fuzz/kernel/contradiction.h"

#include <gtest/gtest.h>

#include "fuzz/kernel/check_file.h"
#include "fuzz/kernel/recording.h"
#include "fuzz/kernel/test_recording.h"

namespace bp::kernel {
namespace {

using namespace reference;
using testing::recording;
using testing::with;

/// The small recording's last state: one block of each order.
KernelState consistent() {
  const std::string text = recording();
  Recording r(text, shape_of(text));
  Batch b;
  EXPECT_TRUE(r.next(b));
  return b.after;
}

void expect(const KernelState& s, std::string_view what, std::string_view line,
            std::span<const Slot> held = {}) {
  const Contradiction c = first_contradiction(s, held);
  EXPECT_NE(c.what.find(what), std::string::npos) << c.what;
  EXPECT_EQ(c.line, line);
}

TEST(Contradiction, NoneInAStateThatCanBe) {
  EXPECT_EQ(first_contradiction(consistent()).what, "");
}

TEST(Contradiction, ABlockOnAListWhereItCannotStand) {
  KernelState s = consistent();
  s.zones[0].lists[0][2] = {Pfn{1}};
  expect(s, "the block of order 0 at 1 is, or overlaps what is, on another list", "fl 0 0 0 2:");
  s = consistent();
  s.zones[0].lists[0][1] = {Pfn{0x7ff}};
  expect(s, "the block of order 10 at 400 is, or overlaps", "fl 0 0 10 1:");
  s = consistent();
  s.zones[0].lists[3][1] = {Pfn{9}};
  expect(s, "frame 9 is not aligned to order 3", "fl 0 0 3 1:");
  s = consistent();
  s.zones[0].lists[3][1] = {Pfn{0x800}};
  expect(s, "the block of order 3 at 800 lies outside its zone", "fl 0 0 3 1:");
  s = consistent();
  s.zones[0].pcp[0].lists[1] = {{Pfn{0x400}, Migratetype::movable}};
  s.zones[0].pcp[0].numbers.count = 1;
  expect(s, "the block of order 0 at 400 is, or overlaps", "pl 0 0 0 1:");
  s = consistent();
  s.zones[0].pcp[0].lists[13] = {{Pfn{0x100}, Migratetype::movable}};
  expect(s, "frame 100 is not aligned to order 9", "pl 0 0 0 13:");
}

TEST(Contradiction, CountsThatAreNotThoseOfTheLists) {
  KernelState s = consistent();
  s.zones[0].nr_free[4] = 2;
  expect(s, "nr_free of order 4 is 2, and the lists hold 1", "nf 0 0 4 ");
  s = consistent();
  s.zones[0].pcp[0].numbers.count = 1;
  expect(s, "count is 1, and the lists hold 0 pages", "pcp 0 0 0 ");
}

TEST(Contradiction, BadPagesOf4_7LeaveTheListAndNotTheCount) {
  KernelState s = consistent();
  s.config.profile = Profile::v4_7;
  s.zones[0].pcp[0].numbers.count = 1;
  EXPECT_EQ(first_contradiction(s).what, "");
  s.zones[0].pcp[0].numbers.count = -1;
  expect(s, "count is -1", "pcp 0 0 0 ");
}

TEST(Contradiction, ZonesThatCannotBe) {
  KernelState s = consistent();
  s.zones[0].numbers.managed = 2049;
  expect(s, "managed 2049, present 2048, spanned 2048", "zone 0 0 ");
  s = consistent();
  s.zones[0].numbers.start = std::int64_t{1} << 28;
  expect(s, "beyond frame 2^28", "zone 0 0 ");
  s = consistent();
  s.zones[0].numbers.spanned = std::int64_t{1} << 27;
  expect(s, "the zones span more than 67108864 frames", "");
  s = consistent();
  s.zones[0].pcp.clear();
  expect(s, "the zone has pages and no CPU", "zone 0 0 ");
  s = consistent();
  s.nodes[0].fallback.push_back({3, 1});
  expect(s, "the zonelist names zone 1 of node 3, which is not there", "zl 0 0:");
}

TEST(Contradiction, NodesThatAreNotThere) {
  KernelState s = consistent();
  s.config.cpu_node = {1};
  expect(s, "CPU 0 is on node 1, which is not there", "cfg ");
  s = consistent();
  s.config.policy_nodes = 3;
  expect(s, "the policy names node 1, which is not there", "cfg ");
  s = consistent();
  s.config.policy = PolicyMode::interleave;
  expect(s, "the policy names no node", "cfg ");
  s = consistent();
  s.nodes[0].distance = {10, 20};
  expect(s, "distances are not those of each node to each", "cfg ");
}

TEST(Contradiction, NumbersThatListsCannotHave) {
  KernelState s = consistent();
  s.zones[0].pcp[0].numbers.batch = 0;
  expect(s, "a batch of 0 pages", "pcp 0 0 0 ");
  s = consistent();
  s.zones[0].pcp[0].numbers.free_factor = 64;
  expect(s, "a batch that doubles 64 times", "pcp 0 0 0 ");
  s = consistent();
  s.zones[0].lru = {Pfn{0x7ff}, Pfn{0x800}};
  expect(s, "page 800 on the LRU lies outside its zone", "lru 0 0:");
}

TEST(Contradiction, PageblocksOutOfOrder) {
  KernelState s = consistent();
  s.zones[0].pageblocks.push_back({Pfn{0}, Migratetype::movable});
  expect(s, "the run after 0 does not begin behind it", "pb 0 0:");
  s = consistent();
  s.zones[0].pageblocks[0].begin = Pfn{0x200};
  expect(s, "do not begin where the zone does", "pb 0 0:");
  s = consistent();
  s.zones[0].pageblocks.push_back({Pfn{0x800}, Migratetype::movable});
  expect(s, "the run at 800 lies outside its zone", "pb 0 0:");
}

TEST(Contradiction, BlocksOfOursThatAreSomebodyElses) {
  const KernelState s = consistent();
  const std::vector<Slot> fine = {{}, {Pfn{0}, Order{0}, false, 1}};
  EXPECT_EQ(first_contradiction(s, fine).what, "");
  const std::vector<Slot> twice = {fine[1], fine[1]};
  expect(s, "slot 1 holds the block of order 0 at 0, and it is on a list or held twice", "", twice);
  const std::vector<Slot> free = {{Pfn{0x420}, Order{5}, false, 1}};
  expect(s, "slot 0 holds the block of order 5 at 420, and it is on a list", "", free);
  const std::vector<Slot> nowhere = {{Pfn{0x800}, Order{0}, false, 1}};
  expect(s, "slot 0 holds the block of order 0 at 800, and no zone has it", "", nowhere);
  KernelState hole = s;
  hole.zones[0].pageblocks[0].type.reset();
  expect(hole, "and no zone has it", "", fine);
}

TEST(Contradiction, ItsLineIsFoundInTheFile) {
  const std::string text = recording();
  const FileCheck before =
      check_text("small.txt", with(text, "nf 0 0 10 2", "nf 0 0 10 3"), {}, {});
  EXPECT_EQ(before.fault.substr(0, 36), "small.txt:18: nr_free of order 10 is");
  const std::size_t after = text.find("@@S1");
  const FileCheck c = check_text(
      "small.txt", text.substr(0, after) + with(text.substr(after), "3 1: 8", "3 1: c"), {}, {});
  EXPECT_EQ(c.fault.substr(0, 24), "small.txt:36: frame c is");
}

}  // namespace
}  // namespace bp::kernel
