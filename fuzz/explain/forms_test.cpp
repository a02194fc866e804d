// SPDX-License-Identifier: MIT
// Forms that logs were found in, beside those of the corpus: what mail, web pages and consoles make
// of a report, what looks like one and is none, and what a report that lacks a part may not say.
#include <functional>

#include "fuzz/explain/advice.h"
#include "fuzz/explain/log_tokens.h"
#include "fuzz/explain/mask.h"
#include "fuzz/explain/oddities.h"
#include "fuzz/explain/say.h"
#include "fuzz/explain/test_reports.h"

namespace bp::explain {
namespace {

const std::string kRequest =
    "rsync: page allocation failure: order:2, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), "
    "nodemask=(null),cpuset=/,mems_allowed=0\n";
const std::string kTask = "CPU: 1 PID: 733 Comm: rsync Not tainted 5.10.0-18-amd64 #1 Debian\n";
const std::string kMemory =
    "Mem-Info:\n"
    " free:3120 free_pcp:9 free_cma:0\n"
    "Node 0 DMA free:8400kB min:80kB low:100kB high:120kB reserved_highatomic:0KB "
    "present:15992kB managed:15908kB free_pcp:0kB free_cma:0kB\n"
    "lowmem_reserve[]: 0 2080 2080 2080\n"
    "Node 0 DMA32 free:4080kB min:4400kB low:5500kB high:6600kB reserved_highatomic:0KB "
    "present:2080640kB managed:1900000kB free_pcp:36kB free_cma:0kB\n"
    "lowmem_reserve[]: 0 0 0 0\n"
    "Node 0 DMA: 4*4kB (U) 4*8kB (U) 2*16kB (UM) 4*32kB (UM) 8*64kB (UM) 4*128kB (M) 4*256kB (M) "
    "4*512kB (M) 0*1024kB 2*2048kB (M) 0*4096kB = 8400kB\n"
    "Node 0 DMA32: 520*4kB (UME) 250*8kB (UE) 0*16kB 0*32kB 0*64kB 0*128kB 0*256kB 0*512kB "
    "0*1024kB 0*2048kB 0*4096kB = 4080kB\n";
const std::string kReport = kRequest + kTask + kMemory;

using Write = std::function<std::string(const std::string&)>;

std::string written(const Write& write) {
  std::string text;
  for (const std::string& l : lines_of(kReport)) text += write(l) + "\n";
  return text;
}

/// The only report of a log, explained.
struct Explained {
  FailureReport report;
  Situation situation;
  Verdict verdict;
  std::string text;
};
Explained explained(const std::string& log) {
  const LogReports read = read_reports(log);
  EXPECT_EQ(read.reports.size(), 1U) << log;
  Explained e;
  if (read.reports.empty()) return e;
  e.report = read.reports.front();
  e.situation = situation_of(e.report, std::nullopt);
  e.verdict = judge(e.situation);
  e.text = explain_text(e.situation, e.verdict, "log");
  // One space for each break, so that a sentence is found wherever its lines end.
  std::string plain;
  for (const char c : e.text) {
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space || (!plain.empty() && plain.back() != ' ')) plain += is_space ? ' ' : c;
  }
  e.text = plain;
  return e;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(ExplainForms, WhatPagesAndPhonesMakeOfALineDoesNoHarm) {
  const FailureReport whole = explained(kReport).report;
  const Write forms[] = {
      [](const std::string& l) { return "<span class=\"line\">" + l + "</span>"; },
      [](const std::string& l) { return "<tr><td>[   12.345678] </td><td>" + l + "</td></tr>"; },
      [](const std::string& l) { return "<li>" + l + "</li>"; },
      [](const std::string& l) { return "<pre><code>" + l + "</code></pre>"; },
      [](const std::string& l) { return "W/KERNEL  (  123): [   12.345678] " + l; },
      [](const std::string& l) { return "<4>[   12.345678] -(2)[733:rsync]" + l; },
      [](const std::string& l) { return "2025-03-03T10:11:12Z,web-01,kernel,\"" + l + "\""; },
      [](const std::string& l) { return "\"2025-03-03 10:11:12\",\"web-01\",\"" + l + "\"\r"; },
      [](const std::string& l) { return "\x7f" + l + "\xe2\x80\x8b"; },
      [](const std::string& l) {
        std::string out;
        for (const char c : l) out += c == '*' ? "\\*" : std::string(1, c);
        return out;
      },
      [](const std::string& l) {
        std::string out = l;
        if (has(l, "*4kB")) std::ranges::replace(out, '*', '_');
        return out;
      }};
  for (const Write& form : forms) {
    const std::string text = written(form);
    SCOPED_TRACE(text.substr(0, 160));
    const FailureReport found = explained(text).report;
    EXPECT_EQ(invented(found, whole), "");
    EXPECT_EQ(invented(whole, found), "");
    EXPECT_EQ(found.zones.size(), whole.zones.size());
  }
}

std::string replaced(std::string s, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = s.find(from, at)) != s.npos; at += to.size())
    s.replace(at, from.size(), to);
  return s;
}

