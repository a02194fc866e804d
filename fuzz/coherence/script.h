// SPDX-License-Identifier: MIT
// The CPUs of a run and what each does next under one kind of traffic. Blocks are given to the next
// CPU through a box that only this file knows; a block given out twice, refused or lost is a fault.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "fuzz/coherence/count.h"
#include "fuzz/subject.h"

namespace bp::coherence {

/// One node with one zone, as the setting's traffic needs it.
bp_machine machine_for(const Setting& s);

enum class Did : std::uint8_t {
  nothing,   ///< It is for others to go on.
  got_none,  ///< An allocation found nothing.
  operated,
};

class Script {
 public:
  /// `self` is an instance of the subject for machine_for(s).
  Script(const bp_subject& subject, void* self, const Setting& s);

  /// The next operation of this CPU. May be entered by one CPU while others are inside.
  Did next(unsigned cpu);
  /// Frees what is held and looks whether every page is there.
  void finish();
  /// Operations of a CPU until it does the same again.
  std::uint64_t cycle() const { return 2 * blocks_; }
  /// The first thing that the subject did wrong.
  const std::string& fault() const { return fault_; }

 private:
  /// What the subject reads and writes of its caller lies in the CPU's own lines.
  struct alignas(kLineBytes) Cpu {
    bp_request request{};
    std::uint64_t answer = 0;
    std::deque<std::uint64_t> box;  ///< Blocks for it to free.
    bool frees = false;             ///< Its next operation, if there is a choice.
  };

  Did alloc(Cpu& cpu, Cpu& to);
  Did free(Cpu& cpu);
  void is_wrong(const char* what);

  const bp_subject& subject_;
  void* self_;
  Setting s_;
  std::uint64_t frames_;
  std::uint64_t blocks_;  ///< That a CPU allocates before it frees.
  std::vector<Cpu> cpus_;
  std::vector<bool> owned_;  ///< By the block's head.
  std::string fault_;
};

}  // namespace bp::coherence
