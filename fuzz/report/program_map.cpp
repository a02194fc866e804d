// SPDX-License-Identifier: MIT
#include "fuzz/report/program_map.h"

#include <algorithm>

#include "fuzz/program/text.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/page.h"
#include "fuzz/report/svg/step_panel.h"

namespace bp {
namespace {

constexpr double kMargin = 20, kTitle = 84, kGap = 8;

/// The steps that are drawn, and how many are not on either side.
struct Shown {
  std::size_t begin, end;
  std::size_t after;
};

Shown shown_of(const MappedRun& run) {
  const std::size_t all = run.steps.size();
  // Step i + 1 is event i; the closing census changes nothing, so it is the closing drain's step.
  const std::size_t at = run.refusal == nullptr ? std::min(kMapBefore, all)
                                                : std::min(run.refusal->event + 1, all - 1);
  const std::size_t begin = at > kMapBefore ? at - kMapBefore : 0;
  const std::size_t end = std::min(at + kMapAfter + 1, all);
  return {begin, end, all - end};
}

/// The drawing surface of one run: the steps shown, on axes common to all.
class Pictures {
 public:
  explicit Pictures(const MappedRun& run)
      : run_(run),
        shown_(shown_of(run)),
        steps_(run.steps.begin() + static_cast<std::ptrdiff_t>(shown_.begin),
               run.steps.begin() + static_cast<std::ptrdiff_t>(shown_.end)),
        panel_(run.machine, steps_, frame()) {}

  std::size_t size() const { return steps_.size(); }
  double height() const { return panel_.height(); }
  std::size_t number(std::size_t i) const { return shown_.begin + i; }

  bool at_fault(std::size_t i) const {
    return run_.refusal != nullptr &&
           number(i) == std::min(run_.refusal->event + 1, run_.steps.size() - 1);
  }

  std::string draw(std::size_t i) const {
    const bool marked = at_fault(i);
    return panel_.draw(steps_[i], {.heading = heading(i), .at_fault = marked, .frame = frame()});
  }

  std::string left_out() const {
    if (shown_.begin == 0 && shown_.after == 0) return "";
    return fmt::format("{} steps before and {} after are not shown.", shown_.begin, shown_.after);
  }

 private:
  Pfn frame() const { return run_.refusal == nullptr ? kNoPfn : run_.refusal->frame; }

  std::string heading(std::size_t i) const {
    if (number(i) == 0) return "before the first operation";
    const MemoryStep& s = steps_[i];
    History one;
    one.outcomes.assign(s.event + 1, s.answer);
    return svg::printable(fmt::format("{}{}   {}   {}", at_fault(i) ? "> " : "", s.event,
                                      event_text(run_.program, s.event),
                                      answer_text(run_.program, one, s.event)));
  }

  const MappedRun& run_;
  Shown shown_;
  std::vector<MemoryStep> steps_;
  svg::StepPanel panel_;
};

std::string name_of(const MappedRun& run) {
  return svg::printable(run.context.file.empty() ? "program" : run.context.file);
}

std::string subject_of(const MappedRun& run) {
  return svg::printable(run.context.subject.empty() ? "lockfree" : run.context.subject);
}

/// Two lines: what was run, and what came of it.
std::string run_line(const MappedRun& run) {
  return fmt::format("{} operations, allocator {}", run.program.ops.size(), subject_of(run));
}

std::string verdict_line(const MappedRun& run) {
  if (run.refusal == nullptr) return "No rule was broken.";
  const Refusal& r = *run.refusal;
  return svg::printable(
      fmt::format("{} {}: seen {}; allowed {}", r.rule, r.statement, r.seen, r.allowed));
}

std::string moved(double x, double y, const std::string& content) {
  return fmt::format("<g transform=\"translate({} {})\">\n{}</g>\n", svg::number(x), svg::number(y),
                     content);
}

}  // namespace

std::string program_svg(const MappedRun& run) {
  const Pictures pictures(run);
  const double width = svg::kStepWidth + 2 * kMargin;
  std::string content =
      svg::text("head", kMargin, 28, name_of(run) + ": " + run_line(run)) +
      svg::text(run.refusal == nullptr ? "dim" : "faulty", kMargin, 48, verdict_line(run)) +
      moved(kMargin, 58, svg::step_legend());
  double y = kTitle;
  for (std::size_t i = 0; i < pictures.size(); ++i, y += pictures.height() + kGap)
    content += moved(kMargin, y, pictures.draw(i));
  if (const std::string rest = pictures.left_out(); !rest.empty())
    content += svg::text("dim", kMargin, y + 12, rest), y += 20;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"{0}\" "
      "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n{2}<style>{3}</style>\n{4}{5}</svg>\n",
      svg::number(width), svg::number(y + kMargin),
      svg::title(name_of(run) + ": memory step by step"), svg::step_css(),
      svg::rect("paper", {0, 0, width, y + kMargin}), content);
}

std::string program_html(const MappedRun& run) {
  const Pictures pictures(run);
  std::string out =
      svg::page_begin(name_of(run), "memory step by step", "") +
      fmt::format("<p class=\"soft\">{}</p>\n<p class=\"{}\">{}</p>\n", svg::escaped(run_line(run)),
                  run.refusal == nullptr ? "soft" : "verdict", svg::escaped(verdict_line(run)));
  out += "<section id=\"legend\">" + svg::page_picture("legend", 20, svg::step_legend()) +
         "</section>\n";
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    out += fmt::format("<section id=\"step-{}\">{}</section>\n", pictures.number(i),
                       svg::page_picture(pictures.at_fault(i) ? "map at-fault" : "map",
                                         pictures.height(), pictures.draw(i)));
  }
  return out +
         fmt::format(
             "<p class=\"soft\">{}</p>\n<section id=\"program\"><h2>The program</h2>\n"
             "<pre>{}</pre></section>\n",
             pictures.left_out(), svg::escaped(print_text(run.program))) +
         svg::page_end();
}

}  // namespace bp
