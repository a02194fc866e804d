// SPDX-License-Identifier: MIT
// A hand-built machine that runs, and the words that tests of the reference are written in: what is
// asked for, which frame comes, what stands on which list in which order.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include "model/reference/reference.h"
#include "model/reference/rulebook.h"
#include "model/reference/test_machine.h"
#include "model/vocab/machine.h"

namespace bp {
inline void PrintTo(Pfn p, std::ostream* out) {
  if (p == kNoPfn) {
    *out << "no memory";
  } else {
    *out << "0x" << std::hex << static_cast<std::uint64_t>(p) << std::dec;
  }
}
inline void PrintTo(Migratetype t, std::ostream* out) {
  constexpr const char* kNames[] = {"unmovable",  "movable", "reclaimable",
                                    "highatomic", "cma",     "isolate"};
  *out << kNames[static_cast<unsigned>(t)];
}
}  // namespace bp

namespace bp::reference {

constexpr Pfn operator""_pfn(unsigned long long n) { return Pfn{n}; }

/// Frames in list order, head first.
class Frames {
 public:
  Frames(std::initializer_list<std::uint64_t> heads) {
    for (const std::uint64_t h : heads) heads_.push_back(Pfn{h});
  }
  explicit Frames(std::vector<Pfn> heads) : heads_(std::move(heads)) {}
  bool operator==(const Frames&) const = default;
  friend void PrintTo(const Frames& f, std::ostream* out) {
    *out << '{';
    for (const Pfn p : f.heads_) {
      if (p != f.heads_.front()) *out << ", ";
      PrintTo(p, out);
    }
    *out << '}';
  }

 private:
  std::vector<Pfn> heads_;
};

// What callers ask for. Without any flag a request is UNMOVABLE, may not wait and wakes nobody.

inline constexpr Gfp kUnmovable{};
inline constexpr Gfp kMovable{GfpFlag::movable};
inline constexpr Gfp kReclaimable{GfpFlag::reclaimable};
inline constexpr Gfp kHighuserMovable = GfpFlag::highmem | GfpFlag::movable;
/// GFP_KERNEL: may wait for memory.
inline constexpr Gfp kGfpKernel =
    Gfp{GfpFlag::direct_reclaim} | GfpFlag::kswapd_reclaim | GfpFlag::io | GfpFlag::fs;
/// GFP_NOWAIT: may not.
inline constexpr Gfp kGfpNowait{GfpFlag::kswapd_reclaim};
/// GFP_ATOMIC: may not wait and is urgent. The flag ATOMIC went with 6.3, and 6.1.192 still has it.
inline Gfp gfp_atomic(Profile p) {
  const Gfp g = GfpFlag::high | GfpFlag::kswapd_reclaim;
  return p == Profile::v6_12 || p == Profile::v7_1 ? g : g | GfpFlag::atomic;
}

/// The rules that tests run by. Whoever wants to see that tests can fail puts broken ones here.
inline const Rulebook& (*rules_under_test)(Profile) = rulebook_of;

class Kernel {
 public:
  explicit Kernel(const TestMachine& m) : Kernel(m.build()) {}
  explicit Kernel(const KernelState& s) : ref_(s, rules_under_test(s.config.profile)) {}

  /// The allocator's own interface.
  Reference& operator*() { return ref_; }
  Reference* operator->() { return &ref_; }

