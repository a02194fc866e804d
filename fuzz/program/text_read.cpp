// SPDX-License-Identifier: MIT
// Reads a program's text line by line, up to the first fault.
#include <algorithm>
#include <array>
#include <utility>

#include "fuzz/program/call_names.h"
#include "fuzz/program/text.h"
#include "fuzz/program/text_cursor.h"
#include "fuzz/program/text_machine.h"
#include "model/vocab/gfp_text.h"
#include "model/vocab/slow_trace.h"

namespace bp {
namespace {

using U64 = std::uint64_t;

/// Masks read last, by their text: a trace of a million lines has some twenty.
class GfpMasks {
 public:
  /// Null if the text is no mask; `fault` then says why.
  const Gfp* find(std::string_view text, Era era, GfpParse& fault) {
    Entry& entry = entries_[hash(text) % entries_.size()];
    if (entry.text == text && !text.empty()) return &entry.gfp;
    fault = gfp_parse(text, era);
    if (!fault.fault.empty()) return nullptr;
    entry = {text, fault.gfp};
    return &entry.gfp;
  }

 private:
  struct Entry {
    std::string_view text;
    Gfp gfp;
  };
  static std::size_t hash(std::string_view text) {
    std::size_t h = text.size();
    for (const char c : text) h = h * 31 + static_cast<unsigned char>(c);
    return h ^ h >> 12;
  }
  std::array<Entry, 64> entries_;
};

/// The keys that an operation's line can have.
enum Key : unsigned {
  cpu,
  order,
  pages,
  gfp,
  node,
  nodes,
  offset,
  is,
  policy,
  mems,
  result,
  progress,
  frees,
  count,
  reclaimable,
  dirty,
  without,
  no_key
};
constexpr std::array<std::string_view, no_key> kKeys = {
    "cpu",  "order",  "pages",    "gfp",   "node",  "nodes",       "offset", "is",     "policy",
    "mems", "result", "progress", "frees", "count", "reclaimable", "dirty",  "without"};
constexpr unsigned bit(Key k) { return 1U << k; }

constexpr unsigned needs_of(Call c) {
  return bit(cpu) | bit(gfp) | (has_order(c) ? bit(order) : 0) | (has_pages(c) ? bit(pages) : 0) |
         (c == Call::node_raw ? bit(node) : 0);
}
constexpr unsigned keys_of(Call c) {
  return needs_of(c) | (has_node(c) ? bit(node) : 0) | (c == Call::alloc ? bit(nodes) : 0);
}
constexpr unsigned kFreeKeys = bit(cpu) | bit(order) | bit(offset);
constexpr unsigned kTaskKeys = bit(cpu) | bit(is) | bit(policy) | bit(nodes) | bit(mems);
constexpr unsigned kWorldKeys = bit(is) | bit(reclaimable) | bit(dirty) | bit(without);
constexpr unsigned needs_of(Answerer a) { return has_result(a) ? bit(result) : 0; }
constexpr unsigned keys_of(Answerer a) {
  return needs_of(a) | (progress_max(a) != 0 ? bit(progress) : 0) |
         (may_free(a) ? bit(frees) | bit(count) : 0) | (a == Answerer::killer ? bit(is) : 0) |
         (a == Answerer::cpuset ? bit(mems) : 0);
}

Key key_named(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name);
  return static_cast<Key>(found - kKeys.begin());
}

/// "cpu, order, gfp"
std::string key_list(unsigned keys) {
  std::string list;
  for (unsigned k = 0; k < kKeys.size(); ++k) {
    if ((keys >> k & 1) == 0) continue;
    if (!list.empty()) list += ", ";
    list += kKeys[k];
  }
  return list;
}

class TextReader {
 public:
  TextReader(std::string_view text, Program& out) : cursor_(text), p_(out) {}

  bool read() {
    if (!read_header() || !read_machine()) return false;
    while (!done_ && read_operation()) {
      if (!cursor_.next_line()) break;
      word_ = cursor_.next_word();
    }
    return !cursor_.failed();
  }
  const TextFault& fault() const { return cursor_.fault(); }

