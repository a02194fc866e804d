// SPDX-License-Identifier: MIT
// `buddyproof kernel select`: which recordings kill which planted bugs of the reference, and the
// smallest set of them that kills as many.
#include "fuzz/cli/kernel_select.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/cli/cli11.h"
#include "fuzz/mutants/kill_matrix.h"
#include "fuzz/mutants/model_run.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {
namespace {

namespace fs = std::filesystem;

struct SelectFlags {
  std::vector<std::string> files;
  std::string out, matrix;
  std::uintmax_t bytes_max = 12'000'000;
  unsigned jobs = 2;
};

/// Fills the rows of one file that are not there yet.
std::string hunt_file(const SelectFlags& f, const fs::path& file, KillMatrix& matrix) {
  MatrixFile& row = matrix.files[recording_name(file)];
  std::vector<HuntedMutant> mutants;
  for (const ModelMutant& m : model_mutants()) {
    const bool known =
        row.batches != 0 && (m.profile != row.features.profile || row.kills.contains(m.name()));
    if (!known) mutants.push_back({.mutant = m, .kill = {}});
  }
  if (row.batches != 0 && mutants.empty()) return {};
  const RecordingHunt hunt = hunt_in_recording(file, mutants, f.jobs, row.batches == 0);
  if (!hunt.fault.empty()) {
    matrix.files.erase(recording_name(file));
    return hunt.fault;
  }
  if (row.batches == 0) {
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
    out << c.name << ' ' << c.bytes << "  " << one_line(c.only_here) << '\n';
  return static_cast<bool>(out.flush());
}

void print_summary(const KillMatrix& matrix, const std::vector<Chosen>& chosen) {
  std::map<std::string, unsigned> killers;
  for (const ModelMutant& m : model_mutants()) killers[m.name()] = 0;
  for (const auto& [name, file] : matrix.files) {
    for (const auto& [mutant, kill] : file.kills) killers[mutant] += kill.killed ? 1 : 0;
  }
  unsigned killed = 0, by_one = 0;
  for (const auto& [mutant, n] : killers) killed += n > 0, by_one += n == 1;
  for (const auto& [mutant, n] : killers) {
    if (n == 0) std::printf("lives everywhere: %s\n", mutant.c_str());
  }
  std::uintmax_t bytes = 0;
  for (const Chosen& c : chosen) {
    bytes += c.bytes;
    std::printf("%9ju  %-40s only: %s\n", c.bytes, c.name.c_str(), one_line(c.only_here).c_str());
  }
  std::printf("%zu recordings, %zu planted bugs: %u killed, %u of them by one recording only\n",
              matrix.files.size(), killers.size(), killed, by_one);
  std::printf("%zu recordings of %ju bytes kill the same\n", chosen.size(), bytes);
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
  const std::vector<Chosen> chosen = cover(matrix);
  print_summary(matrix, chosen);
  if (!write_list(f.out, chosen)) return fail(kUsage, f.out + ": cannot be written");
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
  verb->add_option("-o,--out", o->out, "The list: file, bytes, what only it stands for")
      ->required();
  verb->add_option("--max", o->bytes_max, "Most bytes of the chosen (default: 12000000)");
  verb->add_option("--matrix", o->matrix,
                   "Kept between runs: who kills whom (default: OUT.matrix)");
  verb->add_option("--jobs", o->jobs, "Processes at a time (default: 2)")
      ->transform(CLI::Range(1U, 64U));
  verb->footer(
      "A recording stands for the planted bugs of the reference that it kills, its machine, its\n"
      "CPUs and its operations. The chosen stand for all that all of them stand for. A run that\n"
      "was stopped goes on where it was.\n\n"
      "  buddyproof kernel select recordings/ -o chosen.txt");
  verb->callback([o, &action] {
    if (o->matrix.empty()) o->matrix = o->out + ".matrix";
    action = [o] { return select(*o); };
  });
}

}  // namespace bp::cli
