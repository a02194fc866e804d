// SPDX-License-Identifier: MIT
// What a report shows and what it does not: no claim without the lines that bear it.
#include "fuzz/explain/advice.h"
#include "fuzz/explain/mask.h"
#include "fuzz/explain/test_explained.h"

namespace bp::explain {
namespace {

/// Somebody put the request of one report above the memory of the one before it.
TEST(ExplainClaims, MemoryOfBeforeTheRequestIsNotItsOwn) {
  const auto at = [](const std::string& text, const char* prefix) {
    std::string out;
    for (const std::string& l : lines_of(text)) out += prefix + l + "\n";
    return out;
  };
  for (const char* const host : {"", "<4>", "Mar  3 10:11:12 web kernel: ", "> "}) {
    const std::string late = std::string(host) + "[   45.073877] ";
    const std::string early = std::string(host) + "[   44.966861] ";
    const Explained e = explained(at(kRequest + kTask, late.c_str()) + at(kMemory, early.c_str()));
    EXPECT_TRUE(e.report.zones.empty());
    EXPECT_TRUE(has(e.text, "is of 0.107 s before the request: it is another report's")) << e.text;
    EXPECT_EQ(e.verdict.outcome, Outcome::undecided);
    EXPECT_EQ(explained(at(kRequest + kTask, early.c_str()) + at(kMemory, late.c_str()))
                  .report.zones.size(),
              2U);
  }
}

/// 4.9: "allocation failure: N bytes" is a lack of addresses, "failure, allocated" a lack of pages.
TEST(ExplainClaims, VmallocWithoutRoomIsNoRefusal) {
  const Explained no_room = explained("vmalloc: allocation failure: 17178820608 bytes\n" + kReport);
  EXPECT_TRUE(no_room.situation.refused_by_none);
  EXPECT_EQ(no_room.verdict.outcome, Outcome::undecided);
  EXPECT_TRUE(has(no_room.text, "the page allocator refused nothing"));
  EXPECT_TRUE(has(no_room.text, "no room of this size among its addresses"));
  EXPECT_TRUE(advice_for(no_room.situation, no_room.verdict).empty());

  const Explained no_page =
      explained("vmalloc: allocation failure, allocated 4096 of 8192 bytes\n" + kReport);
  EXPECT_FALSE(no_page.situation.refused_by_none);
  EXPECT_EQ(no_page.verdict.outcome, Outcome::explained);
}

TEST(ExplainClaims, KernelsBeforeWhatIsDescribedAreSaidToBe) {
  const auto text = [](const std::string& version) {
    return explained(
               "cp: page allocation failure. order:1, mode:0x20\nPid: 7, comm: cp Not tainted " +
               version + " #1\n" + kMemory)
        .text;
  };
  constexpr std::string_view kSays = "kernels before 2.6.32 are not described";
  EXPECT_TRUE(has(text("2.6.18-194.el5"), kSays));
  EXPECT_FALSE(has(text("2.6.32-220.el6.x86_64"), kSays));
  EXPECT_FALSE(has(text("3.2.0-64-generic"), kSays));
}

TEST(ExplainClaims, WithoutListsNothingIsSaidOfBlocks) {
  const Explained e = explained(kRequest + kTask + kMemory.substr(0, kMemory.find("Node 0 DMA: ")));
  EXPECT_EQ(e.verdict.zones[0].answer, Answer::below_mark);
  EXPECT_FALSE(has(e.text, "no free block is large enough"));
  EXPECT_FALSE(has(e.text, "with a block of order"));
  EXPECT_TRUE(has(e.text, "if a block of order 2 is free, which the report does not say"));
  EXPECT_TRUE(has(explained(kReport).text, "no free block is large enough either"));
}

/// 0x2084020 is GFP_ATOMIC|__GFP_COMP in 4.9 and something else in 3.x: that symbols were there
/// tells that it is not 3.x, and lists that were lost do not tell that they had no letters.
TEST(ExplainClaims, AMaskWhoseSymbolsAreCutIsNotReadInAnOlderLayout) {
  const std::string cut = "AiApp: page allocation failure: order:3, mode:0x2084020(GFP_ATOM\n";
  const std::string zone = "Mem-Info:\nNormal free:248344kB min:2444kB low:3052kB high:3660kB\n";
  const Explained unknown = explained(cut + zone);
  EXPECT_FALSE(unknown.situation.gfp);
  EXPECT_GE(unknown.situation.ages.front(), rules::KernelAge::v4_4);

  const std::string known = "CPU: 0 PID: 179 Comm: AiApp Not tainted 4.9.56 #53\n";
  EXPECT_EQ(explained(cut + known + zone).situation.gfp,
            read_mask(0x2084020, "", rules::KernelVersion{4, 9}).gfp);
  // The whole symbols are not in the number, as 4.4 has it: a vendor moved the bits.
  const Explained moved = explained(
      "gc: page allocation failure: order:0, mode:0x16040c0(GFP_KERNEL|__GFP_CO\n"
      "CPU: 0 PID: 179 Comm: gc Not tainted 4.4.68-1-default #53\n" +
      zone);
  EXPECT_FALSE(moved.situation.gfp);
  EXPECT_TRUE(has(moved.text, "symbols are cut"));
}

TEST(ExplainClaims, ATaskThatReclaimsHasNoReservesWithNomemalloc) {
  const std::string text =
      "kswapd0: page allocation failure: order:0, mode:0xc0c40(GFP_NOFS|__GFP_COMP|"
      "__GFP_NOMEMALLOC), nodemask=(null)\n"
      "CPU: 4 UID: 0 PID: 156 Comm: kswapd0 Not tainted 6.19.0 #435\n" +
      kMemory;
  const Explained e = explained(text);
  EXPECT_FALSE(e.verdict.zones[0].ignored);
  EXPECT_FALSE(has(e.text, "it may use all of it"));
  EXPECT_TRUE(has(e.text, "__GFP_NOMEMALLOC keeps it from the reserves all the same"));
}

/// Movable has memory in the last of three columns: it is no column of devices.
TEST(ExplainClaims, DevicesHaveNoMemoryInARowOfReserves) {
  const Explained e = explained(
      kRequest + kTask +
      "Mem-Info:\nNormal free:106384kB min:40864kB low:81732kB high:91948kB present:4000000kB "
      "managed:3800000kB\nlowmem_reserve[]: 0 0 40960\nMovable free:2034664kB min:512kB "
      "low:900kB high:1300kB present:5242880kB managed:5242880kB\nlowmem_reserve[]: 0 0 0\n");
  EXPECT_EQ(e.verdict.column, 1U);
  for (const ZoneConfig c : e.situation.configs) EXPECT_FALSE(c.device);
}

/// 6.10 to 6.13 print 0 for zones above that have no memory; HIGHMEM is not what is left out.
TEST(ExplainClaims, ARowThatFallsIsToldByTheKernel) {
  const auto note = [](const std::string& version) {
    std::string text = kReport;
    text.replace(text.find("5.10.0-18-amd64"), 15, version);
    text.replace(text.find("0 2080 2080 2080"), 16, "0 2080 2080 0");
    return explained(text).text;
  };
  EXPECT_TRUE(has(note("6.11.4"), "of 6.10 to 6.13 keep nothing back for a zone without memory"));
  // With DMA32 there is no HIGHMEM.
  EXPECT_TRUE(has(note("5.7.0"), "its numbers may be damaged"));
}

/// After a kernel's own fault: marks of more than the machine has.
TEST(ExplainClaims, MarksBeyondTheMachinesMemoryAreNoAdvice) {
  std::string text = kReport + "524157 pages RAM\n";
  EXPECT_TRUE(has(explained(text).text, "more free pages in Node 0 DMA32"));
  text.replace(text.find("min:4400kB"), 10, "min:99395541895224kB");
  text.replace(text.find("managed:1900000kB"), 17, "mana");
  const Explained e = explained(text);
  EXPECT_TRUE(has(e.text, "the machine has 524157: the kernel's own numbers are damaged"));
  EXPECT_FALSE(has(e.text, "more free pages in Node 0 DMA32,"));
}

/// A trace below the memory is of what went wrong next.
TEST(ExplainClaims, OnlyTheRequestsOwnTraceTellsOfItsTask) {
  const std::string trace =
      "Call Trace:\n <TASK>\n shrink_node+0x10/0x500\n try_to_free_pages+0xe7/0x200\n </TASK>\n";
  EXPECT_TRUE(explained(kRequest + kTask + trace + kMemory).situation.task.memalloc);
  EXPECT_FALSE(
      explained(kReport + "WARNING: possible circular locking dependency detected\n" + trace)
          .situation.task.memalloc);

  const LogReports both =
      read_reports(kRequest + kRequest + kTask + kTask + trace + kMemory + kMemory);
  ASSERT_EQ(both.reports.size(), 2U);
  for (const FailureReport& r : both.reports) {
    const Situation s = situation_of(r, std::nullopt);
    EXPECT_FALSE(s.task.memalloc);
    EXPECT_TRUE(std::ranges::any_of(s.notes, [](const std::string& n) {
      return has(n, "another request's call trace is printed into this one's");
    }));
  }
}

/// More than 64 MB in the moment between the failure and the report: other causes are named.
TEST(ExplainClaims, WhatHardlyCameBackIsDoubted) {
  std::string text = kReport;
  text.replace(text.find("DMA32 free:4080kB"), 17, "DMA32 free:400080kB");
  text.replace(text.find("520*4kB (UME) 250*8kB"), 21, "520*4kB (UME) 49750*8kB");
  text.replace(text.find("= 4080kB"), 8, "= 400080kB");
  text.replace(text.find("0*16kB 0*32kB 0*64kB"), 6, "0*16kB");
  EXPECT_FALSE(has(explained(text).text, "came back that fast"));  // No block of order 2.
  text.replace(text.find("49750*8kB (UE) 0*16kB"), 21, "49748*8kB (UE) 1*16kB (M)");
  EXPECT_EQ(explained(text).verdict.outcome, Outcome::contradicted);
  EXPECT_TRUE(has(explained(text).text, "so much seldom comes back that fast"));
}

/// DMA's lines are lost and the totals too: the four columns tell that it may be there.
TEST(ExplainClaims, ZonesBelowThePrintedOnesAreNotTakenToBeEmpty) {
  const std::size_t dma = kMemory.find("Node 0 DMA free"),
                    dma32 = kMemory.find("Node 0 DMA32 free");
  const std::size_t list = kMemory.find("Node 0 DMA: "), list32 = kMemory.find("Node 0 DMA32: ");
  const std::string zone = kMemory.substr(dma32, list - dma32) + kMemory.substr(list32);
  constexpr std::string_view kSays = "whether zones below those that were printed have memory";
  EXPECT_TRUE(has(explained(kRequest + kTask + "Mem-Info:\n" + zone).text, kSays));
  EXPECT_FALSE(has(explained(kRequest + kTask + kMemory.substr(0, dma) + zone).text, kSays));
  EXPECT_FALSE(has(explained(kReport).text, kSays));
}

}  // namespace
}  // namespace bp::explain
