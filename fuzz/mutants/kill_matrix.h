// SPDX-License-Identifier: MIT
// Which recording kills which planted bug of the reference, kept in a plain file so that a run that
// took minutes is resumed and looked into, and what the smallest set of recordings is that kills
// the same ones.
//
//     file NAME BYTES PROFILE MACHINE CPUS LETTERS BATCHES
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
  std::string name;  ///< "kernel-6.1/frag-160M.txt.xz": the last two parts of its path.
  std::uintmax_t bytes = 0;
  RecordingFeatures features;
  std::uint32_t batches = 0;
  std::map<std::string, Kill> kills;  ///< By mutant; one that lives is here too.
};

struct KillMatrix {
  std::map<std::string, MatrixFile> files;  ///< By name.
};

/// Nothing of what does not read as such a file; an absent file is an empty matrix.
KillMatrix load_matrix(const std::string& path);
/// False: it could not be written.
bool save_matrix(const KillMatrix& m, const std::string& path);

/// What a file stands for: "expand-to-tail@v4.7" of what it kills, "machine i386", "v4.7 letter x".
std::set<std::string> worth_of(const MatrixFile& f);

struct Chosen {
  std::string name;
  std::uintmax_t bytes = 0;
  std::vector<std::string> only_here;  ///< Of the chosen, what no other stands for.
};

/// A small set that stands for all that all files stand for: greedily by bytes, then without those
/// that the others make superfluous.
std::vector<Chosen> cover(const KillMatrix& m);

}  // namespace bp
