// SPDX-License-Identifier: MIT
#include "fuzz/explore/sim_allocator.h"

#include <new>

#include "fuzz/explore/sim_policy.h"
#include "model/vocab/check.h"

namespace bp::explore {
namespace {

template <class Policy>
class Of final : public SimAllocator {
  using Allocator = impl::Allocator<Policy>;

 public:
  explicit Of(const impl::Config& c)
      : config_(c),
        memory_(::operator new(Allocator::footprint(c), std::align_val_t{Allocator::kAlign})) {}

  void place() override {
    allocator_ = Allocator::place(memory_.get(), Allocator::footprint(config_), config_);
    check(allocator_ != nullptr, "the memory is large enough and aligned");
  }
  Pfn alloc(const impl::Request& r) override { return allocator_->alloc(r); }
  impl::FreeStatus free(unsigned cpu, Pfn head, unsigned order) override {
    return allocator_->free(cpu, head, order);
  }
  void drain(unsigned cpu) override { allocator_->drain(cpu); }
  impl::RangeStatus isolate(impl::FrameRange f) override { return allocator_->isolate(f); }
  impl::RangeStatus undo_isolate(impl::FrameRange f) override {
    return allocator_->undo_isolate(f);
  }
  impl::RangeStatus offline(impl::FrameRange f) override { return allocator_->offline(f); }
  impl::RangeStatus online(impl::FrameRange f) override { return allocator_->online(f); }
  Migratetype type_at(Pfn p) const override { return allocator_->type_at(p); }
  unsigned zones() const override { return allocator_->zones(); }
  impl::ZoneCount count(unsigned zone) const override { return allocator_->count(zone); }
  bool is_hinted(Pfn head, Order order) const override {
    return allocator_->is_hinted(head, order);
  }
  void for_each_block(const Visit& visit) const override { allocator_->for_each_block(visit); }

 private:
  struct Return {
    void operator()(void* p) const { ::operator delete(p, std::align_val_t{Allocator::kAlign}); }
  };
  const impl::Config& config_;
  std::unique_ptr<void, Return> memory_;
  Allocator* allocator_ = nullptr;
};

}  // namespace

std::unique_ptr<SimAllocator> sim_allocator(SectionKind kind, const impl::Config& c) {
  switch (kind) {
    case SectionKind::atomic: return std::make_unique<Of<SimPolicy>>(c);
    case SectionKind::pinned: return std::make_unique<Of<SimPinnedPolicy>>(c);
    case SectionKind::rseq: return std::make_unique<Of<SimRestartablePolicy>>(c);
  }
  return nullptr;
}

}  // namespace bp::explore
