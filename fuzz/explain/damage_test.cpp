// SPDX-License-Identifier: MIT
// Reports that were cut, thinned, broken, prefixed or printed into each other: what can be read is
// what stood there, and whatever is left is judged without a crash.
#include <map>
#include <random>

#include "fuzz/explain/explain_json.h"
#include "fuzz/explain/explain_svg.h"
#include "fuzz/explain/say.h"
#include "fuzz/explain/test_reports.h"

namespace bp::explain {
namespace {

LogReports read_and_judge(const std::string& text) {
  LogReports log = read_reports(text);
  for (const FailureReport& r : log.reports) judge(situation_of(r, std::nullopt));
  return log;
}

void expect_nothing_invented(const std::string& damaged, const FailureReport& whole) {
  for (const FailureReport& part : all_of(read_and_judge(damaged)))
    ASSERT_EQ(invented(part, whole), "") << damaged;
}

FailureReport whole_of(const CorpusReport& r) { return all_of(read_reports(r.text)).front(); }

TEST(ExplainDamage, EveryTruncationInventsNothing) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (std::size_t n = 0; n < r.text.size(); ++n) {
      expect_nothing_invented(r.text.substr(0, n), whole);
      if (HasFatalFailure()) return;
    }
  }
}

/// The log begins in the middle of a line.
TEST(ExplainDamage, EveryLateStartInventsNothing) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (std::size_t n = 0; n < r.text.size(); n += 7) {
      const std::string late = r.text.substr(n);
      for (const FailureReport& part : all_of(read_and_judge(late))) {
        for (const ZoneLines& z : part.zones) {
          // What is left of "Node 0 DMA" may be "DMA", and of "CMA:" nothing that is a zone.
          if (zone_like(whole, z) == nullptr) continue;
          ASSERT_TRUE(is_part_of(z, *zone_like(whole, z))) << late;
        }
      }
    }
  }
}

TEST(ExplainDamage, EveryLostLineInventsNothing) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    const std::vector<std::string> lines = lines_of(r.text);
    for (std::size_t lost = 0; lost < lines.size(); ++lost) {
      std::vector<std::string> left = lines;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(lost));
      expect_nothing_invented(joined_lines(left), whole);
      if (HasFatalFailure()) return;
    }
  }
}

/// Whether a zone would serve, by its name, where the report decides it.
std::map<std::string, bool> decided(const FailureReport& r) {
  const Situation s = situation_of(r, std::nullopt);
  std::map<std::string, bool> out;
  for (const ZoneAnswer& a : judge(s).zones)
    if (a.answer != Answer::undecided) out[s.zones[a.zone].name] = a.answer == Answer::passes;
  return out;
}

/// All lines of the other zones are lost, and its own row of reserves: what is decided then is what
/// the whole report decides. Which zone comes first, and what it keeps back, is not known any more.
TEST(ExplainDamage, AZoneByItselfIsJudgedAsInTheWholeOrNotAtAll) {
  std::size_t agree = 0;
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    const std::map<std::string, bool> right = decided(whole);
    for (const ZoneLines& z : whole.zones) {
      FailureReport part = whole;
      part.zones = {z};
      part.zones[0].lowmem_reserve.clear();
      for (const auto& [zone, serves] : decided(part)) {
        const auto at = right.find(zone);
        if (at == right.end()) continue;  // Another zone is what the whole cannot decide.
        EXPECT_EQ(serves, at->second) << zone;
        ++agree;
      }
    }
  }
  EXPECT_GT(agree, 20U);
}

