// SPDX-License-Identifier: MIT
// The real allocator under one of the simulated policies, by the kind of its per-CPU sections:
// one interface, so that what judges is compiled once. Used within a World: place() after each
// begin(), and what was placed is void when the next execution begins.
#pragma once

#include <functional>
#include <memory>

#include "fuzz/explore/scenario.h"
#include "impl/allocator.h"

namespace bp::explore {

class SimAllocator {
 public:
  SimAllocator() = default;
  SimAllocator(const SimAllocator&) = delete;
  SimAllocator& operator=(const SimAllocator&) = delete;
  virtual ~SimAllocator() = default;

  /// Anew, every managed frame free.
  virtual void place() = 0;

  // As those of impl::Allocator.
  virtual Pfn alloc(const impl::Request& r) = 0;
  virtual impl::FreeStatus free(unsigned cpu, Pfn head, unsigned order) = 0;
  virtual void drain(unsigned cpu) = 0;
  virtual impl::RangeStatus isolate(impl::FrameRange f) = 0;
  virtual impl::RangeStatus undo_isolate(impl::FrameRange f) = 0;
  virtual impl::RangeStatus offline(impl::FrameRange f) = 0;
  virtual impl::RangeStatus online(impl::FrameRange f) = 0;
  virtual Migratetype type_at(Pfn p) const = 0;
  virtual unsigned zones() const = 0;
  virtual impl::ZoneCount count(unsigned zone) const = 0;
  virtual bool is_hinted(Pfn head, Order order) const = 0;

  using Visit = std::function<void(Pfn head, Order order, unsigned cpu)>;
  virtual void for_each_block(const Visit& visit) const = 0;
};

/// `c` is valid, and it and what it points to outlive the allocator.
std::unique_ptr<SimAllocator> sim_allocator(SectionKind kind, const impl::Config& c);

}  // namespace bp::explore
