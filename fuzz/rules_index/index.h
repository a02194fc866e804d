// SPDX-License-Identifier: MIT
// Where the sources cite the rules: the tree is read once, as it is built, by the program
// rules_index, which writes it down as a table. A citation of a rule that the registry does not
// know is a fault with its place, so that a misspelt id cannot be committed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp::rules_index {

/// What a source is to a rule that it cites. By its path alone.
enum class Use : std::uint8_t {
  code,    ///< model/, impl/: decides by it.
  test,    ///< x_test.cpp, test_x.h anywhere.
  proof,   ///< proofs/
  plant,   ///< Breaks it on purpose: fuzz/mutants/, files of bugs.
  harness  ///< The rest of fuzz/: generators, other subjects, reports.
};
inline constexpr unsigned kUses = 5;
std::string_view use_name(Use u);  ///< "code"
Use use_of(std::string_view path);

/// One place that cites one rule or historical bug.
struct Place {
  std::string_view id;
  Use use = Use::code;
  std::string_view file;  ///< From the top of the tree.
  unsigned line = 0;      ///< From 1.
};

/// All places of the tree that this program was built from: by id in the registry's order, then by
/// file and line. Written by rules_index.
std::span<const Place> places();

struct Found {
  std::string id;
  Use use = Use::code;
  std::string file;
  unsigned line = 0;
  bool operator==(const Found&) const = default;
};
struct Scan {
  std::vector<Found> found;         ///< In the order of places(), none twice.
  std::vector<std::string> faults;  ///< "file:line: R-WMRK-6: no such rule; ..."
  std::size_t files = 0;
};
/// Adds what one source cites; a range cites every rule in it that there is.
void scan_source(std::string_view path, std::string_view source, Scan& scan);
/// Of model/, impl/, fuzz/ and proofs/ below `tree`: all .h, .cpp and .c but those about ids as
/// such.
Scan scan_tree(const std::filesystem::path& tree);

/// The definition of places() as a source.
std::string as_source(const Scan& scan);

/// Up to three known ids that look most like it.
std::vector<std::string_view> nearest_ids(std::string_view id);
bool is_known(std::string_view id);

}  // namespace bp::rules_index
