// SPDX-License-Identifier: MIT
#include "proofs/smtlib.h"

#include <fmt/format.h>

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

/// The number in "... #b0110)" or "... #x6)".
std::optional<std::uint64_t> literal_in(std::string_view line) {
  const std::size_t at = line.find('#');
  if (at == line.npos || at + 2 >= line.size()) return std::nullopt;
  const int base = line[at + 1] == 'x' ? 16 : 2;
  std::uint64_t value = 0;
  const char* last = line.data() + line.size();
  const auto [end, error] = std::from_chars(line.data() + at + 2, last, value, base);
  if (error != std::errc{} || end == last || *end != ')') return std::nullopt;
  return value;
}

/// Reads "(define-fun NAME () (_ BitVec N) LITERAL)" lines up to the model's last.
SmtlibAnswers read_model(Lines& lines, std::span<const z3::expr> symbols) {
  std::vector<std::optional<std::uint64_t>> values(symbols.size());
  while (const auto line = lines.next()) {
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      const std::string head = "(define-fun " + symbols[i].to_string() + " () ";
      if (line->starts_with(head)) values[i] = literal_in(*line);
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

}  // namespace

std::string smtlib_text(const Obligation& o, const Query& q) {
  std::string text = fmt::format(
      "; {}: {}\n; Of {}, stated in {}:{}.\n; Expected: {}. First answer: the premises, must be "
      "sat. "
      "Second: unsat is proved, sat is refuted.\n(set-logic QF_BV)\n",
      o.id, o.statement, o.subject, o.file, o.line, answer_name(o.expected));
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
