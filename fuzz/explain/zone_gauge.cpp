// SPDX-License-Identifier: MIT
#include "fuzz/explain/zone_gauge.h"

#include <algorithm>

#include "fuzz/explain/say.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/paint.h"

namespace bp::explain {
namespace {

using namespace svg;

constexpr double kBarTop = 40;
constexpr double kBarHeight = 18;
constexpr double kLabelTop = 82;
constexpr double kBlocksTop = 96;
constexpr double kBlocksHeight = 34;
constexpr double kReasonTop = 150;
constexpr double kReasonPitch = 14;
constexpr double kLabelGap = 10;

struct Scale {
  std::int64_t all = 1;  ///< Pages at the right end.
  double at(std::int64_t pages) const {
    const auto n = static_cast<double>(std::clamp<std::int64_t>(pages, 0, all));
    return kGaugeWidth * n / static_cast<double>(all);
  }
};

struct Label {
  std::int64_t pages = 0;
  std::string text;
  bool decides = false;
};

/// Ascending. What the zone had to be above comes as the line that decides.
std::vector<Label> labels_of(const ZoneFacts& z, const Sum& sum) {
  std::vector<Label> out;
  const std::int64_t reserve = sum.reserve.hi;
  const auto add = [&](const Maybe& mark, std::string_view name) {
    if (mark) out.push_back({*mark + reserve, fmt::format("{} {}", name, *mark + reserve), false});
  };
  if (sum.needed != sum.mark) add(z.min, "min");
  add(z.low, "low"), add(z.high, "high");
  const std::string what = sum.needed == sum.mark ? "min" : "lowered min";
  out.push_back({sum.needed + reserve,
                 reserve > 0 ? fmt::format("{} {} + reserve {} = {}", what, sum.needed, reserve,
                                           sum.needed + reserve)
                             : fmt::format("{} {}", what, sum.needed),
                 true});
  std::ranges::sort(out, {}, &Label::pages);
  return out;
}

/// Left edges, so that no label overlaps the next and all end within the width if they can.
std::vector<double> spread(const std::vector<Label>& labels, const Scale& scale) {
  std::vector<double> left(labels.size());
  double free_from = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double width = text_width(labels[i].text);
    left[i] = std::max(scale.at(labels[i].pages) - width / 2, free_from);
    free_from = left[i] + width + kLabelGap;
  }
  double free_to = kGaugeWidth;
  for (std::size_t i = labels.size(); i-- > 0;) {
    left[i] = std::min(left[i], free_to - text_width(labels[i].text));
    free_to = left[i] - kLabelGap;
  }
  return left;
}

/// Free pages from the left: what counts for the request first, then what does not.
std::string bar(const Sum& sum, const Scale& scale) {
  const std::int64_t free = std::max<std::int64_t>(sum.free, 0);
  const std::int64_t cma = std::min(sum.cma.hi, free);
  const std::int64_t high = std::min(sum.highatomic.hi, free - cma);
  const std::int64_t block = std::min(sum.block, free - cma - high);
  std::string out = rect("bar", {0, kBarTop, kGaugeWidth, kBarHeight});
  std::int64_t at = 0;
  const auto part = [&](std::int64_t pages, std::string_view css, std::string_view what) {
    if (pages <= 0) return;
    const double x = scale.at(at);
    out += rect(css, {x, kBarTop, std::max(scale.at(at + pages) - x, 0.5), kBarHeight},
                fmt::format("{} {}", pages, what));
    at += pages;
  };
  part(free - cma - high - block, free_class(Migratetype::movable, 1), "free pages that count");
  part(block, free_class(Migratetype::movable, 0), "of the block beside its first page");
  part(high, free_class(Migratetype::highatomic, 1), "charged for highatomic");
  part(cma, free_class(Migratetype::cma, 1), "free CMA pages, not for this request");
  return out;
}

std::string marks(const ZoneFacts& z, const Sum& sum, const Scale& scale) {
  const std::vector<Label> labels = labels_of(z, sum);
  const std::vector<double> left = spread(labels, scale);
  const double bottom = kBarTop + kBarHeight;
  std::string out;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Label& l = labels[i];
    const double x = scale.at(l.pages), middle = left[i] + text_width(l.text) / 2;
    out += line("lead", x, bottom + 4, middle, kLabelTop - 9);
    out +=
        line(l.decides ? "need" : "mark", x, kBarTop - (l.decides ? 7 : 3), x, bottom + 4, l.text);
    out += text(l.decides ? "mid strong" : "mid dim", middle, kLabelTop, l.text);
  }
  if (sum.boost > 0) {
    const double from = scale.at(sum.mark - sum.boost + sum.reserve.hi);
    out += rect("boost", {from, kBarTop - 5, scale.at(sum.mark + sum.reserve.hi) - from, 3},
                fmt::format("boost of {} pages", sum.boost));
  }
  return out;
}

