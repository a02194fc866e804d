// SPDX-License-Identifier: MIT
#include "proofs/smtlib.h"

#include "proofs/fmt.h"

#include <charconv>

namespace bp::proofs {
namespace {

/// The lines of a text, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }

 private:
  std::string_view rest_;
};

std::optional<std::uint64_t> number_in(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value, base);
  if (error != std::errc{} || end == digits.data() || end == last || *end != ')') {
    return std::nullopt;
  }
  return value;
}

/// The value in "#b0110)", "#x6)", "6)", "(- 6))", "true)" or "false)"; below zero as its
/// complement.
std::optional<std::uint64_t> literal_in(std::string_view text) {
  if (text == "true)") return 1;
  if (text == "false)") return 0;
  if (text.starts_with("#b")) return number_in(text.substr(2), 2);
  if (text.starts_with("#x")) return number_in(text.substr(2), 16);
  if (!text.starts_with("(- ")) return number_in(text, 10);
  const auto size = number_in(text.substr(3), 10);
  return size ? std::optional{~*size + 1} : std::nullopt;
}

/// Reads "(define-fun NAME () SORT LITERAL)" lines up to the model's last.
SmtlibAnswers read_model(Lines& lines, std::span<const z3::expr> symbols) {
  std::vector<std::optional<std::uint64_t>> values(symbols.size());
  while (const auto line = lines.next()) {
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const std::string head = fmt::format("(define-fun {} () {} ", symbols[i].to_string(),
                                           symbols[i].get_sort().to_string());
      if (line->starts_with(head)) values[i] = literal_in(line->substr(head.size()));
    }
  }
  SmtlibAnswers read{Answer::refuted, {}, {}};
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (!values[i]) {
      return {Answer::unknown, {}, "no value for " + symbols[i].to_string() + " in its model"};
    }
    read.values.push_back(*values[i]);
  }
  return read;
}

std::optional<std::string_view> next_answer(Lines& lines) {
  while (const auto line = lines.next()) {
    if (!line->starts_with('(') && !line->starts_with(')')) return line;
    if (line->starts_with("(error")) return line;
  }
  return std::nullopt;
}

/// The smallest logic that both solvers name for these sorts.
const char* logic_of(std::span<const z3::expr> symbols) {
  for (const z3::expr& s : symbols) {
    if (!s.is_bv()) return "ALL";
  }
  return "QF_BV";
}

}  // namespace

std::string smtlib_text(const Obligation& o, const Query& q) {
  std::string text = fmt::format(
      "; {}: {}\n; Of {}, stated in {}:{}.\n; Expected: {}. First answer: the premises, must be "
      "sat. "
      "Second: unsat is proved, sat is refuted.\n(set-logic {})\n",
      o.id, o.statement, o.subject, o.file, o.line, answer_name(o.expected), logic_of(q.symbols));
  for (const z3::expr& s : q.symbols) {
    text += fmt::format("(declare-const {} {})\n", s.to_string(), s.get_sort().to_string());
  }
  for (const Premise& p : q.premises) {
    text += fmt::format("; Given: {}\n(assert {})\n", p.text, p.holds.to_string());
  }
  text += fmt::format("(check-sat)\n; The claim fails.\n(assert (not {}))\n(check-sat)\n",
                      q.claim.to_string());
  return text;
}

SmtlibAnswers read_smtlib_answers(std::string_view printed, std::span<const z3::expr> symbols) {
  Lines lines(printed);
  const auto premises = next_answer(lines);
  if (premises == "unsat") return {Answer::vacuous, {}, {}};
  if (premises != "sat") {
    return {Answer::unknown, {}, "premises: " + std::string(premises.value_or("no answer"))};
  }
  const auto claim = next_answer(lines);
  if (claim == "unsat") return {Answer::proved, {}, {}};
  if (claim == "sat") return read_model(lines, symbols);
  return {Answer::unknown, {}, "claim: " + std::string(claim.value_or("no answer"))};
}

}  // namespace bp::proofs
