// SPDX-License-Identifier: MIT
#include "proofs/prove.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "proofs/cache.h"
#include "proofs/folder.h"
#include "proofs/query.h"
#include "proofs/smtlib.h"
#include "proofs/solve.h"

namespace bp::proofs {
namespace {

bool asks_z3(Solver s) { return s != Solver::cvc5; }
bool asks_cvc5(Solver s) { return s != Solver::z3; }

Result heading_of(const Obligation& o) {
  Result r;
  r.id = o.id;
  r.statement = o.statement;
  r.subject = o.subject;
  r.file = o.file;
  r.line = o.line;
  r.expected = o.expected;
  return r;
}

void ask(const Obligation& o, const Options& options, Result& r) {
  z3::context ctx;
  const Query q = o.state(ctx);
  for (const Premise& p : q.premises) r.premises.push_back(p.text);
  const Folder folder(options.smt2_dir);
  const std::string text = smtlib_text(o, q);
  const std::string file = folder.write(o.id + ".smt2", text);
  if (!options.smt2_dir.empty()) r.smt2 = file;
  if (recall(options, text, r)) return;
  if (asks_z3(options.solver)) r.z3 = ask_z3(q, options);
  if (asks_cvc5(options.solver)) r.cvc5 = ask_cvc5(q, file, options);
  if (as_expected(r)) remember(options, text, r);
}

/// Solvers without an answer get this note.
void give_up(const std::string& note, const Options& options, Result& r) {
  Run none;
  none.note = note;
  if (asks_z3(options.solver) && !r.z3) r.z3 = none;
  if (asks_cvc5(options.solver) && !r.cvc5) r.cvc5 = none;
}

}  // namespace

const char* answer_name(Answer a) {
  switch (a) {
    case Answer::proved: return "proved";
    case Answer::refuted: return "refuted";
    case Answer::vacuous: return "vacuous";
    case Answer::unknown: return "unknown";
  }
  return "unknown";
}

bool selected(const Obligation& o, const Options& options) {
  const std::string& only = options.only;
  if (only.empty()) return options.with_long || !o.is_long;
  return o.id == only || o.id.starts_with(only + ".");
}

Result prove(const Obligation& o, const Options& options) {
  Result r = heading_of(o);
  try {
    ask(o, options, r);
  } catch (const z3::exception& e) {
    give_up(std::string("z3: ") + e.msg(), options, r);
  } catch (const std::exception& e) {
    give_up(e.what(), options, r);
  }
  return r;
}

std::vector<Result> prove_all(std::span<const Obligation> all, const Options& options) {
  std::vector<const Obligation*> wanted;
  for (const Obligation& o : all) {
    if (selected(o, options)) wanted.push_back(&o);
  }
  std::vector<Result> results(wanted.size());
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex reporting;
  // The counter only hands out numbers; the join below orders the results.
  const auto work = [&] {
    for (;;) {
      const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= wanted.size()) return;
      results[i] = prove(*wanted[i], options);
      const std::lock_guard lock(reporting);
      ++done;
      if (options.progress) options.progress(done, wanted.size());
    }
  };
  std::vector<std::thread> helpers;
  for (unsigned j = 1; j < options.jobs; ++j) helpers.emplace_back(work);
  work();
  for (std::thread& t : helpers) t.join();
  return results;
}

bool as_expected(const Result& r) {
  const auto agrees = [&](const std::optional<Run>& run) {
    return !run || run->answer == r.expected;
  };
  return (r.z3 || r.cvc5) && agrees(r.z3) && agrees(r.cvc5);
}

}  // namespace bp::proofs
