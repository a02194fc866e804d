// SPDX-License-Identifier: MIT
#include "fuzz/program/text.h"

#include <array>

#include "fuzz/program/text_ops.h"

namespace bp {
namespace {

using text::Fault;
using text::MaybeFault;
using text::Word;
using text::Words;

constexpr std::size_t kLineMax = 1 << 16;  ///< Longer lines are no program.

/// Reads line after line; each line says what may come next.
class Reader {
 public:
  TextParse read(std::string_view all) {
    if (all.size() > kTextMax) return failed(1, {1, "the text is larger than 512 MiB"});
    std::size_t line = 0;
    for (std::size_t at = 0; at < all.size();) {
      ++line;
      const std::size_t end = std::min(all.find('\n', at), all.size());
      if (end - at > kLineMax)
        return failed(line, {kLineMax, "the line is longer than 65536 bytes"});
      line_ = line;
      if (auto f = read_line(all.substr(at, end - at)))
        return failed(line_of_fault_ != 0 ? line_of_fault_ : line, *f);
      at = end + 1;
    }
    if (auto f = close()) return failed(line_of_fault_, *f);
    return {std::move(program_), {}};
  }

 private:
  enum class Stage { header, machine, nodes, ops, done };

  static TextParse failed(std::size_t line, const Fault& f) {
    return {std::nullopt, {line, f.column, f.what}};
  }

  MaybeFault read_line(std::string_view line) {
    Words words(line);
    const Word first = words.next();
    if (first.text.empty()) return std::nullopt;
    for (const char c : first.text) {
      if (c < ' ' || c > '~') return Fault{first.column, "a byte that is no printable ASCII"};
    }
    switch (stage_) {
      case Stage::header: return read_header(first, words);
      case Stage::machine: return read_machine(first, words);
      case Stage::nodes:
        if (first.text == "node") return read_node(words);
        if (auto f = close_machine()) return f;
        stage_ = Stage::ops;
        [[fallthrough]];
      case Stage::ops:
        if (first.text == "schedule") return read_schedule(words);
        return read_op(first, words);
      case Stage::done: return Fault{first.column, "nothing may follow the schedule"};
    }
    return std::nullopt;
  }

  MaybeFault read_header(const Word& first, Words& words) {
    if (first.text != "buddyproof")
      return Fault{first.column, "a program starts with 'buddyproof 1'"};
    const Word version = words.next();
    if (version.text != "1")
      return Fault{version.column,
                   "version " + text::quoted(version.text) + " is unknown: 1 is read"};
    stage_ = Stage::machine;
    return nothing_more(words);
  }

  MaybeFault read_machine(const Word& first, Words& words) {
    if (first.text != "machine") return Fault{first.column, "expected the machine line"};
    stage_ = Stage::nodes;
    machine_line_ = line_;
    return text::read_machine(words, program_->machine, zones_given_);
  }

  MaybeFault read_node(Words& words) {
    const std::size_t n = program_->machine.nodes.size();
    if (n < node_line_.size()) node_line_[n] = line_;
    return text::read_node(words, program_->machine);
  }

  MaybeFault read_op(const Word& first, Words& words) {
    if (program_->ops.size() == kOpsMax)
      return Fault{first.column, "there are more than 2^24 operations"};
    Op op;
    if (auto f = text::read_op(first, words, program_->machine, orders_, op)) return f;
    program_->ops.push_back(op);
    return std::nullopt;
  }

  MaybeFault read_schedule(Words& words) {
    stage_ = Stage::done;
    const Word hash = words.next();
    if (auto f = text::read_number(hash, hash.text, ~std::uint64_t{0}, program_->execution_hash))
      return f;
    for (Word w = words.next(); !w.text.empty(); w = words.next()) {
      std::uint64_t choice = 0;
      if (auto f = text::read_number(w, w.text, 255, choice)) return f;
      if (program_->schedule.size() == kScheduleMax)
        return Fault{w.column, "there are more than 2^20 choices"};
      program_->schedule.push_back(static_cast<std::uint8_t>(choice));
    }
    return std::nullopt;
  }

  static MaybeFault nothing_more(Words& words) {
    const Word w = words.next();
    if (w.text.empty()) return std::nullopt;
    return Fault{w.column, text::quoted(w.text) + " is too much on this line"};
  }

  /// All nodes are read: the machine must stand. Its fault is reported where it was written.
  MaybeFault close_machine() {
    Machine& m = program_->machine;
    if (!zones_given_) m.zones = zones_in_use(m);
    const auto fault = first_fault(m);
    if (!fault) return std::nullopt;
    line_of_fault_ = fault->node ? node_line_[*fault->node] : machine_line_;
    return Fault{1, fault->what};
  }

  static ZoneConfig zones_in_use(const Machine& m) {
    ZoneConfig c;
    for (const Node& n : m.nodes) {
      for (const Zone& z : n.zones) {
        c.dma = c.dma || z.type == ZoneType::dma;
        c.dma32 = c.dma32 || z.type == ZoneType::dma32;
        c.highmem = c.highmem || z.type == ZoneType::highmem;
      }
    }
    return c;
  }

  MaybeFault close() {
    if (stage_ == Stage::nodes) return close_machine();
    line_of_fault_ = line_ + 1;
    if (stage_ == Stage::header)
      return Fault{1, "the text is empty: a program starts with 'buddyproof 1'"};
    if (stage_ == Stage::machine) return Fault{1, "the text ends before the machine line"};
    return std::nullopt;
  }

  Stage stage_ = Stage::header;
  std::optional<Program> program_ = Program{};
  std::vector<Order> orders_;  ///< Of each alloc so far.
  bool zones_given_ = false;
  std::size_t line_ = 0;
  std::size_t machine_line_ = 0;
  std::array<std::size_t, kNodesMax> node_line_{};
  std::size_t line_of_fault_ = 0;  ///< Where a fault that is found late was written.
};

}  // namespace

TextParse parse_text(std::string_view text) { return Reader().read(text); }

}  // namespace bp
