// SPDX-License-Identifier: MIT
// Five kernels' own /proc files against what is printed of their dumps. A dump was taken a moment
// after or before the files, so that a few numbers moved on: each is named here, and nothing but
// these lines may differ, and those by their digits only.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "fuzz/kernel/dump_file.h"
#include "fuzz/kernel/input.h"
#include "fuzz/report/proc_text.h"

namespace bp {
namespace {

using Lines = std::vector<std::string>;

std::string slurp(const std::string& path) {
  const kernel::FileText file =
      kernel::read_file(std::string(BP_SOURCE_DIR) + "/corpus/kernel/states/" + path);
  EXPECT_EQ(file.fault, "");
  return file.bytes;
}

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Lines known(const Lines& zoneinfo) {
  const std::regex wanted(std::string{kZoneinfoKnown}, std::regex::extended);
  Lines kept;
  for (const std::string& line : zoneinfo) {
    if (std::regex_search(line, wanted)) kept.push_back(line);
  }
  return kept;
}

/// A line with its numbers, and the blanks that pad them, taken out.
std::string form(const std::string& line) {
  return std::regex_replace(line, std::regex(" *[0-9]+"), "#");
}

/// The kernel's lines that are not printed so. Where the form differs, the line printed follows.
Lines moved_on(const Lines& kernels, const Lines& printed) {
  EXPECT_EQ(kernels.size(), printed.size());
  Lines moved;
  for (std::size_t i = 0; i < std::min(kernels.size(), printed.size()); ++i) {
    if (kernels[i] == printed[i]) continue;
    moved.push_back(kernels[i].substr(kernels[i].find_first_not_of(' ')));
    if (form(kernels[i]) != form(printed[i])) moved.push_back(printed[i]);
  }
  return moved;
}

struct Recorded {
  const char* folder;
  std::optional<Profile> profile;  ///< Where the dump does not give it away.
  Lines buddyinfo, zoneinfo;       ///< What moved on; nothing in pagetypeinfo did.
};

void PrintTo(const Recorded& r, std::ostream* out) { *out << r.folder; }

class ProcFiles : public testing::TestWithParam<Recorded> {};

TEST_P(ProcFiles, AreTheKernelsOwn) {
  const std::string folder = std::string(GetParam().folder) + "/";
  const kernel::DumpFile dump =
      kernel::read_dump(slurp(folder + "state.txt.zst"), {.profile = GetParam().profile});
  ASSERT_TRUE(dump.state) << dump.fault_line << ": " << dump.fault;
  EXPECT_EQ(pagetypeinfo_text(*dump.state), slurp(folder + "pagetypeinfo"));
  EXPECT_EQ(moved_on(lines_of(slurp(folder + "buddyinfo")), lines_of(buddyinfo_text(*dump.state))),
            GetParam().buddyinfo);
  EXPECT_EQ(
      moved_on(known(lines_of(slurp(folder + "zoneinfo"))), lines_of(zoneinfo_text(*dump.state))),
      GetParam().zoneinfo);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, ProcFiles,
    testing::Values(
        Recorded{"v4.7-5G",
                 {},
                 {"Node 0, zone    DMA32      1      3      7      8      4      2      8      5   "
                  "   2      3    736 "},
                 {"nr_alloc_batch 7594", "count: 131"}},
        Recorded{"v5.15-2-nodes",
                 {},
                 {},
                 {"protection: (0, 475, 475, 475)", "count: 1010", "count: 153"}},
        Recorded{
            "v6.1-i386-2G", {}, {}, {"protection: (0, 826, 1482, 1993)", "count: 14", "count: 26"}},
        Recorded{"v6.12-512M", Profile::v6_12, {}, {"count: 2858", "high:  12318"}},
        Recorded{"v7.1-512M-cma", {}, {}, {"count:    3231", "high_max: 15322"}}),
    [](const auto& at) {
      return std::regex_replace(std::string{at.param.folder}, std::regex("[^A-Za-z0-9]"), "_");
    });

TEST(ProcFilesTest, ALineOfAnotherFormIsSeen) {
  EXPECT_EQ(moved_on({"  a 1", "b 2"}, {"  a 3", "c 2"}), (Lines{"a 1", "b 2", "c 2"}));
}

}  // namespace
}  // namespace bp
