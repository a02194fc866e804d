// SPDX-License-Identifier: MIT
// `buddyproof corpus merge|cmin|prune`: the care of corpora. See fuzz/campaign/corpus.h.
#include "fuzz/campaign/corpus.h"

#include <unistd.h>

#include <cstdio>
#include <set>

#include "fuzz/cli/cli.h"
#include "fuzz/cli/cli11.h"
#include "fuzz/engines/child.h"
#include "fuzz/engines/seeds.h"
#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;
using campaign::Corpus;
using campaign::CorpusInput;

struct CorpusFlags {
  std::vector<std::string> in;
  std::string out, subject = "lockfree", target = "seq";
  bool json = false, dry_run = false, no_coverage = false;
};

void print_kept(const CorpusFlags& o, std::string_view verb, const Corpus& c, std::size_t kept,
                std::size_t features) {
  if (o.json) {
    std::printf("%s\n", nlohmann::json{{"verb", verb},
                                       {"files", c.files},
                                       {"inputs", c.inputs.size()},
                                       {"kept", kept},
                                       {"features", features}}
                            .dump()
                            .c_str());
    return;
  }
  std::printf("%.*s: %zu of %zu inputs of %zu files kept, %zu features\n",
              static_cast<int>(verb.size()), verb.data(), kept, c.inputs.size(), c.files, features);
}

std::string write_kept(const CorpusFlags& o, const std::vector<const CorpusInput*>& kept) {
  for (const CorpusInput* input : kept) {
    std::string name = content_name(input->bytes);
    const fs::path file = fs::path(o.out) / name.append(campaign::input_ending(o.target));
    std::error_code ec;
    if (fs::exists(file, ec)) continue;
    if (std::string what = write_whole(file, input->bytes); !what.empty()) return what;
  }
  return "";
}

/// What libFuzzer's edges ask for besides, if its target was built. Nothing is lost without.
std::string add_by_coverage(const CorpusFlags& o) {
  // The features of concurrent cases know where steps are taken.
  if (o.target == "conc") return "";
  const fs::path target = built("libfuzzer", "fuzz_seq");
  std::error_code ec;
  if (o.no_coverage || !fs::exists(target, ec)) {
    std::fprintf(stderr,
                 "buddyproof: corpus: by features alone; `ci/build libfuzzer fuzz_targets` "
                 "and the edges of code count too\n");
    return "";
  }
  const fs::path log = fs::temp_directory_path(ec) / fmt::format("buddyproof-merge-{}", ::getpid());
  std::vector<std::string> command{target.string(), "-merge=1", o.out};
  for (const std::string& in : o.in) {
    if (fs::is_directory(in, ec)) command.push_back(in);
  }
  auto child = Child::start({.command = command, .environment = {}, .log = log});
  if (!child) return fmt::format("{}: cannot be run", target.string());
  const ChildEnd end = child->wait();
  fs::remove(log, ec);
  if (end.status != 0 || end.signal != 0)
    return fmt::format("{}: -merge ended with {}", target.string(), end.status);
  return "";
}

int merge_into(const CorpusFlags& o, Setup setup, std::string_view verb, Features have) {
  const Corpus c = campaign::read_corpus(o.in, o.target, setup);
  if (!c.fault.empty()) return fail(kUsage, c.fault);
  const auto kept = campaign::with_new_features(c, have);
  if (std::string what = campaign::open_corpus(o.out, o.target); !what.empty())
    return fail(kUsage, what);
  if (std::string what = write_kept(o, kept); !what.empty()) return fail(kInfrastructure, what);
  if (std::string what = add_by_coverage(o); !what.empty()) return fail(kInfrastructure, what);
  print_kept(o, verb, c, kept.size(), have.size());
  return kFine;
}

/// Into a corpus that may hold some already: what those show is not taken again.
int merge(const CorpusFlags& o, Setup setup) {
  Features have;
  std::error_code ec;
  if (fs::is_directory(o.out, ec)) {
    const Corpus old = campaign::read_corpus({o.out}, o.target, setup);
    if (!old.fault.empty()) return fail(kUsage, old.fault);
    for (const CorpusInput& input : old.inputs)
      have.insert(input.features.begin(), input.features.end());
  }
  return merge_into(o, setup, "merge", std::move(have));
}

