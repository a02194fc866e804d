// SPDX-License-Identifier: MIT
// For tests: a Config with the arrays it points to, and an allocator with its memory.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "impl/allocator.h"

namespace bp::impl {

struct TestMachine {
  std::vector<ZoneSpec> zones;
  std::vector<FrameRange> holes;
  Config config;

  /// `cpus` CPUs, all on node 0; every node falls back to the others in ascending order.
  explicit TestMachine(Profile p, unsigned cpus = 1, unsigned nodes = 1) {
    config.profile = p;
    config.era = p == Profile::v4_7 ? Era::e1 : Era::e3;
    config.zone_types = ZoneConfig::from_bits(3);
    config.cpus = cpus;
    config.nodes = nodes;
  }

  TestMachine& zone(unsigned node, ZoneType type, std::uint64_t begin, std::uint64_t end,
                    std::int64_t min = 0, unsigned high = 0, unsigned batch = 1) {
    ZoneSpec z;
    z.node = node;
    z.type = type;
    z.frames = {Pfn{begin}, Pfn{end}};
    z.marks[0] = Pages{min};
    z.marks[1] = Pages{min * 2};
    z.marks[2] = Pages{min * 3};
    z.pcp_high = high;
    z.pcp_batch = batch;
    zones.push_back(z);
    return *this;
  }
  TestMachine& hole(std::uint64_t begin, std::uint64_t end) {
    holes.push_back({Pfn{begin}, Pfn{end}});
    return *this;
  }

  const Config& finished() {
    config.zones = zones.data();
    config.n_zones = static_cast<unsigned>(zones.size());
    config.holes = holes.data();
    config.n_holes = static_cast<unsigned>(holes.size());
    for (unsigned n = 0; n < config.nodes; ++n) {
      NodeList& list = config.fallback[n];
      list.count = 0;
      const auto add = [&](unsigned node) {
        for (const ZoneSpec& z : zones) {
          if (z.node != node) continue;
          list.nodes[list.count++] = static_cast<std::uint8_t>(node);
          return;
        }
      };
      add(n);
      for (unsigned k = 0; k < config.nodes; ++k)
        if (k != n) add(k);
    }
    return config;
  }
  bool managed(const ZoneSpec& z, Pfn p) const {
    if (p < z.frames.begin || z.frames.end <= p) return false;
    for (const FrameRange& h : holes)
      if (h.begin <= p && p < h.end) return false;
    return true;
  }
};

template <class Policy>
class Placed {
 public:
  explicit Placed(const Config& c) : bytes_(Allocator<Policy>::footprint(c)) {
    memory_ = ::operator new(bytes_, std::align_val_t{64});
    allocator_ = Allocator<Policy>::place(memory_, bytes_, c);
  }
  ~Placed() { ::operator delete(memory_, std::align_val_t{64}); }
  Placed(const Placed&) = delete;
  Placed& operator=(const Placed&) = delete;
  Allocator<Policy>* operator->() { return allocator_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* memory_ = nullptr;
  Allocator<Policy>* allocator_ = nullptr;
};

}  // namespace bp::impl