/// The letters of a report.
std::string letters(const TypeSet& t) {
  std::string out;
  for (std::size_t m = 0; m < t.has.size(); ++m) {
    if (t.has[m]) out += "UMEHCI"[m];
  }
  return t.reserve ? out + "R" : out;
}

std::string block_class(const OrderFacts& o, const Verdict& v) {
  if (o.count == 0) return "bar";
  const auto usable = v.asked ? is_usable(o.types, *v.asked) : std::nullopt;
  if (!usable) return std::string(kHoleClass);
  if (*usable) return free_class(Migratetype::movable, 0);
  return o.types.of(Migratetype::cma) ? free_class(Migratetype::cma, 0)
                                      : free_class(Migratetype::highatomic, 0);
}

/// A cell an order; those that are large enough stand in a frame.
std::string blocks(const Situation& s, const ZoneFacts& z, const Verdict& v) {
  const double width = kGaugeWidth / static_cast<double>(z.orders.size());
  std::string out;
  for (std::size_t o = 0; o < z.orders.size(); ++o) {
    const OrderFacts& f = z.orders[o];
    const double x = width * static_cast<double>(o);
    const std::string css = block_class(f, v);
    out += rect(css, {x, kBlocksTop, width - 3, kBlocksHeight},
                fmt::format("order {}: {} free blocks {}", o, f.count,
                            f.count == 0 ? "" : types_text(f.types)));
    if (s.order && o >= static_cast<unsigned>(*s.order))
      out += rect("large", {x, kBlocksTop, width - 3, kBlocksHeight});
    const double middle = x + width / 2 - 1;
    const bool is_coloured = css != "bar" && css != kHoleClass;
    out += text(is_coloured ? "mid ink-dim" : "mid dim", middle, kBlocksTop + 13,
                fmt::format("order {}", o));
    out += text(is_coloured ? "mid ink" : "mid", middle, kBlocksTop + 27,
                fmt::format("{} {}", f.count, letters(f.types)));
  }
  return out;
}

/// Lines of about so many characters.
std::vector<std::string> broken(const std::string& text) {
  constexpr std::size_t kChars = 190;
  std::vector<std::string> lines(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (lines.back().size() + end - at > kChars) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + text.substr(at, end - at);
    at = end + 1;
  }
  return lines;
}

}  // namespace

Gauge zone_gauge(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  const ZoneFacts& z = s.zones[a.zone];
  Gauge g;
  const char* css = a.answer == Answer::passes ? "zone good" : "zone";
  g.content = text(css, 0, 12, fmt::format("{}: {}", z.name, answer_name(a.answer)));
  double y = 30;
  if (a.sum) {
    const Scale scale{std::max({a.sum->free, z.high.value_or(0) + a.sum->reserve.hi,
                                a.sum->mark + a.sum->reserve.hi, std::int64_t{1}}) *
                      21 / 20};
    g.content += text("dim", 0, 28, fmt::format("{} free pages", a.sum->free));
    g.content += bar(*a.sum, scale) + marks(z, *a.sum, scale);
    y = kLabelTop + 20;
  }
  if (a.sum && !z.orders.empty()) {
    g.content += blocks(s, z, v);
    y = kReasonTop;
  }
  for (const std::string& l : broken(reason(s, v, a))) {
    g.content += text("", 0, y, l);
    y += kReasonPitch;
  }
  g.height = y;
  return g;
}

}  // namespace bp::explain
