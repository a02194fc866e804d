// SPDX-License-Identifier: MIT
// The workloads compiled with a subject of fuzz/subjects/lockfree_table.h; see inlined.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "fuzz/bench/calls.h"
#include "fuzz/bench/clock.h"
#include "fuzz/bench/inlined.h"
#include "fuzz/bench/workload_bodies.h"
#include "model/vocab/units.h"

namespace bp::bench {

/// Calls that the compiler sees into; the caller's request is in memory before each.
template <class Allocator>
class InlinedCalls {
 public:
  InlinedCalls(Allocator& a, Caller& caller) : allocator_(&a), caller_(&caller) {}

  [[gnu::always_inline]] std::uint64_t alloc(unsigned order) const {
    const bp_request& r = request();
    std::uint64_t pfn =
        static_cast<std::uint64_t>(allocator_->alloc({r.cpu, order, r.gfp, r.node, r.nodemask}));
    keep(pfn);
    if (pfn == kNothing) ++caller_->nulls;
    return pfn;
  }
  [[gnu::always_inline]] void free(std::uint64_t pfn, unsigned order) const {
    auto status = allocator_->free(request().cpu, Pfn{pfn}, order);
    keep(status);
  }
  std::uint32_t cpu() const { return caller_->request.cpu; }
  void be_on(std::uint32_t cpu) const { caller_->request.cpu = cpu; }

 private:
  [[gnu::always_inline]] const bp_request& request() const {
    Caller& caller = *caller_;
    keep(caller);
    return caller.request;
  }

  Allocator* allocator_;
  Caller* caller_;
};

/// Bodies for a subject of fuzz/subjects/lockfree_table.h.
template <class Subject, std::size_t... W>
constexpr auto inlined_bodies(std::index_sequence<W...>) {
  using Calls = InlinedCalls<typename Subject::Allocator>;
  return std::array<void (*)(PlainCalls, Pass&, unsigned), sizeof...(W)>{
      [](PlainCalls plain, Pass& pass, unsigned thread) {
        const Calls calls(*Subject::enter(plain.self).allocator, *plain.caller);
        kBodies<Calls>[W](calls, pass, thread);
      }...};
}
template <class Subject>
inline constexpr auto kInlinedBodies =
    inlined_bodies<Subject>(std::make_index_sequence<std::size(kBodies<PlainCalls>)>());

}  // namespace bp::bench
