// SPDX-License-Identifier: MIT
// For tests: a triage with one of everything, and with texts that mean harm to whoever prints them
// without escaping.
#pragma once

#include "fuzz/campaign/triage.h"

namespace bp::campaign {

inline constexpr const char* kHostile = "<b data-smuggled='1'>\"&]]>\x1b[0m\xff</b>";

inline TriagedCrash made_crash(std::string rule, Replayed::End end) {
  TriagedCrash c;
  c.crash = {.target = "seq", .rule = std::move(rule), .hash = "0123456789abcdef"};
  c.crash.bin = "camp aign/crashes/0123456789abcdef.bin";
  c.where = {"camp aign/crashes/<0123456789abcdef>.txt"};
  c.subject = "naive";
  c.bytes = 40;
  c.replayed.end = end;
  c.text = std::string("# ") + kHostile +
           "\nbuddyproof 1\nmachine x\nnode 0\nb0 = alloc cpu=0 order=0 gfp=0\nfree b0 cpu=0\n";
  return c;
}

inline TriagedCrash made_refused() {
  TriagedCrash c = made_crash("I-1", Replayed::End::refused);
  RefusedRun& r = c.replayed.as_found;
  r = {.rule = "I-1",
       .statement = "no frame has two owners",
       .file = "model/judge/judge.cpp",
       .line = 95,
       .event = 1,
       .operations = 2,
       .operation = "free b0 cpu=0",
       .answer = "taken 0x40",
       .seen = kHostile,
       .allowed = "an error",
       .text = c.text,
       .report = std::string("assertion\n  event\n\n  b0 = alloc\n> free b0 ") + kHostile + "\n",
       .kinds = "alloc o=0 / free",
       .lives = {{.head = 0x40, .pages = 1, .from = 0, .to = 1, .freed = true},
                 {.head = 0x400, .pages = 1024, .from = 1, .to = 2, .freed = false}}};
  c.replayed.reduced = r;
  return c;
}

inline Triage made_triage() {
  Triage t;
  t.folders = {"camp aign"};
  t.groups.push_back({.rule = "I-1",
                      .statement = "no frame has two owners",
                      .kinds = "alloc o=0 / free",
                      .crashes = {made_refused(), made_refused()}});
  TriagedCrash crashed = made_crash("crash-SIGSEGV", Replayed::End::crashed);
  crashed.replayed.signal = "SIGSEGV";
  crashed.replayed.stack = {kHostile, "bp::Zone::take"};
  t.groups.push_back({.rule = "crash-SIGSEGV",
                      .statement = kHostile,
                      .stack = crashed.replayed.stack,
                      .crashes = {crashed}});
  t.gone.push_back(made_crash("I-8", Replayed::End::accepted));
  t.unread.push_back(made_crash("I-9", Replayed::End::not_run));
  t.unread.back().replayed.fault = std::string("cut short ") + kHostile;
  t.seen = {{"I-1", 12}, {kHostile, 3}};
  return t;
}

}  // namespace bp::campaign
