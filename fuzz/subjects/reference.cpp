// SPDX-License-Identifier: MIT
// The reference as a subject: what a real kernel would choose, under the judge that never predicts.
// Where both are right, the judge has no false alarm.
//
// The machine is as freshly booted: every block free and MOVABLE or CMA's, every counter exact
// (threshold 0), no swap. It promises neither merging up to the last order nor bounds of per-CPU
// lists, since a kernel keeps none of them strictly.
#include "model/reference/reference.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "fuzz/subjects/abi.h"
#include "fuzz/subjects/alloc_flags.h"
#include "fuzz/subjects/reference_machine.h"
#include "fuzz/subjects/reference_ranges.h"
#include "fuzz/subjects/registry.h"
#include "model/invariants/state_view.h"
#include "model/reference/calls.h"

namespace bp {
namespace {

using namespace reference;

/// Answers and traces by the functions of an environment.
class Outside final : public Live {
 public:
  explicit Outside(const bp_environment& e, Era era) : env_(e), era_(era) {}

  Reply ask(Asked whom) override {
    if (whom == Asked::killer && busy_) {
      const Reply r = *busy_;
      busy_.reset();
      return r;
    }
    return asked(whom, false);
  }
  bool is_killer_busy() override {
    Reply r = asked(Asked::killer, true);
    if (r.busy) busy_ = std::move(r);
    return busy_.has_value();
  }
  void hear(const Step& s) override {
    const bp_step step{.action = static_cast<std::uint32_t>(s.action),
                       .mark = static_cast<std::uint32_t>(s.mark),
                       .flags = abi_flags(s.flags),
                       .node = s.node,
                       .nodemask = s.nodemask,
                       .gfp = gfp_encode(s.gfp, era_),
                       .effort = static_cast<std::uint32_t>(s.effort),
                       .result = result(s),
                       .progress = s.pages,
                       .why = static_cast<std::uint32_t>(s.why)};
    env_.tell(env_.context, &step);
  }

 private:
  Reply asked(Asked whom, bool peek) {
    bp_reply from{};
    env_.ask(env_.context, static_cast<std::uint32_t>(whom), peek ? 1 : 0, &from);
    Reply r{.to = whom, .progress = from.progress, .busy = from.busy != 0, .mems = from.mems};
    if (whom == Asked::compaction) r.compacted = Compacted{static_cast<std::uint8_t>(from.result)};
    if (whom == Asked::node_reclaim)
      r.node_reclaimed = NodeReclaimed{static_cast<std::uint8_t>(from.result)};
    for (std::uint32_t i = 0; i < from.n_frees; ++i) r.frees.push_back(Pfn{from.frees[i]});
    return r;
  }
  static std::uint32_t result(const Step& s) {
    if (s.action == Action::compact) return static_cast<std::uint32_t>(s.compacted);
    return s.action == Action::node_reclaim ? static_cast<std::uint32_t>(s.node_reclaimed) : 0;
  }

  const bp_environment& env_;
  Era era_;
  std::optional<Reply> busy_;  ///< Looked at, not yet asked for.
};

class ReferenceSubject {
 public:
  static ReferenceSubject* create(const bp_machine& m) { return new ReferenceSubject(m); }
  static void destroy(ReferenceSubject* s) { delete s; }

  bp_status alloc(const bp_request& plain, std::uint64_t& pfn) {
    bp_block block{};
    if (call({plain, BP_CALL_ALLOC, 0}, &block) == 0) return BP_NO_MEMORY;
    pfn = block.pfn;
    return BP_OK;
  }

  std::uint32_t call(const bp_call& c, bp_block* blocks) {
    CpuTask& t = tasks_[c.request.cpu];
    std::optional<Outside> outside;
    Environment environment;
    Caller caller{.cpu = c.request.cpu, .task = t.task};
    if (environment_ && c.interface != BP_CALL_BULK) {
      environment = environment_of(machine_, *environment_);
      outside.emplace(*environment_, era());
      environment.live = &*outside;
      caller.environment = &environment;
    }
    kernel_.set_policy(t.policy, t.nodes, t.interleaved);
    const std::uint32_t got =
        c.interface == BP_CALL_BULK ? bulk(c, caller, blocks) : one(c, caller, blocks[0]);
    t.interleaved = kernel_.interleaved();
    return got;
  }

