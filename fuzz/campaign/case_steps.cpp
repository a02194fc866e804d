// SPDX-License-Identifier: MIT
#include "fuzz/campaign/case_steps.h"

#include <algorithm>
#include <map>

#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/step_panel.h"

namespace bp::campaign {
namespace {

using sched::Event;
using sched::Logged;

constexpr double kLeft = 112, kLane = 46, kTop = 28, kMark = 12, kRule = 24;
constexpr double kMarkMax = 14;  ///< Wide, where steps are few.

class Picture {
 public:
  Picture(const CaseTrace& t, const std::vector<std::string>& tasks) : trace_(t), tasks_(tasks) {
    for (const Logged& l : t.log) {
      if (is_step(l)) steps_.push_back(&l);
    }
    pitch_ = (svg::kStepWidth - kLeft - 8) /
             static_cast<double>(std::max<std::size_t>(1, steps_.size()));
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i]->wrote != Logged::kNone) made_at_[steps_[i]->wrote] = i;
    }
  }

  StepsPicture drawn(const std::string& rule) {
    legend();
    for (std::size_t t = 1; t < tasks_.size(); ++t) lane(t);
    for (std::size_t i = 0; i < steps_.size(); ++i) arrow(i);
    for (std::size_t i = 0; i < steps_.size(); ++i) mark(i);
    const double bottom = kTop + kLane * static_cast<double>(tasks_.size() - 1);
    if (!rule.empty()) {
      const double end = kLeft + pitch_ * static_cast<double>(steps_.size());
      out_ += svg::line("broken", end, kTop, end, bottom, rule) +
              svg::text("faulty end", end, bottom + 15, rule);
    }
    return {out_, bottom + kRule};
  }

 private:
  static bool is_step(const Logged& l) {
    return l.task != sched::kSetup &&
           (l.what == Event::load || l.what == Event::store || l.what == Event::rmw);
  }
  double x(std::size_t step) const { return kLeft + pitch_ * (static_cast<double>(step) + 0.5); }
  static double y(unsigned task) { return kTop + kLane * (static_cast<double>(task) - 0.5); }

  void legend() {
    double at = 0;
    const auto entry = [&](std::string_view css, std::string_view what) {
      out_ += svg::rect(css, {at, 2, kMark, 14}) + svg::text("dim", at + kMark + 6, 14, what);
      at += kMark + 24 + svg::text_width(what) * 1.1;
    };
    entry("s-load", "load");
    entry("s-store", "store");
    entry("s-rmw", "read-modify-write");
    entry("s-stale", "not the newest store");
  }
  void lane(std::size_t task) {
    const double middle = y(static_cast<unsigned>(task));
    out_ += svg::line("moment", kLeft, middle, svg::kStepWidth, middle) +
            svg::text("zone", 4, middle + 4, tasks_[task]);
  }

  std::string words(std::size_t i) const {
    const Logged& l = *steps_[i];
    const char* const what = l.what == Event::load    ? "loads"
                             : l.what == Event::store ? "stores"
                                                      : "replaces, leaving";
    std::string site;
    if (l.site < trace_.sites.size()) {
      const sched::Site& s = trace_.sites[l.site];
      site = fmt::format(" in {}, {}", s.function, s.name());
    }
    return fmt::format("{}: {} {} {:#x} at location {}{}{}", i + 1, tasks_[l.task], what, l.holds,
                       l.at, site, l.stale ? ": not the newest" : "");
  }
  void mark(std::size_t i) {
    const Logged& l = *steps_[i];
    const char* const kind = l.what == Event::load    ? "s-load"
                             : l.what == Event::store ? "s-store"
                                                      : "s-rmw";
    const double width = std::min(kMarkMax, pitch_ * 0.8);
    out_ += svg::rect(l.stale ? fmt::format("{} s-stale", kind) : kind,
                      {x(i) - width / 2, y(l.task) - kMark / 2, width, kMark}, words(i));
  }
  void arrow(std::size_t i) {
    const Logged& l = *steps_[i];
    const auto from = made_at_.find(l.read);
    if (l.read == Logged::kNone || from == made_at_.end()) return;
    if (l.what == Event::store && !l.stale) return;
    const unsigned maker = steps_[from->second]->task;
    if (maker == l.task && !l.stale) return;
    const double half = maker == l.task ? -kMark : maker < l.task ? kMark / 2 : -kMark / 2;
    out_ += svg::line(l.stale ? "reads stale" : "reads", x(from->second), y(maker) + half, x(i),
                      maker == l.task ? y(l.task) - kMark / 2 : y(l.task) - half, words(i));
  }

  const CaseTrace& trace_;
  const std::vector<std::string>& tasks_;
  std::vector<const Logged*> steps_;
  std::map<std::uint32_t, std::size_t> made_at_;  ///< By store, the step that made it.
  double pitch_ = 1;
  std::string out_;
};

}  // namespace

const char* const kStepsCss = R"css(
.s-load { fill: #7fb2d9; } .s-store { fill: #e69f00; } .s-rmw { fill: #6a51a3; }
.s-stale { stroke: var(--red); stroke-width: 2.5; } .broken { stroke: var(--red); stroke-width: 2; }
.end { text-anchor: end; }
.reads { stroke: var(--ink); stroke-opacity: .35; stroke-width: 1; }
.reads.stale { stroke: var(--red); stroke-opacity: 1; stroke-width: 1.8; }
)css";

StepsPicture draw_steps(const CaseTrace& trace, const std::vector<std::string>& tasks,
                        const std::string& rule) {
  return Picture(trace, tasks).drawn(rule);
}

}  // namespace bp::campaign
