// SPDX-License-Identifier: MIT
#include "fuzz/explore/scenario.h"

#include <algorithm>
#include <array>

#include "fuzz/sched/litmus_line.h"

namespace bp::explore {
namespace {

constexpr std::array<std::string_view, 3> kZones{"dma", "dma32", "normal"};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  ScenarioParse parse() {
    while (line_.ok() && !rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      line_ = sched::LitmusLine(rest_.substr(0, end));
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      if (line_.done()) continue;
      statement();
      if (line_.ok() && !line_.done()) line_.blame("expected the end of the line");
    }
    if (line_.ok()) finish();
    if (!line_.ok()) return {std::nullopt, line_.fault(), number_, line_.fault_column()};
    return {std::move(out_), {}, 0, 0};
  }

 private:
  void statement() {
    if (!versioned_) return version();
    if (line_.accept_word("cpus")) return void(out_.cpus = below(1, 9, "CPUs"));
    if (line_.accept_word("zone")) return zone();
    if (line_.accept_word("hole")) return hole();
    if (line_.accept_word("allow")) return allow();
    if (line_.accept_word("machine")) return machine();
    if (line_.accept_word("section")) return section_kind();
    if (line_.accept_word("setup")) return section(&out_.setup);
    if (line_.accept_word("task")) return task();
    operation();
  }

  void version() {
    if (!line_.accept_word("conc"))
      return line_.blame("expected 'conc 1', the version of the format, first");
    const std::int64_t v = line_.number();
    if (v != kFormat)
      return line_.blame_last("format version " + std::to_string(v) + "; this program reads 1");
    versioned_ = true;
  }

  unsigned below(std::int64_t first, std::int64_t end, const char* what) {
    const std::int64_t n = line_.number();
    if (n < first || n >= end) {
      line_.blame_last(std::string(what) + ": expected " + std::to_string(first) + ".." +
                       std::to_string(end - 1));
      return static_cast<unsigned>(first);
    }
    return static_cast<unsigned>(n);
  }

  std::optional<ZoneType> zone_type() {
    for (std::size_t i = 0; i < kZones.size(); ++i) {
      if (line_.accept_word(kZones[i])) return ZoneType{static_cast<std::uint8_t>(i)};
    }
    return std::nullopt;
  }

  Span span() {
    Span s;
    s.begin = below(0, kFramesMax, "first frame");
    s.end = below(0, kFramesMax + 1, "end frame");
    if (line_.ok() && s.end <= s.begin) line_.blame_last("a range ends above its begin");
    return s;
  }

  void zone() {
    ZoneText z;
    const auto type = zone_type();
    if (!type) return line_.blame("expected dma, dma32 or normal");
    z.type = *type;
    const Span s = span();
    z.begin = s.begin, z.end = s.end;
    const bool after =
        out_.zones.empty() || (out_.zones.back().type < z.type && out_.zones.back().end <= z.begin);
    if (!after) return line_.blame_last("zones ascend in type and frames and do not overlap");
    while (line_.ok() && !line_.done()) zone_value(z);
    out_.zones.push_back(z);
  }
  void zone_value(ZoneText& z) {
    const auto small = [&](const char* what) {
      return below(0, static_cast<std::int64_t>(kFramesMax), what);
    };
    if (line_.accept_word("pcp")) return void(z.pcp = small("pcp"));
    if (line_.accept_word("batch")) return void(z.batch = below(1, 64, "batch"));
    if (line_.accept_word("min")) return void(z.min = small("min"));
    if (line_.accept_word("low")) return void(z.low = small("low"));
    if (line_.accept_word("high")) return void(z.high = small("high"));
    if (line_.accept_word("reserve")) return void(z.reserve = small("reserve"));
    line_.blame("expected pcp, batch, min, low, high or reserve");
  }

  void hole() {
    const Span s = span();
    if (!out_.holes.empty() && s.begin < out_.holes.back().end)
      return line_.blame_last("holes ascend and do not overlap");
    out_.holes.push_back(s);
  }

  void allow() {
    while (line_.ok() && !line_.done()) {
      if (line_.accept_word("freezes")) {
        out_.freezes = below(0, kTasksMax + 1, "freezes");
      } else if (line_.accept_word("kills")) {
        out_.kills = below(0, kTasksMax + 1, "kills");
      } else if (line_.accept_word("migrations")) {
        out_.migrations = below(0, 9, "migrations");
      } else if (line_.accept_word("aborts")) {
        out_.aborts = below(0, 9, "aborts");
      } else if (line_.accept_word("steps")) {
        out_.steps = below(1, 1'000'001, "steps");
      } else {
        line_.blame("expected freezes, kills, migrations, aborts or steps");
      }
    }
  }

