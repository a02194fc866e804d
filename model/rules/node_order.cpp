// SPDX-License-Identifier: MIT
#include "model/rules/node_order.h"

#include <cstddef>
#include <optional>

#include "model/rules/config_rules.h"
#include "model/vocab/check.h"

namespace bp::rules {
namespace {

/// Separates the distance from the load in a candidate's value. 4.7 multiplies by the number of
/// nodes too, which no list shows: a load is less than the nodes are, and those are 64 at most.
constexpr int kMaxNumnodes = 64;
constexpr int kCpuPenalty = 1;  ///< A node with CPUs is rather left to those.

class Builder {
 public:
  Builder(std::span<const NumaNode> nodes, const ConfigRules& rules)
      : nodes_(nodes), rules_(rules), node_load_(nodes.size()) {}

  std::vector<unsigned> order_of(unsigned local) {
    used_.assign(nodes_.size(), false);
    std::vector<unsigned> order;
    unsigned previous = local;
    int load = static_cast<int>(nodes_.size());
    for (std::optional<unsigned> next = local; next; next = best_next(local)) {
      used_[*next] = true;
      if (distance(local, *next) != distance(local, previous)) charge(*next, load);
      previous = *next;
      --load;
      if (nodes_[*next].memory) order.push_back(*next);
    }
    return order;
  }

 private:
  int distance(unsigned from, unsigned to) const { return nodes_[from].distance[to]; }

  /// R-ZONE-8.
  void charge(unsigned node, int load) {
    node_load_[node] = rules_.load_counts_down ? load : node_load_[node] + 1;
  }

  /// R-ZONE-7.
  int value(unsigned local, unsigned node) const {
    const int penalty = (node < local ? 1 : 0) + (nodes_[node].cpus ? kCpuPenalty : 0);
    return (distance(local, node) + penalty) * kMaxNumnodes + node_load_[node];
  }

  std::optional<unsigned> best_next(unsigned local) const {
    std::optional<unsigned> best;
    for (unsigned n = 0; n < nodes_.size(); ++n) {
      if (used_[n] || !nodes_[n].memory) continue;
      if (!best || value(local, n) < value(local, *best)) best = n;
    }
    return best;
  }

  std::span<const NumaNode> nodes_;
  const ConfigRules& rules_;
  /// How often each node came first at its distance; carried from one node's list to the next.
  std::vector<int> node_load_;
  std::vector<bool> used_;
};

}  // namespace

std::vector<std::vector<unsigned>> node_orders(std::span<const NumaNode> nodes, Profile p) {
  Builder builder(nodes, config_rules(p));
  check(nodes.size() <= kMaxNumnodes, "there are at most 64 nodes");
  std::vector<std::vector<unsigned>> orders;
  for (unsigned n = 0; n < nodes.size(); ++n) orders.push_back(builder.order_of(n));
  return orders;
}

std::vector<unsigned> uma_node_order(unsigned local, unsigned nodes) {
  std::vector<unsigned> order;
  for (unsigned i = 0; i < nodes; ++i) order.push_back((local + i) % nodes);
  return order;
}

}  // namespace bp::rules
