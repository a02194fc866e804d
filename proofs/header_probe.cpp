// SPDX-License-Identifier: MIT
// How the facts of a header package are found: the two folders, the target that the configuration
// was made for, and a file of constants that clang compiles with the kernel's own include paths.
// The constants are read from the text of LLVM's intermediate code, so no assembler of the target,
// and no other program, is needed.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <sstream>

#include "model/vocab/gfp_text.h"
#include "proofs/fmt.h"
#include "proofs/folder.h"
#include "proofs/headers.h"
#include "proofs/process.h"

namespace bp::proofs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAutoconf = "include/generated/autoconf.h";
constexpr const char* kGfpHeader = "include/linux/gfp.h";
constexpr auto kCompilerLimit = std::chrono::seconds(120);
constexpr std::uint64_t kShiftMax = 8;  ///< Wider entries are no zone indices at all.

struct Package {
  fs::path machine;  ///< With the configuration.
  fs::path common;   ///< With the headers that all configurations share.
  std::string architecture;
  std::string config;  ///< Text of its autoconf.h.
  std::string fault;
};

/// A kernel that is configured so is compiled so; the first that fits.
struct Target {
  const char* architecture;
  const char* option;  ///< Empty: any configuration of this architecture.
  const char* flags;
};
constexpr Target kTargets[] = {
    {"x86", "CONFIG_X86_64", "--target=x86_64-linux-gnu"},
    {"x86", "", "--target=i386-linux-gnu"},
    {"arm64", "", "--target=aarch64-linux-gnu"},
    {"arm", "CONFIG_CPU_32v7",
     "--target=arm-linux-gnueabihf -march=armv7-a -D__LINUX_ARM_ARCH__=7"},
    {"arm", "CONFIG_CPU_32v6", "--target=arm-linux-gnueabi -march=armv6 -D__LINUX_ARM_ARCH__=6"},
    {"arm", "", "--target=arm-linux-gnueabi -march=armv5te -D__LINUX_ARM_ARCH__=5"},
    {"mips", "CONFIG_CPU_BIG_ENDIAN", "--target=mips-linux-gnu"},
    {"mips", "CONFIG_64BIT", "--target=mips64el-linux-gnuabi64"},
    {"mips", "", "--target=mipsel-linux-gnu"},
    {"powerpc", "CONFIG_CPU_LITTLE_ENDIAN", "--target=powerpc64le-linux-gnu"},
    {"powerpc", "CONFIG_PPC64", "--target=powerpc64-linux-gnu"},
    {"powerpc", "", "--target=powerpc-linux-gnu"},
    {"riscv", "CONFIG_64BIT", "--target=riscv64-linux-gnu"},
    {"riscv", "", "--target=riscv32-linux-gnu"},
    {"s390", "", "--target=s390x-linux-gnu"},
    {"sparc", "", "--target=sparc64-linux-gnu"},
};

/// MIPS finds some headers in a folder of its machine.
struct Machine {
  const char* option;
  const char* folder;
};
constexpr Machine kMachines[] = {{"CONFIG_MACH_LOONGSON64", "mach-loongson64"},
                                 {"CONFIG_MIPS_MALTA", "mach-malta"},
                                 {"CONFIG_CAVIUM_OCTEON_SOC", "mach-cavium-octeon"}};

std::string contents_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_set(const Package& p, const std::string& option) {
  return p.config.find("#define " + option + " 1\n") != std::string::npos;
}

