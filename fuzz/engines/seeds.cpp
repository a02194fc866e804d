// SPDX-License-Identifier: MIT
#include "fuzz/engines/seeds.h"

#include <algorithm>

#include "fuzz/engines/files.h"
#include "fuzz/engines/minimise.h"
#include "fuzz/engines/replay.h"
#include "fuzz/kernel/import.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/trace.h"
#include "fuzz/kernel/zoneinfo.h"
#include "fuzz/program/bytes.h"
#include "fuzz/report/fmt.h"

namespace bp {
namespace {

Pages spanned(const Machine& m) {
  Pages all;
  for (const Node& n : m.nodes) {
    for (const Zone& z : n.zones) all += z.frames.span();
  }
  return all;
}

std::int64_t count(Pages n) { return static_cast<std::int64_t>(n); }

/// `part` of `whole` as the same part of `n`.
Pages scaled(Pages n, Pages part, Pages whole) {
  return Pages{count(n) * count(part) / std::max<std::int64_t>(count(whole), 1)};
}

void shrink_zone(Zone& z, Pages all) {
  const Pages before = z.frames.span();
  const Pages after = std::max(scaled(before, kSmallSpannedMax, all) / 2, Pages{16});
  if (before <= after) return;
  z.frames.end = z.frames.begin + after;
  if (z.marks) {
    z.marks = Watermarks{scaled(z.marks->min, after, before), scaled(z.marks->low, after, before),
                         scaled(z.marks->high, after, before)};
  }
}

void keep_holes_inside(Node& n) {
  FixedVec<PfnRange, kHolesMax> kept;
  for (const PfnRange& hole : n.holes) {
    const bool inside = std::any_of(n.zones.begin(), n.zones.end(), [&](const Zone& z) {
      return z.frames.begin < hole.begin && hole.end < z.frames.end;
    });
    if (inside) kept.push_back(hole);
  }
  n.holes = kept;
}

Machine small_machine(const Machine& m) {
  Machine small = m;
  const Pages all = spanned(m);
  if (all <= kSmallSpannedMax) return small;
  for (Node& n : small.nodes) {
    for (Zone& z : n.zones) shrink_zone(z, all);
    keep_holes_inside(n);
  }
  small.min_free_kbytes = static_cast<std::uint32_t>(
      count(scaled(Pages{m.min_free_kbytes}, kSmallSpannedMax / 2, all)));
  return small;
}

/// Operations [begin, end) alone: frees of what was allocated before are left out.
Program window(const Program& p, const Machine& m, std::size_t begin, std::size_t end) {
  Program part;
  part.machine = p.machine;
  // Only what stands before the window defines handles that it could free: cut it in one step.
  part.ops.assign(p.ops.begin(), p.ops.begin() + static_cast<std::ptrdiff_t>(end));
  part = without_ops(part, 0, begin);
  part.machine = m;
  return part;
}

std::string at_line(const std::filesystem::path& file, std::size_t line, const std::string& what) {
  return line == 0 ? fmt::format("{}: {}", file.string(), what)
                   : fmt::format("{}:{}: {}", file.string(), line, what);
}

Loaded import_file(const std::filesystem::path& file) {
  const kernel::FileText text = kernel::read_file(file.string());
  if (!text.fault.empty()) return {std::nullopt, text.fault};
  const auto era = kernel::era_of_trace(text.bytes);
  if (!era)
    return {std::nullopt, at_line(file, 1, "no '# era E5' line says how its masks are laid out")};
  kernel::ImportResult made = kernel::import_trace(text.bytes, {.era = *era});
  if (made.program) return {std::move(made.program), {}};
  return {std::nullopt, at_line(file, made.fault_line, made.fault)};
}

/// A machine without operations: mutation adds them.
Loaded zoneinfo_file(const std::filesystem::path& file) {
  const kernel::FileText text = kernel::read_file(file.string());
  if (!text.fault.empty()) return {std::nullopt, text.fault};
  const kernel::Zoneinfo info = kernel::read_zoneinfo(text.bytes);
  if (!info.machine) return {std::nullopt, at_line(file, info.fault_line, info.fault)};
  Program p;
  p.machine = *info.machine;
  return {std::move(p), {}};
}

/// What the file holds, by its name.
Loaded load_seed(const std::filesystem::path& file) {
  std::filesystem::path name = file;
  if (name.extension() == ".zst" || name.extension() == ".xz") name.replace_extension();
  if (name.extension() == ".trace") return import_file(file);
  if (name.extension() == ".zoneinfo") return zoneinfo_file(file);
  return load_program(file);
}

}  // namespace

std::vector<Program> seeds_of(const Program& p) {
  const Machine machine = small_machine(p.machine);
  std::vector<Program> all;
  const std::size_t windows =
      std::clamp<std::size_t>((p.ops.size() + kSeedOps - 1) / kSeedOps, 1, kSeedsOfProgram);
  for (std::size_t w = 0; w < windows; ++w) {
    const std::size_t begin = p.ops.size() * w / windows;
    const std::size_t end = std::min(begin + kSeedOps, p.ops.size());
    Program part = window(p, machine, begin, end);
    if (!first_fault(part)) all.push_back(std::move(part));
  }
  return all;
}

std::string content_name(std::span<const std::uint8_t> bytes) {
  std::uint64_t h = 14695981039346656037U;
  for (const std::uint8_t b : bytes) h = (h ^ b) * 1099511628211U;
  return fmt::format("{:016x}", h);
}

Seeds read_seeds(const std::vector<std::filesystem::path>& files) {
  Seeds seeds;
  for (const auto& file : files) {
    const Loaded loaded = load_seed(file);
    if (!loaded.program) return {{}, loaded.fault};
    for (const Program& seed : seeds_of(*loaded.program)) encode(seed, seeds.inputs.emplace_back());
  }
  return seeds;
}

std::string write_inputs(const std::vector<Bytes>& inputs, const std::filesystem::path& folder) {
  for (const Bytes& bytes : inputs) {
    const std::filesystem::path file = folder / (content_name(bytes) + ".bin");
    std::error_code ec;
    if (std::filesystem::file_size(file, ec) == bytes.size() && !ec) continue;
    std::string what = write_whole(file, bytes);
    if (!what.empty()) return what;
  }
  return {};
}

}  // namespace bp
