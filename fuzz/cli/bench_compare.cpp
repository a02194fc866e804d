// SPDX-License-Identifier: MIT
#include "fuzz/cli/bench_compare.h"

#include <fstream>
#include <map>
#include <optional>
#include <tuple>

#include "fuzz/bench/floors.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

using Key = std::tuple<std::string, std::string, unsigned>;  ///< Workload, subject, threads.
using Ratios = std::map<Key, double>;

constexpr double kNoticed = 1.10;  ///< So much more than before is pointed at.

/// The number at `path` in `j`, if it is there and above 0.
std::optional<double> number(const nlohmann::json& j, const char* path) {
  const nlohmann::json::json_pointer at(path);
  if (!j.contains(at) || !j.at(at).is_number()) return std::nullopt;
  const auto n = j.at(at).get<double>();
  return n > 0 ? std::optional(n) : std::nullopt;
}

/// Empty if it is not a run of the benchmark.
Ratios ratios_of(const nlohmann::json& j) {
  Ratios out;
  const auto floor = number(j, (std::string("/floors_ns/") + bench::kLockedRmw + "/min").c_str());
  if (!floor || !j.contains("figures") || !j["figures"].is_array()) return out;
  for (const nlohmann::json& f : j["figures"]) {
    const auto ns = number(f, "/ns/min");
    const auto threads = number(f, "/threads");
    const auto workload = f.find("workload");
    const auto subject = f.find("subject");
    if (!ns || !threads || workload == f.end() || !workload->is_string() || subject == f.end() ||
        !subject->is_string())
      continue;
    out[{*workload, *subject, static_cast<unsigned>(*threads)}] = *ns / *floor;
  }
  return out;
}

}  // namespace

BenchComparison compare_bench(const nlohmann::json& now, const std::string& path) {
  std::ifstream file(path);
  if (!file) return {"", fmt::format("--compare {}: cannot be read", path)};
  const Ratios before = ratios_of(nlohmann::json::parse(file, nullptr, false));
  if (before.empty())
    return {"", fmt::format("--compare {}: is not what bench --json prints; make it anew", path)};
  BenchComparison c;
  c.text = fmt::format("\n{:<12} {:<26} {:>3} {:>10} {:>10} {:>8}\n", "x RMW, min", "subject",
                       "thr", "before", "now", "now/then");
  for (const auto& [key, ratio] : ratios_of(now)) {
    const auto old = before.find(key);
    if (old == before.end()) continue;
    const double change = ratio / old->second;
    c.text += fmt::format("{:<12} {:<26} {:>3} {:>10.2f} {:>10.2f} {:>8.2f}{}\n", std::get<0>(key),
                          std::get<1>(key), std::get<2>(key), old->second, ratio, change,
                          change > kNoticed ? "  slower" : "");
  }
  return c;
}

}  // namespace bp::cli
