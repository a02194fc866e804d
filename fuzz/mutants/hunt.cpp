// SPDX-License-Identifier: MIT
#include "fuzz/mutants/hunt.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/engine.h"
#include "fuzz/engines/live_stats.h"
#include "fuzz/mutants/edited_history.h"
#include "fuzz/program/bytes.h"
#include "fuzz/program/exhaustive.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/subject_machine.h"
#include "fuzz/report/fmt.h"
#include "model/rules/gfp_zone.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// What the cheap engines may spend of a bug's time before the next one has its turn.
constexpr double kExhaustiveShare = 0.05;
constexpr double kEditedShare = 0.1;
constexpr double kRandomShare = 0.5;
constexpr unsigned kScopeLength = 5;  ///< Operations of the longest program tried exhaustively.
constexpr std::size_t kEditedOps = 24;
constexpr std::size_t kChoicesEnd = 8;  ///< Fewer choices than these in a round trip's schedule.

class Hunt {
 public:
  Hunt(const Plant& plant, const HuntOptions& options) : plant_(plant), options_(options) {}

  Hunted run() {
    switch (plant_.kind) {
      case PlantKind::lockfree:
      case PlantKind::naive:
        if (!exhaustive() && !random()) libfuzzer();
        break;
      case PlantKind::judge:
        if (!exhaustive() && !edited() && !random()) libfuzzer();
        break;
      case PlantKind::decoder: round_trip(); break;
      case PlantKind::table: sweep(); break;
    }
    result_.seconds = spent();
    return result_;
  }

 private:
  double spent() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  bool found(std::string_view engine, std::string_view rule) {
    result_.found = true;
    result_.engine = engine;
    result_.rule = rule;
    return true;
  }

  /// One run under the plant; true if it was refused.
  bool refused(Executor& execute, const Program& p) {
    ++result_.executions;
    return execute.run(p) && !execute.verdict().accepted();
  }

  bool exhaustive() {
    Executor execute(plant_.setup);
    const double end = spent() + options_.seconds * kExhaustiveShare;
    bool hit = false;
    for (unsigned length = 1; length <= kScopeLength && !hit && spent() < end; ++length) {
      for (const Profile profile : {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192}) {
        Scope scope = scarce_scope(profile, length);
        scope.all_depths = false;
        for_each_program(scope, [&](const Program& p) {
          hit = refused(execute, p);
          return !hit && spent() < end;
        });
        if (hit) break;
      }
    }
    return hit && found("exhaustive", execute.verdict().refusal->rule);
  }

  bool random() {
    Executor execute(plant_.setup);
    Builtin engine(options_.seed);
    const double end = spent() + options_.seconds * kRandomShare;
    while (spent() < end) {
      if (refused(execute, engine.next())) return found("random", execute.verdict().refusal->rule);
    }
    return false;
  }

  /// A history that the right rules refuse and the planted ones accept.
  bool edited() {
    Executor sound({.subject = plant_.setup.subject});
    Judge right;
    Judge planted(*plant_.setup.rules);
    Rng rng(options_.seed);
    const double end = spent() + options_.seconds * kEditedShare;
    while (spent() < end) {
      const Program p = random_program(rng, kEditedOps);
      if (!sound.run(p) || !sound.verdict().accepted()) continue;
      for (unsigned e = 0; e < kEdits; ++e) {
        const auto edit = Edit{static_cast<std::uint8_t>(e)};
        History h = sound.history();
        if (!edit_history(edit, p, sound.layout(), rng, h)) continue;
        ++result_.executions;
        if (accepts(planted, p, sound, h) && !accepts(right, p, sound, h))
          return found("edited", fmt::format("accepts {}", edit_name(edit)));
      }
    }
    return false;
  }

  bool accepts(Judge& judge, const Program& p, const Executor& ran, const History& h) const {
    return judge(p.machine, ran.layout(), p.ops, h, promises_of(ran.subject())).accepted();
  }

  /// decode(encode(p)) is p, with the planted decoder.
  bool round_trip() {
    Rng rng(options_.seed);
    Program back;
    std::vector<std::uint8_t> bytes;
    while (spent() < options_.seconds) {
      Program p = random_program(rng, kBuiltinOps);
      p.schedule.resize(rng.below(kChoicesEnd));
      for (std::uint8_t& choice : p.schedule) choice = static_cast<std::uint8_t>(rng());
      encode(p, bytes);
      decode_with(plant_.codec, bytes, back);
      ++result_.executions;
      if (!(back == p)) return found("round trip", "decode(encode(p)) is p");
    }
    return false;
  }

  /// The edited table against the rule, for every nibble of its configuration.
  bool sweep() {
    const ZoneConfig c = ZoneConfig::from_bits(plant_.zone_config);
    for (std::uint32_t nibble = 0; nibble < 16; ++nibble) {
      ++result_.executions;
      const Gfp mask = gfp_decode(nibble, Era::e3);
      if (rules::is_bad(mask)) continue;
      const auto index = impl::gfp_zone_index(nibble, plant_.table.word, plant_.table.shift);
      if (index != index_of(rules::highest_zone(mask, c), c)) return found("sweep", "R-GFP-1");
    }
    return false;
  }

  /// How many configured types come before `t`.
  static std::uint64_t index_of(ZoneType t, ZoneConfig c) {
    std::uint64_t index = 0;
    for (unsigned type = 0; type < static_cast<unsigned>(t); ++type)
      index += c.has(ZoneType{static_cast<std::uint8_t>(type)}) ? 1U : 0U;
    return index;
  }

  bool libfuzzer() {
    std::error_code ec;
    const double left = options_.seconds - spent();
    if (left < 1 || !fs::exists(options_.libfuzzer_target, ec)) return false;
    const fs::path folder =
        fs::temp_directory_path() / fmt::format("buddyproof-{}-{}", ::getpid(), plant_.name);
    fs::create_directories(folder, ec);
    ChildPlan plan;
    plan.log = folder / "log";
    plan.environment = {{"BUDDYPROOF_PLANT", plant_.name},
                        {"BUDDYPROOF_STATS", (folder / "stats").string()}};
    plan.command = {options_.libfuzzer_target.string(),
                    fmt::format("-max_total_time={}", static_cast<int>(left)),
                    fmt::format("-artifact_prefix={}/", folder.string()),
                    fmt::format("-seed={}", options_.seed),
                    "-max_len=4096",
                    "-detect_leaks=0"};
    std::optional<Child> child = Child::start(plan);
    if (child) child->wait();
    const std::string rule = rule_in(tail_of(plan.log));
    if (const auto t = read_live_stats((folder / "stats").string()))
      result_.executions += at(*t, Tally::executions);
    fs::remove_all(folder, ec);
    return !rule.empty() && found("libfuzzer", rule);
  }

  /// The id in "Assertion 'I-8 ...' failed."
  static std::string rule_in(const std::string& log) {
    constexpr std::string_view sign = "Assertion '";
    const std::size_t at = log.find(sign);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + sign.size();
    return log.substr(begin, log.find_first_of(" '", begin) - begin);
  }

  const Plant& plant_;
  const HuntOptions& options_;
  Hunted result_;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace

Hunted hunt(const Plant& p, const HuntOptions& options) { return Hunt(p, options).run(); }

}  // namespace bp
