// SPDX-License-Identifier: MIT
#include "fuzz/coherence/printed.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"

namespace bp::coherence {
namespace {

constexpr const char* kColours[] = {"#0072b2", "#56b4e9", "#009e73", "#d55e00", "#cc79a7"};

/// The values of `key` in the order in which they first come.
template <class Key>
auto distinct(std::span<const Figure> figures, Key&& key) {
  std::vector<std::decay_t<decltype(key(figures.front()))>> all;
  for (const Figure& f : figures)
    if (std::ranges::find(all, key(f)) == all.end()) all.push_back(key(f));
  return all;
}
auto traffics_of(std::span<const Figure> figures) {
  return distinct(figures, [](const Figure& f) { return f.setting.traffic; });
}
auto subjects_of(std::span<const Figure> figures) {
  return distinct(figures, [](const Figure& f) { return f.subject; });
}
auto cpus_of(std::span<const Figure> figures) {
  auto all = distinct(figures, [](const Figure& f) { return f.setting.cpus; });
  std::ranges::sort(all);
  return all;
}

const Figure* find(std::span<const Figure> figures, Traffic traffic, const std::string& subject,
                   unsigned cpus) {
  for (const Figure& f : figures)
    if (f.setting.traffic == traffic && f.subject == subject && f.setting.cpus == cpus) return &f;
  return nullptr;
}

/// "0" is none at all; what is little is not printed as none.
std::string amount_text(double v) {
  return v == 0 ? "0" : v < 0.001 ? "<.001" : fmt::format("{:.{}f}", v, v < 100 ? 3 : 1);
}

std::string table(std::span<const Figure> figures, std::string_view what,
                  std::uint64_t Tally::* count) {
  std::string out = fmt::format("{:<11}{:<18}", what, "CPUs");
  for (const unsigned cpus : cpus_of(figures)) out += fmt::format("{:>9}", cpus);
  out += "\n";
  for (const Traffic traffic : traffics_of(figures)) {
    for (const std::string& subject : subjects_of(figures)) {
      out += fmt::format("{:<11}{:<18}", name_of(traffic), subject);
      for (const unsigned cpus : cpus_of(figures)) {
        const Figure* f = find(figures, traffic, subject, cpus);
        const bool sound = f != nullptr && f->fault.empty();
        out += fmt::format("{:>9}", sound ? amount_text(per_operation(*f, f->tally.*count)) : "-");
      }
      out += "\n";
    }
  }
  return out;
}

/// What grows with the amount and shows little beside much: nearly linear below 1, then a
/// logarithm.
double scaled(double amount) { return std::log1p(amount); }

/// One panel of the plot, with its corner at (x, y).
struct Panel {
  static constexpr double kWidth = 330, kHeight = 210, kLeft = 44, kTop = 26, kBase = 170;
  double x, y, amount_max;
  unsigned cpus_max;

