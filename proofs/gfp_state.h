// SPDX-License-Identifier: MIT
// From a gfp statement to an obligation. A statement is a claim and its premises, each a function
// of the reading ("proofs/gfp_world.h"): the symbolic reading asks the solvers, the concrete one
// judges and words what they find.
#pragma once

#include <functional>
#include <source_location>
#include <string>
#include <tuple>
#include <utility>

#include "proofs/gfp_world.h"
#include "proofs/prove.h"
#include "proofs/query.h"

namespace bp::proofs {

/// What a counterexample says, from the compiled code.
using Tell = std::function<std::string(const ConcreteGfp&)>;

/// "zone configuration DMA,DMA32,HIGHMEM"
std::string config_text(const ConcreteGfp& w);
/// "gfp = ... (E0:0xa), zone configuration DMA,DMA32,HIGHMEM"
std::string where_text(const ConcreteGfp& w);
/// "MOVABLE (index 4)", or "no zone (index 6)".
std::string zone_text(const ConcreteGfp& w, std::uint64_t index);
/// "...: expected <the rule's zone>, got <the shipped table's>".
std::string tell_zone(const ConcreteGfp& w);

struct Heading {
  std::string id;
  std::string statement;
  Answer expected = Answer::proved;
  std::string subject = "impl/gfp_table.h gfp_zone_index()";
  Tell tell = tell_zone;
  std::source_location at = std::source_location::current();
};

template <class F>
struct Given {
  std::string text;
  F holds;
};
template <class F>
Given(const char*, F) -> Given<F>;

/// A source file from the top of the tree.
std::string tree_path(std::string_view file);

/// `given` are Given; their premises come after "the era is one of seven".
template <class Claim, class... Givens>
Obligation gfp_obligation(const Heading& h, const GfpTables& tables, Claim claim, Givens... given) {
  const auto replay = [=](std::span<const std::uint64_t> values) -> Replay {
    if (values[2] >= kEras) return {"there is no such era", false};
    const ConcreteGfp w(tables, static_cast<std::uint32_t>(values[0]),
                        ZoneConfig::from_bits(static_cast<unsigned>(values[1])),
                        Era{static_cast<std::uint8_t>(values[2])});
    return {h.tell(w), (given.holds(w) && ... && true) && !claim(w)};
  };
  const auto state = [=](z3::context& ctx) -> Query {
    const SymbolicGfp w(ctx, tables);
    Query q{w.symbols(), {{"the era is one of seven", w.era_exists()}}, claim(w), replay};
    (q.premises.push_back({given.text, given.holds(w)}), ...);
    return q;
  };
  return {h.id,        h.statement, h.subject, tree_path(h.at.file_name()),
          h.at.line(), h.expected,  false,     state};
}

}  // namespace bp::proofs