/// Three columns were lost with the rows above: DMA is not taken to be all that there is.
TEST(ExplainDamage, WithoutARowOfReservesTheColumnIsNotKnown) {
  const std::string text =
      "swapper/1: page allocation failure: order:2, mode:0x4020\n"
      "CPU: 1 PID: 0 Comm: swapper/1 Not tainted 3.10.0-327.el7.x86_64 #1\n"
      "Mem-Info:\n"
      "Node 0 DMA free:15900kB min:284kB low:352kB high:424kB active_anon:0kB present:15992kB "
      "managed:15908kB free_cma:0kB all_unreclaimable? yes\n"
      "Node 0 DMA: 1*4kB (U) 1*8kB (U) 1*16kB (U) 0*32kB 2*64kB (U) 1*128kB (U) 1*256kB (U) "
      "0*512kB 1*1024kB (U) 1*2048kB (R) 3*4096kB (M) = 15900kB\n";
  const Verdict v = judge(situation_of(all_of(read_reports(text)).front(), std::nullopt));
  EXPECT_EQ(v.outcome, Outcome::undecided);
  ASSERT_EQ(v.zones.size(), 1U);
  EXPECT_EQ(v.zones[0].answer, Answer::undecided);
}

/// A logger that cuts long lines: every line at every width that cuts it.
TEST(ExplainDamage, CutLinesInventNothing) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    std::size_t longest = 0;
    for (const std::string& l : lines_of(r.text)) longest = std::max(longest, l.size());
    for (std::size_t width = 40; width < longest; width += 3) {
      std::vector<std::string> lines = lines_of(r.text);
      for (std::string& l : lines) l = l.substr(0, width);
      for (const FailureReport& part : all_of(read_and_judge(joined_lines(lines)))) {
        // A cut row of reserves or a cut version cannot be told from a whole one by itself.
        for (const ZoneLines& z : part.zones) {
          const ZoneLines* w = zone_like(whole, z);
          ASSERT_NE(w, nullptr);
          ZoneLines without_row = z;
          without_row.lowmem_reserve.clear();
          ASSERT_TRUE(is_part_of(without_row, *w)) << name_of(z) << " at " << width;
        }
      }
    }
  }
}

std::string prefixed(const std::string& text, const std::string& prefix) {
  std::vector<std::string> lines = lines_of(text);
  for (std::string& l : lines) l = prefix + l;
  return joined_lines(lines);
}

TEST(ExplainDamage, PrefixesDoNoHarm) {
  const std::string prefixes[] = {
      "Jun 18 16:37:06 host kernel: ",
      "2024-01-31T16:37:06.123456+00:00 host kernel: ",
      "2024-01-31 16:37:06 host kernel: ",
      "Mon Jun 18 16:37:06 2024 host kernel[1]: ",
      "kernel: ",
      "<4>",
      "<4>[ 123.456789] ",
      "[Mon Jun 18 16:37:06 2024] ",
      "[    0.123456][    T1] ",
      "> ",
      ">> > ",
      "| ",
      "\t",
      "host kernel: ",
      "kern  :warn  : [  123.456789] ",
      "kern  :err   : [Wed Jan 31 16:37:06 2024] ",
      "<4>1 2024-01-31T16:37:06.123456Z host kernel - - - [ 12.345678] ",
      "<4>1 2024-01-31T16:37:06.123456Z host kernel - - - ",
      "Wed Jan 31 16:37:06 2024 kern.warn kernel: [  100.123456] ",
      "4,1200,5678901,-;",
      "4,1200,5678901,-,caller=T11;",
      "\x1b[32m[  100.123456] \x1b[0m\x1b[33m",
      "<4>[  100.123456] (2)[1234:kworker/2:1]",
      "01-31 16:37:06.123     0     0 W         : ",
      "01-31 16:37:06.123  root     0     0 W kernel  : ",
      "   12\t",
      "12:",
      "/var/log/messages:12:Jan 31 16:37:06 host kernel: ",
      "host1  | [  100.123456] ",
      "Jan 31 16:37:06 ip-10-0-0-1 kernel: : [  100.123456] ",
      "Jan 31 16:37:06 host vmunix: ",
      "100.123456 ",
      " * ",
      "# ",
      "// ",
      "MESSAGE="};
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (const std::string& prefix : prefixes) {
      SCOPED_TRACE(prefix);
      const std::vector<FailureReport> all = all_of(read_and_judge(prefixed(r.text, prefix)));
      ASSERT_EQ(all.size(), 1U);
      EXPECT_EQ(invented(all.front(), whole), "");
      EXPECT_EQ(invented(whole, all.front()), "");  // And nothing is lost.
      if (whole.request) {
        EXPECT_EQ(all.front().request->comm, whole.request->comm);
      }
    }
  }
}