  double at_cpus(unsigned cpus) const {
    const double doublings = std::max(std::log2(cpus_max), 1.0);
    return x + kLeft + (kWidth - kLeft - 20) * std::log2(cpus) / doublings;
  }
  double at_amount(double v) const {
    return y + kBase - (kBase - kTop) * scaled(v) / scaled(amount_max);
  }
};

/// 0, and 1, 2 and 5 times each power of ten that leaves room for a label.
std::vector<double> ticks(double amount_max) {
  std::vector<double> all{0};
  for (double power = amount_max > 5 ? 1 : 0.1; power <= amount_max; power *= 10)
    for (const double factor : {1.0, 2.0, 5.0})
      if (factor * power <= amount_max * 1.0001) all.push_back(factor * power);
  return all;
}

std::string axes(const Panel& p, std::string_view name) {
  std::string out = svg::text("name", p.x + Panel::kLeft, p.y + 16, name);
  for (const double v : ticks(p.amount_max)) {
    out += svg::line("grid", p.at_cpus(1), p.at_amount(v), p.at_cpus(p.cpus_max), p.at_amount(v));
    out += svg::text("end", p.x + Panel::kLeft - 6, p.at_amount(v) + 3, svg::number(v));
  }
  for (unsigned cpus = 1; cpus <= p.cpus_max; cpus *= 2)
    out += svg::text("mid", p.at_cpus(cpus), p.y + Panel::kBase + 16, std::to_string(cpus));
  return out;
}

std::string curve(const Panel& p, std::span<const Figure> figures, Traffic traffic,
                  const std::string& subject, const char* colour) {
  std::string path, dots;
  for (const unsigned cpus : cpus_of(figures)) {
    const Figure* f = find(figures, traffic, subject, cpus);
    if (f == nullptr || !f->fault.empty()) continue;
    const double v = per_operation(*f, f->tally.transfers);
    const std::string x = svg::number(p.at_cpus(cpus)), y = svg::number(p.at_amount(v));
    path += fmt::format("{}{} {}", path.empty() ? "M" : "L", x, y);
    dots += fmt::format(
        "<circle cx=\"{}\" cy=\"{}\" r=\"2.5\">{}</circle>", x, y,
        svg::title(fmt::format("{} {}, {} CPUs: {:.4f}", subject, name_of(traffic), cpus, v)));
  }
  return fmt::format("<g stroke=\"{0}\" fill=\"{0}\"><path fill=\"none\" d=\"{1}\"/>{2}</g>\n",
                     colour, path, dots);
}

/// The end of a scale: 1, 2 or 5 times a power of ten, at least 1, so that little looks little.
double scale_end(double amount) {
  const double power = std::pow(10, std::floor(std::log10(std::max(amount, 1.0))));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= amount) return factor * power;
  return 10 * power;
}

std::string panel(std::span<const Figure> figures, Traffic traffic, std::size_t number) {
  double most = 0;
  for (const Figure& f : figures)
    if (f.setting.traffic == traffic) most = std::max(most, per_operation(f, f.tally.transfers));
  const auto column = static_cast<double>(number % 2), row = static_cast<double>(number / 2);
  const Panel p{column * Panel::kWidth, 40 + row * Panel::kHeight, scale_end(most),
                cpus_of(figures).back()};
  std::string out = axes(p, name_of(traffic));
  std::size_t which = 0;
  for (const std::string& subject : subjects_of(figures))
    out += curve(p, figures, traffic, subject, kColours[which++ % std::size(kColours)]);
  return out;
}

}  // namespace

double per_operation(const Figure& f, std::uint64_t n) {
  return f.operations == 0 ? 0 : static_cast<double>(n) / static_cast<double>(f.operations);
}

std::string table_of(std::span<const Figure> figures) {
  if (figures.empty()) return "";
  const Setting& s = figures.front().setting;
  std::string out = fmt::format(
      "Per operation (an allocation or a free) of order {}, {}-byte lines, caches without end, "
      "turns: {}\n\n",
      s.order, kLineBytes, name_of(s.turns));
  out += table(figures, "transfers", &Tally::transfers) + "\n" +
         table(figures, "upgrades", &Tally::upgrades);
  for (const Figure& f : figures) {
    const std::string who =
        fmt::format("{} {}, {} CPUs", name_of(f.setting.traffic), f.subject, f.setting.cpus);
    if (!f.fault.empty()) out += fmt::format("\nFAULT {}: {}", who, f.fault);
    if (f.nulls != 0)
      out += fmt::format("\n{}: {} of {} found nothing", who, f.nulls, f.operations);
  }
  return out + (out.ends_with('\n') ? "" : "\n");
}

std::string svg_of(std::span<const Figure> figures) {
  if (figures.empty()) return "";
  const auto traffics = traffics_of(figures);
  const double height = 90 + Panel::kHeight * static_cast<double>((traffics.size() + 1) / 2);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"10\">\n"
      "<title>Cache-line transfers per operation, over CPUs</title>\n"
      "<style>.grid{{stroke:#ddd}}.end{{text-anchor:end}}.mid{{text-anchor:middle}}"
      ".name{{font-weight:bold}}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      2 * Panel::kWidth, height);
  out +=
      svg::text("name", Panel::kLeft, 20,
                fmt::format("Cache-line transfers per operation of order {}, over CPUs; "
                            "turns: {}",
                            figures.front().setting.order, name_of(figures.front().setting.turns)));
  for (std::size_t i = 0; i < traffics.size(); ++i) out += panel(figures, traffics[i], i);
  double x = Panel::kLeft;
  std::size_t which = 0;
  for (const std::string& subject : subjects_of(figures)) {
    const char* const colour = kColours[which++ % std::size(kColours)];
    out += fmt::format("<rect x=\"{0}\" y=\"{1}\" width=\"10\" height=\"10\" fill=\"{2}\"/>\n", x,
                       height - 24, colour);
    out += svg::text("key", x + 14, height - 15, subject);
    x += 40 + svg::text_width(subject);
  }
  return out + "</svg>\n";
}

}  // namespace bp::coherence
