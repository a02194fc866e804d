// SPDX-License-Identifier: MIT
#include "fuzz/kernel/zonelist_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "fuzz/kernel/fields.h"
#include "model/rules/node_order.h"
#include "model/rules/zonelist_build.h"
#include "model/vocab/profile.h"

namespace bp::kernel {
namespace {

using rules::ZonelistOrder;
using rules::ZonePlace;
using LineWords = Words<512>;  ///< A cfg line of 8 nodes has a pair of words for each of 64 pairs.

constexpr unsigned kDumpNodesMax = 64;
constexpr int kDistanceMax = 255;

struct DumpedList {
  std::size_t line = 0;
  unsigned node = 0;
  bool fallback = true;
  std::vector<ZonePlace> zones;
};

struct Moment {
  std::string name;
  std::vector<ZonePlace> zones;  ///< Present ones.
  std::vector<DumpedList> lists;
};

/// All that a dump says about zonelists.
struct Dump {
  std::vector<Moment> moments;
  std::vector<std::vector<int>> distance;  ///< Empty: not said.
  std::vector<bool> node_has_cpu;
  unsigned nodes = 0;
  bool v4_7 = false;
  std::string fault;
  std::size_t line = 0;
};

std::optional<unsigned> node_number(std::string_view word) {
  const auto n = number<unsigned>(word);
  return n && *n < kDumpNodesMax ? n : std::nullopt;
}

class DumpReader {
 public:
  Dump read(std::string_view text) {
    while (!text.empty() && out_.fault.empty()) {
      ++out_.line;
      const std::string_view line = take_line(text);
      out_.fault = read_line(line);
    }
    if (out_.fault.empty() && !matrix_.empty()) out_.fault = take_matrix();
    return std::move(out_);
  }

 private:
  std::string read_line(std::string_view line) {
    if (line.starts_with("@@")) return read_mark(LineWords(line));
    if (in_matrix_) return read_row(LineWords(line));
    if (line.starts_with("zone ")) return read_zone(LineWords(line));
    if (line.starts_with("zl ")) return read_list(LineWords(line));
    if (line.starts_with("cfg ")) return read_cfg(LineWords(line));
    if (line.starts_with("gl ")) return read_gl(LineWords(line));
    return {};
  }

  std::string read_mark(const LineWords& w) {
    in_matrix_ = w.at[0] == "@@DIST";
    if (w.at[0] == "@@ZL" && w.count == 2) open(std::string(w.at[1]));
    if (w.at[0] == "@@S0" || w.at[0] == "@@S1") open(std::string(w.at[0].substr(2)));
    return {};
  }

  void open(std::string name) { out_.moments.push_back({.name = std::move(name)}); }

  Moment& now() {
    if (out_.moments.empty()) open("");
    return out_.moments.back();
  }

  std::string read_row(const LineWords& w) {
    if (w.count == 0) return {};
    std::vector<int> row;
    for (std::size_t i = 0; i < std::min(w.count, w.at.size()); ++i) {
      const auto d = number<int>(w.at[i]);
      if (!d || *d < 0 || *d > kDistanceMax) return quoted(w.at[i]) + " is no distance";
      row.push_back(*d);
    }
    matrix_.push_back(std::move(row));
    return {};
  }

  std::string read_zone(const LineWords& w) {
    const auto place = read_place(w.at[1], w.at[2]);
    if (w.count < 4 || !place) return "'zone' without node and index";
    const auto end = w.at.begin() + static_cast<std::ptrdiff_t>(std::min(w.count, w.at.size()));
    const auto key = std::find(w.at.begin(), end, "present");
    const auto present =
        key + 1 < end ? number<std::int64_t>(*(key + 1)) : std::optional<std::int64_t>();
    if (!present) return "'zone' without a number after 'present'";
    if (*present > 0) now().zones.push_back(*place);
    return {};
  }

  std::string read_list(const LineWords& w) {
    const auto node = node_number(w.at[1]);
    if (w.count < 3 || !node || (w.at[2] != "0:" && w.at[2] != "1:")) {
      return "'zl' without node and list: zl NODE 0|1: ZONES";
    }
    DumpedList list{.line = out_.line, .node = *node, .fallback = w.at[2] == "0:"};
    for (std::size_t i = 3; i < std::min(w.count, w.at.size()); ++i) {
      const std::size_t slash = std::min(w.at[i].find('/'), w.at[i].size() - 1);
      const auto place = read_place(w.at[i].substr(0, slash), w.at[i].substr(slash + 1));
      if (!place) return quoted(w.at[i]) + " is no NODE/INDEX";
      list.zones.push_back(*place);
    }
    now().lists.push_back(std::move(list));
    return {};
  }

  std::optional<ZonePlace> read_place(std::string_view node, std::string_view index) {
    const auto n = node_number(node);
    const auto i = node_number(index);
    if (!n || !i) return std::nullopt;
    out_.nodes = std::max(out_.nodes, *n + 1);
    return ZonePlace{*n, *i};
  }

