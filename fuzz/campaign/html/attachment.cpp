// SPDX-License-Identifier: MIT
#include "fuzz/campaign/html/attachment.h"

#include <algorithm>
#include <functional>
#include <string_view>

#include "fuzz/engines/files.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::campaign::html {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::optional<std::string> text_of(const fs::path& file, std::string& fault) {
  FileRead read = read_whole(file);
  if (read.bytes) return std::string(read.bytes->begin(), read.bytes->end());
  fault = std::move(read.fault);
  return std::nullopt;
}

/// The members of an object, each of its kind; remembers if one was not.
class Members {
 public:
  explicit Members(const json& j) : j_(j), whole_(j.is_object()) {}

  std::string text(const char* name) {
    const json* at = find(name);
    if (at == nullptr || !at->is_string()) return fail<std::string>();
    return at->get<std::string>();
  }
  bool flag(const char* name) {
    const json* at = find(name);
    if (at == nullptr || !at->is_boolean()) return fail<bool>();
    return at->get<bool>();
  }
  double number(const char* name) {
    const json* at = find(name);
    if (at == nullptr || !at->is_number()) return fail<double>();
    return at->get<double>();
  }
  std::uint64_t count(const char* name) {
    const json* at = find(name);
    if (at == nullptr || !at->is_number_unsigned()) return fail<std::uint64_t>();
    return at->get<std::uint64_t>();
  }
  /// Of an object that may be missing: its member `inner`.
  std::string text_within(const char* name, const char* inner) {
    const json* at = find(name);
    return at == nullptr ? std::string() : Members(*at).text(inner);
  }
  /// Of a member that may be missing.
  std::string text_or_none(const char* name) {
    return find(name) == nullptr ? std::string() : text(name);
  }
  bool whole() const { return whole_; }

 private:
  const json* find(const char* name) const {
    if (!j_.is_object()) return nullptr;
    const auto at = j_.find(name);
    return at == j_.end() ? nullptr : &*at;
  }
  template <class T>
  T fail() {
    whole_ = false;
    return T{};
  }
  const json& j_;
  bool whole_;
};

/// One object a line.
template <class Row>
std::optional<std::vector<Row>> read_lines(const fs::path& file, std::string_view writer,
                                           Row (*row_of)(Members&), std::string& fault) {
  const auto text = text_of(file, fault);
  if (!text) return std::nullopt;
  std::vector<Row> rows;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    const std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const json j = json::parse(line, nullptr, false);
    Members members(j);
    rows.push_back(row_of(members));
    if (members.whole()) continue;
    fault = fmt::format("{}:{}: is no line of '{}'", file.string(), number, writer);
    return std::nullopt;
  }
  return rows;
}

ProofRow proof_row(Members& m) {
  return {.id = m.text("id"),
          .statement = m.text("statement"),
          .expected = m.text("expected"),
          .as_expected = m.flag("as_expected"),
          .z3 = m.text_within("z3", "answer"),
          .cvc5 = m.text_within("cvc5", "answer")};
}

MutantRow mutant_row(Members& m) {
  return {.name = m.text("name"),
          .kind = m.text("kind"),
          .engine = m.text("engine"),
          .rule = m.text("rule"),
          .found = m.flag("found"),
          .executions = m.count("executions"),
          .seconds = m.number("seconds")};
}

UncoveredRow uncovered_row(Members& m) {
  return {.file = m.text("file"),
          .text = m.text("text"),
          .line = m.count("line"),
          .lines = m.count("lines"),
          .test = m.text_or_none("test"),
          .reason = m.text_or_none("reason")};
}

/// An empty object where the path leads nowhere.
json part(const json& j, const char* name) {
  return j.is_object() ? j.value(name, json()) : json();
}

std::optional<CoverageRow> coverage_row(const json& file) {
  const json summary = part(file, "summary");
  const json lines_json = part(summary, "lines"), branches_json = part(summary, "branches");
  Members whole(file), lines(lines_json), branches(branches_json);
  CoverageRow row{.file = whole.text("filename"),
                  .lines = lines.count("count"),
                  .lines_covered = lines.count("covered"),
                  .branches = branches.count("count"),
                  .branches_covered = branches.count("covered")};
  if (!whole.whole() || !lines.whole() || !branches.whole()) return std::nullopt;
  return row;
}

/// Up to the last '/' that all names have alike.
std::size_t shared_folder(const std::vector<CoverageRow>& rows) {
  if (rows.empty()) return 0;
  std::string_view shared = rows.front().file;
  for (const CoverageRow& r : rows) {
    const auto end = std::ranges::mismatch(shared, r.file).in1;
    shared = shared.substr(0, static_cast<std::size_t>(end - shared.begin()));
  }
  const auto slash = shared.rfind('/');
  return slash == std::string_view::npos ? 0 : slash + 1;
}

}  // namespace

std::optional<std::vector<ProofRow>> read_proofs(const fs::path& f, std::string& fault) {
  return read_lines<ProofRow>(f, "buddyproof prove --json", proof_row, fault);
}

std::optional<std::vector<MutantRow>> read_mutants(const fs::path& f, std::string& fault) {
  return read_lines<MutantRow>(f, "buddyproof mutants --run --json", mutant_row, fault);
}

std::optional<std::vector<UncoveredRow>> read_uncovered(const fs::path& f, std::string& fault) {
  return read_lines<UncoveredRow>(f, "ci/coverage", uncovered_row, fault);
}

std::optional<std::vector<CoverageRow>> read_coverage(const fs::path& f, std::string& fault) {
  const auto text = text_of(f, fault);
  if (!text) return std::nullopt;
  const json j = json::parse(*text, nullptr, false);
  const json data = part(j, "data");
  const json files = data.is_array() && data.size() == 1 ? part(data[0], "files") : json();
  fault = fmt::format("{}: is no summary of 'llvm-cov export --summary-only'", f.string());
  if (!files.is_array()) return std::nullopt;
  std::vector<CoverageRow> rows;
  for (const json& file : files) {
    auto row = coverage_row(file);
    if (!row) return std::nullopt;
    rows.push_back(std::move(*row));
  }
  const std::size_t cut = shared_folder(rows);
  for (CoverageRow& r : rows) r.file.erase(0, cut);
  fault.clear();
  return rows;
}

}  // namespace bp::campaign::html
