// SPDX-License-Identifier: MIT
#include "fuzz/rules_index/index.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include "fuzz/report/fmt.h"
#include "fuzz/rules_index/citation.h"
#include "fuzz/rules_index/spoken_text.h"
#include "model/rules/registry/registry.h"

namespace bp::rules_index {
namespace {

namespace fs = std::filesystem;

/// The registry, its verb and the parser speak of ids, not of rules.
constexpr std::string_view kAboutIds[] = {"model/rules/registry/", "fuzz/rules_index/",
                                          "fuzz/cli/rules"};

/// Every id by its place in the registry, bugs last.
const std::map<std::string_view, std::size_t>& order() {
  static const auto kOrder = [] {
    std::map<std::string_view, std::size_t> all;
    for (const registry::Subject& s : registry::subjects())
      for (const registry::Rule& r : s.rules) all.emplace(r.id, all.size());
    for (const registry::HistoricalBug& b : registry::historical_bugs())
      all.emplace(b.id, all.size());
    return all;
  }();
  return kOrder;
}

std::string joined(const std::vector<std::string_view>& ids) {
  return fmt::format("{}", fmt::join(ids, ", "));
}

void add_fault(std::string_view path, const Citation& c, const std::string& id, Scan& scan) {
  scan.faults.push_back(
      fmt::format("{}:{}: {}: no such rule; nearest: {}. If no rule is meant, put a word between",
                  path, c.line, id, joined(nearest_ids(id))));
}

bool is_source(const fs::path& p) {
  const auto suffix = p.extension();
  return suffix == ".h" || suffix == ".cpp" || suffix == ".c";
}

bool is_about_ids(std::string_view path) {
  return std::ranges::any_of(kAboutIds, [&](auto start) { return path.starts_with(start); });
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view use_name(Use u) {
  constexpr std::string_view kNames[kUses] = {"code", "test", "proof", "plant", "harness"};
  return kNames[static_cast<unsigned>(u)];
}

Use use_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  if (stem.ends_with("_test") || stem.starts_with("test_")) return Use::test;
  if (path.starts_with("proofs/")) return Use::proof;
  if (path.starts_with("fuzz/mutants/") || stem == "planted" || stem.ends_with("_bugs"))
    return Use::plant;
  return path.starts_with("fuzz/") ? Use::harness : Use::code;
}

bool is_known(std::string_view id) { return order().contains(id); }

std::vector<std::string_view> nearest_ids(std::string_view id) {
  std::vector<std::pair<std::size_t, std::string_view>> all;
  for (const auto& [known, place] : order()) all.emplace_back(edit_distance(id, known), known);
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : order().at(a.second) < order().at(b.second);
  });
  std::vector<std::string_view> best;
  for (std::size_t i = 0; i < 3 && i < all.size(); ++i) best.push_back(all[i].second);
  return best;
}

void scan_source(std::string_view path, std::string_view source, Scan& scan) {
  ++scan.files;
  for (const Citation& c : citations_in(spoken_text(source))) {
    if (!is_known(c.first_id())) add_fault(path, c, c.first_id(), scan);
    if (c.last != c.first && !is_known(c.last_id())) add_fault(path, c, c.last_id(), scan);
    if (c.last < c.first)
      scan.faults.push_back(
          fmt::format("{}:{}: {}..{}: a range that goes down", path, c.line, c.first_id(), c.last));
    for (unsigned n = c.first; n <= c.last; ++n) {
      if (!is_known(id_of(c.prefix, n))) continue;
      scan.found.push_back(
          {id_of(c.prefix, n), use_of(path), std::string(path), static_cast<unsigned>(c.line)});
    }
  }
}

Scan scan_tree(const fs::path& tree) {
  std::vector<std::string> paths;
  for (const char* top : {"model", "impl", "fuzz", "proofs"}) {
    if (!fs::is_directory(tree / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(tree / top)) {
      std::string path = fs::relative(entry.path(), tree).generic_string();
      if (entry.is_regular_file() && is_source(entry.path()) && !is_about_ids(path))
        paths.push_back(std::move(path));
    }
  }
  std::ranges::sort(paths);
  Scan scan;
  for (const std::string& path : paths) {
    std::ifstream in(tree / path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) scan.faults.push_back(path + ": cannot be read");
    scan_source(path, text.str(), scan);
  }
  std::ranges::sort(scan.found, {}, [](const Found& f) {
    return std::tuple(order().at(f.id), f.use, std::string_view(f.file), f.line);
  });
  const auto twice = std::ranges::unique(scan.found);
  scan.found.erase(twice.begin(), twice.end());
  return scan;
}

std::string as_source(const Scan& scan) {
  std::string s =
      "// SPDX-License-Identifier: MIT\n"
      "// Written by rules_index. Do not edit.\n"
      "#include \"fuzz/rules_index/index.h\"\n\n"
      "namespace bp::rules_index {\nnamespace {\n\n"
      // One place more than there are: a table cannot be empty.
      "constexpr Place kPlaces[] = {\n";
  for (const Found& f : scan.found)
    s += fmt::format("    {{\"{}\", Use::{}, \"{}\", {}}},\n", f.id, use_name(f.use), f.file,
                     f.line);
  s += "    {}};\n\n}  // namespace\n\n";
  s += fmt::format("std::span<const Place> places() {{ return {{kPlaces, {}}}; }}\n\n",
                   scan.found.size());
  return s + "}  // namespace bp::rules_index\n";
}

}  // namespace bp::rules_index