  void machine() {
    while (line_.ok() && !line_.done()) {
      if (line_.accept_word("types")) {
        out_.types = true;
      } else if (line_.accept_word("highatomic")) {
        out_.highatomic = true;
      } else {
        line_.blame("expected types or highatomic");
      }
    }
  }

  void section_kind() {
    for (std::size_t i = 0; i < kSectionWords.size(); ++i) {
      if (line_.accept_word(kSectionWords[i]))
        return void(out_.section = SectionKind{static_cast<std::uint8_t>(i)});
    }
    line_.blame("expected atomic, pinned or rseq");
  }

  void section(std::vector<Op>* to) { ops_ = to; }
  void task() {
    if (out_.tasks.size() == kTasksMax) return line_.blame_last("a scenario has at most 4 tasks");
    if (out_.tasks.empty()) of_setup_ = known_;
    known_ = of_setup_;
    const unsigned cpu = below(0, 8, "CPU");
    if (line_.ok() && cpu >= out_.cpus)
      return line_.blame_last("the machine has CPUs 0.." + std::to_string(out_.cpus - 1));
    out_.tasks.push_back({cpu, {}});
    in_task_ = true;
  }

  void operation() {
    std::vector<Op>* const to = in_task_ ? &out_.tasks.back().ops : ops_;
    Op op;
    if (line_.accept_word("alloc")) {
      op = alloc();
    } else if (line_.accept_word("free")) {
      op = free();
    } else if (line_.accept_word("drain")) {
      op.kind = OpKind::drain;
      if (line_.at_number()) op.cpu = static_cast<int>(below(0, out_.cpus, "CPU"));
    } else if (!line_.accept_word("hold") && !of_range(op)) {
      return line_.blame(
          "expected cpus, zone, hole, machine, section, allow, setup, task, alloc, free, drain, "
          "isolate, restore, offline, online or hold");
    }
    if (!line_.ok()) return;
    if (to == nullptr) return line_.blame_last("an operation stands below 'setup' or 'task'");
    if (to->size() == kOpsMax) return line_.blame_last("at most 16 operations a task");
    to->push_back(op);
  }
  bool of_range(Op& op) {
    for (const OpKind k : {OpKind::isolate, OpKind::restore, OpKind::offline, OpKind::online}) {
      if (!line_.accept_word(op_name(k))) continue;
      op.kind = k;
      op.range = span();
      out_.ranges = true;
      if (((op.range.begin | op.range.end) & (kPageblockFrames - 1)) != 0)
        line_.blame_last("a range is of whole pageblocks, which are 512 frames");
      return true;
    }
    return false;
  }
  Op alloc() {
    Op op{.kind = OpKind::alloc};
    op.order = below(0, kOrderMaxOfScenario + 1, "order");
    const std::string name(line_.identifier("a name for the block"));
    if (!line_.ok()) return op;
    if (std::ranges::find(out_.blocks, name) != out_.blocks.end()) {
      line_.blame_last("block " + name + " is allocated twice");
      return op;
    }
    op.block = out_.blocks.size();
    out_.blocks.push_back(name);
    known_.push_back(op.block);
    if (const auto type = zone_type()) op.highest = *type;
    for (std::size_t i = 1; i < kPurposeWords.size(); ++i) {
      if (line_.accept_word(kPurposeWords[i])) op.purpose = Purpose{static_cast<std::uint8_t>(i)};
    }
    return op;
  }
  Op free() {
    Op op{.kind = OpKind::free};
    const std::string name(line_.identifier("the name of a block"));
    if (!line_.ok()) return op;
    const auto found = std::ranges::find(out_.blocks, name);
    op.block = static_cast<std::size_t>(found - out_.blocks.begin());
    const auto mine = std::ranges::find(known_, op.block);
    if (found == out_.blocks.end() || mine == known_.end()) {
      line_.blame_last("block " + name +
                       " is not there: allocate it in 'setup' or in this task, "
                       "and free it once");
      return op;
    }
    known_.erase(mine);
    std::erase(of_setup_, op.block);
    return op;
  }