  void task(std::uint32_t cpu, const bp_task& t) { tasks_[cpu] = cpu_task(t); }
  void enter(const bp_environment* e) {
    environment_.reset();
    if (e != nullptr) environment_ = *e;
  }

  bp_status get(std::uint64_t pfn) {
    if (!order_at(pfn)) return BP_NOT_ALLOCATED;
    kernel_.get(Pfn{pfn});
    return BP_OK;
  }
  bp_status split(std::uint64_t pfn, std::uint32_t order) {
    const auto o = order_at(pfn);
    if (!o) return BP_NOT_ALLOCATED;
    if (*o != Order{order} || kernel_.is_compound(Pfn{pfn})) return BP_BAD_ORDER;
    kernel_.split(Pfn{pfn}, *o);
    return BP_OK;
  }
  bp_status free(std::uint32_t cpu, std::uint64_t pfn, std::uint32_t order) {
    if (!ranges_.is_memory(Pfn{pfn})) return BP_FOREIGN;
    const auto o = order_at(pfn);
    if (!o) return BP_NOT_ALLOCATED;
    if (*o != Order{order}) return BP_BAD_ORDER;
    kernel_.free(cpu, Pfn{pfn}, *o);
    return BP_OK;
  }
  bp_status free_address(std::uint32_t cpu, std::uint64_t address, std::uint32_t order) {
    if (address < BP_DIRECT_MAP) return BP_FOREIGN;
    return free(cpu, (address - BP_DIRECT_MAP) >> kPageShift, order);
  }
  void drain(std::uint32_t cpu) {
    cpu == BP_ON_BUDDY ? kernel_.drain_all(0) : kernel_.drain_local(cpu);
  }

  bp_counters counters(std::uint32_t zone) const {
    const Reference::Count n = kernel_.count(zone_ref(machine_, zone));
    const auto pages = [](std::int64_t p) { return static_cast<std::uint64_t>(p); };
    return {pages(n.free), pages(n.on_pcp), pages(n.reserved), pages(n.free_cma), pages(n.boost)};
  }

  /// What is isolated is no free block of anybody's.
  void census(bp_visit visit, void* context) const {
    const KernelState s = kernel_.save();
    for (const ZoneState& z : s.zones) {
      for (unsigned o = 0; o < kOrders; ++o) {
        for (unsigned t = 0; t < static_cast<unsigned>(Migratetype::isolate); ++t) {
          for (const Pfn head : z.lists[o][t])
            visit(context, static_cast<std::uint64_t>(head), o, BP_ON_BUDDY);
        }
      }
      for (unsigned cpu = 0; cpu < z.pcp.size(); ++cpu) {
        for (unsigned l = 0; l < kPcpLists; ++l) {
          for (const PcpBlock& b : z.pcp[cpu].lists[l])
            visit(context, static_cast<std::uint64_t>(b.head),
                  static_cast<unsigned>(order_of_pcp_list(s.config, l)), cpu);
        }
      }
    }
  }

  bp_status range(std::uint32_t action, std::uint64_t begin, std::uint64_t end) {
    return ranges_.range(action, {Pfn{begin}, Pfn{end}});
  }
  std::uint32_t type_at(std::uint64_t pfn) const { return ranges_.type_at(Pfn{pfn}); }

 private:
  static constexpr unsigned kPageShift = 12;
  /// The node before the lowest one.
  static constexpr unsigned kBeforeFirst = 31;
  struct CpuTask {
    Task task;
    PolicyMode policy = PolicyMode::none;
    unsigned nodes = 0;
    unsigned interleaved = kBeforeFirst;
  };

  explicit ReferenceSubject(const bp_machine& m)
      : machine_(m), rules_(rules_of(m)), kernel_(booted(m), rules_), ranges_(machine_, kernel_) {}

  Era era() const { return Era{static_cast<std::uint8_t>(machine_.era)}; }

