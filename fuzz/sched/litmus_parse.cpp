// SPDX-License-Identifier: MIT
#include "fuzz/sched/litmus_parse.h"

#include <algorithm>
#include <array>

#include "fuzz/sched/litmus_line.h"
#include "model/vocab/check.h"

namespace bp::sched {
namespace {

struct NamedOperation {
  std::string_view name;
  Operation operation;
};
constexpr std::array kOperations{
    NamedOperation{"load", Operation::load},
    NamedOperation{"store", Operation::store},
    NamedOperation{"exchange", Operation::exchange},
    NamedOperation{"fetch_add", Operation::fetch_add},
    NamedOperation{"fetch_sub", Operation::fetch_sub},
    NamedOperation{"fetch_and", Operation::fetch_and},
    NamedOperation{"fetch_or", Operation::fetch_or},
    NamedOperation{"fetch_xor", Operation::fetch_xor},
    NamedOperation{"compare_exchange", Operation::compare_exchange},
    NamedOperation{"compare_exchange_weak", Operation::compare_exchange_weak},
    NamedOperation{"fence", Operation::fence},
};

struct NamedOrder {
  std::string_view name;
  std::memory_order order;
};
constexpr std::array kOrders{
    NamedOrder{"rlx", std::memory_order_relaxed}, NamedOrder{"acq", std::memory_order_acquire},
    NamedOrder{"rel", std::memory_order_release}, NamedOrder{"ar", std::memory_order_acq_rel},
    NamedOrder{"sc", std::memory_order_seq_cst},
};

bool is_cas(Operation o) {
  return o == Operation::compare_exchange || o == Operation::compare_exchange_weak;
}
bool is_load(Operation o) { return o == Operation::load; }

/// Where a name was first read or written, and in which thread.
struct Register {
  std::string name;
  std::size_t thread;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  LitmusParse parse() {
    while (ok() && !rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      line_ = LitmusLine(rest_.substr(0, end));
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
      if (!line_.done()) statement();
      if (ok() && !line_.done()) line_.blame("expected the end of the line");
    }
    if (ok()) finish();
    if (!ok()) return {std::nullopt, line_.fault(), number_, line_.fault_column()};
    return {std::move(out_), {}, 0, 0};
  }

 private:
  bool ok() const { return line_.ok(); }

  void statement() {
    if (line_.accept_word("litmus")) return name();
    if (line_.accept_word("init")) return init();
    if (line_.accept_word("thread")) return thread();
    if (line_.accept_word("observe")) return observe();
    if (line_.accept_word("rc11:")) return outcomes(out_.rc11, has_rc11_);
    if (line_.accept_word("cpp20:")) return outcomes(out_.cpp20, has_cpp20_);
    instruction();
  }

  void name() {
    if (!out_.name.empty()) return line_.blame("the name was given before");
    out_.name = line_.rest();
    if (out_.name.empty()) line_.blame("expected the name of the program");
  }

  void init() {
    if (!out_.threads.empty()) return line_.blame("'init' comes before the first 'thread'");
    const unsigned at = location(line_.identifier("a location"));
    if (ok()) out_.initial[at] = line_.number();
  }

  void thread() {
    if (!out_.observed.empty()) return line_.blame("'thread' comes before 'observe'");
    if (out_.threads.size() == kLitmusThreadsMax)
      return line_.blame("more than " + std::to_string(kLitmusThreadsMax) + " threads");
    out_.threads.emplace_back();
  }

