// SPDX-License-Identifier: MIT
// What holds in every state of a kernel's allocator between two operations: I-1..I-16 with their
// exceptions as part of the statement, each by the kernels that keep it. Pure functions on a state;
// linear in the blocks on its lists.
//
// A state does not say who holds what is allocated: blocks that somebody knows of can be given
// along. I-16 is about an operation, not a state, and is checked where operations are compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/reference/kernel_state.h"

namespace bp::reference {

/// A block that is allocated.
struct HeldBlock {
  Pfn head;
  Order order;
};

struct StateFault {
  std::string_view id;  ///< "I-4"
  ZoneRef zone;
  Pfn frame = kNoPfn;  ///< The frame at fault, if one is.
  std::int64_t seen = 0;
  std::int64_t expected = 0;
  std::string_view unit;  ///< What the two numbers count.
};

/// A state with its blocks in order of their frames.
class StateView {
 public:
  struct Block {
    Pfn head;
    Order order;
    enum class Where : std::uint8_t { free, pcp, held } where = Where::free;
    Migratetype type = Migratetype::unmovable;  ///< Free: the list's; pcp: the cached one.
    std::size_t zone = 0;                       ///< Position in the state.
  };
  StateView(const KernelState& s, std::span<const HeldBlock> held);

  const KernelState& state() const { return state_; }
  std::span<const Block> blocks() const { return blocks_; }  ///< By head.
  const Block* block_at(Pfn head) const;
  /// Of the pageblock of a frame of this zone; nothing: no memory of the zone.
  std::optional<Migratetype> type_of(const ZoneState& z, Pfn p) const;
  ZoneRef place(std::size_t zone) const;

 private:
  const KernelState& state_;
  std::vector<Block> blocks_;
};

struct StateInvariant {
  std::string_view id;
  std::string_view statement;  ///< Its exceptions included.
  bool (*holds_for)(Profile);
  std::optional<StateFault> (*first_fault)(const StateView&);
};

/// All of them, in order.
std::span<const StateInvariant> state_invariants();

/// Of each invariant that the state's profile keeps, the first thing wrong.
std::vector<StateFault> faults_of(const KernelState& s, std::span<const HeldBlock> held = {});

/// What was being done when an invariant broke, as far as it tells defects apart.
enum class Doing : std::uint8_t { allocating, anything_else };

/// A way in which a real kernel breaks an invariant for good.
struct KernelDefect {
  std::string_view id;         ///< Of the rule that names it: "W-15", "B-02".
  std::string_view invariant;  ///< What it breaks.
  bool (*occurs_in)(Profile);
  std::optional<Doing> by;  ///< Only so; nothing: either way.
  std::string_view text;    ///< What goes wrong, in one sentence.
};
std::span<const KernelDefect> kernel_defects();
/// The defect that explains a fault in this kernel, or null. `by`: nothing, if it is not known.
const KernelDefect* defect_behind(const StateFault& f, Profile p, std::optional<Doing> by);

}  // namespace bp::reference
