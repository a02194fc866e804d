// SPDX-License-Identifier: MIT
// `buddyproof kernel select`: which recordings kill which planted bugs of the reference, and a
// small set of their beginnings that kills as many.
#include "fuzz/cli/kernel_select.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/cli/cli11.h"
#include "fuzz/kernel/input.h"
#include "fuzz/mutants/kill_matrix.h"
#include "fuzz/mutants/model_run.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

struct SelectFlags {
  std::vector<std::string> files;
  std::string out, matrix, copy;
  std::uintmax_t bytes_max = 12'000'000;
  unsigned jobs = 2;
  unsigned enough = 0;
};

/// Whether so many recordings kill it that one more says nothing new.
bool is_killed_enough(const SelectFlags& f, const KillMatrix& matrix, const std::string& mutant) {
  unsigned killers = 0;
  for (const auto& [name, file] : matrix.files) {
    const auto kill = file.kills.find(mutant);
    killers += kill != file.kills.end() && kill->second.killed ? 1U : 0U;
  }
  return f.enough != 0 && killers >= f.enough;
}

/// Fills the rows of one file that are not there yet.
std::string hunt_file(const SelectFlags& f, const fs::path& file, KillMatrix& matrix) {
  MatrixFile& row = matrix.files[recording_name(file)];
  std::vector<HuntedMutant> mutants;
  for (const ModelMutant& m : model_mutants()) {
    const bool known =
        !row.batches.empty() && (m.profile != row.features.profile || row.kills.contains(m.name()));
    if (!known && !is_killed_enough(f, matrix, m.name()))
      mutants.push_back({.mutant = m, .kill = {}});
  }
  if (!row.batches.empty() && mutants.empty()) return {};
  const RecordingHunt hunt = hunt_in_recording(file, mutants, f.jobs, row.batches.empty());
  if (!hunt.fault.empty()) {
    matrix.files.erase(recording_name(file));
    return hunt.fault;
  }
  if (row.batches.empty()) {
    row.name = recording_name(file);
    row.bytes = fs::file_size(file);
    row.features = hunt.features;
    row.batches = hunt.batches;
  }
  for (const HuntedMutant& m : mutants) {
    if (m.mutant.profile == row.features.profile) row.kills[m.mutant.name()] = m.kill;
  }
  return {};
}