  std::string read_cfg(const LineWords& w) {
    for (std::size_t i = 1; i + 1 < std::min(w.count, w.at.size()); ++i) {
      const std::string_view key = w.at[i];
      if (key.starts_with("cpu") && number<unsigned>(key.substr(3))) note_cpu(w.at[i + 1]);
      if (!key.starts_with("dist")) continue;
      if (std::string fault = read_distance(key.substr(4), w.at[i + 1]); !fault.empty()) {
        return fault;
      }
    }
    return {};
  }

  std::string read_distance(std::string_view pair, std::string_view word) {
    const std::size_t colon = std::min(pair.find(':'), pair.size());
    const auto from = node_number(pair.substr(0, colon));
    const auto to = node_number(pair.substr(std::min(colon + 1, pair.size())));
    const auto d = number<int>(word);
    if (!from || !to || !d || *d < 0 || *d > kDistanceMax) {
      return "'dist" + std::string(pair) + "' is no distance";
    }
    if (out_.distance.size() <= *from) out_.distance.resize(*from + 1);
    auto& row = out_.distance[*from];
    if (row.size() <= *to) row.resize(*to + 1, -1);
    row[*to] = *d;
    return {};
  }

  std::string read_gl(const LineWords& w) {
    out_.v4_7 = true;
    for (std::size_t i = 1; i + 1 < std::min(w.count, w.at.size()); ++i) {
      if (w.at[i] == "local_node") note_cpu(w.at[i + 1]);
    }
    return {};
  }

  void note_cpu(std::string_view node) {
    const auto n = node_number(node);
    if (!n) return;
    if (out_.node_has_cpu.size() <= *n) out_.node_has_cpu.resize(*n + 1);
    out_.node_has_cpu[*n] = true;
  }

  std::string take_matrix() {
    const auto whole = [&](const auto& row) { return row.size() == matrix_.size(); };
    if (!std::ranges::all_of(matrix_, whole)) return "the rows after '@@DIST' are no square";
    out_.distance = std::move(matrix_);
    return {};
  }

  Dump out_;
  std::vector<std::vector<int>> matrix_;
  bool in_matrix_ = false;
};

/// Two nodes have one order each, whatever lies between them.
std::string set_missing_distances(Dump& d) {
  constexpr int kLocal = 10, kRemote = 20;
  if (d.distance.empty() && d.nodes <= 2) {
    d.distance.assign(d.nodes, std::vector<int>(d.nodes, kRemote));
    for (unsigned n = 0; n < d.nodes; ++n) d.distance[n][n] = kLocal;
  }
  const bool whole =
      d.distance.size() == d.nodes && std::ranges::all_of(d.distance, [&](const auto& row) {
        return row.size() == d.nodes && std::ranges::find(row, -1) == row.end();
      });
  return whole ? "" : "no distance for each pair of its " + std::to_string(d.nodes) + " nodes";
}

std::string text_of(const std::vector<ZonePlace>& zones) {
  std::string out;
  for (const ZonePlace& z : zones) {
    out += (out.empty() ? "" : " ") + std::to_string(z.node) + "/" + std::to_string(z.index);
  }
  return out.empty() ? "nothing" : out;
}

ZonelistMoment check_moment(const Moment& m, const Dump& d) {
  ZonelistMoment out{.name = m.name};
  const bool rebuilt = m.name == "zone" || m.name == "node";
  std::vector<rules::NumaNode> nodes(d.nodes);
  for (unsigned n = 0; n < d.nodes; ++n) {
    nodes[n].distance = d.distance[n];
    nodes[n].memory = std::ranges::find(m.zones, n, &ZonePlace::node) != m.zones.end();
    // C-3: at boot no node has its CPUs. The first CPU is on node 0 unless something else is said.
    const bool cpu =
        d.node_has_cpu.empty() ? n == 0 : n < d.node_has_cpu.size() && d.node_has_cpu[n];
    nodes[n].cpus = rebuilt && cpu;
  }
  const auto orders = rules::node_orders(nodes, d.v4_7 ? Profile::v4_7 : Profile::v7_1);
  const ZonelistOrder order = m.name == "zone" ? ZonelistOrder::zone : ZonelistOrder::node;
  for (const DumpedList& list : m.lists) {
    if (list.node >= d.nodes) continue;
    const std::vector<unsigned> own{list.node};
    const auto expect =
        rules::build_zonelist(list.fallback ? orders[list.node] : own, m.zones, order);
    ++out.lists;
    if (expect == list.zones) {
      ++out.equal;
    } else {
      out.differences.push_back("line " + std::to_string(list.line) + ": node " +
                                std::to_string(list.node) +
                                (list.fallback ? " FALLBACK is " : " NOFALLBACK is ") +
                                text_of(list.zones) + "; by the rules " + text_of(expect));
    }
  }
  return out;
}

}  // namespace

ZonelistReport check_zonelists(std::string_view text) {
  ZonelistReport out;
  Dump d = DumpReader().read(text);
  out.fault = d.fault;
  out.fault_line = d.fault.empty() ? 0 : d.line;
  if (!out.fault.empty()) return out;
  if (d.nodes == 0) {
    out.fault = "no line 'zl NODE WHICH: ...' in it";
    return out;
  }
  out.unchecked = set_missing_distances(d);
  if (!out.unchecked.empty()) return out;
  for (const Moment& m : d.moments) out.moments.push_back(check_moment(m, d));
  return out;
}

}  // namespace bp::kernel
