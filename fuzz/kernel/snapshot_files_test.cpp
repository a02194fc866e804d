// SPDX-License-Identifier: MIT
// Where snapshots are found, and that what is wrong with one is told with file and line.
#include "fuzz/kernel/snapshot_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fuzz/kernel/input.h"

namespace bp::kernel {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
class SnapshotFiles : public testing::Test {
 protected:
  void SetUp() override {
    dir_ =
        fs::path(testing::TempDir()) /
        ("snapshots-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::string put(const std::string& name, const std::string& text) {
    const fs::path path = dir_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  std::string fault_of_folder() const { return find_snapshots(dir_.string()).fault; }

  fs::path dir_;
};

std::string zone(const std::string& name, const std::string& rows = "(0, 0)") {
  return "Node 0, zone " + name + "\n per-node stats\n boost 0\n min 1\n low 2\n high 3\n" +
         " spanned 64\n present 64\n managed 64\n protection: " + rows +
         "\n cpu: 0\n count: 0\n high: 2\n batch: 1\n vm stats threshold: 2\n start_pfn: " +
         (name == "DMA" ? "0" : "64") + "\n";
}
const std::string kTwoZones = zone("DMA") + zone("Normal");

TEST_F(SnapshotFiles, MomentsOfAFolderByTheirSuffix) {
  put("machine/zoneinfo", kTwoZones);
  put("machine/zoneinfo2", kTwoZones);
  put("machine/zoneinfo.3", kTwoZones);
  put("machine/sysctl2", "min_free_kbytes 77\nlowmem_reserve_ratio 256\t32\n");
  put("machine/sysctl-vm.3", "min_free_kbytes 78\n");
  put("machine/notes", "nothing\n");
  const FoundSnapshots found = find_snapshots(dir_.string());
  ASSERT_EQ(found.fault, "");
  ASSERT_EQ(found.snapshots.size(), 3U);
  EXPECT_EQ(found.snapshots[0].name, "machine");
  EXPECT_TRUE(found.snapshots[0].as_booted);
  EXPECT_FALSE(found.snapshots[0].sysctls.min_free_kbytes);
  EXPECT_EQ(found.snapshots[1].name, "machine .3");
  EXPECT_EQ(found.snapshots[1].sysctls.min_free_kbytes, 78);
  EXPECT_FALSE(found.snapshots[2].as_booted);
  EXPECT_EQ(found.snapshots[2].sysctls.min_free_kbytes, 77);
  EXPECT_EQ(found.snapshots[2].sysctls.lowmem_reserve_ratio, (std::vector<std::int64_t>{256, 32}));
}

TEST_F(SnapshotFiles, FaultsNameFileAndLine) {
  struct Row {
    std::string file, text, part;
  };
  const std::string good = "@@BEGIN zoneinfo\n" + kTwoZones;
  const Row rows[] = {
      {"zoneinfo", zone("DMA"), "zoneinfo:1: node 0 has 1 zones and 2 columns of 'protection:'"},
      {"zoneinfo", kTwoZones.substr(0, kTwoZones.size() - 15),
       "zoneinfo:31: zone NORMAL of node 0 has no line 'start_pfn:'"},
      {"zoneinfo", zone("DMA") + zone("Weird"), "zoneinfo:17: zone 'Weird' is none"},
      {"zoneinfo", "", "empty"},
      {"zoneinfo", "Node 0, zone DMA\n managed 0\n",
       "zoneinfo:1: zone DMA of node 0 has no line 'protection:'"},
      {"cut.txt", good, "cut.txt:33: no '@@END zoneinfo'"},
      {"twice.txt", good + "@@BEGIN sysctl\n", "twice.txt:34: '@@BEGIN' inside zoneinfo"},
      {"bad.txt", good + "@@END zoneinfo\n@@BEGIN sysctl\nx 1\nmin_free_kbytes y\n@@END sysctl\n",
       "bad.txt:37: min_free_kbytes has no number"},
      {"bad.txt", good + "@@END zoneinfo\n@@BEGIN meminfo\nMemFree: 5\n@@END meminfo\n",
       "bad.txt:36: MemFree: is no number of kB"},
      {"bad.txt",
       good + "@@END zoneinfo\n@@BEGIN pagetypeinfo\nPage block order: 11\n@@END pagetypeinfo\n",
       "bad.txt:36: '11' is no order"},
  };
  for (const Row& row : rows) {
    const std::string path = put(row.file, row.text);
    const std::string fault = fault_of_folder();
    EXPECT_NE(fault.find(row.part), std::string::npos) << fault << " for " << row.part;
    EXPECT_EQ(fault.find(dir_.string()), 0U) << fault;
    EXPECT_TRUE(find_snapshots(dir_.string()).snapshots.empty()) << row.part;
    fs::remove(path);
  }
}

TEST_F(SnapshotFiles, NothingThereIsAFault) {
  put("notes.txt", "hello\n");
  EXPECT_NE(fault_of_folder().find("no zoneinfo, snapshot or zonelists in it"), std::string::npos);
  EXPECT_NE(find_snapshots((dir_ / "missing").string()).fault, "");
}

// What a zoneinfo prints tells the kernel; what 4.8 to 5.13 print too does not.
TEST_F(SnapshotFiles, ProfileIsToldFromWhatIsPrinted) {
  ConfigSnapshot s;
  EXPECT_EQ(profile_of(s), std::nullopt);
  s.zoneinfo.signs.per_node = true;
  EXPECT_EQ(profile_of(s), std::nullopt);
  s.sysctls.high_fraction = 0;
  EXPECT_EQ(profile_of(s), Profile::v5_15);
  s.zoneinfo.signs.boost = true;
  EXPECT_EQ(profile_of(s), Profile::v6_1_lts192);
  s.zoneinfo.signs.promo = true;
  EXPECT_EQ(profile_of(s), Profile::v6_12);
  s.zoneinfo.signs.high_min = true;
  EXPECT_EQ(profile_of(s), Profile::v7_1);
  s.zoneinfo.signs = {.scanned = true};
  EXPECT_EQ(profile_of(s), Profile::v4_7);
}

}  // namespace
}  // namespace bp::kernel
