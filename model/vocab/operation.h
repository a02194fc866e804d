// SPDX-License-Identifier: MIT
// What a program does, and what a subject answered: small structs, one line of text each.
#pragma once

#include <cstdint>

#include "model/vocab/environment.h"
#include "model/vocab/gfp.h"
#include "model/vocab/units.h"

namespace bp {

enum class OpKind : std::uint8_t {
  alloc,   ///< Ask for a block; defines the next handle, from 0.
  free,    ///< Give back what a handle holds, or something else on purpose (order, offset).
  drain,   ///< Empty the per-CPU lists of one CPU or of all into the free blocks.
  census,  ///< Ask for every free block and every page on a per-CPU list.
  task,    ///< From here on this is the task that runs on a CPU.
  get,     ///< Take one more reference of a block (R-API-11).
  split,   ///< Make a block's pages blocks of order 0 (R-BUDDY-17).
  answer,  ///< What somebody will say when the next alloc that is no bulk asks (R-GEN-9).
  world,   ///< From here on this holds around every request.
  range,   ///< Something is done to whole pageblocks (OpRange).
};
inline constexpr unsigned kOpKinds = 10;

/// By which interface of the kernel an alloc asks (R-API). They differ in what they do to the mask,
/// in how the node is found, and in whether they give a page or an address.
enum class Call : std::uint8_t {
  alloc,        ///< The allocator itself: node and node mask as they are (R-API-9).
  pages,        ///< alloc_pages: by the task's memory policy (R-API-1, 10).
  page,         ///< alloc_page: alloc_pages of order 0 (R-API-2).
  current,      ///< alloc_pages_current: what alloc_pages is on NUMA (R-API-10).
  node,         ///< alloc_pages_node: no node is the nearest with memory (R-API-7).
  node_raw,     ///< __alloc_pages_node: the node is stated (R-API-8).
  free_pages,   ///< __get_free_pages: an address (R-API-3).
  free_page,    ///< __get_free_page: __get_free_pages of order 0.
  zeroed_page,  ///< get_zeroed_page: an address of zeros (R-API-4).
  dma_pages,    ///< __get_dma_pages (R-API-5).
  exact,        ///< alloc_pages_exact: so many pages in a row, as an address.
  bulk,         ///< alloc_pages_bulk: so many single pages (W-6); defines a handle for each.
};
inline constexpr unsigned kCalls = 12;

inline constexpr unsigned kBulkMax = 64;     ///< Pages that one bulk asks for, at most.
inline constexpr unsigned kExactMax = 1024;  ///< Pages that one exact asks for, at most.

constexpr bool gives_address(Call c) { return c >= Call::free_pages && c <= Call::exact; }
constexpr bool has_order(Call c) {
  return c <= Call::pages || c == Call::current || c == Call::node || c == Call::node_raw ||
         c == Call::free_pages || c == Call::dma_pages;
}
constexpr bool has_pages(Call c) { return c >= Call::exact; }
constexpr bool has_node(Call c) {
  return c == Call::alloc || c == Call::node || c == Call::node_raw;
}
/// The task's memory policy finds the node.
constexpr bool has_policy(Call c) { return !has_node(c) && c != Call::bulk; }

/// A page's address in the direct map, which pages of HIGHMEM zones have not: kDirectMap + the
/// page's number * 4096. Real kernels have it elsewhere; only that 0 is no address matters
/// (R-API-14).
inline constexpr std::uint64_t kDirectMap = 0xffff'8880'0000'0000;
constexpr std::uint64_t direct_address(Pfn p) {
  return kDirectMap + (static_cast<std::uint64_t>(p) << kPageShift);
}

/// What a task is when it calls (R-AF-1, R-AF-2, R-AF-5, R-GFP-4). Bits of OpTask::flags.
enum class TaskFlag : std::uint8_t {
  memalloc,    ///< PF_MEMALLOC: it frees memory, and may use all of it.
  noio,        ///< PF_MEMALLOC_NOIO
  nofs,        ///< PF_MEMALLOC_NOFS
  pin,         ///< PF_MEMALLOC_PIN: no movable pages.
  interrupt,   ///< It is interrupted: what runs is no task's.
  softirq,     ///< And that serves a softirq. Implies `interrupt`.
  oom_victim,  ///< It was chosen to die.
  realtime,    ///< Its scheduling class is real-time.
};
inline constexpr unsigned kTaskFlags = 8;

/// A memory policy's mode (R-API-10).
enum class Policy : std::uint8_t { none, preferred, bind, interleave };
inline constexpr unsigned kPolicies = 4;

/// The task on a CPU, as an operation puts it there.
struct OpTask {
  std::uint8_t flags = 0;
  Policy policy = Policy::none;
  std::uint8_t policy_nodes = 0;  ///< Bit n names node n; 0 exactly if there is no policy.
  std::uint8_t mems = 0;          ///< mems_allowed, where there are cpusets; 0: all nodes.