std::string replaced(std::string s, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = s.find(from, at)) != s.npos; at += to.size())
    s.replace(at, from.size(), to);
  return s;
}

/// Lines as other programs write them: what they say is the same.
TEST(ExplainDamage, OtherFormsOfALineDoNoHarm) {
  using Write = std::string (*)(const std::string&);
  const Write forms[] = {
      [](const std::string& l) { return l + "\r"; },
      [](const std::string& l) { return "\x1b[33m" + l + "\x1b[0m"; },
      [](const std::string& l) { return replaced(l, "  ", "\xc2\xa0 "); },
      [](const std::string& l) {
        return replaced(replaced(replaced(l, "&", "&amp;"), "<", "&lt;"), ">", "&gt;") + "<br />";
      },
      [](const std::string& l) {
        return R"({"PRIORITY":"4","MESSAGE":")" +
               replaced(replaced(replaced(l, "\\", "\\\\"), "\"", "\\\""), "\t", "\\u0009") +
               R"(","_TRANSPORT":"kernel"})";
      },
      [](const std::string& l) {
        return R"({"log":")" +
               replaced(replaced(replaced(l, "\\", "\\\\"), "\"", "\\\""), "\t", "\\t") +
               R"(\n","stream":"stdout"})";
      }};
  for (const CorpusReport& r : corpus_reports()) {
    if (r.text.find("\\x0a") != std::string::npos) continue;
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (const Write form : forms) {
      std::string text = "\xef\xbb\xbf";
      for (const std::string& l : lines_of(r.text)) text += form(l) + "\n";
      SCOPED_TRACE(text.substr(0, 200));
      const std::vector<FailureReport> all = all_of(read_and_judge(text));
      ASSERT_EQ(all.size(), 1U);
      EXPECT_EQ(invented(all.front(), whole), "");
      EXPECT_EQ(invented(whole, all.front()), "");
    }
  }
}

/// At the last blank before the width, as mail clients do.
std::string wrapped_at(const std::string& text, std::size_t width, const std::string& quote) {
  std::string out;
  for (std::string l : lines_of(text)) {
    while (l.size() > width) {
      std::size_t at = l.rfind(' ', width);
      if (at == std::string::npos || at == 0) at = l.find(' ', width);
      if (at == std::string::npos) break;
      out += quote + l.substr(0, at) + "\n";
      l = l.substr(at + 1);
    }
    out += quote + l + "\n";
  }
  return out;
}

TEST(ExplainDamage, WrappedLinesAreWhole) {
  for (const CorpusReport& r : corpus_reports()) {
    if (r.text.find("\\x0a") != std::string::npos) continue;  // One line of it is many already.
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (const std::size_t width : {60U, 72U, 78U, 100U}) {
      for (const std::string quote : {"", "> "}) {
        const std::string text = wrapped_at(r.text, width, quote);
        const std::vector<FailureReport> all = all_of(read_and_judge(text));
        ASSERT_EQ(all.size(), 1U) << text;
        EXPECT_EQ(invented(all.front(), whole), "") << text;
        ASSERT_EQ(all.front().zones.size(), whole.zones.size()) << text;
        EXPECT_EQ(invented(whole, all.front()), "") << text;
      }
    }
  }
}

