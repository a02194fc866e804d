// SPDX-License-Identifier: MIT
#include "fuzz/kernel/import.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fuzz/kernel/fields.h"
#include "fuzz/kernel/trace.h"

namespace bp::kernel {
namespace {

const Gfp kGfpKernel = GfpFlag::io | GfpFlag::fs;

/// GFP_KERNEL as the era has it.
Gfp gfp_kernel(Era e) {
  return e == Era::e0 ? kGfpKernel | GfpFlag::wait
                      : kGfpKernel | GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim;
}

/// A block allocated before the slice and freed in it.
struct Before {
  Pfn head;
  unsigned cpu;
  Order order;
  Gfp gfp;
};

/// What became of the last block that was allocated at a head.
struct Block {
  enum class State : std::uint8_t {
    held_from_before,  // Allocated in the trace before the slice: no operation yet.
    held,              // By the alloc of the slice number `alloc`.
    split_and_freed,   // Freed as a whole; its parts may still be freed in the trace.
  };
  State state = State::held;
  Order order;
  std::uint32_t alloc = 0;
  unsigned cpu = 0;       // held_from_before: of the alloc,
  std::uint32_t gfp = 0;  // and its mask.
};

class Importer {
 public:
  explicit Importer(const ImportOptions& options) : options_(options) {}

  ImportResult import(std::string_view text) {
    std::size_t line = 0;
    blocks_.reserve(text.size() / 64);
    while (!text.empty()) {
      ++line;
      const TraceLine read = read_trace_line(take_line(text));
      if (!read.fault.empty()) return fault(read.fault, line);
      if (!read.event) continue;
      if (ops_.size() + before_.size() > kOpsMax) return fault(too_long(), line);
      take(*read.event);
    }
    if (stats_.events == 0) return fault("there is no event in it", 0);
    if (options_.first >= stats_.events) {
      return fault("it has " + std::to_string(stats_.events) + " events, none of number " +
                       std::to_string(options_.first) + " or above",
                   0);
    }
    return finish();
  }

 private:
  static std::string too_long() {
    return "it makes a program of more than " + std::to_string(kOpsMax) +
           " operations; import a slice of it";
  }

  ImportResult fault(std::string what, std::size_t line) const {
    ImportResult out;
    out.fault = std::move(what);
    out.fault_line = line;
    out.stats = stats_;
    return out;
  }

  void take(const TraceEvent& e) {
    const std::uint64_t number = stats_.events++;
    stats_.cpus = std::max(stats_.cpus, e.cpu + 1);
    if (e.pfn != kNoPfn) {
      const Pfn end = e.pfn + pages_in(e.order);
      stats_.frames = std::max(stats_.frames, static_cast<std::uint64_t>(end));
    }
    if (number < options_.first) {
      note(e);
    } else if (number - options_.first < options_.count) {
      replay(e);
    }
  }

  /// Before the slice: who is held.
  void note(const TraceEvent& e) {
    if (e.kind == TraceKind::alloc && e.pfn != kNoPfn) {
      blocks_[e.pfn] = {Block::State::held_from_before, e.order, 0, e.cpu, e.gfp};
    } else if (e.kind == TraceKind::free) {
      const auto found = blocks_.find(e.pfn);
      if (found != blocks_.end() && found->second.order != e.order) {
        found->second.state = Block::State::split_and_freed;
      } else if (found != blocks_.end()) {
        blocks_.erase(found);
      }
    }
  }

  void replay(const TraceEvent& e) {
    switch (e.kind) {
      case TraceKind::alloc: return replay_alloc(e);
      case TraceKind::free: return replay_free(e);
      case TraceKind::batched: ++stats_.batched; return;
      case TraceKind::drain: ++stats_.drains; return;
      case TraceKind::take: ++stats_.takes; return;
      case TraceKind::fallback: ++stats_.fallbacks; return;
    }
  }