  constexpr bool is(TaskFlag f) const { return (flags >> static_cast<unsigned>(f) & 1) != 0; }
  constexpr bool operator==(const OpTask&) const = default;
};

/// What is done to a range of pageblocks. All of it is done, or nothing changes.
enum class RangeAction : std::uint8_t {
  isolate,    ///< Nothing is handed out there any more (R-ISO-1).
  unisolate,  ///< Ends that (R-ISO-2).
  offline,    ///< Its frames, which must all be free, leave the machine.
  online,     ///< Frames that left, or are a hole since boot, join it, all free.
  alloc,      ///< Its frames, which must all be free, become the caller's, as blocks of order 9.
};
inline constexpr unsigned kRangeActions = 5;

/// Frames of the pageblocks that ranges and CMA areas are made of, whatever order the kernel groups
/// by.
inline constexpr Order kRangeOrder{9};
inline constexpr unsigned kRangeBlocksMax = 16;  ///< Pageblocks of one range, at most.

/// Pageblocks in a row. They need not exist: then nothing is done.
struct OpRange {
  Pfn begin{0};             ///< A multiple of 512.
  std::uint8_t blocks = 0;  ///< 1..kRangeBlocksMax; 0 exactly in other operations.
  RangeAction action = RangeAction::isolate;

  constexpr Pfn end() const { return begin + pages_in(kRangeOrder) * blocks; }
  constexpr bool operator==(const OpRange&) const = default;
};

inline constexpr std::uint8_t kAllCpus = 0xff;  ///< `cpu` of a drain: all of them.
inline constexpr std::int8_t kNoNode = -1;  ///< `node` of an alloc: NUMA_NO_NODE, the CPU's own.
inline constexpr std::uint8_t kNoNodemask = 0;  ///< `nodemask` of an alloc: any node.

/// One operation. Fields that a kind does not name stay at their defaults, so that == is identity.
struct Op {
  OpKind kind = OpKind::census;
  std::uint8_t cpu = 0;                 ///< alloc, free: where it runs. drain: which, or kAllCpus.
  Order order;                          ///< alloc: wanted. free: the order given back.
  Gfp gfp;                              ///< alloc. world: what gfp_allowed_mask forbids.
  std::int8_t node = kNoNode;           ///< alloc.
  std::uint8_t nodemask = kNoNodemask;  ///< alloc: bit n allows node n.
  std::uint32_t handle = 0;  ///< free, get, split: which block, in the order of definition, from 0.
                             ///< answer: the first one that it gives back, or 0.
  std::uint16_t offset = 0;  ///< free: frames above the handle's head; an error on purpose, but for
                             ///< what was split.
  Call call = Call::alloc;   ///< alloc.
  std::uint16_t pages = 0;   ///< alloc: of calls that say how many.
  bool by_address = false;   ///< free: by free_pages(), not __free_pages() (R-API-12).
  OpTask task;               ///< task.
  OpAnswer answer;           ///< answer.
  OpWorld world;             ///< world.
  OpRange range;             ///< range.

  constexpr bool operator==(const Op&) const = default;