/// Terminals break lines anywhere.
TEST(ExplainDamage, LinesBrokenInsideWordsInventNothing) {
  for (const CorpusReport& r : corpus_reports()) {
    SCOPED_TRACE(r.name);
    const FailureReport whole = whole_of(r);
    for (const std::size_t width : {70U, 80U, 132U}) {
      std::string text;
      for (std::string l : lines_of(r.text)) {
        for (; l.size() > width; l = l.substr(width)) text += l.substr(0, width) + "\n";
        text += l + "\n";
      }
      for (const FailureReport& part : all_of(read_and_judge(text))) {
        if (part.request) {
          EXPECT_TRUE(is_part_of(*part.request, *whole.request))
              << part.request->version << " " << part.request->symbols << "\n"
              << text;
        }
        for (const ZoneLines& z : part.zones) {
          const ZoneLines* w = zone_like(whole, z);
          if (w == nullptr) continue;
          EXPECT_TRUE(is_part_of(z, *w)) << name_of(z) << " at " << width << "\n" << text;
        }
      }
    }
  }
}

std::string interleaved(const std::string& a, const std::string& b) {
  const std::vector<std::string> x = lines_of(a), y = lines_of(b);
  std::string text;
  for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    if (i < x.size()) text += x[i] + "\n";
    if (i < y.size()) text += y[i] + "\n";
  }
  return text;
}

/// Two CPUs, and the kernel says which line is whose.
TEST(ExplainDamage, CallersKeepInterleavedReportsApart) {
  const std::vector<CorpusReport>& all = corpus_reports();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const CorpusReport &a = all[i], &b = all[(i + 1) % all.size()];
    const FailureReport whole_a = whole_of(a), whole_b = whole_of(b);
    const bool plain =
        whole_a.request && whole_b.request && a.text.find("\\x0a") == std::string::npos &&
        a.text.find("][ ") == std::string::npos && b.text.find("][ ") == std::string::npos &&
        a.text.find("[pid") == std::string::npos && b.text.find("[pid") == std::string::npos &&
        a.text.find("[3:") == std::string::npos && b.text.find("[3:") == std::string::npos;
    // Its first line is not the request's, so that the other's request would come first.
    const bool same_start = plain && whole_a.request->line == whole_b.request->line;
    if (!same_start) continue;
    SCOPED_TRACE(a.name + " and " + b.name);
    const LogReports log = read_and_judge(
        interleaved(prefixed(a.text, "[  1.0][  T11] "), prefixed(b.text, "[  1.0][  T22] ")));
    ASSERT_EQ(log.reports.size(), 2U);
    EXPECT_EQ(invented(log.reports[0], whole_a), "");
    EXPECT_EQ(invented(log.reports[1], whole_b), "");
    EXPECT_EQ(invented(whole_a, log.reports[0]), "");
    EXPECT_EQ(invented(whole_b, log.reports[1]), "");
  }
}

/// The same without a caller: the order decides, and it is said.
TEST(ExplainDamage, InterleavedReportsOfOneMachineAreToldApartByOrder) {
  const auto find = [](std::string_view start) {
    return *std::ranges::find_if(corpus_reports(),
                                 [&](const CorpusReport& r) { return r.name.starts_with(start); });
  };
  const CorpusReport a = find("09"), b = find("10");
  const LogReports log = read_and_judge(interleaved(a.text, b.text));
  ASSERT_EQ(log.reports.size(), 2U);
  EXPECT_EQ(invented(log.reports[0], whole_of(a)), "");
  EXPECT_EQ(invented(log.reports[1], whole_of(b)), "");
  ASSERT_FALSE(log.reports[0].notes.empty());
  EXPECT_NE(log.reports[0].notes.front().find("printed into each other"), std::string::npos);
}

