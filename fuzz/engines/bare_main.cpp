// SPDX-License-Identifier: MIT
// An engine alone: what a campaign is held against. The same command, options and seeds as one
// process of a campaign, and nobody who watches it, counts what it runs or keeps what it finds.
// Prints how many programs it ran, by the engine's own count.
//
//   fuzz_bare libfuzzer|afl|builtin SECONDS FOLDER SEEDS
//
// FOLDER: made anew. SEEDS: a folder of inputs, such as engines/seeds of a campaign. The targets
// are those of the tree that this program was built in. Exit status: 0, or 2 and one line.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/engines/builtin.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/engine.h"
#include "fuzz/engines/files.h"
#include "fuzz/subjects/registry.h"

namespace {

namespace fs = std::filesystem;
using namespace bp;

int fail(const std::string& what) {
  std::fprintf(stderr, "fuzz_bare: %s\n", what.c_str());
  return 2;
}

/// TREE/build/PRESET/bin/NAME, beside this program's own.
fs::path built(const char* preset, const char* name) {
  std::error_code ec;
  const fs::path own = fs::read_symlink("/proc/self/exe", ec);
  return own.parent_path().parent_path().parent_path() / preset / "bin" / name;
}

std::uint64_t number_after(const std::string& text, std::string_view word) {
  std::uint64_t n = 0;
  const std::size_t at = text.rfind(word);
  if (at == std::string::npos) return 0;
  const std::size_t digits = text.find_first_of("0123456789", at + word.size());
  if (digits != std::string::npos)
    std::from_chars(text.data() + digits, text.data() + text.size(), n);
  return n;
}

/// As run_builtin_process(), less what is there for the campaign.
std::uint64_t run_builtin(const CampaignOptions& o, const fs::path& seeds) {
  Executor execute(o.setup);
  Builtin engine(seed_of(o, 0));
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(seeds, ec)) {
    const FileRead file = read_whole(entry.path());
    if (file.bytes && file.bytes->size() <= kBuiltinBytes) engine.add_seed(*file.bytes);
  }
  std::uint64_t ran = 0;
  const auto end = std::chrono::steady_clock::now() + o.time;
  for (; std::chrono::steady_clock::now() < end; ++ran) {
    if (!execute.run(engine.next())) return 0;
  }
  return ran;
}

/// The engine's process as a campaign plans it; how many programs it says that it ran.
std::uint64_t run_planned(EnginePlan plan, const CampaignFolders& f) {
  std::erase_if(plan.child.environment, [](const auto& variable) {
    return variable.first == "BUDDYPROOF_STATS" || variable.first == "BUDDYPROOF_FOUND";
  });
  auto child = Child::start(plan.child);
  if (!child) return 0;
  child->wait();
  if (plan.libfuzzer)
    return number_after(tail_of(plan.child.log), "stat::number_of_executed_units:");
  return number_after(tail_of(f.afl / "main" / "fuzzer_stats"), "execs_done");
}

int run(const std::string& engine, CampaignOptions o, const fs::path& seeds) {
  const CampaignFolders f = folders_of(o.engines, o.corpus);
  std::error_code ec;
  for (const fs::path& folder : {f.corpus, f.afl, f.found / "libfuzzer-0", f.logs, f.stats})
    if (!fs::create_directories(folder, ec)) return fail(folder.string() + ": cannot be made anew");
  fs::copy(seeds, f.seeds, ec);
  if (ec) return fail(seeds.string() + ": cannot be copied: " + ec.message());
  o.libfuzzer = engine == "libfuzzer" ? 1 : 0;
  const std::uint64_t ran = engine == "builtin"     ? run_builtin(o, f.seeds)
                            : engine == "libfuzzer" ? run_planned(libfuzzer_plan(o, f, 0), f)
                                                    : run_planned(afl_plan(o, f, 0), f);
  if (ran == 0) return fail(engine + ": ran no program; its output is in " + f.logs.string());
  std::printf("%llu executions\n", static_cast<unsigned long long>(ran));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string engine = argc > 1 ? argv[1] : "";
  if (argc != 5 || (engine != "libfuzzer" && engine != "afl" && engine != "builtin"))
    return fail("say libfuzzer, afl or builtin, SECONDS, FOLDER, SEEDS");
  CampaignOptions o;
  o.time = std::chrono::seconds(std::strtol(argv[2], nullptr, 10));
  if (o.time.count() <= 0) return fail(std::string(argv[2]) + ": no number of seconds");
  o.engines = fs::absolute(argv[3]);
  o.corpus = o.engines / "corpus";
  o.setup.subject = find_subject(o.subject).subject;
  o.libfuzzer_target = built("libfuzzer", "fuzz_seq");
  o.afl_target = built("afl", "fuzz_seq");
  o.afl_mutator = built("afl", "libbp_mutator.so");
  return run(engine, o, argv[4]);
}