/// The folder itself, those in it, and those in its usr/src, that hold a configuration.
std::vector<fs::path> machines_in(const fs::path& dir) {
  std::vector<fs::path> found;
  const auto take = [&](const fs::path& folder) {
    std::error_code none;
    if (fs::is_regular_file(folder / kAutoconf, none)) found.push_back(folder);
  };
  take(dir);
  for (const fs::path& parent : {dir, dir / "usr/src"}) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(parent, none)) take(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Beside the machine's folder, by the name that its Makefile gives.
fs::path common_of(const fs::path& machine) {
  std::error_code none;
  if (fs::is_regular_file(machine / kGfpHeader, none)) return machine;
  std::istringstream words(contents_of(machine / "Makefile"));
  for (std::string word; words >> word;) {
    const fs::path named(word);
    if (named.filename() == "Makefile") {
      return machine.parent_path() / named.parent_path().filename();
    }
  }
  return {};
}

Package package_in(const fs::path& dir) {
  Package p;
  std::error_code none;
  if (!fs::is_directory(dir, none)) {
    return p.fault = dir.string() + ": no such folder", p;
  }
  const auto machines = machines_in(dir);
  if (machines.empty()) {
    p.fault = fmt::format("{}: no kernel headers here: no folder has {}", dir.string(), kAutoconf);
    return p;
  }
  if (machines.size() > 1) {
    p.fault = fmt::format("{}: {} header packages; name one, as {}", dir.string(), machines.size(),
                          machines[0].string());
    return p;
  }
  p.machine = fs::weakly_canonical(machines[0]);
  p.common = common_of(p.machine);
  p.config = contents_of(p.machine / kAutoconf);
  if (p.common.empty() || !fs::is_regular_file(p.common / kGfpHeader, none)) {
    p.fault = fmt::format("{}: {} is missing: unpack the linux-headers-*-common package beside it",
                          p.machine.string(), (p.common / kGfpHeader).string());
    return p;
  }
  for (const auto& entry : fs::directory_iterator(p.machine / "arch", none)) {
    if (fs::is_directory(entry.path() / "include/generated", none)) {
      p.architecture = entry.path().filename().string();
    }
  }
  if (p.architecture.empty()) {
    p.fault = p.machine.string() + ": no arch/*/include/generated in it";
  }
  return p;
}

/// For the package's configuration; empty for an architecture that is not known.
std::vector<std::string> target_of(const Package& p) {
  for (const Target& t : kTargets) {
    if (p.architecture != t.architecture || (*t.option != '\0' && !is_set(p, t.option))) continue;
    std::istringstream flags(t.flags);
    return {std::istream_iterator<std::string>(flags), {}};
  }
  return {};
}

std::vector<std::string> includes_of(const Package& p) {
  const std::string common = p.common.string();
  const std::string machine = p.machine.string();
  const std::string arch = "/arch/" + p.architecture + "/include";
  std::vector<std::string> flags;
  for (const std::string& folder :
       {common + arch, machine + arch + "/generated", common + "/include", machine + "/include",
        common + arch + "/uapi", machine + arch + "/generated/uapi", common + "/include/uapi",
        machine + "/include/generated/uapi"}) {
    flags.push_back("-I" + folder);
  }
  if (p.architecture == "mips") {
    for (const Machine& m : kMachines) {
      if (is_set(p, m.option)) flags.push_back("-I" + common + arch + "/asm/" + m.folder);
    }
    flags.push_back("-I" + common + arch + "/asm/mach-generic");
  }
  return flags;
}

std::string constant(const std::string& macro, const std::string& condition) {
  return fmt::format("#ifdef {}\nconst unsigned long long bp_{} = {};\n#endif\n", condition, macro,
                     macro);
}

std::string macro_of(GfpFlag flag) { return "_" + std::string(gfp_flag_name(flag)); }

constexpr std::pair<ZoneType, const char*> kZoneConditions[] = {
    {ZoneType::dma, "CONFIG_ZONE_DMA"}, {ZoneType::dma32, "CONFIG_ZONE_DMA32"},
    {ZoneType::normal, "__KERNEL__"},   {ZoneType::highmem, "CONFIG_HIGHMEM"},
    {ZoneType::movable, "__KERNEL__"},  {ZoneType::device, "CONFIG_ZONE_DEVICE"}};
constexpr const char* kZoneConstants[kZoneTypes] = {"ZONE_DMA",     "ZONE_DMA32",   "ZONE_NORMAL",
                                                    "ZONE_HIGHMEM", "ZONE_MOVABLE", "ZONE_DEVICE"};
constexpr const char* kNeeded[] = {"GFP_ZONE_TABLE", "GFP_ZONES_SHIFT", "GFP_ZONE_BAD",
                                   "MAX_NR_ZONES",   "___GFP_DMA",      "___GFP_HIGHMEM",
                                   "___GFP_DMA32",   "___GFP_MOVABLE"};

std::string probe_text() {
  std::string text = "#include <linux/gfp.h>\n";
  for (const char* macro : {"GFP_ZONE_TABLE", "GFP_ZONES_SHIFT", "GFP_ZONE_BAD", "MAX_NR_ZONES"}) {
    text += constant(macro, macro);
  }
  for (const auto& [type, condition] : kZoneConditions) {
    text += constant(kZoneConstants[static_cast<unsigned>(type)], condition);
  }
  for (unsigned f = 0; f < kGfpFlags; ++f) {
    const std::string macro = macro_of(GfpFlag{static_cast<std::uint8_t>(f)});
    text += constant(macro, macro);
  }
  return text;
}

/// Debian's configuration says that gcc made it; what depends on that is asm that clang refuses.
constexpr const char* kPrelude = "#undef CONFIG_CC_IS_GCC\n#define CONFIG_CC_IS_CLANG 1\n";

using Values = std::map<std::string, std::uint64_t, std::less<>>;

/// From lines "@bp_NAME = ... constant i64 VALUE, align 8".
Values values_in(const std::string& code) {
  Values values;
  std::istringstream lines(code);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kStart = "@bp_";
    constexpr std::string_view kType = "constant i64 ";
    const std::size_t type = line.find(kType);
    if (!line.starts_with(kStart) || type == line.npos) continue;
    const std::string name = line.substr(kStart.size(), line.find(' ') - kStart.size());
    std::int64_t value = 0;
    const char* digits = line.data() + type + kType.size();
    if (std::from_chars(digits, line.data() + line.size(), value).ec != std::errc{}) continue;
    values[name] = static_cast<std::uint64_t>(value);
  }
  return values;
}