 private:
  bool read_header();
  bool read_machine();
  bool read_operation();
  bool read_alloc();
  bool read_free();
  bool read_get();
  bool read_split();
  bool read_task();
  bool read_answer();
  bool read_world();
  bool read_range_of(RangeAction action, std::string_view name);
  bool read_drain();
  bool read_handle(const char* what, Op& op);
  bool read_schedule();
  bool read_keys(const char* what, unsigned allowed, unsigned needed, Op& op);
  bool read_value(Key key, std::string_view value, Op& op);
  bool read_gfp(std::string_view value, Op& op);
  bool read_cpu(std::string_view value, Op& op);
  bool read_nodes(std::string_view value, Op& op);
  bool read_flags(std::string_view value, Op& op);
  template <std::size_t N>
  bool read_flags(std::string_view value, const std::array<std::string_view, N>& names,
                  const char* what, std::uint8_t& flags);
  bool read_result(std::string_view value, OpAnswer& a);
  bool read_frees(std::string_view value, Op& op);
  bool read_small(std::string_view value, const char* what, unsigned most, std::uint8_t& to);
  bool read_memory_nodes(std::string_view value, const char* what, std::uint8_t& to);
  bool read_policy(std::string_view value, Op& op);
  bool needs_version(unsigned version, std::string_view word);
  bool needs_version_2(std::string_view word) { return needs_version(2, word); }
  bool handle_of(std::string_view word, U64& handle);
  bool end_of_line();
  bool missing_line(const char* what);

