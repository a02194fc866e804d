// SPDX-License-Identifier: MIT
// The facts of kernel headers, from packages that the test makes up (a handful of lines each, laid
// out as Debian does it) and from the real one that `ci/setup --with-kernel-headers` unpacks.
#include "proofs/headers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "model/vocab/gfp_text.h"
#include "proofs/fmt.h"

namespace bp::proofs {
namespace {

namespace fs = std::filesystem;
constexpr const char* kCompiler = "clang-19";

/// Macros of a kernel as the shipped table and era E3 have them.
std::string good_macros(ZoneConfig zones) {
  const impl::GfpZoneTable table = impl::gfp_zone_table(zones);
  const impl::ZoneIndices index = impl::zone_indices(zones);
  std::string text = fmt::format(
      "#define GFP_ZONE_TABLE 0x{:x}ULL\n#define GFP_ZONES_SHIFT {}\n#define GFP_ZONE_BAD 0xe8e8\n"
      "#define MAX_NR_ZONES {}\nenum zone_type {{\n",
      table.word, table.shift, index.count);
  text +=
      "#ifdef CONFIG_ZONE_DMA\nZONE_DMA,\n#endif\n#ifdef CONFIG_ZONE_DMA32\nZONE_DMA32,\n#endif\n"
      "ZONE_NORMAL,\n#ifdef CONFIG_HIGHMEM\nZONE_HIGHMEM,\n#endif\nZONE_MOVABLE,\n"
      "#ifdef CONFIG_ZONE_DEVICE\nZONE_DEVICE,\n#endif\n};\n";
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const auto flag = GfpFlag{static_cast<std::uint8_t>(f)};
    if (gfp_bit(flag, Era::e3) == kNoBit) continue;
    text += fmt::format("#define _{} 0x{:x}u\n", gfp_flag_name(flag),
                        std::uint32_t{1} << gfp_bit(flag, Era::e3));
  }
  return text;
}

class Headers : public testing::Test {
 protected:
  Headers() {
    std::string name = testing::TempDir() + "bp_headers_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~Headers() override {
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }
  void write(const std::string& name, const std::string& text) const {
    const fs::path file = folder_ / "usr/src" / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  /// A machine's package and the common one.
  void unpack(const std::string& macros, const std::string& config) const {
    write("linux-headers-9-x/include/generated/autoconf.h", config);
    write("linux-headers-9-x/arch/x86/include/generated/asm/none.h", "");
    write("linux-headers-9-x/Makefile", "include /usr/src/linux-headers-9-common/Makefile\n");
    write("linux-headers-9-common/include/linux/kconfig.h", "#include <generated/autoconf.h>\n");
    write("linux-headers-9-common/include/linux/compiler_types.h", "");
    write("linux-headers-9-common/include/linux/gfp.h", macros);
  }
  std::string fault() const { return probe_headers(folder_, kCompiler).fault; }

  fs::path folder_;
};

Options by_z3() {
  Options options;
  options.solver = Solver::z3;
  return options;
}

/// The ids that do not come out as expected.
std::string surprises(const HeaderFacts& facts, const Options& options = by_z3()) {
  std::string ids;
  for (const Obligation& o : header_obligations(facts)) {
    const Result r = prove(o, options);
    if (!as_expected(r)) ids += o.id + " ";
  }
  return ids;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

constexpr ZoneConfig kX86{.dma = true, .dma32 = true, .highmem = false, .device = true};
constexpr const char* kX86Config =
    "#define CONFIG_X86_64 1\n#define CONFIG_ZONE_DMA 1\n#define CONFIG_ZONE_DMA32 1\n"
    "#define CONFIG_ZONE_DEVICE 1\n";

TEST_F(Headers, OfAKernelLikeOursAreProvedByBothSolvers) {
  unpack(good_macros(kX86), kX86Config);
  const HeaderProbe probe = probe_headers(folder_, kCompiler);
  ASSERT_EQ(probe.fault, "");
  EXPECT_EQ(probe.facts.zones, kX86);
  EXPECT_EQ(headers_text(probe.facts),
            "linux-headers-9-x (x86, E3): DMA = 0, DMA32 = 1, NORMAL = 2, MOVABLE = 3, DEVICE = 4; "
            "GFP_ZONES_SHIFT 2, GFP_ZONE_TABLE 0x1320122, GFP_ZONE_BAD 0xe8e8");
  EXPECT_EQ(surprises(probe.facts, {}), "");
}

TEST_F(Headers, OfEveryZoneConfigurationAreProved) {
  for (unsigned bits = 0; bits < kZoneConfigs; ++bits) {
    const ZoneConfig zones = ZoneConfig::from_bits(bits);
    std::string config;
    if (zones.dma) config += "#define CONFIG_ZONE_DMA 1\n";
    if (zones.dma32) config += "#define CONFIG_ZONE_DMA32 1\n";
    if (zones.highmem) config += "#define CONFIG_HIGHMEM 1\n";
    if (zones.device) config += "#define CONFIG_ZONE_DEVICE 1\n";
    unpack(good_macros(zones), config);
    const HeaderProbe probe = probe_headers(folder_, kCompiler);
    ASSERT_EQ(probe.fault, "") << bits;
    EXPECT_EQ(surprises(probe.facts), "") << bits;
  }
}

// Each obligation is seen to fail on headers that are wrong in one place.
TEST_F(Headers, ThatSayOtherwiseAreRefuted) {
  const std::string good = good_macros(kX86);
  const std::pair<std::string, const char*> faults[] = {
      {replaced(good, "0x1320122ULL", "0x1300122ULL"), "P-GFP-1.headers"},
      {replaced(good, "0x1320122ULL", "0x1310122ULL"), "GFP-headers.shipped"},
      {replaced(good, "0x1320122ULL", "0x13201a2ULL"), "P-GFP-3.headers"},
      {replaced(good, "GFP_ZONES_SHIFT 2", "GFP_ZONES_SHIFT 3"), "P-GFP-4.headers"},
      {replaced(good, "GFP_ZONES_SHIFT 2", "GFP_ZONES_SHIFT 5"), "P-GFP-5.headers"},
      {replaced(good, "0xe8e8", "0xe8e0"), "P-GFP-2.headers"},
      {replaced(good, "MAX_NR_ZONES 5", "MAX_NR_ZONES 6"), "GFP-headers.numbers"},
      {replaced(good, "ZONE_NORMAL,", "ZONE_NORMAL = 7,"), "GFP-headers.numbers"},
      {replaced(good, "___GFP_ZERO 0x100u", "___GFP_ZERO 0x2000000u"), "P-GFP-10.headers"},
  };
  for (const auto& [macros, id] : faults) {
    unpack(macros, kX86Config);
    const HeaderProbe probe = probe_headers(folder_, kCompiler);
    ASSERT_EQ(probe.fault, "");
    unsigned asked = 0;
    for (const Obligation& o : header_obligations(probe.facts)) {
      if (o.id != id) continue;
      EXPECT_EQ(prove(o, by_z3()).z3->answer, Answer::refuted) << id;
      ++asked;
    }
    EXPECT_EQ(asked, 1U) << id;
  }
}

TEST_F(Headers, CounterexampleNamesTheFlagThatMoved) {
  unpack(replaced(good_macros(kX86), "___GFP_ZERO 0x100u", "___GFP_ZERO 0x2000000u"), kX86Config);
  for (const Obligation& o : header_obligations(probe_headers(folder_, kCompiler).facts)) {
    if (o.id != "P-GFP-10.headers") continue;
    const Result r = prove(o, by_z3());
    EXPECT_NE(r.z3->counterexample.find("__GFP_ZERO = 0x2000000, expected 0x100"),
              std::string::npos)
        << r.z3->counterexample;
  }
}

TEST_F(Headers, ThatAreNoneAreNamed) {
  EXPECT_EQ(probe_headers(folder_ / "none", kCompiler).fault,
            (folder_ / "none").string() + ": no such folder");
  EXPECT_EQ(fault(), folder_.string() +
                         ": no kernel headers here: no folder has include/generated/autoconf.h");
  unpack(good_macros(kX86), kX86Config);
  write("linux-headers-9-y/include/generated/autoconf.h", kX86Config);
  EXPECT_NE(fault().find("2 header packages; name one, as "), std::string::npos) << fault();
  fs::remove_all(folder_ / "usr/src/linux-headers-9-y");
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(probe_headers(folder_ / "usr/src/linux-headers-9-x", kCompiler).fault, "");
  fs::remove_all(folder_ / "usr/src/linux-headers-9-common");
  EXPECT_NE(fault().find("linux-headers-9-common/include/linux/gfp.h is missing: unpack"),
            std::string::npos)
      << fault();
}

TEST_F(Headers, WithoutTheMacrosAreNamed) {
  std::string macros = good_macros(kX86);
  macros = replaced(macros, "#define GFP_ZONE_BAD 0xe8e8\n", "");
  macros = replaced(macros, "#define ___GFP_DMA32 0x4u\n", "");
  unpack(macros, kX86Config);
  EXPECT_TRUE(fault().ends_with("the headers do not define GFP_ZONE_BAD, ___GFP_DMA32")) << fault();
  unpack(good_macros(kX86) + "#error no such kernel\n", kX86Config);
  EXPECT_NE(fault().find("the headers do not compile: "), std::string::npos) << fault();
  EXPECT_NE(fault().find("no such kernel"), std::string::npos) << fault();
  unpack(replaced(good_macros(kX86), "GFP_ZONES_SHIFT 2", "GFP_ZONES_SHIFT 40"), kX86Config);
  EXPECT_NE(fault().find("GFP_ZONES_SHIFT is 40"), std::string::npos) << fault();
}

TEST_F(Headers, ACompilerThatIsMissingIsNoFaultOfTheHeaders) {
  unpack(good_macros(kX86), kX86Config);
  const HeaderProbe probe = probe_headers(folder_, "no-such-clang");
  EXPECT_TRUE(probe.is_infrastructure);
  EXPECT_EQ(probe.fault, "no-such-clang is not installed: run ci/setup");
}

TEST_F(Headers, OfDebiansKernelAreProvedByBothSolvers) {
  const fs::path package = BP_SOURCE_DIR "/build/kernel-headers";
  if (!fs::exists(package)) GTEST_SKIP() << "no kernel headers: ci/setup --with-kernel-headers";
  const HeaderProbe probe = probe_headers(package, "clang-19");
  ASSERT_EQ(probe.fault, "");
  EXPECT_EQ(surprises(probe.facts, {}), "") << headers_text(probe.facts);
}

}  // namespace
}  // namespace bp::proofs