std::optional<std::uint64_t> value_of(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional{found->second};
}

std::string first_error(const std::string& printed) {
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("error:") != line.npos) return line;
  }
  return "the compiler fails without a word";
}

std::string missing_in(const Values& values) {
  std::string missing;
  for (const char* macro : kNeeded) {
    if (!value_of(values, macro)) missing += (missing.empty() ? "" : ", ") + std::string(macro);
  }
  return missing;
}

HeaderFacts facts_of(const Package& p, const Values& values) {
  HeaderFacts f;
  f.package = p.machine.filename().string();
  f.architecture = p.architecture;
  f.table = {*value_of(values, "GFP_ZONE_TABLE"),
             static_cast<std::uint32_t>(*value_of(values, "GFP_ZONES_SHIFT"))};
  f.bad = *value_of(values, "GFP_ZONE_BAD");
  f.count = *value_of(values, "MAX_NR_ZONES");
  for (unsigned t = 0; t < kZoneTypes; ++t) f.number[t] = value_of(values, kZoneConstants[t]);
  const auto has = [&](ZoneType t) { return f.number[static_cast<unsigned>(t)].has_value(); };
  f.zones = {has(ZoneType::dma), has(ZoneType::dma32), has(ZoneType::highmem),
             has(ZoneType::device)};
  for (unsigned i = 0; i < kGfpFlags; ++i) {
    f.flag[i] = value_of(values, macro_of(GfpFlag{static_cast<std::uint8_t>(i)})).value_or(0);
  }
  return f;
}

HeaderProbe compiled(const Package& p, const std::string& compiler) {
  HeaderProbe probe;
  const std::vector<std::string> target = target_of(p);
  if (target.empty()) {
    probe.fault =
        fmt::format("{}: architecture {} is not known", p.machine.string(), p.architecture);
    return probe;
  }
  const Folder folder{""};
  const std::string source = folder.write("probe.c", probe_text());
  const std::string prelude = folder.write("prelude.h", kPrelude);
  const std::string output = folder.write("probe.ll", "");
  std::vector<std::string> words = {compiler,
                                    "-nostdinc",
                                    "-std=gnu11",
                                    "-w",
                                    "-ffreestanding",
                                    "-D__KERNEL__",
                                    "-DKBUILD_MODNAME=\"probe\""};
  words.insert(words.end(), target.begin(), target.end());
  for (const std::string& flag : includes_of(p)) words.push_back(flag);
  const std::string shared = p.common.string() + "/include/linux/";
  for (const std::string& first : {shared + "kconfig.h", prelude, shared + "compiler_types.h"}) {
    words.insert(words.end(), {"-include", first});
  }
  words.insert(words.end(), {"-S", "-emit-llvm", source, "-o", output});
  const Finished done = run_program(words, kCompilerLimit);
  if (!done.fault.empty()) {
    probe.is_infrastructure = true;
    probe.fault = done.is_missing ? compiler + " is not installed: run ci/setup" : done.fault;
    return probe;
  }
  if (done.status != 0) {
    probe.fault = fmt::format("{}: the headers do not compile: {}", p.machine.string(),
                              first_error(done.printed));
    return probe;
  }
  const Values values = values_in(contents_of(output));
  if (const std::string missing = missing_in(values); !missing.empty()) {
    probe.fault = fmt::format("{}: the headers do not define {}", p.machine.string(), missing);
    return probe;
  }
  if (const std::uint64_t shift = *value_of(values, "GFP_ZONES_SHIFT"); shift > kShiftMax) {
    probe.fault = fmt::format("{}: GFP_ZONES_SHIFT is {}: no width of a zone index",
                              p.machine.string(), shift);
    return probe;
  }
  probe.facts = facts_of(p, values);
  return probe;
}

}  // namespace

HeaderProbe probe_headers(const fs::path& dir, const std::string& compiler) {
  const Package p = package_in(dir);
  if (!p.fault.empty()) return {{}, p.fault, false};
  try {
    return compiled(p, compiler);
  } catch (const std::exception& e) {  // The temporary folder.
    return {{}, e.what(), true};
  }
}

}  // namespace bp::proofs
