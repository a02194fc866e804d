// SPDX-License-Identifier: MIT
#include "fuzz/engines/execute.h"

#include "fuzz/program/drive.h"
#include "fuzz/program/subject_machine.h"
#include "model/vocab/check.h"

namespace bp {

Executor::Executor(Setup setup)
    : setup_(setup), judge_(setup.rules != nullptr ? *setup.rules : rulebook()) {
  check(setup.subject != nullptr, "an executor has a subject");
  promises_ = promises_of(*setup.subject);
}

void Executor::lay_out_if_new(const Machine& m) {
  if (laid_out_ && m == machine_) return;
  machine_ = m;
  layout_ = rules::lay_out(m);
  subject_machine(m, layout_, subject_machine_);
  laid_out_ = true;
}

bool Executor::run(const Program& p) {
  verdict_ = {};
  lay_out_if_new(p.machine);
  if (!drive(p, subject_machine_, *setup_.subject, history_)) return false;
  count(p.ops, history_, tallies_);
  verdict_ = judge_(p.machine, layout_, p.ops, history_, promises_);
  if (!verdict_.accepted()) ++at(tallies_, Tally::refused);
  return true;
}

}  // namespace bp
