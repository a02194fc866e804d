// SPDX-License-Identifier: MIT
// Planted bugs of the reference against one recording, batch by batch: each is replayed in another
// process until something comes out otherwise than on the kernel, since a broken allocator may as
// well stop on a check(), crash or never end. The reference as it is runs beside
// them: a recording that it does not reproduce kills nobody.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fuzz/mutants/model_plants.h"

namespace bp {

struct Kill {
  bool killed = false;
  std::string how;               ///< "page frame", "free lists", "check", "crash", "hang".
  std::uint64_t operations = 0;  ///< Of the recording, until it was seen.
  std::uint32_t batch = 0;       ///< From 0, in the file's order.
};

struct HuntedMutant {
  ModelMutant mutant;
  std::uint32_t first_batch = 0;  ///< Batches before it are not looked at.
  Kill kill;
  double seconds = 0;  ///< That its processes took.
};

/// What a recording is made of: each of these stays in the corpus.
struct RecordingFeatures {
  Profile profile{};
  std::string machine;  ///< "x86-64", "i386" or "arm64".
  unsigned cpus = 0;
};

struct HuntedBatch {
  std::uint64_t text_end =
      0;                ///< Bytes of the unpacked text up to its end: a recording may be cut.
  std::string letters;  ///< Of its operations, sorted.
};

struct RecordingHunt {
  std::string fault;  ///< The file is no recording, or the reference does not reproduce it.
  RecordingFeatures features;  ///< As far as it was read.
  std::vector<HuntedBatch> batches;
};

/// Looks for those that have the recording's profile and are not killed yet; ends when all are, or
/// with the recording if `whole`. `jobs`: processes at a time, from 1.
RecordingHunt hunt_in_recording(const std::filesystem::path& file, std::span<HuntedMutant> mutants,
                                unsigned jobs, bool whole);

}  // namespace bp
