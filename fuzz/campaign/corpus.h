// SPDX-License-Identifier: MIT
// A corpus: a folder of inputs of one target, with a CORPUS.md whose first line says of which and
// in which format. Merging, minimising and pruning keep, smallest first, the inputs that show a
// feature (fuzz/engines/features.h) that no smaller one shows; edges of code on top, if a libFuzzer
// build is there: its own -merge is asked for them. Of concurrent scenarios the features are those
// of case_features.h, which know the places of atomic steps.
//
// Nothing is removed before what stays has been written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fuzz/engines/execute.h"
#include "fuzz/engines/features.h"
#include "fuzz/engines/files.h"

namespace bp::campaign {

inline constexpr unsigned kCorpusFormat = 1;
inline constexpr const char* kCorpusNote = "CORPUS.md";
/// Fuzzers make inputs of a kilobyte; what is larger than this is no input of theirs.
inline constexpr std::uintmax_t kCorpusFileMax = std::uintmax_t{1} << 20;

/// A fault for a file that is too large for an input and no trace, else "".
std::string too_large(const std::filesystem::path& file);

struct CorpusInput {
  std::filesystem::path file;  ///< Where it came from.
  Bytes bytes;
  Features features;
};

struct Corpus {
  std::vector<CorpusInput> inputs;  ///< Smallest first, none twice.
  std::size_t files = 0;            ///< Read, duplicates too.
  std::string fault;                ///< One line: what is wrong, and what to do.
};

/// Which target's inputs are named, "seq" or "conc": by a folder's manifest or note, else by the
/// files' names. Those of two targets are a fault.
std::string target_of(const std::vector<std::string>& named, std::string& fault);

/// ".bin" or ".conc".
std::string_view input_ending(std::string_view target);

/// Files, corpus folders, and campaign folders, of which corpus/<target> is taken; programs, and
/// traces of kernels as windows (fuzz/engines/seeds.h); of target "conc" scenarios and cases, which
/// have no `setup`. Each input is run for its features; a
/// subject that crashes on one takes the caller with it.
Corpus read_corpus(const std::vector<std::string>& named, const std::string& target, Setup setup);

/// Those with a feature that neither `have` nor a smaller one has; adds to `have`.
std::vector<const CorpusInput*> with_new_features(const Corpus& c, Features& have);

/// The note of a new corpus folder; makes the folder. Of one that is there, checks it. A fault or
/// "".
std::string open_corpus(const std::filesystem::path& folder, const std::string& target);

}  // namespace bp::campaign