  void replay_alloc(const TraceEvent& e) {
    ++stats_.allocs;
    const std::uint32_t handle = n_allocs_++;
    if (e.pfn == kNoPfn) {
      ++stats_.failed_allocs;
    } else {
      const auto [found, fresh] = blocks_.try_emplace(e.pfn);
      Block& block = found->second;
      if (!fresh && block.state == Block::State::held) {
        ++stats_.missed_frees;
        push_free(block.alloc, e.cpu, block.order);
      } else if (!fresh && block.state == Block::State::held_from_before) {
        ++stats_.missed_frees;
        push_free_of_before({e.pfn, block.cpu, block.order, known_mask(block.gfp)}, e.cpu);
        ++stats_.preallocated_known;
      }
      block = {Block::State::held, e.order, handle, 0, 0};
    }
    push_alloc(e.cpu, e.order, known_mask(e.gfp));
  }

  void replay_free(const TraceEvent& e) {
    ++stats_.frees;
    const auto found = blocks_.find(e.pfn);
    if (found == blocks_.end()) {
      if (part_of_split_block(e.pfn)) {
        ++stats_.parts_left_out;
      } else {
        push_free_of_before({e.pfn, e.cpu, e.order, gfp_kernel(options_.era)}, e.cpu);
      }
      return;
    }
    Block& block = found->second;
    if (block.state == Block::State::split_and_freed) {
      ++stats_.parts_left_out;
      return;
    }
    if (block.state == Block::State::held) {
      push_free(block.alloc, e.cpu, block.order);
    } else {
      push_free_of_before({e.pfn, block.cpu, block.order, known_mask(block.gfp)}, e.cpu);
      ++stats_.preallocated_known;
    }
    if (block.order == e.order) {
      blocks_.erase(found);
    } else {
      ++stats_.other_order;
      block.state = Block::State::split_and_freed;
    }
  }

  /// Whether a larger block, held or split and freed, was allocated around this frame.
  bool part_of_split_block(Pfn pfn) const {
    for (Order order{1}; order <= Order{kOrderMax}; ++order) {
      const Pfn head = align_down(pfn, order);
      if (head == pfn) continue;
      const auto found = blocks_.find(head);
      if (found != blocks_.end() && pfn < head + pages_in(found->second.order)) return true;
    }
    return false;
  }

  // Handles are not known before all of the blocks from before are: a free names the number of its
  // alloc in the slice, or, marked, the number of its block in before_.
  static constexpr std::uint32_t kOfBefore = std::uint32_t{1} << 31;
  static_assert(kOpsMax < kOfBefore);

  void push_alloc(unsigned cpu, Order order, Gfp gfp) {
    ops_.push_back(Op::alloc(fold(cpu), order, gfp));
  }
  void push_free(std::uint32_t alloc, unsigned cpu, Order order) {
    ops_.push_back(Op::free(alloc, cpu, order));
  }

  void push_free_of_before(const Before& block, unsigned cpu) {
    push_free(kOfBefore | static_cast<std::uint32_t>(before_.size()), cpu, block.order);
    before_.push_back(block);
  }

  Gfp known_mask(std::uint32_t raw) {
    if (const std::uint32_t unknown = raw & ~gfp_known_bits(options_.era); unknown != 0) {
      ++stats_.masks_with_unknown_bits;
      stats_.unknown_bits |= unknown;
    }
    return gfp_decode(raw, options_.era);
  }

  unsigned fold(unsigned cpu) {
    const unsigned cpus = options_.machine ? options_.machine->cpus : kCpusMax;
    if (cpu < cpus || cpus == 0) return cpu;  // No CPU at all: first_fault() will say so.
    ++stats_.folded_cpus;
    return cpu % cpus;
  }

  ImportResult finish();
  std::vector<Op> whole_program();
  Machine machine_from_trace() const;

