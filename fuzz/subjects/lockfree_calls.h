// SPDX-License-Identifier: MIT
// What a kernel has around its page allocator, for the one in impl: interfaces and what each does
// to a mask, tasks with their policies and scopes, and references to blocks. It makes of a call the
// one request that the allocator gets (R-API, R-GFP-4), by a table of interfaces and bits of
// nodes; nothing of it is shared with the naive subject, which says the same in sentences.
//
// References and compound blocks may be asked about by several threads; all else is for one at a
// time, as subject.h has it.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "fuzz/subject.h"
#include "impl/config.h"
#include "impl/zonelist.h"

namespace bp::lockfree {

/// Most pages of one bulk.
inline constexpr unsigned kBulkPages = 64;

/// What the plain functions of the subject look at before they go the short way.
struct Watch {
  std::uint32_t masks = 0;  ///< Requests with one of these bits are calls.
  bool requests = false;    ///< All requests are: some task is no ordinary one.

  bool concerns(const bp_request& r) const { return requests || (r.gfp & masks) != 0; }
};

/// Who still has a block after one reference was given back.
enum class Left : std::uint8_t { nobody, has_first_page, has_all };

class Callers {
 public:
  /// Tells how many blocks are compound or held more than once; by one thread at a time.
  using Note = void (*)(void* subject, std::uint32_t blocks);

  /// `watch` and `subject` outlive it.
  Callers(const bp_machine& m, Watch& watch, void* subject, Note note);

  /// Where requests run from now on.
  struct Place {
    bool somewhere = false;       ///< Else as at first.
    std::uint32_t allowed = ~0U;  ///< Bits of masks.
    bool cpusets = false;         ///< There are some.
  };
  void enter(const Place& p);
  void set_task(std::uint32_t cpu, const bp_task& t);

  /// The allocator's request. An INTERLEAVE moves on.
  impl::Request request_of(const bp_call& c);
  /// mems_allowed of the task that runs there; 0: all nodes.
  std::uint32_t mems_of(std::uint32_t cpu) const { return has_tasks() ? tasks_[cpu].is.mems : 0; }
  /// What the caller gets of an allocated block; a compound one is noted.
  bp_block handed_out(const bp_call& c, const impl::Request& r, Pfn head);

  bool is_compound(Pfn head);
  void get(Pfn head);
  Left put(Pfn head);

  /// For the allocator's Zeroing: which blocks were zeroed on this thread since forget_zeroed().
  static void zero(void*, Pfn head, unsigned order);
  static void forget_zeroed();

 private:
  struct Interface {
    std::uint32_t clears = 0, sets = 0;  ///< Bits of the mask.
    bool by_policy = false, by_address = false;
  };
  struct Task {
    bp_task is{};
    std::uint32_t turn = 0;  ///< Nodes that INTERLEAVE comes to before it starts over.
    bool has(std::uint32_t flag) const { return (is.flags & flag) != 0; }
  };
  struct Held {
    bool compound = false;
    unsigned more = 0;  ///< References beside the allocation's own.
  };

  void name_interfaces();
  void apply_policy(impl::Request& r, Task& t) const;
  std::uint32_t scope_of(const Task& t) const;
  std::uint32_t bits_of(const Task& t, std::uint32_t gfp) const;
  bool is_high(Pfn p) const;
  bool has_tasks() const { return !tasks_.empty(); }
  void note_blocks();  ///< With the guard.

  Watch& watch_;
  void* subject_;
  Note note_;
  bool is_v4_7_;
  std::uint32_t zero_, comp_, highmem_, dma_, io_, fs_, movable_, thisnode_, nofail_;
  Place place_;
  Interface interfaces_[BP_CALL_BULK + 1];
  impl::ZoneOfMask highest_;
  ZoneType top_ = ZoneType::dma;  ///< Of the machine's memory, MOVABLE apart: BIND is for it.
  std::uint8_t node_of_cpu_[BP_CPUS_MAX];
  std::int8_t nearest_[BP_NODES_MAX];  ///< To each node, with memory for the kernel.
  std::vector<impl::FrameRange> high_;
  std::vector<Task> tasks_;  ///< By CPU; none before the first is set.

  std::mutex guard_;  ///< Of what follows.
  std::unordered_map<std::uint64_t, Held> held_;
};

}  // namespace bp::lockfree
