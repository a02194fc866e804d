// SPDX-License-Identifier: MIT
#include "fuzz/explore/minimise_case.h"

#include "fuzz/explore/explore.h"
#include "fuzz/explore/mutate_scenario.h"

namespace bp::explore {
namespace {

class Minimiser {
 public:
  Minimiser(const Case& c, std::uint64_t tries) : tries_(tries), rule_(rule_of(c.rule)) {
    out_.one = c;
    out_.operations = out_.operations_before = operations(c.scenario);
  }

  SmallCase run() {
    while (fewer_tasks() || fewer_operations()) continue;
    return std::move(out_);
  }

 private:
  bool fewer_tasks() {
    for (std::size_t t = out_.one.scenario.tasks.size(); t > 0; --t) {
      if (take(without_task(out_.one.scenario, t))) return true;
    }
    return false;
  }
  bool fewer_operations() {
    for (std::size_t t = out_.one.scenario.tasks.size() + 1; t-- > 0;) {
      const Scenario& s = out_.one.scenario;
      for (std::size_t i = t == 0 ? s.setup.size() : s.tasks[t - 1].ops.size(); i-- > 0;) {
        if (take(without_op(out_.one.scenario, t, i))) return true;
      }
    }
    return false;
  }

  /// The smaller scenario is taken if one of two ways of searching breaks the same rule in it.
  bool take(const std::optional<Scenario>& smaller) {
    if (!smaller) return false;
    for (const Mode mode : {Mode::random, Mode::pct}) {
      Runner runner(*smaller);
      if (!runner.plant(out_.one.plant).empty()) return false;
      const Search search{.mode = mode, .seconds = 0, .executions = tries_};
      Explored e = explore(*smaller, runner, out_.one.plant, search);
      out_.executions += e.executions;
      if (!e.found || rule_of(e.found->file.rule) != rule_) continue;
      out_.one = std::move(e.found->file);
      out_.operations = operations(out_.one.scenario);
      return true;
    }
    return false;
  }

  std::uint64_t tries_;
  std::string rule_;
  SmallCase out_;
};

}  // namespace

SmallCase minimise_case(const Case& c, std::uint64_t tries) { return Minimiser(c, tries).run(); }

}  // namespace bp::explore