  TextCursor cursor_;
  Program& p_;
  std::string_view word_;       ///< The first word of the line.
  std::vector<Order> asked_;    ///< By handle.
  std::vector<bool> compound_;  ///< By handle.
  unsigned version_ = 1;        ///< 2 has calls, 3 has ranges and types.
  bool named_ = false;          ///< The answer being read names a block.
  GfpMasks masks_;
  bool done_ = false;  ///< Nothing but a schedule, or nothing at all, can follow.
};

/// The text ended where `what` should be; the fault stands behind its last line.
bool TextReader::missing_line(const char* what) {
  return cursor_.fail_at(cursor_.line_number() + 1, 1, std::string("the text ends before ") + what);
}

bool TextReader::end_of_line() {
  const std::string_view extra = cursor_.next_word();
  if (extra.empty()) return !cursor_.failed();
  return cursor_.fail(extra, quoted(extra) + " follows where the line should end");
}

bool TextReader::read_header() {
  if (!cursor_.next_line()) return missing_line("its header 'buddyproof 1'");
  const std::string_view name = cursor_.next_word();
  if (name != "buddyproof") {
    return cursor_.fail(name, "expected the header 'buddyproof 1', not " + quoted(name));
  }
  const std::string_view version = cursor_.next_word();
  if (version != "1" && version != "2" && version != "3") {
    return cursor_.fail(version, "version " + quoted(version) + " is not known: 1, 2 and 3 are");
  }
  version_ = static_cast<unsigned>(version[0] - '0');
  return end_of_line();
}

/// Leaves the first word of the line after the node lines in `word_`, or sets `done_`.
bool TextReader::read_machine() {
  if (!cursor_.next_line()) return missing_line("its machine line");
  word_ = cursor_.next_word();
  if (word_ != "machine") {
    return cursor_.fail(word_, "expected the machine line, not " + quoted(word_));
  }
  MachineText where;
  where.machine_column = static_cast<std::size_t>(word_.data() - cursor_.line_start().data()) + 1;
  if (!read_machine_line(cursor_, p_.machine, where)) return false;
  for (;;) {
    done_ = !cursor_.next_line();
    if (cursor_.failed()) return false;
    word_ = done_ ? std::string_view{} : cursor_.next_word();
    if (word_ != "node") break;
    if (!read_node_line(cursor_, word_, p_.machine, where)) return false;
  }
  if (!finish_machine(cursor_, p_.machine, where)) return false;
  if (p_.machine.highatomic && version_ < 3) {
    return cursor_.fail_at(where.machine_line, where.machine_column,
                           "highatomic is of version 3: begin with 'buddyproof 3'");
  }
  while (word_ == "cma") {
    if (!needs_version(3, word_) || !read_cma_line(cursor_, p_.machine) || !end_of_line())
      return false;
    done_ = !cursor_.next_line();
    if (cursor_.failed()) return false;
    word_ = done_ ? std::string_view{} : cursor_.next_word();
  }
  return true;
}

bool TextReader::read_operation() {
  if (p_.ops.size() == kOpsMax && word_ != "schedule") {
    return cursor_.fail(word_, "there are more than 2^24 operations");
  }
  if (word_.starts_with('b')) return read_alloc();
  if (word_ == "free" || word_ == "free_pages") return read_free();
  if (word_ == "get") return read_get();
  if (word_ == "split") return read_split();
  if (word_ == "task") return read_task();
  if (word_ == "answer") return read_answer();
  if (word_ == "world") return read_world();
  if (word_ == "drain") return read_drain();
  if (const unsigned action = place_of(kRangeNames, word_); action < kRangeActions - 1)
    return read_range_of(RangeAction{static_cast<std::uint8_t>(action)}, word_);
  if (word_ == "census") return p_.ops.push_back(Op::census()), end_of_line();
  if (word_ == "schedule") return read_schedule();
  return cursor_.fail(
      word_, quoted(word_) +
                 " starts no line: bN = alloc, free, drain, census, free_pages, get, "
                 "split, task, answer, world, bN = range, isolate, unisolate, offline, online, "
                 "schedule");
}

bool TextReader::handle_of(std::string_view word, U64& handle) {
  return word.starts_with('b') && !word.substr(1).starts_with("0x") &&
         parse_number(word.substr(1), kOpsMax, handle) == NumberFault::none;
}

bool TextReader::read_alloc() {
  U64 handle = 0;
  if (!handle_of(word_, handle)) {
    return cursor_.fail(word_, quoted(word_) + " is no handle: b0, b1, ...");
  }
  if (handle != asked_.size()) {
    return cursor_.fail(word_, "expected b" + std::to_string(asked_.size()) +
                                   ": handles are numbered in the order of their allocs");
  }
  const std::string_view equals = cursor_.next_word();
  if (equals != "=") return cursor_.fail(equals, "expected '=', not " + quoted(equals));
  const std::string_view name = cursor_.next_word();
  if (name == kRangeNames[static_cast<unsigned>(RangeAction::alloc)])
    return read_range_of(RangeAction::alloc, name);
  const unsigned call = place_of(kCallNames, name);
  if (call == kCalls) {
    return cursor_.fail(name,
                        "expected 'alloc' or a call such as 'alloc_pages', not " + quoted(name));
  }
  Op op;
  op.kind = OpKind::alloc;
  op.call = Call{static_cast<std::uint8_t>(call)};
  if (op.is_call() && !needs_version_2(name)) return false;
  const std::string what = op.is_call() ? std::string(name) : "an alloc";
  if (!read_keys(what.c_str(), keys_of(op.call), needs_of(op.call), op)) return false;
  if (op.defines() > kOpsMax - asked_.size())
    return cursor_.fail(name, "there are more than 2^24 blocks");
  asked_.insert(asked_.end(), op.defines(), order_of_block(op));
  compound_.insert(compound_.end(), op.defines(),
                   op.gfp.has(GfpFlag::comp) && order_of_block(op) > Order{0});
  p_.ops.push_back(op);
  return true;
}

bool TextReader::needs_version(unsigned version, std::string_view word) {
  if (version_ >= version) return true;
  const std::string number = std::to_string(version);
  return cursor_.fail(
      word, quoted(word) + " is of version " + number + ": begin with 'buddyproof " + number + "'");
}

bool TextReader::read_handle(const char* what, Op& op) {
  const std::string_view word = cursor_.next_word();
  U64 handle = 0;
  if (!handle_of(word, handle)) {
    return cursor_.fail(word,
                        std::string(what) + " needs a handle such as b0, not " + quoted(word));
  }
  if (handle >= asked_.size()) {
    return cursor_.fail(word, "no earlier alloc defines " + quoted(word));
  }
  return op.handle = static_cast<std::uint32_t>(handle), true;
}

bool TextReader::read_free() {
  Op op;
  op.kind = OpKind::free;
  op.by_address = word_ == "free_pages";
  if (op.by_address && !needs_version_2(word_)) return false;
  if (!read_handle(op.by_address ? "free_pages" : "free", op)) return false;
  op.order = asked_[op.handle];
  if (!read_keys("a free", kFreeKeys, bit(cpu), op)) return false;
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_get() {
  Op op;
  op.kind = OpKind::get;
  if (!needs_version_2(word_) || !read_handle("get", op)) return false;
  p_.ops.push_back(op);
  return end_of_line();
}

bool TextReader::read_split() {
  Op op;
  op.kind = OpKind::split;
  const std::string_view word = word_;
  if (!needs_version_2(word) || !read_handle("split", op)) return false;
  op.order = asked_[op.handle];
  if (!read_keys("a split", bit(order), 0, op)) return false;
  if (compound_[op.handle]) return cursor_.fail(word, "a compound block is not split");
  if (op.order == asked_[op.handle]) asked_[op.handle] = Order{0};
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_task() {
  Op op;
  op.kind = OpKind::task;
  const std::string_view word = word_;
  if (!needs_version_2(word)) return false;
  if (!read_keys("a task", kTaskKeys, bit(cpu), op)) return false;
  if ((op.task.policy == Policy::none) != (op.task.policy_nodes == 0))
    return cursor_.fail(word, "a task has both policy= and nodes=, or neither");
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_answer() {
  if (!needs_version_2(word_)) return false;
  const std::string_view who = cursor_.next_word();
  Op op;
  op.kind = OpKind::answer;
  unsigned from = 0;
  while (from < kAnswerers && name(Answerer{static_cast<std::uint8_t>(from)}) != who) ++from;
  if (from == kAnswerers) {
    return cursor_.fail(who, quoted(who) +
                                 " answers nothing: kswapd, compaction, reclaim, killer, "
                                 "node-reclaim, cpuset, fault");
  }
  op.answer.from = Answerer{static_cast<std::uint8_t>(from)};
  named_ = false;
  if (!read_keys("this answer", keys_of(op.answer.from), needs_of(op.answer.from), op))
    return false;
  if (op.answer.busy && op.answer.progress != 0)
    return cursor_.fail(who, "a busy killer makes no progress for this request");
  if (op.answer.frees != 0 && !named_) return cursor_.fail(who, "count= goes with frees=");
  if (op.handle + std::size_t{op.answer.frees} > asked_.size())
    return cursor_.fail(who, "the last of the blocks given back is not defined yet");
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_world() {
  if (!needs_version_2(word_)) return false;
  Op op;
  op.kind = OpKind::world;
  const std::string_view word = word_;
  if (!read_keys("a world", kWorldKeys, 0, op)) return false;
  if (!kForbiddable.has_all(op.gfp))
    return cursor_.fail(word, "a world is without waiting, reclaim, IO and FS, and no other flags");
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_range_of(RangeAction action, std::string_view name) {
  if (!needs_version(3, name)) return false;
  const std::string_view word = cursor_.next_word();
  PfnRange frames;
  if (!read_range(cursor_, word, "a range", static_cast<U64>(kPfnMax) + 1, frames)) return false;
  const Pages unit = pages_in(kRangeOrder);
  if (!is_aligned(frames.begin, kRangeOrder) || !is_aligned(frames.end, kRangeOrder))
    return cursor_.fail(word, "a range begins and ends at multiples of 512 frames");
  if (frames.span() > unit * kRangeBlocksMax)
    return cursor_.fail(word, "a range has at most 16 pageblocks of 512 frames");
  const auto blocks = static_cast<unsigned>(std::int64_t{frames.span()} / std::int64_t{unit});
  const Op op = Op::of_range(action, frames.begin, blocks);
  if (op.defines() > kOpsMax - asked_.size())
    return cursor_.fail(word, "there are more than 2^24 blocks");
  asked_.insert(asked_.end(), op.defines(), order_of_block(op));
  compound_.insert(compound_.end(), op.defines(), false);
  p_.ops.push_back(op);
  return end_of_line();
}

bool TextReader::read_drain() {
  Op op;
  op.kind = OpKind::drain;
  if (!read_keys("a drain", bit(cpu), bit(cpu), op)) return false;
  p_.ops.push_back(op);
  return true;
}

bool TextReader::read_keys(const char* what, unsigned allowed, unsigned needed, Op& op) {
  unsigned seen = 0;
  for (std::string_view word = cursor_.next_word(); !word.empty(); word = cursor_.next_word()) {
    KeyValue kv;
    if (!split_key(cursor_, word, kv)) return false;
    const Key key = key_named(kv.key);
    if (key == no_key || (allowed & bit(key)) == 0) {
      return cursor_.fail(word,
                          quoted(kv.key) + " is no key of " + what + ": " + key_list(allowed));
    }
    if ((seen & bit(key)) != 0) return cursor_.fail(word, std::string(kv.key) + "= twice");
    seen |= bit(key);
    if (!read_value(key, kv.text, op)) return false;
  }
  const unsigned missing = needed & ~seen;
  if (missing != 0) {
    return cursor_.fail(cursor_.rest(), std::string(what) + " needs " + key_list(missing));
  }
  return !cursor_.failed();
}

bool TextReader::read_value(Key key, std::string_view value, Op& op) {
  const std::size_t node_count = p_.machine.nodes.size();
  U64 number = 0;
  switch (key) {
    case cpu: return read_cpu(value, op);
    case gfp: return read_gfp(value, op);
    case order:
      if (!read_number(cursor_, value, "order", kOrderMax, number)) return false;
      return op.order = Order{static_cast<unsigned>(number)}, true;
    case node:
      if (!read_number(cursor_, value, "node", kNodesMax - 1, number)) return false;
      if (number >= node_count) return cursor_.fail(value, "there is no such node");
      return op.node = static_cast<std::int8_t>(number), true;
    case nodes: return read_nodes(value, op);
    case is: return read_flags(value, op);
    case policy: return read_policy(value, op);
    case mems:
      return read_memory_nodes(value, "cpuset",
                               op.kind == OpKind::task ? op.task.mems : op.answer.mems);
    case result: return read_result(value, op.answer);
    case progress:
      return read_small(value, "progress", progress_max(op.answer.from), op.answer.progress);
    case frees: return read_frees(value, op);
    case count: return read_small(value, "count", kFreesMax, op.answer.frees);
    case reclaimable:
      return read_small(value, "reclaimable", kReclaimableMax, op.world.reclaimable);
    case dirty:
      if (!read_number(cursor_, value, "dirty", 0xff, number)) return false;
      if (number >> node_count != 0) return cursor_.fail(value, "there is no such node");
      return op.world.dirty_nodes = static_cast<std::uint8_t>(number), true;
    case without: return read_gfp(value, op);
    case pages: {
      const unsigned most = op.call == Call::bulk ? kBulkMax : kExactMax;
      if (!read_number(cursor_, value, "pages", most, number)) return false;
      if (number == 0) return cursor_.fail(value, "pages: at least 1");
      return op.pages = static_cast<std::uint16_t>(number), true;
    }
    default:
      if (!read_number(cursor_, value, "offset", kOffsetMax, number)) return false;
      return op.offset = static_cast<std::uint16_t>(number), true;
  }
}

bool TextReader::read_nodes(std::string_view value, Op& op) {
  if (op.kind == OpKind::task) return read_memory_nodes(value, "policy", op.task.policy_nodes);
  U64 number = 0;
  if (!read_number(cursor_, value, "nodes", 0xff, number)) return false;
  if (number >> p_.machine.nodes.size() != 0)
    return cursor_.fail(value, "the node mask names a node that does not exist");
  return op.nodemask = static_cast<std::uint8_t>(number), true;
}

/// Nodes of a policy or of a cpuset: not none, and all with memory.
bool TextReader::read_memory_nodes(std::string_view value, const char* what, std::uint8_t& to) {
  U64 number = 0;
  if (!read_number(cursor_, value, "nodes", 0xff, number)) return false;
  if (number == 0) return cursor_.fail(value, std::string("the ") + what + " names no node");
  if (number >> p_.machine.nodes.size() != 0)
    return cursor_.fail(value, "the node mask names a node that does not exist");
  for (std::size_t n = 0; n < p_.machine.nodes.size(); ++n) {
    if ((number >> n & 1) != 0 && p_.machine.nodes[n].zones.empty())
      return cursor_.fail(value, std::string("the ") + what + " names a node without memory");
  }
  return to = static_cast<std::uint8_t>(number), true;
}

bool TextReader::read_small(std::string_view value, const char* what, unsigned most,
                            std::uint8_t& to) {
  U64 number = 0;
  if (!read_number(cursor_, value, what, most, number)) return false;
  if (number == 0) return cursor_.fail(value, std::string(what) + ": at least 1");
  return to = static_cast<std::uint8_t>(number), true;
}

/// The count may stand before it, and is 1 if there is none.
bool TextReader::read_frees(std::string_view value, Op& op) {
  U64 handle = 0;
  if (!handle_of(value, handle) || handle >= asked_.size())
    return cursor_.fail(value, "no earlier alloc defines " + quoted(value));
  op.handle = static_cast<std::uint32_t>(handle);
  if (op.answer.frees == 0) op.answer.frees = 1;
  return named_ = true;
}

bool TextReader::read_result(std::string_view value, OpAnswer& a) {
  const bool compaction = a.from == Answerer::compaction;
  std::string known;
  for (std::uint8_t n = 0; n < results_of(a.from); ++n) {
    const std::string_view name = compaction ? bp::name(Compacted{n}) : bp::name(NodeReclaimed{n});
    if (name == value) return a.result = n, true;
    known.append(known.empty() ? "" : ", ").append(name);
  }
  return cursor_.fail(value, quoted(value) + " is no result: " + known);
}

template <std::size_t N>
bool TextReader::read_flags(std::string_view value, const std::array<std::string_view, N>& names,
                            const char* what, std::uint8_t& flags) {
  for (std::string_view rest = value;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    const unsigned flag = place_of(names, name);
    if (flag == N) {
      std::string known;
      for (const std::string_view n : names) known.append(known.empty() ? "" : ", ").append(n);
      return cursor_.fail(name.empty() ? value : name,
                          quoted(name) + " is nothing that " + what + " can be: " + known);
    }
    flags = static_cast<std::uint8_t>(flags | 1U << flag);
    if (comma == std::string_view::npos) return true;
    rest.remove_prefix(comma + 1);
  }
}

bool TextReader::read_flags(std::string_view value, Op& op) {
  if (op.kind == OpKind::world) return read_flags(value, kWorldNames, "the world", op.world.flags);
  if (op.kind == OpKind::answer) {
    if (value != "busy") return cursor_.fail(value, "a killer is nothing but busy");
    return op.answer.busy = true;
  }
  if (!read_flags(value, kTaskNames, "a task", op.task.flags)) return false;
  if (op.task.is(TaskFlag::softirq) && !op.task.is(TaskFlag::interrupt))
    return cursor_.fail(value, "softirq goes with interrupt");
  return true;
}

bool TextReader::read_policy(std::string_view value, Op& op) {
  const unsigned mode = place_of(kPolicyNames, value);
  if (mode == kPolicies || mode == 0) {
    return cursor_.fail(value, quoted(value) + " is no policy: preferred, bind, interleave");
  }
  return op.task.policy = Policy{static_cast<std::uint8_t>(mode)}, true;
}

bool TextReader::read_cpu(std::string_view value, Op& op) {
  if (op.kind == OpKind::drain && value == "all") return op.cpu = kAllCpus, true;
  U64 number = 0;
  if (!read_number(cursor_, value, "cpu", kCpusMax - 1, number)) return false;
  if (number >= p_.machine.cpus) return cursor_.fail(value, "there is no such CPU");
  return op.cpu = static_cast<std::uint8_t>(number), true;
}

bool TextReader::read_gfp(std::string_view value, Op& op) {
  GfpParse fault;
  const Gfp* const mask = masks_.find(value, p_.machine.era, fault);
  if (mask == nullptr) return cursor_.fail(value.substr(fault.at), std::move(fault.fault));
  return op.gfp = *mask, true;
}

bool TextReader::read_schedule() {
  const std::string_view hash = cursor_.next_word();
  if (!read_number(cursor_, hash, "a schedule's hash", ~U64{0}, p_.execution_hash)) return false;
  for (std::string_view word = cursor_.next_word(); !word.empty(); word = cursor_.next_word()) {
    U64 choice = 0;
    if (!read_number(cursor_, word, "a choice", 0xff, choice)) return false;
    if (p_.schedule.size() == kScheduleMax) {
      return cursor_.fail(word, "the schedule has more than 2^20 choices");
    }
    p_.schedule.push_back(static_cast<std::uint8_t>(choice));
  }
  if (cursor_.failed()) return false;
  if (cursor_.next_line())
    return cursor_.fail(cursor_.next_word(), "the schedule is the last line");
  return !(done_ = true, cursor_.failed());
}

}  // namespace

TextParse parse_text(std::string_view text) {
  TextParse parse;
  if (text.size() > kTextMax) {
    parse.fault = {1, 1, "the text is larger than 512 MiB"};
    return parse;
  }
  Program& program = parse.program.emplace();
  TextReader reader(text, program);
  if (reader.read()) {
    check(!first_fault(program), "the text reader accepts only legal programs");
    return parse;
  }
  parse.program.reset();
  parse.fault = reader.fault();
  return parse;
}

}  // namespace bp
