// SPDX-License-Identifier: MIT
// Choices that are given from outside: the bytes of a fuzzer or of a corpus file, and a wrapper
// that writes down what any chooser chose. One byte is one choice, so what was written down is a
// legal input for the bytes and gives the same execution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/sched/chooser.h"

namespace bp::sched {

/// Takes each byte modulo the number of options; zeros when the bytes are spent. Any bytes are a
/// legal schedule. The bytes must outlive the chooser.
class BytesChooser final : public Chooser {
 public:
  explicit BytesChooser(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  void begin() override { at_ = 0; }
  unsigned pick(unsigned n, Choice, const Ready*) override {
    return at_ < bytes_.size() ? bytes_[at_++] % n : 0;
  }
  std::size_t used() const { return at_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// Repeats a recorded list exactly; says whether the execution asked for something else.
class ReplayChooser final : public Chooser {
 public:
  explicit ReplayChooser(std::span<const std::uint8_t> choices) : choices_(choices) {}
  void begin() override { at_ = 0, diverged_ = false; }
  unsigned pick(unsigned n, Choice, const Ready*) override {
    if (at_ == choices_.size()) return diverged_ = true, 0U;
    const unsigned got = choices_[at_++];
    if (got < n) return got;
    diverged_ = true;
    return 0;
  }
  /// More or other choices were asked for than were recorded, or fewer.
  bool diverged() const { return diverged_ || at_ != choices_.size(); }

 private:
  std::span<const std::uint8_t> choices_;
  std::size_t at_ = 0;
  bool diverged_ = false;
};

/// Passes on another chooser's choices and keeps those of the current execution.
class RecordingChooser final : public Chooser {
 public:
  explicit RecordingChooser(Chooser& inner) : inner_(inner) {}
  void begin() override { choices_.clear(), inner_.begin(); }
  unsigned pick(unsigned n, Choice what, const Ready* ready) override {
    const unsigned got = inner_.pick(n, what, ready);
    choices_.push_back(static_cast<std::uint8_t>(got));
    return got;
  }
  const std::vector<std::uint8_t>& choices() const { return choices_; }

 private:
  Chooser& inner_;
  std::vector<std::uint8_t> choices_;
};

}  // namespace bp::sched
