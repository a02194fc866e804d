// SPDX-License-Identifier: MIT
// Forms that logs were found in, beside those of the corpus: what mail, web pages, shells and
// consoles make of a report, and what looks like one and is none.
#include <functional>

#include "fuzz/explain/log_tokens.h"
#include "fuzz/explain/test_explained.h"

namespace bp::explain {
namespace {

using Write = std::function<std::string(const std::string&)>;

std::string written(const Write& write) {
  std::string text;
  for (const std::string& l : lines_of(kReport)) text += write(l) + "\n";
  return text;
}

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

std::string with_all(std::string s, std::string_view from, std::string_view to) {
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

/// Mail of 76 columns.
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
      with_all(kReport, "\n", "\r"),
      with_all(kReport, "\n", "\\n") + "\n",
      "{\"log\":\"" + with_all(stamped, "\n", "\\n") + "\"}\n",
      "Mar  3 10:11:12 web kernel: " + with_all(stamped, "\n", "#012") + "\n",

      soft_broken(with_all(kReport, "=", "=3D")),
      soft_broken(with_all(soft_broken(with_all(kReport, "=", "=3D")), "=", "=3D"))};
  for (const std::string& log : logs) {
    SCOPED_TRACE(log.substr(0, 200));
    const FailureReport found = explained(log).report;
    EXPECT_EQ(invented(found, whole), "");
    EXPECT_EQ(invented(whole, found), "");
  }
}

/// A failure of 3.x whose lists were left out has no equals sign: the breaks alone tell.
TEST(ExplainForms, MailWithoutAnEqualsSignOfItsOwnIsPutTogether) {
  const std::string log =
      "rsync: page allocation failure: order:2, mode:0x4020\n"
      "CPU: 1 PID: 733 Comm: rsync Not tainted 3.13.0-29-generic-with-a-long-name #1\nMem-Info:\n"
      "Node 0 DMA free:8400kB min:80kB low:100kB high:120kB active_anon:0kB inactive_anon:0kB "
      "active_file:0kB inactive_file:0kB unevictable:0kB isolated(anon):0kB isolated(file):0kB "
      "present:15992kB managed:15908kB mlocked:0kB dirty:0kB writeback:0kB mapped:0kB\n";
  const FailureReport whole = explained(log).report;
  const FailureReport found = explained(soft_broken(log)).report;
  EXPECT_EQ(invented(found, whole), "");
  EXPECT_EQ(invented(whole, found), "");
}

/// Lines of something else that end in '=' make no mail of a log: "=10" is a number there.
TEST(ExplainForms, OtherLinesWithEqualsSignsAreNoQuotedPrintable) {
  const std::string oom =
      "rsync invoked oom-killer: gfp_mask=0x40cc0(GFP_KERNEL|__GFP_COMP), order=2, "
      "oom_score_adj=30\nrsync cpuset=/ mems_allowed=10\n";
  const Explained e = explained("aGVsbG8gd29ybGQ=\nd29ybGQgaGVsbG8=\n" + oom + kTask + kMemory);
  EXPECT_EQ(e.report.request->mems_allowed, "10");
  EXPECT_EQ(e.report.request->order, 2);
}

/// "0 2080 2080 2080x" is no row of three: what damaged the last number is not known.
TEST(ExplainForms, ARowWithADamagedEndIsNotUsed) {
  for (const char* const end : {"2080\"", "20x80", "2080,", "2080</p"}) {
    const std::string text = with_all(kReport, "2080 2080\n", std::string("2080 ") + end + "\n");
    const Explained e = explained(text);
    EXPECT_TRUE(e.report.zones[0].lowmem_reserve.empty()) << text;
    EXPECT_TRUE(has(e.text, "lowmem_reserve of Node 0 DMA cannot be read")) << e.text;
  }
}

/// Of a line longer than what is read of one, the last word may be half a number.
TEST(ExplainForms, ALineTooLongIsCutAndSaysSo) {
  std::string row = "lowmem_reserve[]: 0 2080 2080";
  row += std::string(kLineMax - row.size() - 2, ' ') + "2080";
  const Explained e = explained(with_all(kReport, "lowmem_reserve[]: 0 2080 2080 2080", row));
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

/// A mail that quotes from the middle of the line on.
TEST(ExplainForms, ARequestWhoseStartIsLostIsOne) {
  const Explained e = explained(
      "> oom-killer: gfp_mask=0x40cc0(GFP_KERNEL|__GFP_COMP), order=2,\n> oom_score_adj=0\n" +
      kTask + kMemory);
  EXPECT_EQ(e.report.request->kind, ReportKind::oom);
  EXPECT_EQ(e.report.request->order, 2);
  EXPECT_EQ(e.verdict.outcome, Outcome::explained);
}

TEST(ExplainForms, WhatAProgramWroteBeforeTheKernelsLineIsNoTask) {
  const Explained e = explained("Creating journal (262144 blocks): [   34.423940] " + kReport);
  EXPECT_EQ(e.report.request->comm, "rsync");
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

}  // namespace
}  // namespace bp::explain