  void instruction() {
    if (out_.threads.empty())
      return line_.blame("expected 'litmus', 'init', 'thread', 'observe', 'rc11:' or 'cpp20:'");
    if (!out_.observed.empty()) return line_.blame("an instruction comes before 'observe'");
    if (out_.threads.back().size() == kLitmusInstructionsMax)
      return line_.blame("more than " + std::to_string(kLitmusInstructionsMax) +
                         " instructions in a thread");
    std::string_view result;
    LitmusLine ahead = line_;
    const std::string_view first = ahead.word();
    if (ahead.accept_word("=")) {
      result = line_.identifier("a register");
      line_.word();
    }
    if (!ok()) return;
    const auto found = std::find_if(kOperations.begin(), kOperations.end(),
                                    [&](const auto& o) { return o.name == line_.peek(); });
    if (found == kOperations.end())
      return line_.blame("'" + std::string(line_.peek()) +
                         "' is no operation; use load, store, exchange, fetch_add, fetch_sub, "
                         "fetch_and, fetch_or, fetch_xor, compare_exchange, "
                         "compare_exchange_weak or fence");
    const bool gives = found->operation != Operation::store && found->operation != Operation::fence;
    if (gives && result.empty())
      return line_.blame("expected 'REGISTER = " + std::string(first) + " ...'");
    if (!gives && !result.empty())
      return line_.blame("'" + std::string(found->name) + "' gives no value to a register");
    line_.word();
    read_operands(found->operation, result);
  }

  void read_operands(Operation operation, std::string_view result) {
    Instruction i;
    i.operation = operation;
    if (operation != Operation::fence) i.location = location(line_.identifier("a location"));
    if (is_cas(operation)) i.expected = sum();
    if (operation != Operation::fence && !is_load(operation)) i.operand = sum();
    i.order = order(operation);
    if (is_cas(operation)) i.failure = order(Operation::load);
    // The result last: an operand may be the register's value before.
    if (ok() && !result.empty()) i.result = assigned(result);
    if (ok()) out_.threads.back().push_back(std::move(i));
  }

  std::memory_order order(Operation operation) {
    if (!ok()) return {};
    const std::string_view text = line_.peek();
    const auto found =
        std::find_if(kOrders.begin(), kOrders.end(), [&](const auto& o) { return o.name == text; });
    if (found == kOrders.end()) {
      line_.blame(text.empty()
                      ? "expected an order: rlx, acq, rel, ar or sc"
                      : "'" + std::string(text) + "' is no order; use rlx, acq, rel, ar or sc");
      return {};
    }
    const std::memory_order o = found->order;
    const bool releases = o == std::memory_order_release || o == std::memory_order_acq_rel;
    const bool acquires = o == std::memory_order_acquire || o == std::memory_order_acq_rel;
    if (is_load(operation) && releases) line_.blame("a load does not release; use rlx, acq or sc");
    if (operation == Operation::store && acquires)
      line_.blame("a store does not acquire; use rlx, rel or sc");
    if (operation == Operation::fence && o == std::memory_order_relaxed)
      line_.blame("a fence has an order; use acq, rel, ar or sc");
    if (ok()) line_.word();
    return o;
  }

  Sum sum() {
    Sum s;
    if (!ok()) return s;
    do {
      if (line_.at_number()) {
        s.constant += line_.number();
        continue;
      }
      const LitmusLine before = line_;
      const std::string_view name = line_.identifier("a number or a register");
      const auto r = std::find_if(registers_.begin(), registers_.end(),
                                  [&](const Register& known) { return known.name == name; });
      if (ok() && (r == registers_.end() || r->thread + 1 != out_.threads.size())) {
        line_ = before;
        line_.blame("'" + std::string(name) + "' was not assigned in this thread before");
      }
      if (ok()) s.registers.push_back(static_cast<unsigned>(r - registers_.begin()));
    } while (ok() && line_.accept('+'));
    return s;
  }

  unsigned location(std::string_view name) {
    if (!ok()) return 0;
    if (is_register(name)) {
      line_.blame_last("'" + std::string(name) + "' is a register; it cannot be a location too");
      return 0;
    }
    const auto at = std::find(out_.locations.begin(), out_.locations.end(), name);
    if (at != out_.locations.end()) return static_cast<unsigned>(at - out_.locations.begin());
    if (out_.locations.size() == kLitmusNamesMax) line_.blame_last("too many locations");
    out_.locations.emplace_back(name);
    out_.initial.push_back(0);
    return static_cast<unsigned>(out_.locations.size() - 1);
  }

