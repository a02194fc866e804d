// SPDX-License-Identifier: MIT
#include "fuzz/cli/fuzz_unexplained.h"

#include <algorithm>
#include <cstdio>

#include "fuzz/engines/engine.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

constexpr std::size_t kStackShown = 12;  ///< Lines of the report; all of it is in the note.

/// The first lines, indented.
std::string shown(const std::string& report) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t line = 0; line < kStackShown && at < report.size(); ++line) {
    const std::size_t end = std::min(report.find('\n', at), report.size());
    out += "    " + report.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

}  // namespace

Unexplained unexplained(const CampaignFinding& found) {
  const std::string log = tail_of(found.log);
  std::error_code ec;
  const bool empty = std::filesystem::file_size(found.input, ec) == 0 && !ec;
  return {.content = empty ? Bytes() : read_whole(found.input).bytes,
          .engine = found.engine,
          .reason = reason_of(log),
          .report = report_of(log),
          .log = found.log.string()};
}

std::string note_of(const Unexplained& what) {
  std::string note = fmt::format("# {}: {}\n", what.engine, what.reason);
  for (std::size_t at = 0; at < what.report.size();) {
    const std::size_t end = std::min(what.report.find('\n', at), what.report.size());
    note += "# " + what.report.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return note;
}

void print_unexplained(const Unexplained& what, const std::string& saved, bool json) {
  const bool outside = what.content && what.content->empty();
  if (json) {
    const nlohmann::json j{
        {"file", saved},         {"verdict", "engine"},      {"engine", what.engine},
        {"reason", what.reason}, {"in_a_program", !outside}, {"report", what.report},
        {"log", what.log}};
    std::printf("%s\n", j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return;
  }
  if (outside) {
    std::printf(
        "%s: %s crashed outside of any program, in a mutator or in itself (its input is empty): "
        "%s\n",
        saved.c_str(), what.engine.c_str(), what.reason.c_str());
  } else {
    std::printf("%s: breaks no rule in this build, but %s stopped on it: %s\n", saved.c_str(),
                what.engine.c_str(), what.reason.c_str());
  }
  std::printf("%s  its output: %s; the report is kept in the .txt\n", shown(what.report).c_str(),
              what.log.c_str());
}

}  // namespace bp::cli