/// The nodes of each stand in a line far below, and its version in one that names the task.
TEST(ExplainDamage, TasksAndConstraintsOfInterleavedReportsAreKeptApart) {
  const auto find = [](std::string_view start) {
    return *std::ranges::find_if(corpus_reports(),
                                 [&](const CorpusReport& r) { return r.name.starts_with(start); });
  };
  CorpusReport a = find("m04"), b = find("m05");
  b.text = replaced(b.text, "python3", "ruby");
  const LogReports log = read_and_judge(interleaved(a.text, b.text));
  ASSERT_EQ(log.reports.size(), 2U);
  EXPECT_EQ(log.reports[0].request->nodemask, "1");
  EXPECT_EQ(log.reports[1].request->mems_allowed, "1");
  for (const FailureReport& r : log.reports) {
    EXPECT_EQ(r.request->version, "5.4.0-150-generic");
    const Verdict v = judge(situation_of(r, std::nullopt));
    EXPECT_EQ(v.outcome, Outcome::explained);
  }
}

TEST(ExplainDamage, ReportsInARowAreEachTheirOwn) {
  std::string text;
  std::vector<FailureReport> wholes;
  for (const CorpusReport& r : corpus_reports()) {
    if (!whole_of(r).request) continue;
    text += r.text + "\n";
    wholes.push_back(whole_of(r));
  }
  const LogReports log = read_and_judge(text);
  ASSERT_EQ(log.reports.size(), wholes.size());
  for (std::size_t i = 0; i < wholes.size(); ++i) {
    SCOPED_TRACE(wholes[i].request->comm);
    EXPECT_EQ(invented(log.reports[i], wholes[i]), "");
    EXPECT_EQ(log.reports[i].zones.size(), wholes[i].zones.size());
  }
}

/// A zone whose lines are all lost is missed: the others' rows tell of its memory. (With Normal
/// printed above it, the rows could be those of a kernel without DMA32.)
TEST(ExplainDamage, AZoneThatIsMissingIsMissed) {
  for (const std::string_view start : {"09", "10"}) {
    SCOPED_TRACE(start);
    const auto r = std::ranges::find_if(
        corpus_reports(), [&](const CorpusReport& c) { return c.name.starts_with(start); });
    std::vector<std::string> lines = lines_of(r->text);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      if (lines[i].find("DMA32 free:") == std::string::npos) continue;
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i),
                  lines.begin() + static_cast<std::ptrdiff_t>(i) + 2);
      break;
    }
    std::erase_if(lines, [](const std::string& l) { return l.find("DMA32:") != l.npos; });
    const LogReports log = read_reports(joined_lines(lines));
    const Verdict v = judge(situation_of(log.reports.front(), std::nullopt));
    EXPECT_EQ(v.outcome, Outcome::undecided);
    ASSERT_FALSE(v.remarks.empty());
    EXPECT_NE(v.remarks.front().find("a zone that was not printed has memory"), std::string::npos);
  }
}

/// Any bytes: no crash, and all three outputs can be made.
TEST(ExplainDamage, ScrambledReportsAreSurvived) {
  std::mt19937 random(20240131);
  const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
  for (const CorpusReport& r : corpus_reports()) {
    for (unsigned round = 0; round < 60; ++round) {
      std::string text = r.text;
      const std::size_t edits = 1 + below(20);
      for (std::size_t e = 0; e < edits && text.size() > 64; ++e) {
        const std::size_t at = below(text.size() - 40);
        switch (below(4)) {
          case 0: text[at] = static_cast<char>(random()); break;
          case 1: text.erase(at, below(40)); break;
          case 2: text.insert(at, text.substr(below(text.size() - 40), below(40))); break;
          default: text.insert(at, std::to_string(random()) + std::to_string(random())); break;
        }
      }
      for (const FailureReport& part : read_reports(text).reports) {
        const Situation s = situation_of(part, std::nullopt);
        const Verdict v = judge(s);
        EXPECT_FALSE(explain_text(s, v, "x").empty());
        EXPECT_FALSE(explain_json(s, v, "x").empty());
        EXPECT_FALSE(explain_svg(s, v, "x").empty());
      }
    }
  }
}

}  // namespace
}  // namespace bp::explain