std::string utf16(const std::string& text, bool little) {
  std::string out = little ? "\xff\xfe" : "\xfe\xff";
  for (const char c : text) {
    if (!little) out += '\0';
    out += c;
    if (little) out += '\0';
  }
  return out;
}

/// Mail of 76 columns; no "=3D" where no line has an equals sign but those of the lists.
std::string soft_broken(const std::string& text) {
  constexpr std::size_t kWidth = 75;
  std::string out;
  for (std::string l : lines_of(text)) {
    for (; l.size() > kWidth; l.erase(0, kWidth)) out += l.substr(0, kWidth) + "=\n";
    out += l + "\n";
  }
  return out;
}

/// The whole log in another alphabet, on one line, or broken anywhere by a mail client.
TEST(ExplainForms, WholeLogsInOtherFormsAreRead) {
  const FailureReport whole = explained(kReport).report;
  const std::string stamped = written([](const std::string& l) { return "[  1.000001] " + l; });
  const std::string logs[] = {
      utf16(kReport, true),
      utf16(kReport, false),
      replaced(kReport, "\n", "\r"),
      replaced(kReport, "\n", "\\n") + "\n",
      "{\"log\":\"" + replaced(stamped, "\n", "\\n") + "\"}\n",
      "Mar  3 10:11:12 web kernel: " + replaced(stamped, "\n", "#012") + "\n",
      soft_broken(kReport),
      soft_broken(replaced(kReport, "=", "=3D")),
      soft_broken(replaced(soft_broken(replaced(kReport, "=", "=3D")), "=", "=3D"))};
  for (const std::string& log : logs) {
    SCOPED_TRACE(log.substr(0, 200));
    const FailureReport found = explained(log).report;
    EXPECT_EQ(invented(found, whole), "");
    EXPECT_EQ(invented(whole, found), "");
  }
}

/// "0 2080 2080 2080x" is no row of three: what damaged the last number is not known.
TEST(ExplainForms, ARowWithADamagedEndIsNotUsed) {
  for (const char* const end : {"2080\"", "20x80", "2080,", "2080</p"}) {
    const std::string text = replaced(kReport, "2080 2080\n", std::string("2080 ") + end + "\n");
    const Explained e = explained(text);
    EXPECT_TRUE(e.report.zones[0].lowmem_reserve.empty()) << text;
    EXPECT_TRUE(has(e.text, "lowmem_reserve of Node 0 DMA cannot be read")) << e.text;
  }
}

