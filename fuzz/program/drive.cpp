// SPDX-License-Identifier: MIT
#include "fuzz/program/drive.h"

#include <memory>
#include <vector>

#include "model/vocab/check.h"

namespace bp {
namespace {

/// What a handle stands for while a program runs.
struct Handle {
  Pfn head = kNoPfn;  ///< kNoPfn: its alloc said null.
  Order order;
  bool held = false;  ///< Allocated and not given back through this handle.
};

/// One run: the instance, the handles, and the history being written.
class Run {
 public:
  Run(const bp_machine& m, const bp_subject& s, void* self, History& out)
      : machine_(m), subject_(s), self_(self), out_(out) {
    handles().clear();
  }

  void all(const Program& p) {
    write_counters();
    for (const Op& op : p.ops) one(p, op);
    one(p, Op::drain(kAllCpus));
    one(p, Op::census());
  }

 private:
  void one(const Program& p, const Op& op) {
    out_.outcomes.push_back(answer(p, op));
    write_counters();
  }

  Outcome answer(const Program& p, const Op& op) {
    switch (op.kind) {
      case OpKind::alloc: return alloc(p, op);
      case OpKind::free: return free(op);
      case OpKind::drain: return drain(op);
      case OpKind::census: return census();
    }
    check(false, "a program holds known operations only");
    return {};
  }

  Outcome alloc(const Program& p, const Op& op) {
    const bp_request request{op.cpu, static_cast<unsigned>(op.order),
                             gfp_encode(op.gfp, p.machine.era), op.node, op.nodemask};
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
    const bp_status status = subject_.free(self_, op.cpu, static_cast<std::uint64_t>(head),
                                           static_cast<unsigned>(op.order));
    return {status == BP_OK ? Status::ok : Status::rejected, head};
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
      out_.counters.push_back(
          {Pages{static_cast<std::int64_t>(c.free)}, Pages{static_cast<std::int64_t>(c.on_pcp)}});
    }
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
