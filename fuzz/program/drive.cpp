// SPDX-License-Identifier: MIT
#include "fuzz/program/drive.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz/program/surroundings.h"
#include "model/vocab/check.h"

namespace bp {
namespace {

using Handle = DrivenHandle;

/// One run: the instance, the handles, and the history being written.
class Run {
 public:
  Run(const bp_machine& m, const bp_subject& s, void* self, History& out)
      : machine_(m), subject_(s), self_(self), out_(out), around_(m, s, self, handles(), out) {
    handles().clear();
  }

  void all(const Program& p) {
    write_counters();
    looks_at_types_ = has(BP_CAP_TYPES) && p.machine.is_typed();
    if (looks_at_types_) look_at_types([this](Migratetype t) { out_.types.push_back(t); });
    types_ = out_.types;
    for (const Op& op : p.ops) one(p, op);
    one(p, Op::drain(kAllCpus));
    one(p, Op::census());
  }

 private:
  void one(const Program& p, const Op& op) {
    out_.outcomes.push_back(answer(p, op));
    write_counters();
    if (looks_at_types_) write_type_changes();
  }

  /// One of these.
  bool has(std::uint32_t caps) const { return (subject_.caps & caps) != 0; }

  Outcome answer(const Program& p, const Op& op) {
    if (op.is_call() && !has(BP_CAP_CALLS)) return skip(op);
    if (op.is_environment() && !has(BP_CAP_ENVIRONMENT | BP_CAP_PRESSURE)) return skip(op);
    if (op.is_range() && !has(BP_CAP_TYPES)) return skip(op);
    switch (op.kind) {
      case OpKind::alloc:
        return around_.in_force() && op.call != Call::bulk ? traced(p, op) : plain(p, op);
      case OpKind::free: return free(op);
      case OpKind::drain: return drain(op);
      case OpKind::census: return census();
      case OpKind::task: return task(op);
      case OpKind::get: return get(op);
      case OpKind::split: return split(op);
      case OpKind::answer: return around_.answer(op), Outcome{};
      case OpKind::world: return around_.world(op), Outcome{};
      case OpKind::range: return range(op);
    }
    check(false, "a program holds known operations only");
    return {};
  }

  /// The subject does not promise such an operation.
  static Outcome skip(const Op& op) {
    handles().insert(handles().end(), op.defines(), {});
    return {Status::skipped, kNoPfn};
  }

  static bp_request request_of(const Program& p, const Op& op) {
    return {op.cpu, static_cast<unsigned>(op.order), gfp_encode(op.gfp, p.machine.era), op.node,
            op.nodemask};
  }

  Outcome plain(const Program& p, const Op& op) {
    return op.call == Call::alloc ? alloc(p, op) : call(p, op);
  }

  Outcome traced(const Program& p, const Op& op) {
    around_.enter();
    Outcome o = plain(p, op);
    around_.leave();
    o.traced = true;
    return o;
  }

  Outcome call(const Program& p, const Op& op) {
    const bp_call request{request_of(p, op), static_cast<std::uint32_t>(op.call), op.pages};
    bp_block blocks[kBulkMax] = {};
    const unsigned got = std::min(subject_.call(self_, &request, blocks), op.defines());
    for (unsigned i = 0; i < op.defines(); ++i)
      handles().push_back({i < got ? Pfn{blocks[i].pfn} : kNoPfn, order_of_block(op), i < got});
    if (got == 0) return {Status::no_memory, kNoPfn};
    if (op.call == Call::bulk) {
      for (unsigned i = 0; i < got; ++i) out_.bulk_pages.push_back(Pfn{blocks[i].pfn});
      out_.bulk_end.push_back(out_.bulk_pages.size());
    }
    return {Status::ok, Pfn{blocks[0].pfn}, blocks[0].address, blocks[0].zeroed != 0};
  }

  Outcome task(const Op& op) {
    const bp_task t{op.task.flags, static_cast<std::uint32_t>(op.task.policy), op.task.policy_nodes,
                    op.task.mems};
    subject_.task(self_, op.cpu, &t);
    return {};
  }

  Outcome get(const Op& op) const {
    const Pfn head = handles()[op.handle].head;
    if (head == kNoPfn) return {Status::skipped, kNoPfn};
    return of_frame(subject_.get(self_, static_cast<std::uint64_t>(head)), head);
  }

  Outcome split(const Op& op) const {
    const Pfn head = handles()[op.handle].head;
    if (head == kNoPfn) return {Status::skipped, kNoPfn};
    return of_frame(
        subject_.split(self_, static_cast<std::uint64_t>(head), static_cast<unsigned>(op.order)),
        head);
  }

  Outcome range(const Op& op) {
    const OpRange& r = op.range;
    const auto begin = static_cast<std::uint64_t>(r.begin);
    const bool ok = subject_.range(self_, static_cast<std::uint32_t>(r.action), begin,
                                   static_cast<std::uint64_t>(r.end())) == BP_OK;
    for (unsigned i = 0; i < op.defines(); ++i)
      handles().push_back({ok ? r.begin + pages_in(kRangeOrder) * i : kNoPfn, kRangeOrder, ok});
    return {ok ? Status::ok : Status::rejected, r.begin};
  }