  /// The first frame of what comes; kNoPfn: no memory.
  Pfn alloc(Gfp g, unsigned order = 0) { return ref_.alloc({.gfp = g, .order = order}).head; }
  /// alloc_pages_node.
  Pfn alloc_on(int node, Gfp g, unsigned order = 0) {
    return ref_.alloc({.node = node, .gfp = g, .order = order}).head;
  }
  /// So many, one after the other.
  Frames alloc_each(Gfp g, unsigned order, unsigned count) {
    std::vector<Pfn> got;
    while (count-- > 0) got.push_back(alloc(g, order));
    return Frames(std::move(got));
  }
  void free(std::uint64_t head, unsigned order = 0) { ref_.free(0, Pfn{head}, Order{order}); }
  /// Gives back a block that was held from the beginning.
  void free_held(std::uint64_t head, unsigned order = 0) {
    ref_.adopt(Pfn{head}, Order{order}, 1, false);
    free(head, order);
  }
  /// The same of many single pages, in this order.
  void free_held_each(std::initializer_list<std::uint64_t> heads) {
    for (const std::uint64_t h : heads) free_held(h);
  }
  /// Of `count` single pages from `head` on.
  void free_held_pages(std::uint64_t head, std::uint64_t count) {
    for (std::uint64_t p = head; p < head + count; ++p) free_held(p);
  }

  /// Of a machine of several zones, calls that follow speak of this one. Else of the only one.
  Kernel& in(unsigned node, unsigned index) {
    place_ = ZoneRef{static_cast<std::uint8_t>(node), static_cast<std::uint8_t>(index)};
    return *this;
  }
  ZoneState zone() const {
    const KernelState s = ref_.save();
    const auto it = std::ranges::find_if(s.zones, [&](const ZoneState& z) {
      return place_ ? z.node == place_->node && z.index == place_->index : z.numbers.present != 0;
    });
    return *it;
  }
  ZoneNumbers numbers() const { return zone().numbers; }
  bool has(ZoneFlag f) const { return (numbers().flags >> static_cast<unsigned>(f) & 1) != 0; }
  std::int64_t stat(Stat s) const { return numbers().stat[static_cast<unsigned>(s)]; }
  std::int64_t nr_free_pages() const { return stat(Stat::free); }
  NodeState node(unsigned n = 0) const { return ref_.save().nodes[n]; }
  PcpNumbers pcp_numbers(unsigned cpu = 0) const { return zone().pcp[cpu].numbers; }

  Frames list(unsigned order, Migratetype t) const {
    return Frames(zone().lists[order][static_cast<unsigned>(t)]);
  }
  std::int64_t nr_free(unsigned order) const { return zone().nr_free[order]; }
  Frames pcp(unsigned list, unsigned cpu = 0) const {
    std::vector<Pfn> heads;
    const ZoneState z = zone();
    for (const PcpBlock& b : z.pcp[cpu].lists[list]) heads.push_back(b.head);
    return Frames(std::move(heads));
  }
  Migratetype type_of(std::uint64_t p) const { return ref_.type_of(Pfn{p}); }

 private:
  Reference ref_;
  std::optional<ZoneRef> place_;
};

// Kernels. A rule is tested in each that has it.

inline constexpr Profile kEveryKernel[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192,
                                           Profile::v6_12, Profile::v7_1};
inline bool is(Profile p, std::initializer_list<Profile> some) {
  return std::ranges::find(some, p) != some.end();
}
/// v6.12 and v7.1: lists and pageblocks agree, and lists tune themselves.
inline bool is_since_6_12(Profile p) { return is(p, {Profile::v6_12, Profile::v7_1}); }
inline bool is_until_5_15(Profile p) { return is(p, {Profile::v4_7, Profile::v5_15}); }
inline bool is_since_6_1(Profile p) { return p == Profile::v6_1_lts192 || is_since_6_12(p); }
inline bool is_since_5_15(Profile p) { return p != Profile::v4_7; }
inline constexpr Profile kSince5_15[] = {Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                                         Profile::v7_1};
inline constexpr Profile k5_15And6_1[] = {Profile::v5_15, Profile::v6_1_lts192};
inline constexpr Profile kSince6_12[] = {Profile::v6_12, Profile::v7_1};

inline std::string kernel_name(const testing::TestParamInfo<Profile>& p) {
  std::string name(profile_name(p.param));
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
  return name;
}
/// Runs a suite of TEST_P in these kernels.
class InKernel : public testing::TestWithParam<Profile> {
 protected:
  Profile profile() const { return GetParam(); }
};

}  // namespace bp::reference