  const ImportOptions& options_;
  ImportStats stats_;
  std::unordered_map<Pfn, Block, decltype([](Pfn p) {
                       return static_cast<std::size_t>(static_cast<std::uint64_t>(p));
                     })>
      blocks_;
  std::vector<Before> before_;
  std::vector<Op> ops_;
  std::uint32_t n_allocs_ = 0;
};

constexpr Pfn kDmaEnd{0x1000};                   // 16 MiB.
constexpr Pfn kDma32End{0x100000};               // 4 GiB.
constexpr std::uint32_t kMinFreeKbytes = 67584;  // What a 64-bit machine of some GiB has.

Machine Importer::machine_from_trace() const {
  Machine m;
  m.profile = options_.profile;
  m.zones.dma = m.zones.dma32 = true;
  m.cpus = static_cast<std::uint8_t>(std::clamp(stats_.cpus, 1U, kCpusMax));
  const Pfn end = align_up(std::max(Pfn{stats_.frames}, Pfn{2}), Order{kOrderMax});
  Node node;
  node.cpu_end = m.cpus;
  const auto add = [&](ZoneType type, Pfn begin, Pfn zone_end) {
    Zone z;
    z.type = type;
    z.frames = {begin, std::min(zone_end, end)};
    if (z.frames.begin < z.frames.end) node.zones.push_back(z);
  };
  add(ZoneType::dma, Pfn{1}, kDmaEnd);
  add(ZoneType::dma32, kDmaEnd, kDma32End);
  add(ZoneType::normal, kDma32End, end);
  m.nodes.push_back(node);
  const std::uint64_t kbytes = static_cast<std::uint64_t>(end) << (kPageShift - 10);
  m.min_free_kbytes =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(kMinFreeKbytes, kbytes / 20));
  return m;
}

/// The blocks from before in the order of their frames, so that neighbours are freed as neighbours;
/// then the slice, with the handles that follow from that.
std::vector<Op> Importer::whole_program() {
  std::vector<std::uint32_t> by_frame(before_.size());
  for (std::uint32_t i = 0; i < by_frame.size(); ++i) by_frame[i] = i;
  std::ranges::sort(by_frame, {}, [&](std::uint32_t i) { return std::pair(before_[i].head, i); });

  std::vector<Op> program;
  program.reserve(before_.size() + ops_.size());
  std::vector<std::uint32_t> handle_of(before_.size());
  for (std::uint32_t handle = 0; handle < by_frame.size(); ++handle) {
    const Before& block = before_[by_frame[handle]];
    handle_of[by_frame[handle]] = handle;
    program.push_back(Op::alloc(fold(block.cpu), block.order, block.gfp));
  }
  for (Op op : ops_) {
    if (op.kind == OpKind::free) {
      const bool of_before = (op.handle & kOfBefore) != 0;
      op.handle = of_before ? handle_of[op.handle & ~kOfBefore]
                            : op.handle + static_cast<std::uint32_t>(before_.size());
    }
    program.push_back(op);
  }
  return program;
}

ImportResult Importer::finish() {
  if (before_.size() + ops_.size() > kOpsMax) return fault(too_long(), 0);
  Program p;
  p.machine = options_.machine ? *options_.machine : machine_from_trace();
  p.machine.era = options_.era;
  p.ops = whole_program();

  stats_.preallocated = before_.size();
  stats_.ops = p.ops.size();
  for (const auto& [head, block] : blocks_) {
    stats_.held_at_end += block.state == Block::State::held ? 1 : 0;
  }
  if (const auto wrong = first_fault(p)) {
    // The operations are legal on any machine with these CPUs: what is wrong is the machine.
    return fault("the program is not legal: " + wrong->what, 0);
  }
  ImportResult out;
  out.program = std::move(p);
  out.stats = stats_;
  return out;
}

}  // namespace

ImportResult import_trace(std::string_view text, const ImportOptions& options) {
  return Importer(options).import(text);
}

}  // namespace bp::kernel
