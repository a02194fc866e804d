// SPDX-License-Identifier: MIT
// What one fuzzing process saves of the runs that the judge refused: the first input of each rule,
// and later ones that are smaller. The process goes on, so that a frequent refusal does not hide a
// rare one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace bp {

class FoundRules {
 public:
  /// Into this folder, which exists. Empty: nothing is saved.
  explicit FoundRules(std::filesystem::path folder) : folder_(std::move(folder)) {}
  bool saves() const { return !folder_.empty(); }

  /// One refused run. An input that cannot be written is complained of on stderr, and saved when
  /// the rule is next broken.
  void note(std::string_view rule, std::span<const std::uint8_t> input);

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::size_t, std::less<>> smallest_;  ///< Bytes saved, by rule.
};

}  // namespace bp
