// SPDX-License-Identifier: MIT
#include "fuzz/kernel/dump_file.h"

#include <algorithm>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/dump_reader.h"
#include "fuzz/kernel/line_cursor.h"
#include "fuzz/report/fmt.h"

namespace bp::kernel {
namespace {

constexpr std::string_view kBatch = "@@BATCH ";
constexpr std::string_view kBefore = "@@S0";
constexpr std::string_view kAfter = "@@S1";

std::string_view first_line(std::string_view text) {
  while (text.starts_with('\n')) text.remove_prefix(1);
  return text.substr(0, text.find('\n'));
}

bool is_section(std::string_view line) { return line.starts_with("@@"); }

/// The lines of one dump and where they begin.
struct Section {
  std::string_view text;
  std::size_t line = 1;
  std::string where;
  Detail detail = Detail::replayable;
};

/// What a file has, in case it does not have what was asked for.
struct Found {
  std::optional<Section> section;
  std::optional<std::uint64_t> batch_last;
};

std::string name_of(std::optional<std::uint64_t> batch, bool after) {
  const std::string_view moment = after ? "after" : "before";
  return batch ? fmt::format("batch {}, {}", *batch, moment) : std::string{moment};
}

Found find_section(std::string_view text, const DumpChoice& choice) {
  Found found;
  std::optional<std::uint64_t> batch;
  const char* const end = text.data() + text.size();
  for (Lines lines(text); !lines.at_end();) {
    const std::string_view line = lines.take();
    if (line.starts_with(kBatch)) {
      batch = number<std::uint64_t>(line.substr(kBatch.size()));
      found.batch_last = batch;
    }
    if (line != (choice.after ? kAfter : kBefore)) continue;
    if (choice.batch && batch != choice.batch) continue;
    const char* const begin = std::min(line.data() + line.size() + 1, end);
    const std::string_view rest(begin, static_cast<std::size_t>(end - begin));
    const std::string_view dump = rest.substr(0, rest.find("\n@@"));
    found.section = {dump, lines.number() + 1, name_of(batch, choice.after), Detail::replayable};
    break;
  }
  return found;
}

std::string not_found(const DumpChoice& choice, const Found& found) {
  if (choice.batch && found.batch_last) {
    return fmt::format("has no state {}; its last batch is {}", name_of(choice.batch, choice.after),
                       *found.batch_last);
  }
  if (choice.batch) return "has no batches: leave --batch out";
  return fmt::format("has no line {}: it is not a whole recording",
                     choice.after ? kAfter : kBefore);
}

/// The profile that a dump gives away, if it is put where a recording has one.
Profile profile_of(std::string_view dump) {
  return shape_of(fmt::format("{}\n{}", kBefore, dump)).profile;
}

DumpFile read_section(const Section& section, std::optional<Profile> profile) {
  DumpFile file;
  file.where = section.where;
  reference::KernelState state;
  DumpReader reader(dialect_of(profile.value_or(profile_of(section.text))), section.detail);
  reader.begin(state, {});
  for (Lines lines(section.text); !lines.at_end();) {
    const std::string_view line = lines.take();
    if (line.empty()) continue;
    file.fault = reader.read(line);
    file.fault_line = section.line + lines.number() - 1;
    if (!file.fault.empty()) return file;
  }
  file.fault = reader.finish();
  if (!file.fault.empty()) return file;
  file.fault_line = 0;
  file.state = std::move(state);
  return file;
}

DumpFile refused(std::string fault) { return {std::nullopt, {}, std::move(fault), 0}; }

}  // namespace

bool is_dump(std::string_view text) {
  const std::string_view line = first_line(text);
  for (const std::string_view start :
       {"@@BATCH ", "@@S0", "@@SET ", "@@POLICY ", "@@SLEEP ", "cfg ", "gl ", "zone "}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

DumpFile read_dump(std::string_view text, const DumpChoice& choice) {
  if (is_section(first_line(text))) {
    const Found found = find_section(text, choice);
    if (!found.section) return refused(not_found(choice, found));
    return read_section(*found.section, choice.profile);
  }
  if (choice.batch || choice.after) {
    return refused("is one state, not a recording: leave --batch and --after out");
  }
  return read_section({text, 1, {}, Detail::snapshot}, choice.profile);
}

}  // namespace bp::kernel
