// SPDX-License-Identifier: MIT
#include "proofs/cache.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proofs/fmt.h"

namespace bp::proofs {
namespace {

namespace fs = std::filesystem;

/// What the answer depends on: the logic, symbols, premises and claim; not the words above them.
std::string_view question_in(std::string_view smtlib) {
  const std::size_t at = smtlib.find("(set-logic");
  return at == smtlib.npos ? smtlib : smtlib.substr(at);
}

/// FNV-1a with two starts: 128 bits, so that two queries do not meet by chance.
std::string hash_of(std::string_view text) {
  std::uint64_t a = 0xcbf29ce484222325;
  std::uint64_t b = 0x84222325cbf29ce4;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    a = (a ^ byte) * 0x100000001b3;
    b = (b ^ byte) * 0x100000001b3 + (b >> 47);
  }
  return fmt::format("{:016x}{:016x}", a, b);
}

fs::path file_of(const Options& options, std::string_view smtlib, const Result& r) {
  const std::string text(question_in(smtlib));
  return fs::path(options.cache_dir) / hash_of(fmt::format("{} {}", answer_name(r.expected), text));
}

Run run_of(const nlohmann::json& j, Answer answer) {
  Run run;
  run.answer = answer;
  run.milliseconds = j.at("ms");
  run.counterexample = j.value("counterexample", "");
  return run;
}

nlohmann::json json_of(const Run& run) {
  return {{"ms", run.milliseconds}, {"counterexample", run.counterexample}};
}

}  // namespace

bool recall(const Options& options, std::string_view smtlib, Result& r) {
  if (options.cache_dir.empty()) return false;
  std::ifstream in(file_of(options, smtlib, r));
  const nlohmann::json j = nlohmann::json::parse(in, nullptr, false);
  if (!j.is_object()) return false;
  const bool wants_z3 = options.solver != Solver::cvc5;
  const bool wants_cvc5 = options.solver != Solver::z3;
  if ((wants_z3 && !j.contains("z3")) || (wants_cvc5 && !j.contains("cvc5"))) return false;
  if (wants_z3) r.z3 = run_of(j["z3"], r.expected);
  if (wants_cvc5) r.cvc5 = run_of(j["cvc5"], r.expected);
  r.is_cached = true;
  return true;
}

void remember(const Options& options, std::string_view smtlib, const Result& r) {
  if (options.cache_dir.empty() || !r.z3 || !r.cvc5) return;
  std::error_code ignored;  // Without the folder the next run asks again.
  fs::create_directories(options.cache_dir, ignored);
  const fs::path file = file_of(options, smtlib, r);
  const fs::path fresh = file.string() + ".new";
  std::ofstream(fresh) << nlohmann::json{{"z3", json_of(*r.z3)}, {"cvc5", json_of(*r.cvc5)}};
  fs::rename(fresh, file, ignored);
}

}  // namespace bp::proofs
