// SPDX-License-Identifier: MIT
#include "fuzz/kernel/snapshot_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "fuzz/kernel/fields.h"
#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

namespace fs = std::filesystem;

constexpr int kDepthMax =
    4;  ///< Directories of directories: machines by kernel, and no whole disk.

struct Section {
  std::string file;
  std::size_t first_line = 1;
  std::string text;
};
/// By name and suffix: "zoneinfo2".
using Sections = std::map<std::string, Section>;

constexpr std::string_view kSysctlNames[] = {"sysctl", "sysctl-vm"};
constexpr std::string_view kSections[] = {"zoneinfo", "sysctl",       "sysctl-vm",
                                          "meminfo",  "pagetypeinfo", "pgo_state"};

std::string at(const Section& s, std::size_t line, const std::string& fault) {
  const std::string where =
      line == 0 ? s.file : s.file + ":" + std::to_string(s.first_line + line - 1);
  return where + ": " + fault;
}

/// Reads a section into `out` if there is one; the fault, if it has one.
template <class T, class Reader>
std::string read_section(const Sections& all, const std::string& name, Reader reader, T& out) {
  const auto found = all.find(name);
  if (found == all.end()) return {};
  auto parsed = reader(found->second.text);
  if (!parsed.fault.empty()) return at(found->second, parsed.line, parsed.fault);
  out = std::move(parsed.got);
  return {};
}

std::string read_snapshot(const Sections& all, const std::string& suffix, ConfigSnapshot& out) {
  std::string fault = read_section(all, "zoneinfo" + suffix, read_complete_zones, out.zoneinfo);
  for (const std::string_view name : kSysctlNames) {
    if (!fault.empty()) return fault;
    fault = read_section(all, std::string(name) + suffix, read_sysctls, out.sysctls);
  }
  if (fault.empty()) fault = read_section(all, "meminfo" + suffix, read_meminfo, out.meminfo);
  if (fault.empty()) {
    fault = read_section(all, "pagetypeinfo" + suffix, read_pageblock_order, out.pageblock_order);
  }
  out.as_booted = suffix.empty();
  return fault;
}

/// All moments of one machine.
void add_machine(const std::string& name, const Sections& all, FoundSnapshots& out) {
  constexpr std::string_view kZoneinfo = "zoneinfo", kState = "pgo_state";
  for (const auto& [section, content] : all) {
    const bool zoneinfo = section.starts_with(kZoneinfo);
    if (!zoneinfo && !section.starts_with(kState)) continue;
    const std::string suffix = section.substr(zoneinfo ? kZoneinfo.size() : kState.size());
    const std::string title = suffix.empty() ? name : name + " " + suffix;
    if (!zoneinfo) {
      out.zonelists.push_back({title, content.file, content.first_line, content.text});
      continue;
    }
    ConfigSnapshot s;
    s.name = title;
    out.fault = read_snapshot(all, suffix, s);
    if (!out.fault.empty()) return;
    out.snapshots.push_back(std::move(s));
  }
}

/// Splits a text at its `@@BEGIN NAME` and `@@END NAME`.
std::string split_bundle(const std::string& file, std::string_view text, Sections& out) {
  std::size_t line = 0;
  Section* open = nullptr;
  std::string name;
  while (!text.empty()) {
    ++line;
    const std::string_view l = take_line(text);
    if (l.starts_with("@@BEGIN ")) {
      if (open != nullptr) return file + ":" + std::to_string(line) + ": '@@BEGIN' inside " + name;
      name = l.substr(l.find(' ') + 1);
      open = &out[name];
      *open = {.file = file, .first_line = line + 1};
    } else if (l.starts_with("@@END ") && open != nullptr) {
      open = nullptr;
    } else if (open != nullptr) {
      (open->text += l) += '\n';
    }
  }
  if (open == nullptr) return {};
  return file + ":" + std::to_string(line) + ": no '@@END " + name + "': the file is cut off";
}

bool has_line(std::string_view text, std::string_view start) {
  if (text.starts_with(start)) return true;
  return text.find("\n" + std::string(start)) != std::string_view::npos;
}

/// Files that can hold a bundle, a dump or a zoneinfo.
constexpr std::string_view kEndings[] = {".txt", ".txt.xz", ".txt.zst", ".zoneinfo"};