std::string one_line(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

bool write_list(const std::string& path, const std::vector<Chosen>& chosen) {
  std::ofstream out(path);
  for (const Chosen& c : chosen)
    out << c.name << ' ' << c.batches << ' ' << c.bytes << "  " << one_line(c.only_here) << '\n';
  return static_cast<bool>(out.flush());
}

void print_summary(const KillMatrix& matrix, const std::vector<Chosen>& chosen) {
  std::map<std::string, unsigned> killers;
  for (const ModelMutant& m : model_mutants()) killers[m.name()] = 0;
  for (const auto& [name, file] : matrix.files) {
    for (const auto& [mutant, kill] : file.kills) killers[mutant] += kill.killed ? 1U : 0U;
  }
  unsigned killed = 0, by_one = 0;
  for (const auto& [mutant, n] : killers) killed += n > 0, by_one += n == 1;
  for (const auto& [mutant, n] : killers) {
    if (n == 0) std::printf("lives everywhere: %s\n", mutant.c_str());
  }
  std::uintmax_t bytes = 0;
  for (const Chosen& c : chosen) {
    bytes += c.bytes;
    std::printf("%9ju  %-40s %2zu of %2zu batches, only: %s\n", c.bytes, c.name.c_str(), c.batches,
                matrix.files.at(c.name).batches.size(), one_line(c.only_here).c_str());
  }
  std::printf("%zu recordings, %zu planted bugs: %u killed, %u of them by one recording only\n",
              matrix.files.size(), killers.size(), killed, by_one);
  std::printf("%zu recordings, cut to about %ju bytes, kill the same\n", chosen.size(), bytes);
}

/// "kernel-6.1/frag-160M.txt.xz" goes to v6.1/frag-160M.txt.xz.
fs::path place_in_corpus(const std::string& name) {
  constexpr std::string_view kFolder = "kernel-";
  return name.starts_with(kFolder) ? "v" + name.substr(kFolder.size()) : name;
}

/// The first batches of a recording, packed as tightly as xz can. A fault, or nothing.
std::string copy_beginning(const fs::path& from, std::uint64_t text_end, const fs::path& to) {
  const kernel::FileText text = kernel::read_file(from.string());
  if (!text.fault.empty()) return text.fault;
  std::error_code ec;
  fs::create_directories(to.parent_path(), ec);
  std::ofstream out(to, std::ios::binary);
  out << kernel::pack_xz(std::string_view(text.bytes).substr(0, text_end));
  return out.flush() ? std::string() : to.string() + ": cannot be written";
}

std::string copy_all(const SelectFlags& f, const FileList& list, const KillMatrix& matrix,
                     const std::vector<Chosen>& chosen) {
  std::uintmax_t bytes = 0;
  for (const Chosen& c : chosen) {
    const auto from = std::ranges::find(list.files, c.name, recording_name);
    if (from == list.files.end()) return c.name + ": is in the matrix and was not given";
    const fs::path to = fs::path(f.copy) / place_in_corpus(c.name);
    const std::uint64_t end = matrix.files.at(c.name).batches[c.batches - 1].text_end;
    if (const std::string fault = copy_beginning(*from, end, to); !fault.empty()) return fault;
    bytes += fs::file_size(to);
  }
  std::printf("%s: %ju bytes\n", f.copy.c_str(), bytes);
  return {};
}

int select(const SelectFlags& f) {
  const FileList list = expand(f.files);
  if (!list.fault.empty()) return fail(kUsage, list.fault);
  KillMatrix matrix = load_matrix(f.matrix);
  std::size_t done = 0;
  for (const fs::path& file : list.files) {
    if (const std::string fault = hunt_file(f, file, matrix); !fault.empty())
      std::printf("left out: %s\n", fault.c_str());
    std::fprintf(stderr, "%zu/%zu %s\n", ++done, list.files.size(), recording_name(file).c_str());
    if (!save_matrix(matrix, f.matrix)) return fail(kUsage, f.matrix + ": cannot be written");
  }
  const std::vector<Chosen> chosen = cover(matrix, f.bytes_max);
  print_summary(matrix, chosen);
  if (!write_list(f.out, chosen)) return fail(kUsage, f.out + ": cannot be written");
  if (!f.copy.empty()) {
    const std::string fault = copy_all(f, list, matrix, chosen);
    if (!fault.empty()) return fail(kUsage, fault);
  }
  std::uintmax_t bytes = 0;
  for (const Chosen& c : chosen) bytes += c.bytes;
  if (bytes <= f.bytes_max) return kFine;
  return fail(kViolation, fmt::format("{} bytes do, --max {}: no smaller set was found that kills "
                                      "all that these recordings kill",
                                      bytes, f.bytes_max));
}

}  // namespace

void add_kernel_select(CLI::App& parent, Action& action) {
  const auto o = std::make_shared<SelectFlags>();
  CLI::App* verb = parent.add_subcommand("select", "Recordings that are worth their bytes");
  verb->add_option("FILE", o->files, "Recordings, or folders of them")->required();
  verb->add_option("-o,--out", o->out, "The list: file, batches, bytes, what only it stands for")
      ->required();
  verb->add_option("--copy", o->copy, "Write the chosen, cut, to this folder");
  verb->add_option("--max", o->bytes_max,
                   "Most bytes of the chosen, all of which are used (default: 12000000)");
  verb->add_option("--matrix", o->matrix,
                   "Kept between runs: who kills whom (default: OUT.matrix)");
  verb->add_option("--jobs", o->jobs, "Processes at a time (default: 2)")
      ->transform(CLI::Range(1U, 64U));
  verb->add_option("--enough", o->enough,
                   "Not looked for any more: what so many recordings kill (default: 0, none)");
  verb->footer(
      "A recording stands for the planted bugs of the reference that it kills, its machine, its\n"
      "CPUs and its operations, and may be cut after any batch. The chosen stand for all that all\n"
      "of them stand for; what is left of --max goes to seconds, since the next broken rule is "
      "none\n"
      "of those that were tried. A run that was stopped goes on where it was.\n\n"
      "  buddyproof kernel select recordings/ -o chosen.txt --copy corpus/kernel");
  verb->callback([o, &action] {
    if (o->matrix.empty()) o->matrix = o->out + ".matrix";
    action = [o] { return select(*o); };
  });
}

}  // namespace bp::cli