/// Somebody put the request of one report above the memory of the one before it.
TEST(ExplainForms, MemoryOfBeforeTheRequestIsNotItsOwn) {
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

/// Of a line longer than what is read of one, the last word may be half a number.
TEST(ExplainForms, ALineTooLongIsCutAndSaysSo) {
  std::string row = "lowmem_reserve[]: 0 2080 2080";
  row += std::string(kLineMax - row.size() - 2, ' ') + "2080";
  const Explained e = explained(replaced(kReport, "lowmem_reserve[]: 0 2080 2080 2080", row));
  EXPECT_TRUE(e.report.zones[0].lowmem_reserve.empty());
  EXPECT_EQ(e.report.zones[1].lowmem_reserve.size(), 4U);
}

/// Quoted-printable mail that broke a line put a DEL before the rest of it.
TEST(ExplainForms, AMailsDeleteCharactersAreNoPartOfWords) {
  const Explained e = explained(
      ">> [ 4694.29] rsync: page allocation failure: order:2,=20\n"
      ">> =7Fmode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=3D(null)\n"
      ">> [ 4694.29] CPU: 0 PID: 733 Comm: rsync Not tainted=20\n"
      ">> =7F5.10.0-00013-g192f2fd7b678 #15\n");
  EXPECT_EQ(e.report.request->symbols, "GFP_KERNEL|__GFP_COMP");
  EXPECT_EQ(e.report.request->version, "5.10.0-00013-g192f2fd7b678");
}

/// Subjects, sentences, tags of trackers and patterns of programs that look for reports.
TEST(ExplainForms, TalkOfAFailureIsNoReport) {
  const char* const talk[] = {
      "Subject: Re: kswapd0: page allocation failure: order:0, mode:0x820(GFP_ATOMIC),\n",
      "I ran into a couple of page allocation failures on 6.1 while it was copying.\n",
      "There was a page allocation failure followed by a crash.\n",
      "It ended with another page allocation failure.\n",
      "#regzbot title: kswapd0: page allocation failure\n",
      "mkfs -t ext4 invoked oom-killer on i386 kernel running on x86_64 device\n",
      "    if \"invoked oom-killer:\" in line:\n"};
  for (const char* const line : talk) {
    SCOPED_TRACE(line);
    EXPECT_TRUE(read_reports(line).reports.empty());
    const Explained e = explained(line + kReport + line);
    EXPECT_EQ(e.report.zones.size(), 2U);
    EXPECT_EQ(e.report.request->version, "5.10.0-18-amd64");
  }
  // The end of the line is lost and not a sentence's.
  EXPECT_EQ(read_reports("rsync: page allocation failure:\n" + kTask + kMemory).reports.size(), 1U);
}

TEST(ExplainForms, WhatAProgramWroteBeforeTheKernelsLineIsNoTask) {
  const Explained e = explained("Creating journal (262144 blocks): [   34.423940] " + kReport);
  EXPECT_EQ(e.report.request->comm, "rsync");
}

/// 4.9: "allocation failure: N bytes" is a lack of addresses, "failure, allocated" a lack of pages.
TEST(ExplainForms, VmallocWithoutRoomIsNoRefusal) {
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

TEST(ExplainForms, FormsThatAreNotReadAreNamed) {
  const std::pair<const char*, const char*> forms[] = {
      {"oom-killer: gfp_mask=0xd0\nDMA free:16kB min:16kB low:32kB high:48kB\n",
       "before about 2.6.20"},
      {"__alloc_pages: 0-order allocation failed (gfp=0x1d2/0)\n", "2.4 kernel"},
      {"cma: cma_alloc: alloc failed, req-size: 2025 pages, ret: -12\n", "a CMA area"},
      {"vmap allocation for size 8192 failed: use vmalloc=<size> to increase\n", "addresses"},
      {"WARNING: CPU: 3 PID: 2599 at mm/page_alloc.c:4935 __alloc_pages+0x2ec/0x330\n",
       "an order above its largest"},
      {"Memory cgroup out of memory: Killed process 41 (java) total-vm:1kB\n", "a control group"},
      {"Out of memory: Killed process 41 (java) total-vm:1kB\n", "above it"},
      {"SLUB: Unable to allocate memory on node -1, gfp=0x820(GFP_ATOMIC)\n", "a slab"},
      {"vmalloc error: size 8192, vm_struct allocation failed, mode:0xcc0\n", "a vmalloc error"}};
  for (const auto& [text, name] : forms) {
    SCOPED_TRACE(text);
    const LogReports log = read_reports(std::string(text) + text);
    EXPECT_TRUE(log.reports.empty());
    ASSERT_EQ(log.others.size(), 1U);
    EXPECT_TRUE(has(log.others.front(), name));
    EXPECT_TRUE(has(log.others.front(), "line 1: "));
  }
}

TEST(ExplainForms, KernelsBeforeWhatIsDescribedAreSaidToBe) {
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

/// A terminal broke a row inside its last number: it has a column more than the other.
TEST(ExplainForms, ARowBrokenInsideANumberIsNotUsed) {
  std::string text = kReport;
  text.replace(text.find("0 2080 2080 2080"), 16, "0 2080 2080 20\n80");
  const Explained e = explained(text);
  EXPECT_TRUE(e.report.zones[0].lowmem_reserve.empty());
  EXPECT_EQ(e.report.zones[1].lowmem_reserve, (std::vector<std::int64_t>{0, 0, 0, 0}));
  EXPECT_TRUE(has(e.text, "a line was broken inside a number"));
  // Each on several lines: that they disagree is all that is known.
  text.replace(text.find("[]: 0 0 0 0"), 11, "[]: 0 0\n0 0");
  EXPECT_TRUE(explained(text).report.zones[1].lowmem_reserve.empty());
}

/// A serial console that goes on below the place where it broke the line.
TEST(ExplainForms, ABlockCountBrokenBehindItsAsteriskIsGlued) {
  for (const char* const half : {"0*", "0*10", "0*1024k"}) {
    std::string text = kReport;
    const std::size_t at = text.find("0*1024kB 2*2048kB");
    text.insert(at + std::string_view(half).size(), "\n                                     ");
    const Explained e = explained(text);
    ASSERT_TRUE(e.report.zones[0].lists->whole()) << text;
    EXPECT_EQ(e.report.zones[0].lists->orders.size(), 11U);
    EXPECT_EQ(invented(e.report, explained(kReport).report), "");
  }
}

TEST(ExplainForms, WithoutListsNothingIsSaidOfBlocks) {
  const Explained e = explained(kRequest + kTask + kMemory.substr(0, kMemory.find("Node 0 DMA: ")));
  EXPECT_EQ(e.verdict.zones[0].answer, Answer::below_mark);
  EXPECT_FALSE(has(e.text, "no free block is large enough"));
  EXPECT_FALSE(has(e.text, "with a block of order"));
  EXPECT_TRUE(has(e.text, "if a block of order 2 is free, which the report does not say"));
  EXPECT_TRUE(has(explained(kReport).text, "no free block is large enough either"));
}

/// 0x2084020 is GFP_ATOMIC|__GFP_COMP in 4.9 and something else in 3.x: that symbols were there
/// tells that it is not 3.x, and lists that were lost do not tell that they had no letters.
TEST(ExplainForms, AMaskWhoseSymbolsAreCutIsNotReadInAnOlderLayout) {
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

TEST(ExplainForms, ATaskThatReclaimsHasNoReservesWithNomemalloc) {
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
TEST(ExplainForms, DevicesHaveNoMemoryInARowOfReserves) {
  const Explained e = explained(
      kRequest + kTask +
      "Mem-Info:\nNormal free:106384kB min:40864kB low:81732kB high:91948kB present:4000000kB "
      "managed:3800000kB\nlowmem_reserve[]: 0 0 40960\nMovable free:2034664kB min:512kB "
      "low:900kB high:1300kB present:5242880kB managed:5242880kB\nlowmem_reserve[]: 0 0 0\n");
  EXPECT_EQ(e.verdict.column, 1U);
  for (const ZoneConfig c : e.situation.configs) EXPECT_FALSE(c.device);
}

/// 6.10 to 6.13 print 0 for zones above that have no memory; HIGHMEM is not what is left out.
TEST(ExplainForms, ARowThatFallsIsToldByTheKernel) {
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
TEST(ExplainForms, MarksBeyondTheMachinesMemoryAreNoAdvice) {
  std::string text = kReport + "524157 pages RAM\n";
  EXPECT_TRUE(has(explained(text).text, "more free pages in Node 0 DMA32"));
  text.replace(text.find("min:4400kB"), 10, "min:99395541895224kB");
  text.replace(text.find("managed:1900000kB"), 17, "mana");
  const Explained e = explained(text);
  EXPECT_TRUE(has(e.text, "the machine has 524157: the kernel's own numbers are damaged"));
  EXPECT_FALSE(has(e.text, "more free pages in Node 0 DMA32,"));
}

/// A trace below the memory is of what went wrong next.
TEST(ExplainForms, OnlyTheRequestsOwnTraceTellsOfItsTask) {
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
TEST(ExplainForms, WhatHardlyCameBackIsDoubted) {
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

}  // namespace
}  // namespace bp::explain
