// SPDX-License-Identifier: MIT
#include "fuzz/report/program_steps.h"

#include <span>

namespace bp {
namespace {

/// What callers hold, as far as answers tell it: a block with more than one reference counts as
/// gone when the first is given back.
class Holders {
 public:
  const std::vector<HeldBlock>& held() const { return held_; }

  void follow(const Op& op, const Outcome& answer, std::span<const Pfn> bulk) {
    const std::uint32_t handle = handles_;
    handles_ += op.defines();
    if (answer.status != Status::ok) return;
    if (op.kind == OpKind::alloc && op.call == Call::bulk) {
      for (std::uint32_t i = 0; i < bulk.size(); ++i)
        held_.push_back({bulk[i], Order{0}, handle + i});
    } else if (op.is_range() && op.defines() != 0) {
      for (std::uint32_t i = 0; i < op.defines(); ++i)
        held_.push_back({answer.pfn + pages_in(kRangeOrder) * i, kRangeOrder, handle + i});
    } else if (op.kind == OpKind::alloc) {
      hold(answer.pfn, order_of_block(op), handle, op.call == Call::exact ? op.pages : 1);
    } else if (op.kind == OpKind::free) {
      drop(answer.pfn, op.order);
    } else if (op.kind == OpKind::split && drop(answer.pfn, op.order)) {
      hold(answer.pfn, Order{0}, op.handle, 1U << static_cast<unsigned>(op.order));
    }
  }

 private:
  void hold(Pfn head, Order o, std::uint32_t handle, unsigned blocks) {
    for (unsigned i = 0; i < blocks; ++i)
      held_.push_back({head + Pages{std::int64_t{i}}, o, handle});
  }
  bool drop(Pfn head, Order o) {
    return std::erase_if(held_,
                         [&](const HeldBlock& b) { return b.head == head && b.order == o; }) != 0;
  }

  std::vector<HeldBlock> held_;
  std::uint32_t handles_ = 0;
};

bool gave_bulk(const Op& op, const Outcome& answer) {
  return op.kind == OpKind::alloc && op.call == Call::bulk && answer.status == Status::ok;
}

}  // namespace

Program with_censuses(const Program& p) {
  Program out;
  out.machine = p.machine;
  out.ops.reserve(2 * p.ops.size() + 1);
  out.ops.push_back(Op::census());
  for (const Op& op : p.ops) {
    out.ops.push_back(op);
    out.ops.push_back(Op::census());
  }
  return out;
}

std::vector<MemoryStep> steps_of(const Program& p, const History& h) {
  std::vector<MemoryStep> steps;
  Holders holders;
  std::size_t census = 0, bulk = 0;
  for (std::size_t step = 0; step < p.ops.size() + 2 && census < h.census_end.size(); ++step) {
    MemoryStep s;
    if (step > 0) {
      s.event = step - 1;
      const Op op = s.event < p.ops.size() ? p.ops[s.event] : Op::drain(kAllCpus);
      s.answer = h.outcomes[2 * s.event + 1];
      const bool bulked = gave_bulk(op, s.answer);
      holders.follow(op, s.answer, bulked ? h.bulk(bulk++) : std::span<const Pfn>{});
      if (op.kind == OpKind::census) ++census;  // The program's own comes before the one added.
    }
    const auto blocks = h.census(census++);
    s.blocks.assign(blocks.begin(), blocks.end());
    s.held = holders.held();
    steps.push_back(std::move(s));
  }
  return steps;
}

}  // namespace bp