  static CpuTask cpu_task(const bp_task& t) {
    const auto has = [&](std::uint32_t flag) { return (t.flags & flag) != 0; };
    constexpr PolicyMode kModes[] = {PolicyMode::none, PolicyMode::preferred, PolicyMode::bind,
                                     PolicyMode::interleave};
    return {.task = {.memalloc = has(BP_TASK_MEMALLOC),
                     .pin = has(BP_TASK_PIN),
                     .noio = has(BP_TASK_NOIO),
                     .nofs = has(BP_TASK_NOFS),
                     .in_interrupt = has(BP_TASK_INTERRUPT),
                     .in_softirq = has(BP_TASK_SOFTIRQ),
                     .oom_victim = has(BP_TASK_OOM_VICTIM),
                     .realtime = has(BP_TASK_REALTIME),
                     .mems_allowed = t.mems},
            .policy = kModes[t.policy],
            .nodes = t.policy_nodes};
  }

  std::uint32_t one(const bp_call& c, const Caller& caller, bp_block& out) {
    const Gfp g = mask_of(machine_, c.request.gfp, environment_ ? &*environment_ : nullptr);
    const Called got = called(c, caller, g);
    if (got.answer.head == kNoPfn) return 0;
    out = {static_cast<std::uint64_t>(got.answer.head), static_cast<std::uint64_t>(got.address),
           got.answer.zeroed ? 1U : 0U};
    return 1;
  }

  Called called(const bp_call& c, const Caller& caller, Gfp g) {
    const bp_request& r = c.request;
    const int own = machine_.node_of_cpu[r.cpu];
    switch (c.interface) {
      case BP_CALL_ALLOC:
        return alloc_pages_nodemask(kernel_, caller, r.node < 0 ? own : r.node, r.nodemask, g,
                                    r.order);
      case BP_CALL_ALLOC_PAGES: return alloc_pages(kernel_, caller, g, r.order);
      case BP_CALL_ALLOC_PAGE: return alloc_page(kernel_, caller, g);
      case BP_CALL_CURRENT: return alloc_pages_current(kernel_, caller, g, r.order);
      case BP_CALL_NODE: return alloc_pages_node(kernel_, caller, r.node, g, r.order);
      case BP_CALL_NODE_RAW: return alloc_pages_node_raw(kernel_, caller, r.node, g, r.order);
      case BP_CALL_GET_FREE_PAGES: return get_free_pages(kernel_, caller, g, r.order);
      case BP_CALL_GET_FREE_PAGE: return get_free_page(kernel_, caller, g);
      case BP_CALL_GET_ZEROED_PAGE: return get_zeroed_page(kernel_, caller, g);
      case BP_CALL_GET_DMA_PAGES: return get_dma_pages(kernel_, caller, g, r.order);
      default: return alloc_pages_exact(kernel_, caller, g, c.pages);
    }
  }

  std::uint32_t bulk(const bp_call& c, const Caller& caller, bp_block* blocks) {
    const Gfp g = mask_of(machine_, c.request.gfp, nullptr);
    Pfn pages[64];
    std::fill(std::begin(pages), std::end(pages), kNoPfn);
    const unsigned got = alloc_pages_bulk(kernel_, caller, g, std::span(pages).first(c.pages));
    for (unsigned i = 0; i < got; ++i)
      blocks[i] = {static_cast<std::uint64_t>(pages[i]), 0, g.has(GfpFlag::zero) ? 1U : 0U};
    return got;
  }

  std::optional<Order> order_at(std::uint64_t pfn) const {
    return ranges_.is_memory(Pfn{pfn}) ? kernel_.allocated_order(Pfn{pfn}) : std::nullopt;
  }

  bp_machine machine_;
  Rulebook rules_;  ///< Before the kernel that goes by it.
  Reference kernel_;
  ReferenceRanges ranges_;
  CpuTask tasks_[BP_CPUS_MAX];
  std::optional<bp_environment> environment_;
};

}  // namespace

const bp_subject& reference_subject() {
  static constexpr bp_subject kSubject = SubjectAbi<ReferenceSubject>::table(
      "reference", BP_CAP_ZONES | BP_CAP_WATERMARKS | BP_CAP_CHECKS_FREE | BP_CAP_CALLS |
                       BP_CAP_ENVIRONMENT | BP_CAP_COUNTS | BP_CAP_PASSES_OVER | BP_CAP_TYPES |
                       BP_CAP_MIXED_LISTS);
  return kSubject;
}

}  // namespace bp