  static Outcome of_frame(bp_status s, Pfn head) {
    return {s == BP_OK ? Status::ok : Status::rejected, head};
  }

  Outcome alloc(const Program& p, const Op& op) {
    const bp_request request = request_of(p, op);
    std::uint64_t pfn = 0;
    const bool ok = subject_.alloc(self_, &request, &pfn) == BP_OK;
    handles().push_back({ok ? Pfn{pfn} : kNoPfn, op.order, ok});
    if (!ok) return {Status::no_memory, kNoPfn};
    return {Status::ok, Pfn{pfn}};
  }

  Outcome free(const Op& op) {
    Handle& h = handles()[op.handle];
    const bool proper = h.held && op.order == h.order && op.offset == 0;
    // A subject that does not check its frees is not asked to survive a wrong one.
    if (h.head == kNoPfn || (!proper && (subject_.caps & BP_CAP_CHECKS_FREE) == 0)) {
      return {Status::skipped, kNoPfn};
    }
    const Pfn head = h.head + Pages{op.offset};
    if (proper) h.held = false;
    const auto order = static_cast<unsigned>(op.order);
    if (op.by_address) {
      if (!has_address(head)) return {Status::skipped, kNoPfn};
      return of_frame(subject_.free_address(self_, op.cpu, direct_address(head), order), head);
    }
    return of_frame(subject_.free(self_, op.cpu, static_cast<std::uint64_t>(head), order), head);
  }

  /// A caller cannot have the address of a page that has none: in HIGHMEM, or so high that the
  /// direct map would wrap around.
  bool has_address(Pfn p) const {
    if (direct_address(p) < kDirectMap) return false;
    const auto pfn = static_cast<std::uint64_t>(p);
    for (unsigned z = 0; z < machine_.n_zones; ++z) {
      const bp_zone& zone = machine_.zones[z];
      if (zone.begin <= pfn && pfn < zone.end)
        return zone.type != static_cast<unsigned>(ZoneType::highmem);
    }
    return true;
  }

  Outcome drain(const Op& op) {
    subject_.drain(self_, op.cpu == kAllCpus ? BP_ON_BUDDY : op.cpu);
    return {};
  }

  Outcome census() {
    subject_.census(self_, &Run::visit, &out_);
    out_.census_end.push_back(out_.blocks.size());
    return {};
  }

  static void visit(void* history, std::uint64_t head, std::uint32_t order, std::uint32_t cpu) {
    // A number that its type cannot hold becomes one that the judge refuses.
    const Order o{order <= 0xff ? order : 0xff};
    const auto on = static_cast<std::uint8_t>(cpu < kOnBuddy       ? cpu
                                              : cpu == BP_ON_BUDDY ? kOnBuddy
                                                                   : 0xfe);
    static_cast<History*>(history)->blocks.push_back({Pfn{head}, o, on});
  }

  void write_counters() {
    for (unsigned zone = 0; zone < machine_.n_zones; ++zone) {
      bp_counters c{};
      subject_.counters(self_, zone, &c);
      out_.counters.push_back(zone_counters(c));
    }
  }

  /// `see(type)` of every pageblock, in the order of the history.
  template <class See>
  void look_at_types(See&& see) {
    constexpr unsigned kUnknown = static_cast<unsigned>(Migratetype::isolate);
    for (unsigned z = 0; z < machine_.n_zones; ++z) {
      const bp_zone& zone = machine_.zones[z];
      for (std::uint64_t p = zone.begin; p < zone.end; p = (p | 511) + 1) {
        const std::uint32_t type = std::min(subject_.type_at(self_, p), kUnknown);
        see(Migratetype{static_cast<std::uint8_t>(type)});
      }
    }
  }

  void write_type_changes() {
    std::uint32_t pageblock = 0;
    look_at_types([&](Migratetype t) {
      if (types_[pageblock] != t)
        out_.type_changes.push_back({out_.outcomes.size() - 1, pageblock, t});
      types_[pageblock++] = t;
    });
  }

  /// Kept from run to run: a fuzzer makes tens of thousands a second.
  static std::vector<Handle>& handles() {
    static thread_local std::vector<Handle> all;
    return all;
  }

  const bp_machine& machine_;
  const bp_subject& subject_;
  void* self_;
  History& out_;
  Surroundings around_;
  bool looks_at_types_ = false;
  std::vector<Migratetype> types_;  ///< As they were last seen.
};

}  // namespace

bool drive(const Program& p, const bp_machine& m, const bp_subject& s, History& out) {
  out.clear();
  out.zones = m.n_zones;
  const std::unique_ptr<void, void (*)(void*)> self(s.create(&m), s.destroy);
  if (!self) return false;
  Run(m, s, self.get(), out).all(p);
  return true;
}

}  // namespace bp