  void finish() {
    if (!versioned_) return line_.blame("empty; expected 'conc 1' first");
    if (out_.zones.empty()) return line_.blame("the machine has no zone");
    if (out_.tasks.empty()) return line_.blame("no task");
    if (out_.section == SectionKind::pinned && !stay_apart())
      line_.blame("with pinned sections each task has a CPU of its own and does not migrate");
  }
  bool stay_apart() const {
    unsigned cpus = 0;
    for (const TaskText& t : out_.tasks) {
      if ((cpus >> t.cpu & 1) != 0) return false;
      cpus |= 1U << t.cpu;
    }
    return out_.migrations == 0;
  }

  std::string_view rest_;
  sched::LitmusLine line_{""};
  std::size_t number_ = 0;
  Scenario out_;
  bool versioned_ = false;
  bool in_task_ = false;
  std::vector<Op>* ops_ = nullptr;
  std::vector<std::size_t> known_;     ///< Blocks that may be freed here.
  std::vector<std::size_t> of_setup_;  ///< Those of the set-up that no task has freed.
};

std::string value(const char* name, std::uint64_t v, std::uint64_t when_not) {
  return v == when_not ? "" : std::string(" ") + name + " " + std::to_string(v);
}

}  // namespace

const char* op_name(OpKind k) {
  constexpr const char* kNames[] = {"alloc",   "free",    "drain",   "hold",
                                    "isolate", "restore", "offline", "online"};
  return kNames[static_cast<unsigned>(k)];
}

unsigned Scenario::order_of(std::size_t block) const {
  const auto in = [&](const std::vector<Op>& ops) {
    return std::ranges::find_if(
        ops, [&](const Op& op) { return op.kind == OpKind::alloc && op.block == block; });
  };
  if (const auto found = in(setup); found != setup.end()) return found->order;
  for (const TaskText& t : tasks) {
    if (const auto found = in(t.ops); found != t.ops.end()) return found->order;
  }
  return 0;
}

ScenarioParse parse_scenario(std::string_view text) { return Parser(text).parse(); }

std::string op_text(const Scenario& s, const Op& op) {
  std::string t = op_name(op.kind);
  if (op.kind == OpKind::alloc) t += " " + std::to_string(op.order);
  if (op.kind == OpKind::alloc || op.kind == OpKind::free) t += " " + s.blocks[op.block];
  if (op.kind == OpKind::alloc && op.highest != ZoneType::normal)
    t += " " + std::string(zone_word(op.highest));
  if (op.purpose != Purpose::plain)
    t += " " + std::string(kPurposeWords[static_cast<std::size_t>(op.purpose)]);
  if (is_of_range(op.kind))
    t += " " + std::to_string(op.range.begin) + " " + std::to_string(op.range.end);
  if (op.kind == OpKind::drain && op.cpu != kEveryCpu) t += " " + std::to_string(op.cpu);
  return t;
}

std::string_view zone_word(ZoneType t) { return kZones[static_cast<std::size_t>(t)]; }

std::string scenario_text(const Scenario& s) {
  std::string t = "conc " + std::to_string(kFormat) + "\ncpus " + std::to_string(s.cpus) + "\n";
  for (const ZoneText& z : s.zones) {
    t += "zone " + std::string(zone_word(z.type)) + " " + std::to_string(z.begin) + " " +
         std::to_string(z.end) + value("pcp", z.pcp, 0) + value("batch", z.batch, 1) +
         value("min", z.min, 0) + value("low", z.low, 0) + value("high", z.high, 0) +
         value("reserve", z.reserve, 0) + "\n";
  }
  for (const Span& h : s.holes)
    t += "hole " + std::to_string(h.begin) + " " + std::to_string(h.end) + "\n";
  if (s.types || s.highatomic)
    t += std::string("machine") + (s.types ? " types" : "") + (s.highatomic ? " highatomic" : "") +
         "\n";
  if (s.section != SectionKind::atomic)
    t += "section " + std::string(kSectionWords[static_cast<std::size_t>(s.section)]) + "\n";
  t += "allow" + value("freezes", s.freezes, 0) + value("kills", s.kills, 0) +
       value("migrations", s.migrations, 0) + value("aborts", s.aborts, 0) + " steps " +
       std::to_string(s.steps) + "\n";
  if (!s.setup.empty()) t += "setup\n";
  for (const Op& op : s.setup) t += "  " + op_text(s, op) + "\n";
  for (const TaskText& task : s.tasks) {
    t += "task " + std::to_string(task.cpu) + "\n";
    for (const Op& op : task.ops) t += "  " + op_text(s, op) + "\n";
  }
  return t;
}

}  // namespace bp::explore
