// SPDX-License-Identifier: MIT
#include "fuzz/campaign/html/program_picture.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/svg/draw.h"

namespace bp::campaign::html {
namespace {

constexpr double kWidth = 460, kLeft = 74, kRight = 12, kTop = 10, kBottom = 34;
constexpr double kRowLeast = 16;  ///< A frame's height; twice the frames are kRowMore higher.
constexpr double kRowMore = 3, kGap = 8;
constexpr double kLabelApart = 12;

/// Frames between two borders of blocks, with its place in the picture.
struct Stretch {
  std::uint64_t begin, end;
  bool covered;
  double y = 0, height = 0;  ///< y is its lower side, upwards from 0.
};

std::vector<Stretch> stretches_of(const std::vector<BlockLife>& lives) {
  std::set<std::uint64_t> borders;
  for (const BlockLife& l : lives) borders.insert({l.head, l.head + l.pages});
  std::vector<Stretch> all;
  double y = 0;
  for (auto at = borders.begin(); std::next(at) != borders.end(); ++at) {
    Stretch s{.begin = *at, .end = *std::next(at), .covered = false, .y = y};
    s.covered = std::ranges::any_of(
        lives, [&](const BlockLife& l) { return l.head <= s.begin && s.end <= l.head + l.pages; });
    s.height =
        s.covered ? kRowLeast + kRowMore * std::log2(static_cast<double>(s.end - s.begin)) : kGap;
    y += s.height;
    all.push_back(s);
  }
  return all;
}

class Picture {
 public:
  explicit Picture(const RefusedRun& r)
      : run_(r),
        stretches_(stretches_of(r.lives)),
        inner_(stretches_.back().y + stretches_.back().height),
        events_(std::max(r.operations, r.event + 1)) {}

  std::string draw() const {
    return fmt::format(
               "<svg class=\"lives\" role=\"img\" viewBox=\"0 0 {} {}\" "
               "aria-label=\"Blocks that the program holds, over its operations\">\n",
               kWidth, svg::number(kTop + inner_ + kBottom)) +
           event_band() + axis() + frames() + blocks() + event_line() + "</svg>\n";
  }

 private:
  double step() const { return (kWidth - kLeft - kRight) / static_cast<double>(events_); }
  /// Where operation `event` begins.
  double x(std::size_t event) const { return kLeft + step() * static_cast<double>(event); }
  double y(double up) const { return kTop + inner_ - up; }

  /// Height of the border below `frame`.
  double up(std::uint64_t frame) const {
    for (const Stretch& s : stretches_) {
      if (s.begin == frame) return s.y;
    }
    return inner_;
  }

  std::string event_band() const {
    return svg::rect("band", {x(run_.event), kTop, step(), inner_},
                     fmt::format("refused here: {}", run_.operation));
  }

  std::string event_line() const {
    return svg::line("event", x(run_.event), kTop - 4, x(run_.event), kTop + inner_ + 4);
  }

  std::string axis() const {
    std::string out = svg::line("axis", kLeft, y(0), kWidth - kRight, y(0));
    const std::size_t every = events_ / 12 + 1;
    for (std::size_t e = 0; e < events_; e += every)
      out += svg::text("tick mid", x(e) + step() / 2, y(0) + 15, std::to_string(e));
    return out + svg::text("unit mid", (kLeft + kWidth - kRight) / 2, y(0) + 30, "operation");
  }

  /// The first frame of each block, where there is room, and the cuts.
  std::string frames() const {
    std::string out;
    double last = -kLabelApart;
    for (const Stretch& s : stretches_) {
      if (!s.covered) {
        out +=
            svg::line("cut", kLeft, y(s.y + s.height / 2), kWidth - kRight, y(s.y + s.height / 2),
                      fmt::format("{} frames are left out", grouped(s.end - s.begin)));
        continue;
      }
      if (s.y - last < kLabelApart) continue;
      last = s.y;
      out += svg::text("tick end", kLeft - 6, y(s.y) - 3, fmt::format("{:#x}", s.begin));
    }
    return out;
  }

  std::string blocks() const {
    std::string out;
    for (const BlockLife& l : run_.lives) {
      const double low = up(l.head), high = up(l.head + l.pages);
      const double from = x(l.from) + 2;
      const double to = l.freed ? x(l.to) + step() / 2 : kWidth - kRight;
      const std::string tip = fmt::format(
          "frames {:#x} to {:#x}, held from operation {} {}", l.head, l.head + l.pages - 1, l.from,
          l.freed ? "to operation " + std::to_string(l.to) : std::string("to the end"));
      out += svg::rect(l.freed ? "block" : "block held",
                       {from, y(high) + 1, std::max(to - from, 3.0), high - low - 2}, tip);
    }
    return out;
  }

  const RefusedRun& run_;
  std::vector<Stretch> stretches_;
  double inner_;
  std::size_t events_;
};

}  // namespace

std::string program_picture(const RefusedRun& r) {
  if (r.lives.empty() || r.operations > kPictureOps) return "";
  return Picture(r).draw();
}

}  // namespace bp::campaign::html
