// SPDX-License-Identifier: MIT
// Which recording kills which planted bug of the reference, kept in a plain file so that a run that
// took minutes is resumed and looked into, and what a small set of recordings is that kills the
// same ones. A recording may be cut after any of its batches: its beginning is a recording too.
//
//     file NAME BYTES PROFILE MACHINE CPUS
//     batch NAME END-OF-ITS-TEXT LETTERS
//     NAME MUTANT killed OPERATIONS BATCH HOW     or     NAME MUTANT lives
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/mutants/model_hunt.h"

namespace bp {

struct MatrixFile {
  std::string name;          ///< "kernel-6.1/frag-160M.txt.xz": the last two parts of its path.
  std::uintmax_t bytes = 0;  ///< Packed.
  RecordingFeatures features;
  std::vector<HuntedBatch> batches;
  std::map<std::string, Kill> kills;  ///< By mutant; one that lives is here too.
};

struct KillMatrix {
  std::map<std::string, MatrixFile> files;  ///< By name.
};

/// Nothing of what does not read as such a file; an absent file is an empty matrix.
KillMatrix load_matrix(const std::string& path);
/// False: it could not be written.
bool save_matrix(const KillMatrix& m, const std::string& path);

/// What its first `batches` batches stand for: "expand-to-tail@v4.7" of what they kill, "v4.7 on
/// i386", "v4.7 operation x".
std::set<std::string> worth_of(const MatrixFile& f, std::size_t batches);
/// Packed bytes of so many batches, by their share of the text.
std::uintmax_t bytes_of(const MatrixFile& f, std::size_t batches);

struct Chosen {
  std::string name;
  std::size_t batches = 0;  ///< The first ones.
  std::uintmax_t bytes = 0;
  std::vector<std::string> only_here;  ///< Of the chosen, what no other stands for.
};

/// A small set that stands for all that all files stand for: greedily by bytes, then each file,
/// largest first, cut to what the others leave for it; many are left out so. What is left of
/// `bytes_max` goes to seconds: another file that stands for the same, since the next broken rule
/// is none of those that were tried.
std::vector<Chosen> cover(const KillMatrix& m, std::uintmax_t bytes_max = 0);

}  // namespace bp
