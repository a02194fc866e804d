// SPDX-License-Identifier: MIT
// The lines of a dump into a KernelState. Line by line, so that the caller keeps line numbers; a
// line that cannot be right is refused with a clause, and finish() says what a dump lacks. Whether
// what was read can be the state of a kernel is first_contradiction()'s question, not this one's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/kernel/dialect.h"
#include "fuzz/kernel/line_cursor.h"
#include "model/reference/kernel_state.h"

namespace bp::kernel {

/// The sysctls that a batch of the wider 6.1 recordings states.
struct Sysctls {
  std::int64_t min_free_kbytes = 0;
  std::int64_t scale_factor = 10;
  std::int64_t boost_factor = 15000;
  std::int64_t high_fraction = 0;
};

/// What follows the word `sysctl`. Names that mean nothing here are passed over.
void read_sysctl(LineCursor& c, Sysctls& s);

/// Dumps that were taken beside a snapshot of /proc, not to be replayed, say less: how many CPUs
/// there are only by their pcp lines, and maybe neither zone flags, nor cached types, nor what 6.12
/// added to a pcp line.
enum class Detail : std::uint8_t { replayable, snapshot };

class DumpReader {
 public:
  explicit DumpReader(const Dialect& d, Detail detail = Detail::replayable)
      : dialect_(d), detail_(detail) {}

  /// Empties `s` for a new dump and reads into it from now on. Lists keep their memory.
  void begin(reference::KernelState& s, const Sysctls& sysctls);
  /// One line; a fault in one clause, or nothing.
  std::string read(std::string_view line);
  /// After the last line: what is missing, or nothing.
  std::string finish();
  bool has_head() const { return head_seen_; }  ///< A gl or cfg line; the first 6.1 files lack it.

 private:
  /// What was seen of a zone, to know what is missing.
  struct Seen {
    unsigned nr_free = 0;  ///< Set of orders.
    bool flags = false, extra = false, pageblocks = false;
  };

  void read_line(std::string_view kind, LineCursor& c);
  void read_gl(LineCursor& c);
  void read_cfg_5_15(LineCursor& c);
  void read_cfg_6_1(LineCursor& c);
  void read_cfg_tail(LineCursor& c);
  void read_distance(std::string_view name, LineCursor& c);
  void read_node(LineCursor& c);
  void read_zone(LineCursor& c);
  bool follows(unsigned on, unsigned index) const;
  void read_zone_extra(LineCursor& c);
  void read_free_list(LineCursor& c);
  void read_nr_free(LineCursor& c);
  void read_pcp(LineCursor& c);
  void read_pcp_tail(LineCursor& c, reference::PcpNumbers& n);
  void read_pcp_extra(LineCursor& c);
  void read_pcp_list(LineCursor& c);
  void read_flags(LineCursor& c);
  void read_lru(LineCursor& c);
  void read_pageblocks(LineCursor& c);
  void read_zonelist(LineCursor& c);

  void set_types(std::int64_t types);
  void set_cpus(std::int64_t cpus);
  void set_pcp_lists(std::int64_t lists, LineCursor& c);
  unsigned nid(LineCursor& c) const;
  reference::NodeState& node(unsigned nid);
  /// The zone that a line names, among those seen; its fault is the cursor's.
  reference::ZoneState& zone(LineCursor& c);
  Seen& seen(const reference::ZoneState& z) { return seen_[z.node][z.index]; }
  reference::PcpState& pcp(LineCursor& c);
  std::optional<Migratetype> type(LineCursor& c) const;
  std::string missing_of(const reference::ZoneState& z);

  static constexpr unsigned kPcpListsWithoutHuge = 12;  ///< Orders 0..3 times three types.
  static constexpr std::size_t kNoZone = ~std::size_t{0};

  Dialect dialect_;
  Detail detail_ = Detail::replayable;
  reference::KernelState* state_ = nullptr;
  bool head_seen_ = false;      ///< A gl or cfg line.
  bool realtime_said_ = false;  ///< The first wide recordings say nothing of it.
  unsigned types_ = 5;
  std::size_t zones_ = 0;  ///< Read so far: state_->zones keeps its memory beyond them.
  std::array<std::array<std::size_t, reference::kZoneIndices>, kNodesMax> zone_at_{};
  std::array<std::array<Seen, reference::kZoneIndices>, kNodesMax> seen_{};
  reference::ZoneState no_zone_;  ///< What a faulty line is read into.
  reference::PcpState no_pcp_;
};

}  // namespace bp::kernel