int cmin(const CorpusFlags& o, Setup setup) {
  std::error_code ec;
  if (fs::exists(o.out, ec) && !fs::is_empty(o.out, ec))
    return fail(kUsage, fmt::format("{}: is there already; name a new folder", o.out));
  return merge_into(o, setup, "cmin", {});
}

int prune(const CorpusFlags& o, Setup setup) {
  const fs::path folder = o.in.front();
  std::error_code ec;
  if (!fs::is_directory(folder, ec))
    return fail(kUsage, fmt::format("{}: no folder", folder.string()));
  const Corpus c = campaign::read_corpus(o.in, o.target, setup);
  if (!c.fault.empty()) return fail(kUsage, c.fault);
  Features have;
  const auto kept = campaign::with_new_features(c, have);
  std::set<fs::path> stays;
  for (const CorpusInput* input : kept) stays.insert(input->file);
  for (const fs::path& file : expand({folder.string()}).files) {
    if (stays.contains(file)) continue;
    if (o.dry_run) {
      std::printf("would remove %s\n", file.c_str());
    } else if (!fs::remove(file, ec)) {
      return fail(kInfrastructure,
                  fmt::format("{}: cannot be removed: {}", file.string(), ec.message()));
    }
  }
  print_kept(o, "prune", c, kept.size(), have.size());
  return kFine;
}

using Work = int (*)(const CorpusFlags&, Setup);

void add_one(CLI::App& group, const char* name, const char* says, Work work, bool writes,
             Action& action) {
  const auto o = std::make_shared<CorpusFlags>();
  CLI::App* verb = group.add_subcommand(name, says);
  CLI::Option* in =
      verb->add_option("IN", o->in,
                       "Files, corpus folders, campaign folders, kernel traces; all of one target")
          ->required();
  if (writes) {
    verb->add_option("-o,--out", o->out, "The corpus folder to write")->required();
    verb->add_flag("--no-coverage", o->no_coverage, "By features alone: do not ask libFuzzer");
  } else {
    in->expected(1);
    verb->add_flag("--dry-run", o->dry_run, "Only say what would be removed");
  }
  verb->add_option("--subject", o->subject, "The allocator to run inputs on (default: lockfree)");
  verb->add_flag("--json", o->json, "One JSON object");
  verb->callback([o, work, &action] {
    action = [o, work] {
      std::string fault;
      o->target = campaign::target_of(o->in, fault);
      if (!fault.empty()) return fail(kUsage, fault);
      if (o->target == "conc" && o->subject != "lockfree")
        return fail(kUsage, fmt::format("--subject {}: concurrent cases run on lockfree alone",
                                        o->subject));
      const SetupLookup found = find_setup(o->subject);
      if (!found.fault.empty()) return fail(kUsage, found.fault);
      const ChildEnd end = isolated([&] { return work(*o, found.setup); });
      if (end.signal == 0) return end.status;
      return fail(kInfrastructure,
                  fmt::format("corpus: subject {} ended the run with {}; name a sound --subject",
                              o->subject, signal_text(end.signal)));
    };
  });
}

}  // namespace

void add_corpus(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("corpus", "Merge, minimise and prune corpora");
  verb->require_subcommand(1);
  add_one(*verb, "merge", "Add to a corpus what shows something new", merge, true, action);
  add_one(*verb, "cmin", "A new corpus that shows the same with fewer and smaller inputs", cmin,
          true, action);
  add_one(*verb, "prune", "Remove from a folder what shows nothing new", prune, false, action);
  verb->footer(
      "  buddyproof corpus cmin out/fuzz -o small\n"
      "  buddyproof corpus merge out/a out/b corpus/kernel/busybox-6.1-slice.trace.zst -o all\n"
      "  buddyproof corpus cmin corpus/conc races -o few\n"
      "  buddyproof corpus prune all --dry-run");
}

}  // namespace bp::cli
