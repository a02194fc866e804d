// SPDX-License-Identifier: MIT
#include "model/rules/node_order.h"

#include <algorithm>
#include <optional>

namespace bp::rules {
namespace {

constexpr int kLocalDistance = 10;   ///< To itself, where the machine states no distances.
constexpr int kRemoteDistance = 20;  ///< To another node.
constexpr int kMaxNumnodes = 64;  ///< Separates the distance from the load in a candidate's value.

int distance(const Machine& m, unsigned from, unsigned to) {
  const Node& n = m.nodes[from];
  if (!n.distance.empty()) return n.distance[to];
  return from == to ? kLocalDistance : kRemoteDistance;
}

/// How often each node came first at its distance in the lists built so far (R-ZONE-8).
using NodeLoad = std::array<int, kNodesMax>;

class Builder {
 public:
  explicit Builder(const Machine& m) : m_(m) {}

  NodeOrder order_of(unsigned local) {
    used_.fill(false);
    NodeOrder order;
    unsigned previous = local;
    int load = static_cast<int>(m_.nodes.size());
    for (std::optional<unsigned> next = local; next; next = best_next(local)) {
      used_[*next] = true;
      if (distance(m_, local, *next) != distance(m_, local, previous)) charge(*next, load);
      previous = *next;
      --load;
      if (!m_.nodes[*next].zones.empty()) order.push_back(static_cast<std::uint8_t>(*next));
    }
    return order;
  }

 private:
  void charge(unsigned node, int load) {
    node_load_[node] = m_.profile == Profile::v4_7 ? load : node_load_[node] + 1;
  }

  /// R-ZONE-7. No penalty for CPUs: at boot none is attached to a node yet (C-3, W-2).
  int value(unsigned local, unsigned node) const {
    const int scale = m_.profile == Profile::v4_7 ? static_cast<int>(m_.nodes.size()) * kMaxNumnodes
                                                  : kMaxNumnodes;
    return (distance(m_, local, node) + (node < local ? 1 : 0)) * scale + node_load_[node];
  }

  std::optional<unsigned> best_next(unsigned local) const {
    std::optional<unsigned> best;
    for (unsigned n = 0; n < m_.nodes.size(); ++n) {
      if (used_[n] || m_.nodes[n].zones.empty()) continue;
      if (!best || value(local, n) < value(local, *best)) best = n;
    }
    return best;
  }

  const Machine& m_;
  NodeLoad node_load_{};  ///< Carried from one node's list to the next.
  std::array<bool, kNodesMax> used_{};
};

}  // namespace

void set_node_orders(const Machine& m, Layout& l) {
  Builder builder(m);
  for (unsigned n = 0; n < m.nodes.size(); ++n) l.fallback.push_back(builder.order_of(n));
}

}  // namespace bp::rules
