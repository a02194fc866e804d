// SPDX-License-Identifier: MIT
#include "fuzz/campaign/case_map.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "fuzz/campaign/words.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/page.h"
#include "fuzz/report/svg/step_panel.h"
#include "fuzz/report/svg/zone_axis.h"
#include "fuzz/subjects/lockfree_bugs.h"

namespace bp::campaign {
namespace {

using explore::Done;
using explore::kNoFrame;
using explore::kOpen;
using explore::Ownership;
using svg::Box;

constexpr double kMargin = 20, kLeft = 112, kLane = 30, kBar = 20, kGap = 14, kLine = 17;
constexpr double kZoneHeight = 150;
constexpr double kWidth = svg::kStepWidth - kLeft - 8;

constexpr const char* kCss = R"css(
.t0 { fill: #9d93bd; } .t1 { fill: var(--f0); } .t2 { fill: var(--held); }
.t3 { fill: var(--pcp); } .t4 { fill: #009e73; }
.op, .own { stroke: var(--card); stroke-width: .6; } .open { opacity: .5; }
.twice { fill: var(--red); fill-opacity: .55; stroke: var(--red); stroke-width: 2.5; }
.moment { stroke: var(--rule); }
)css";

std::string task_name(const explore::Scenario& s, unsigned task) {
  return task == 0 ? "set-up" : fmt::format("task {}, CPU {}", task, s.tasks[task - 1].cpu);
}

std::string asked(const Done& d) {
  if (d.kind == explore::OpKind::alloc)
    return fmt::format(
        "alloc {}{}", d.order,
        d.highest == ZoneType::normal ? "" : fmt::format(" {}", explore::zone_word(d.highest)));
  if (d.kind == explore::OpKind::free) return fmt::format("free {} of order {}", d.head, d.order);
  if (explore::is_of_range(d.kind))
    return fmt::format("{} {} to {}", explore::op_name(d.kind), d.range.begin, d.range.end - 1);
  return explore::op_name(d.kind);
}

std::string answered(const Done& d) {
  if (d.responded == kOpen) return "no answer";
  if (d.kind != explore::OpKind::alloc) return d.refused ? "refused" : "done";
  return d.head == kNoFrame ? "null" : fmt::format("frame {}", d.head);
}

/// The frame that the rule's text is about: "... frame 12 ...".
std::optional<std::uint64_t> frame_at_fault(std::string_view fault) {
  constexpr std::string_view kWord = "frame ";
  const auto at = fault.rfind(kWord);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t frame = 0;
  const char* begin = fault.data() + at + kWord.size();
  const auto read = std::from_chars(begin, fault.data() + fault.size(), frame);
  return read.ec == std::errc() ? std::optional(frame) : std::nullopt;
}

/// The picture of one execution; the legend, the lanes, the zones and the words, downwards.
class Picture {
 public:
  explicit Picture(const CaseRun& run)
      : run_(run),
        owned_(explore::ownerships(run.history)),
        frame_(frame_at_fault(run.verdict.fault)) {
    for (const Done& d : run.history)
      end_ = std::max({end_, d.invoked, d.responded == kOpen ? 0 : d.responded});
    ++end_;
    draw();
  }
  double height() const { return y_; }
  const std::string& content() const { return out_; }

 private:
  const explore::Scenario& scenario() const { return run_.one.scenario; }
  double x(std::uint64_t moment) const {
    return kLeft + kWidth * static_cast<double>(std::min(moment, end_)) / static_cast<double>(end_);
  }

  void draw() {
    legend();
    for (unsigned t = scenario().setup.empty() ? 1 : 0; t <= scenario().tasks.size(); ++t) lane(t);
    y_ += kGap;
    for (const explore::ZoneText& z : scenario().zones) zone(z);
    for (std::size_t i = 0; i < run_.history.size(); ++i) words(i);
  }

  void legend() {
    double at = 0;
    const auto entry = [&](std::string_view css, std::string_view what) {
      out_ += svg::rect(css, {at, 2, 22, 14}) + svg::text("dim", at + 28, 14, what);
      at += 44 + svg::text_width(what) * 1.1;
    };
    for (unsigned t = scenario().setup.empty() ? 1 : 0; t <= scenario().tasks.size(); ++t)
      entry(fmt::format("own t{}", t), task_name(scenario(), t));
    entry("twice", "in two hands");
    entry("hole", "hole");
    if (frame_) entry("fault", fmt::format("frame {}, at fault", *frame_));
    y_ = 28;
  }

  void lane(unsigned task) {
    out_ += svg::rect("step", {0, y_, svg::kStepWidth, kLane - 2}) +
            svg::text("zone", 4, y_ + 18, task_name(scenario(), task));
    for (std::size_t i = 0; i < run_.history.size(); ++i) {
      const Done& d = run_.history[i];
      if (d.task != task) continue;
      const bool open = d.responded == kOpen;
      const Box box{x(d.invoked), y_ + 4, x(open ? end_ : d.responded) - x(d.invoked), kBar};
      out_ += svg::rect(fmt::format("op t{}{}", task, open ? " open" : ""), box,
                        fmt::format("{}: {}: {}", i + 1, asked(d), answered(d))) +
              svg::text("in", box.x + box.width / 2, box.y + 14, std::to_string(i + 1));
    }
    y_ += kLane;
  }

  void zone(const explore::ZoneText& z) {
    std::set<std::uint64_t> borders;
    for (const Ownership& o : owned_) borders.insert({o.head, o.end});
    for (const explore::Span& h : scenario().holes) borders.insert({h.begin, h.end});
    if (frame_) borders.insert({*frame_, *frame_ + 1});
    const svg::ZoneAxis axis(z.begin, z.end, borders, kZoneHeight);
    const auto box = [&](std::uint64_t first, std::uint64_t last, std::uint64_t from,
                         std::uint64_t until) {
      return Box{x(from), y_ + axis.x(first), x(until) - x(from), axis.x(last) - axis.x(first)};
    };
    const auto here = [&](std::uint64_t frame) { return z.begin <= frame && frame < z.end; };
    out_ += svg::text("zone", 4, y_ + 14, explore::zone_word(z.type)) +
            svg::text("dim", 4, y_ + 30, fmt::format("{} to {}", z.begin, z.end - 1)) +
            svg::rect("used", {kLeft, y_, kWidth, kZoneHeight});
    for (const explore::Span& h : scenario().holes) {
      if (here(h.begin)) out_ += svg::rect("hole", box(h.begin, h.end, 0, end_), "hole");
    }
    for (const Ownership& o : owned_) {
      if (!here(o.head)) continue;
      const Box held = box(o.head, o.end, o.from, o.until);
      const std::string label = fmt::format("{}", o.head);
      out_ += svg::rect(
          fmt::format("own t{}", o.task), held,
          fmt::format("frames {} to {}, {}", o.head, o.end - 1, task_name(scenario(), o.task)));
      if (held.height > 13 && held.width > svg::text_width(label) + 4)
        out_ += svg::text("in", held.x + held.width / 2, held.y + held.height / 2 + 4, label);
    }
    for (std::size_t a = 0; a < owned_.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) twice(owned_[a], owned_[b], here, box);
    if (frame_ && here(*frame_))
      out_ += svg::rect("fault", box(*frame_, *frame_ + 1, 0, end_),
                        fmt::format("the frame at fault, {}", *frame_));
    y_ += kZoneHeight + kGap;
  }

  template <class Here, class Place>
  void twice(const Ownership& a, const Ownership& b, const Here& here, const Place& box) {
    const std::uint64_t head = std::max(a.head, b.head), end = std::min(a.end, b.end);
    const std::uint64_t from = std::max(a.from, b.from), until = std::min({a.until, b.until, end_});
    if (head >= end || from >= until || !here(head)) return;
    out_ += svg::rect("twice", box(head, end, from, until),
                      fmt::format("frames {} to {}: {} and {}", head, end - 1,
                                  task_name(scenario(), a.task), task_name(scenario(), b.task)));
  }

  void words(std::size_t i) {
    const Done& d = run_.history[i];
    out_ += svg::text("dim", kLeft, y_ + 12,
                      fmt::format("{:>3}   {}: {}: {}", i + 1, task_name(scenario(), d.task),
                                  asked(d), answered(d)));
    y_ += kLine;
  }

  const CaseRun& run_;
  std::vector<Ownership> owned_;
  std::optional<std::uint64_t> frame_;
  std::uint64_t end_ = 0;  ///< A moment after all others.
  double y_ = 0;
  std::string out_;
};

std::string about(const CaseRun& run) {
  const explore::Plant& p = run.one.plant;
  std::string text = fmt::format("{} operations of {} tasks, {} steps", run.history.size(),
                                 run.one.scenario.tasks.size(), run.verdict.steps);
  if (p.bug != impl::Bug::none) text += fmt::format(", planted: {}", bug_name(p.bug));
  if (!p.site.empty()) text += ", changed: " + p.site;
  if (!p.defect.empty()) text += ", defect of the simulator: " + p.defect;
  return svg::printable(text);
}

std::string verdict_text(const CaseRun& run) {
  const std::string& fault = run.verdict.fault;
  if (fault.empty()) return "No rule was broken.";
  return svg::printable(fmt::format("{} {}: {}", explore::rule_of(fault),
                                    explore::statement_of(explore::rule_of(fault)),
                                    fault.substr(fault.find(' ') + 1)));
}

std::string steps_section(const CaseRun& run) {
  if (run.trace == nullptr) return {};
  std::vector<std::string> tasks;
  for (unsigned t = 0; t <= run.one.scenario.tasks.size(); ++t)
    tasks.push_back(task_name(run.one.scenario, t));
  const std::string rule = svg::printable(run.verdict.fault);
  const StepsPicture steps = draw_steps(*run.trace, tasks, rule);
  return fmt::format("<section id=\"steps\"><h2>Atomic steps</h2>{}</section>\n",
                     svg::page_picture("steps", steps.height, steps.content));
}

std::string text_of(const CaseRun& run) {
  explore::Case c = run.one;
  c.rule = run.verdict.fault;
  return explore::case_text(c);
}

}  // namespace

std::string case_svg(const CaseRun& run) {
  const Picture picture(run);
  const double width = svg::kStepWidth + 2 * kMargin, height = picture.height() + 84;
  const std::string name = svg::printable(run.file);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"{0}\" "
      "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n{2}<style>{3}{4}</style>\n{5}{6}{7}"
      "<g transform=\"translate({8} 64)\">\n{9}</g>\n</svg>\n",
      svg::number(width), svg::number(height), svg::title(name + ": owners over time"),
      svg::step_css(), kCss, svg::rect("paper", {0, 0, width, height}),
      svg::text("head", kMargin, 28, name + ": " + about(run)),
      svg::text(run.verdict.fault.empty() ? "dim" : "faulty", kMargin, 48, verdict_text(run)),
      svg::number(kMargin), picture.content());
}

std::string case_html(const CaseRun& run) {
  const Picture picture(run);
  return svg::page_begin(svg::printable(run.file), "owners over time",
                         std::string(kCss) + kStepsCss) +
         fmt::format(
             "<p class=\"soft\">{}</p>\n<p class=\"{}\">{}</p>\n{}<section id=\"owners\">{}"
             "</section>\n<section id=\"program\"><h2>The case</h2>\n<pre>{}</pre>"
             "</section>\n",
             svg::escaped(about(run)), run.verdict.fault.empty() ? "soft" : "verdict",
             svg::escaped(verdict_text(run)), steps_section(run),
             svg::page_picture("map", picture.height(), picture.content()), markup(text_of(run))) +
         svg::page_end();
}

std::string case_cpp(const explore::Case& c, const std::string& rule) {
  explore::Case plain = c;
  // A mended allocator takes other steps: that is no failure.
  plain.hash.reset();
  plain.rule.clear();
  const std::string text = explore::case_text(plain);
  return fmt::format(
      R"test(// SPDX-License-Identifier: MIT
// {}
#include <gtest/gtest.h>

#include "fuzz/explore/case_file.h"

TEST(Regress, {}_{}) {{
  const bp::explore::CaseParse parsed = bp::explore::parse_case(R"case({})case");
  ASSERT_TRUE(parsed.one) << parsed.fault;
  bp::explore::Runner runner(parsed.one->scenario);
  EXPECT_EQ(bp::explore::replay_case(*parsed.one, runner).verdict.fault, "");
}}
)test",
      rule.empty() ? "Runs without a rule broken."
                   : fmt::format("Breaks {} until it is fixed.", rule),
      rule.empty() ? "Accepted" : rule,
      content_name({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}).substr(0, 8),
      text);
}

}  // namespace bp::campaign
