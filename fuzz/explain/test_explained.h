// SPDX-License-Identifier: MIT
// For tests: a report of two zones that refuse, made up, and what is said of a log that has one
// report.
#pragma once

#include "fuzz/explain/say.h"
#include "fuzz/explain/test_reports.h"

namespace bp::explain {

inline const std::string kRequest =
    "rsync: page allocation failure: order:2, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), "
    "nodemask=(null),cpuset=/,mems_allowed=0\n";
inline const std::string kTask =
    "CPU: 1 PID: 733 Comm: rsync Not tainted 5.10.0-18-amd64 #1 Debian\n";
inline const std::string kMemory =
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
inline const std::string kReport = kRequest + kTask + kMemory;

/// The only report of a log, explained.
struct Explained {
  FailureReport report;
  Situation situation;
  Verdict verdict;
  std::string text;
};
inline Explained explained(const std::string& log) {
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

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace bp::explain
