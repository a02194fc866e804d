// SPDX-License-Identifier: MIT
// The engine without coverage: random programs, and mutations of programs that were given, one
// after the other in this process. Needs no instrumented build; the same seed makes the same run.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "fuzz/engines/campaign.h"
#include "fuzz/engines/execute.h"
#include "fuzz/program/rng.h"
#include "model/vocab/program.h"

namespace bp {

inline constexpr std::size_t kBuiltinOps = 64;      ///< Most operations of a random program.
inline constexpr std::size_t kBuiltinBytes = 4096;  ///< Most bytes of a mutated one.

class Builtin {
 public:
  explicit Builtin(std::uint64_t seed) : rng_(seed) {}

  /// Programs to mutate besides the random ones, as bytes.
  void add_seed(std::span<const std::uint8_t> bytes) {
    pool_.emplace_back(bytes.begin(), bytes.end());
  }

  /// The next program; valid until the next call.
  const Program& next();
  /// The bytes that it decodes from.
  std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  void keep(const Program& p);
  void mutate_one_of_pool();

  static constexpr std::size_t kPool = 256;  ///< Programs kept to mutate.
  Rng rng_;
  std::vector<std::vector<std::uint8_t>> pool_;
  std::vector<std::uint8_t> bytes_;
  Program program_;
};

/// One process of a campaign: runs until the time is up (status 0). Inputs that break a rule are
/// saved into `found`; one that ends the process is saved on the way.
int run_builtin_process(const CampaignOptions& o, std::uint64_t seed,
                        const std::filesystem::path& seeds, const std::filesystem::path& found,
                        const std::filesystem::path& stats);

}  // namespace bp