std::string stem_of(const fs::path& path) {
  std::string name = path.filename().string();
  for (const std::string_view end : kEndings) {
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return name;
}

/// What a file holds, told by its lines; one of none of these kinds is left out.
void add_file(const fs::path& path, FoundSnapshots& out) {
  FileText read = read_file(path.string());
  Sections all;
  if (!read.fault.empty()) {
    out.fault = read.fault;
  } else if (has_line(read.bytes, "@@BEGIN ")) {
    out.fault = split_bundle(path.string(), read.bytes, all);
  } else if (has_line(read.bytes, "zl ")) {
    all["pgo_state"] = {.file = path.string(), .text = std::move(read.bytes)};
  } else if (has_line(read.bytes, "Node 0, zone")) {
    all["zoneinfo"] = {.file = path.string(), .text = std::move(read.bytes)};
  }
  if (out.fault.empty()) add_machine(stem_of(path), all, out);
}

bool is_section_file(const std::string& name) {
  return std::ranges::any_of(kSections, [&](std::string_view s) {
    const std::string_view rest = std::string_view(name).substr(std::min(s.size(), name.size()));
    return name.starts_with(s) && rest.find_first_not_of(".0123456789") == std::string_view::npos;
  });
}

bool may_hold_one(const std::string& name) {
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return name.ends_with(end); });
}

void add_directory(const fs::path& path, int depth, FoundSnapshots& out) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (const auto& e : fs::directory_iterator(path, error)) entries.push_back(e.path());
  if (error) {
    out.fault = path.string() + ": " + error.message();
    return;
  }
  std::ranges::sort(entries);
  Sections all;
  for (const fs::path& e : entries) {
    if (!out.fault.empty()) return;
    const std::string name = e.filename().string();
    if (fs::is_directory(e, error)) {
      if (depth < kDepthMax) add_directory(e, depth + 1, out);
    } else if (is_section_file(name)) {
      FileText read = read_file(e.string());
      out.fault = read.fault;
      all[name] = {.file = e.string(), .text = std::move(read.bytes)};
    } else if (may_hold_one(name)) {
      add_file(e, out);
    }
  }
  if (out.fault.empty()) add_machine(path.filename().string(), all, out);
}

/// CPUs of "0-3,8".
unsigned count_cpus(std::string_view list) {
  unsigned count = 0;
  while (!list.empty() && list.front() >= '0' && list.front() <= '9') {
    const std::string_view range = list.substr(0, list.find_first_of(",\n"));
    const std::size_t dash = std::min(range.find('-'), range.size());
    const auto first = number<unsigned>(range.substr(0, dash));
    const auto last = dash < range.size() ? number<unsigned>(range.substr(dash + 1)) : first;
    if (first && last && *last >= *first) count += *last - *first + 1;
    list.remove_prefix(std::min(range.size() + 1, list.size()));
  }
  return count;
}

std::vector<unsigned> live_cpus_of_nodes() {
  std::vector<unsigned> out;
  for (unsigned n = 0; n < kNodesMax; ++n) {
    const FileText list =
        read_file("/sys/devices/system/node/node" + std::to_string(n) + "/cpulist");
    out.push_back(list.fault.empty() ? count_cpus(list.bytes) : 0);
  }
  return out;
}

std::string live_sysctls() {
  std::string out;
  for (const char* name : {"min_free_kbytes", "watermark_scale_factor", "lowmem_reserve_ratio",
                           "percpu_pagelist_high_fraction", "percpu_pagelist_fraction"}) {
    const FileText value = read_file(std::string("/proc/sys/vm/") + name);
    if (value.fault.empty()) out += std::string(name) + " " + value.bytes;
  }
  return out;
}

}  // namespace

FoundSnapshots find_snapshots(const std::string& path) {
  FoundSnapshots out;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    add_directory(fs::path(path).lexically_normal(), 0, out);
  } else {
    add_file(path, out);
  }
  if (out.fault.empty() && out.snapshots.empty() && out.zonelists.empty()) {
    out.fault = path + ": no zoneinfo, snapshot or zonelists in it";
  }
  return out;
}

FoundSnapshots live_snapshot() {
  FoundSnapshots out;
  Sections all;
  all["sysctl"] = {.file = "/proc/sys/vm", .text = live_sysctls()};
  for (const char* name : {"zoneinfo", "meminfo", "pagetypeinfo"}) {
    const std::string file = std::string("/proc/") + name;
    FileText read = read_file(file);
    if (read.fault.empty()) all[name] = {.file = file, .text = std::move(read.bytes)};
    // pagetypeinfo is root's alone: without it only the pageblock order is missing.
    if (!read.fault.empty() && std::string_view(name) == "zoneinfo") out.fault = read.fault;
  }
  if (out.fault.empty()) add_machine("this machine", all, out);
  for (ConfigSnapshot& s : out.snapshots) s.cpus_of_node = live_cpus_of_nodes();
  return out;
}

}  // namespace bp::kernel