  static constexpr Op alloc(unsigned cpu, Order order, Gfp gfp, int node = kNoNode,
                            unsigned mask = 0) {
    Op op;
    op.kind = OpKind::alloc;
    op.cpu = static_cast<std::uint8_t>(cpu);
    op.order = order;
    op.gfp = gfp;
    op.node = static_cast<std::int8_t>(node);
    op.nodemask = static_cast<std::uint8_t>(mask);
    return op;
  }
  static constexpr Op free(std::uint32_t handle, unsigned cpu, Order order, unsigned offset = 0) {
    Op op;
    op.kind = OpKind::free;
    op.cpu = static_cast<std::uint8_t>(cpu);
    op.order = order;
    op.handle = handle;
    op.offset = static_cast<std::uint16_t>(offset);
    return op;
  }
  static constexpr Op drain(unsigned cpu) {
    Op op;
    op.kind = OpKind::drain;
    op.cpu = static_cast<std::uint8_t>(cpu);
    return op;
  }
  static constexpr Op census() { return {}; }
  static constexpr Op of_task(unsigned cpu, const OpTask& t) {
    Op op;
    op.kind = OpKind::task;
    op.cpu = static_cast<std::uint8_t>(cpu);
    op.task = t;
    return op;
  }
  static constexpr Op get(std::uint32_t handle) {
    Op op;
    op.kind = OpKind::get;
    op.handle = handle;
    return op;
  }
  /// `order`: as it was asked for.
  static constexpr Op split(std::uint32_t handle, Order order) {
    Op op = get(handle);
    op.kind = OpKind::split;
    op.order = order;
    return op;
  }

  /// `handle`: of the first block given back; of none, 0.
  static constexpr Op of_answer(const OpAnswer& a, std::uint32_t handle = 0) {
    Op op = get(handle);
    op.kind = OpKind::answer;
    op.answer = a;
    return op;
  }
  static constexpr Op of_world(const OpWorld& w, Gfp forbidden = {}) {
    Op op;
    op.kind = OpKind::world;
    op.world = w;
    op.gfp = forbidden;
    return op;
  }

  /// `blocks`: pageblocks from `begin` on.
  static constexpr Op of_range(RangeAction action, Pfn begin, unsigned blocks) {
    Op op;
    op.kind = OpKind::range;
    op.range = {begin, static_cast<std::uint8_t>(blocks), action};
    return op;
  }

  /// How many handles it defines: of a range, one for each pageblock.
  constexpr std::uint32_t defines() const {
    if (kind == OpKind::range) return range.action == RangeAction::alloc ? range.blocks : 0;
    if (kind != OpKind::alloc) return 0;
    return call == Call::bulk ? pages : 1;
  }
  constexpr bool names_handle() const {
    if (kind == OpKind::answer) return answer.frees != 0;
    return kind == OpKind::free || kind == OpKind::get || kind == OpKind::split;
  }
  /// Not part of what every subject can do: BP_CAP_CALLS, or BP_CAP_ENVIRONMENT.
  constexpr bool is_call() const {
    return (kind >= OpKind::task && kind != OpKind::range) || call != Call::alloc || by_address;
  }
  /// BP_CAP_ENVIRONMENT.
  constexpr bool is_environment() const { return kind == OpKind::answer || kind == OpKind::world; }
  /// BP_CAP_TYPES.
  constexpr bool is_range() const { return kind == OpKind::range; }
};

/// The order of the block behind a handle that `op` defines: that of its pages, where they are
/// blocks of their own.
constexpr Order order_of_block(const Op& op) {
  if (op.is_range()) return kRangeOrder;
  return has_pages(op.call) ? Order{0} : op.order;
}

enum class Status : std::uint8_t {
  ok,         ///< alloc: a block. free: taken back. drain, census, range: done.
  no_memory,  ///< alloc: null.
  rejected,   ///< free, range: refused; nothing changed.
  skipped,    ///< Nobody was asked: the handle holds nothing because its alloc said null, or the
              ///< subject does not promise this operation.
};

/// The answer to one operation.
struct Outcome {
  Status status = Status::ok;
  Pfn pfn = kNoPfn;  ///< alloc: the head of the block. free, get, split, range: the frame named.
  std::uint64_t address = 0;  ///< alloc: of calls that give one; 0: none.
  bool zeroed = false;        ///< alloc by a call: the subject says that the pages hold zeros.
  bool traced = false;        ///< alloc in an environment: the history has its trace.

  constexpr bool operator==(const Outcome&) const = default;
};

}  // namespace bp
