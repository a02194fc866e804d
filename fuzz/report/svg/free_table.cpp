// SPDX-License-Identifier: MIT
#include "fuzz/report/svg/free_table.h"

#include <algorithm>
#include <cmath>

#include "fuzz/report/fmt.h"
#include "fuzz/report/proc_text.h"
#include "fuzz/report/svg/draw.h"
#include "fuzz/report/svg/mark_bar.h"
#include "fuzz/report/svg/paint.h"

namespace bp::svg {
namespace {

using reference::Config;
using reference::kOrders;
using reference::ZoneState;

constexpr double kRow = 15;
constexpr double kLabels = 68;  ///< Width of the types' names.
constexpr double kColumn = 35;
constexpr double kPagesAt = kFreeTableWidth;

double column(unsigned order) { return kLabels + kColumn * order; }

/// A number of blocks on the colour of its type: the more pages, the stronger.
std::string cell(Migratetype type, unsigned order, std::int64_t blocks, std::int64_t all,
                 double y) {
  const double x = column(order);
  if (blocks == 0) return text("dim end", x + kColumn - 5, y + 11, ".");
  const double share = static_cast<double>(blocks << order) / static_cast<double>(all);
  const std::string ground =
      fmt::format("<g opacity=\"{}\">{}</g>", number(0.25 + 0.5 * std::sqrt(share)),
                  rect(free_class(type, 0), {x + 1, y + 1, kColumn - 2, kRow - 2}));
  return ground + text("end", x + kColumn - 5, y + 11, fmt::format("{}", blocks));
}

std::string row(const ZoneState& z, Migratetype type, std::int64_t all, double y) {
  const auto t = static_cast<unsigned>(type);
  std::string out = text("", 0, y + 11, proc_type_name(type));
  for (unsigned order = 0; order < kOrders; ++order) {
    const auto blocks = static_cast<std::int64_t>(z.lists[order][t].size());
    out += cell(type, order, blocks, all, y);
  }
  return out + text("end", kPagesAt, y + 11, fmt::format("{}", free_by_type(z)[t]));
}

std::string head() {
  std::string out = text("dim", 0, 10, "free blocks");
  for (unsigned order = 0; order < kOrders; ++order) {
    out += text("dim end", column(order) + kColumn - 5, 10, fmt::format("{}", order));
  }
  return out + text("dim end", kPagesAt, 10, "pages") + line("rule", 0, kRow, kPagesAt, kRow);
}

}  // namespace

double free_table_height(const Config& config) {
  return kRow * static_cast<double>(1 + types_of(config).size());
}

std::string free_table(const Config& config, const ZoneState& zone) {
  std::int64_t all = 0;
  for (const std::int64_t pages : free_by_type(zone)) all += pages;
  std::string out = head();
  double y = kRow;
  for (const Migratetype t : types_of(config)) {
    out += row(zone, t, std::max<std::int64_t>(all, 1), y);
    y += kRow;
  }
  return out;
}

}  // namespace bp::svg
