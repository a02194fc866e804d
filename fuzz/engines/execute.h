// SPDX-License-Identifier: MIT
// One input is one execution: program, layout, subject's machine, drive, judge, verdict. Everything
// that finds bugs (fuzzing engines, properties, exhaustive search, replay, planted bugs) goes
// through here, so that a finding of one is a finding of all.
//
// An Executor keeps its buffers from run to run, and the layout as long as the machine stays the
// same. Not to be shared between threads.
#pragma once

#include "fuzz/engines/tally.h"
#include "fuzz/subject.h"
#include "model/judge/judge.h"
#include "model/judge/rulebook.h"
#include "model/rules/layout.h"
#include "model/vocab/history.h"
#include "model/vocab/program.h"
#include "model/vocab/verdict.h"

namespace bp {

/// Who is judged, and by what. Both outlive the executor.
struct Setup {
  const bp_subject* subject = nullptr;
  const Rulebook* rules = nullptr;  ///< Null: the rules as they are.
};

class Executor {
 public:
  explicit Executor(Setup setup);

  /// Runs a legal program on a fresh instance and judges it. False if the subject could not be
  /// created: memory ran out, nothing was judged, and the last verdict is an empty one.
  bool run(const Program& p);

  const Verdict& verdict() const { return verdict_; }
  const History& history() const { return history_; }
  const rules::Layout& layout() const { return layout_; }
  const Tallies& tallies() const { return tallies_; }  ///< Since construction.
  const bp_subject& subject() const { return *setup_.subject; }

 private:
  void lay_out_if_new(const Machine& m);

  Setup setup_;
  Judge judge_;
  Promises promises_;
  Machine machine_;  ///< The one that layout_ and subject_machine_ are of.
  bool laid_out_ = false;
  rules::Layout layout_;
  bp_machine subject_machine_{};
  History history_;
  Verdict verdict_;
  Tallies tallies_{};
};

}  // namespace bp