  bool is_register(std::string_view name) const {
    return std::any_of(registers_.begin(), registers_.end(),
                       [&](const Register& r) { return r.name == name; });
  }

  unsigned assigned(std::string_view name) {
    if (std::find(out_.locations.begin(), out_.locations.end(), name) != out_.locations.end()) {
      line_.blame("'" + std::string(name) + "' is a location; it cannot be a register too");
      return 0;
    }
    for (std::size_t r = 0; r < registers_.size(); ++r) {
      if (registers_[r].name != name) continue;
      if (registers_[r].thread + 1 != out_.threads.size())
        line_.blame("register '" + std::string(name) + "' belongs to thread " +
                    std::to_string(registers_[r].thread + 1) + "; use another name");
      return static_cast<unsigned>(r);
    }
    if (registers_.size() == kLitmusNamesMax) line_.blame("too many registers");
    registers_.push_back({std::string(name), out_.threads.size() - 1});
    out_.registers.emplace_back(name);
    return static_cast<unsigned>(registers_.size() - 1);
  }

  void observe() {
    if (out_.threads.empty()) return line_.blame("'observe' comes after the threads");
    if (!out_.observed.empty()) return line_.blame("'observe' was given before");
    do {
      observe_name(line_.identifier("a register or a location"));
    } while (ok() && !line_.done());
  }

  void observe_name(std::string_view name) {
    if (!ok()) return;
    const auto r = std::find(out_.registers.begin(), out_.registers.end(), name);
    if (r != out_.registers.end()) {
      const auto index = static_cast<unsigned>(r - out_.registers.begin());
      return out_.observed.push_back({std::string(name), false, index});
    }
    const auto l = std::find(out_.locations.begin(), out_.locations.end(), name);
    if (l == out_.locations.end())
      return line_.blame_last("no thread assigns or accesses '" + std::string(name) + "'");
    out_.observed.push_back(
        {std::string(name), true, static_cast<unsigned>(l - out_.locations.begin())});
  }

  void outcomes(std::vector<Values>& list, bool& given) {
    if (out_.observed.empty()) return line_.blame("outcomes come after 'observe'");
    if (line_.done()) return line_.blame("expected at least one outcome");
    given = true;
    do {
      Values values;
      for (std::size_t i = 0; ok() && i < out_.observed.size(); ++i)
        values.push_back(line_.number());
      if (!ok()) return;
      if (std::find(list.begin(), list.end(), values) != list.end())
        return line_.blame_last("the outcome was listed before");
      list.push_back(std::move(values));
    } while (line_.accept(','));
  }

  void finish() {
    if (number_ == 0) number_ = 1;
    line_ = LitmusLine({});
    if (out_.name.empty()) return line_.blame("the program has no name: start with 'litmus NAME'");
    if (out_.threads.empty()) return line_.blame("the program has no 'thread'");
    if (out_.observed.empty()) return line_.blame("the program has no 'observe'");
    if (has_cpp20_ && !has_rc11_)
      return line_.blame("'cpp20:' says where C++20 differs: 'rc11:' is missing");
    out_.has_allowed = has_rc11_;
    if (!has_cpp20_) out_.cpp20 = out_.rc11;
    std::sort(out_.rc11.begin(), out_.rc11.end());
    std::sort(out_.cpp20.begin(), out_.cpp20.end());
  }

  std::string_view rest_;
  LitmusLine line_{{}};
  std::size_t number_ = 0;
  Litmus out_;
  std::vector<Register> registers_;
  bool has_rc11_ = false;
  bool has_cpp20_ = false;
};

}  // namespace

LitmusParse parse_litmus(std::string_view text) { return Parser(text).parse(); }

}  // namespace bp::sched
