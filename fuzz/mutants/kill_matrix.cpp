// SPDX-License-Identifier: MIT
#include "fuzz/mutants/kill_matrix.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "model/vocab/machine.h"

namespace bp {
namespace {

void read_line(const std::string& line, KillMatrix& m) {
  std::istringstream words(line);
  std::string first, second, verdict;
  words >> first >> second;
  if (first == "file") {
    MatrixFile f{.name = second, .features = {}, .kills = {}};
    std::string profile;
    words >> f.bytes >> profile >> f.features.machine >> f.features.cpus >> f.features.letters >>
        f.batches;
    f.features.profile = profile_named(profile).value_or(Profile{});
    if (words) m.files[second] = std::move(f);
    return;
  }
  const auto file = m.files.find(first);
  words >> verdict;
  if (file == m.files.end() || !words) return;
  Kill k{.killed = verdict == "killed", .how = {}};
  if (k.killed) {
    words >> k.operations >> k.batch;
    std::getline(words >> std::ws, k.how);
  }
  file->second.kills[second] = k;
}

}  // namespace

KillMatrix load_matrix(const std::string& path) {
  KillMatrix m;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) read_line(line, m);
  return m;
}

bool save_matrix(const KillMatrix& m, const std::string& path) {
  const std::string part = path + ".part";
  {
    std::ofstream out(part);
    for (const auto& [name, f] : m.files) {
      out << "file " << name << ' ' << f.bytes << ' ' << profile_name(f.features.profile) << ' '
          << f.features.machine << ' ' << f.features.cpus << ' ' << f.features.letters << ' '
          << f.batches << '\n';
      for (const auto& [mutant, k] : f.kills) {
        out << name << ' ' << mutant;
        if (k.killed) {
          out << " killed " << k.operations << ' ' << k.batch << ' ' << k.how << '\n';
        } else {
          out << " lives\n";
        }
      }
    }
    if (!out.flush()) return false;
  }
  std::error_code ec;
  std::filesystem::rename(part, path, ec);
  return !ec;
}

std::set<std::string> worth_of(const MatrixFile& f) {
  const std::string profile{profile_name(f.features.profile)};
  std::set<std::string> worth{profile + " on " + f.features.machine,
                              profile + " cpus " + std::to_string(f.features.cpus)};
  for (const char letter : f.features.letters) worth.insert(profile + " operation " + letter);
  for (const auto& [mutant, k] : f.kills) {
    if (k.killed) worth.insert(mutant);
  }
  return worth;
}

namespace {

using Worths = std::map<std::string, std::set<std::string>>;

std::size_t count_new(const std::set<std::string>& worth, const std::set<std::string>& have) {
  return static_cast<std::size_t>(
      std::ranges::count_if(worth, [&](const std::string& w) { return !have.contains(w); }));
}

/// The file that brings most for its bytes, over and over.
std::vector<std::string> greedy(const KillMatrix& m, const Worths& worths) {
  std::vector<std::string> chosen;
  std::set<std::string> have;
  for (;;) {
    const std::string* best = nullptr;
    double best_rate = 0;
    for (const auto& [name, worth] : worths) {
      const double rate =
          static_cast<double>(count_new(worth, have)) / static_cast<double>(m.files.at(name).bytes);
      if (rate > best_rate) best = &name, best_rate = rate;
    }
    if (best == nullptr) return chosen;
    chosen.push_back(*best);
    have.insert(worths.at(*best).begin(), worths.at(*best).end());
  }
}

/// What the others of `chosen` do not stand for.
std::vector<std::string> only_of(const std::string& name, const std::vector<std::string>& chosen,
                                 const Worths& worths) {
  std::vector<std::string> only;
  for (const std::string& w : worths.at(name)) {
    if (std::ranges::none_of(chosen, [&](const std::string& other) {
          return other != name && worths.at(other).contains(w);
        }))
      only.push_back(w);
  }
  return only;
}

}  // namespace

std::vector<Chosen> cover(const KillMatrix& m) {
  Worths worths;
  for (const auto& [name, f] : m.files) worths[name] = worth_of(f);
  std::vector<std::string> names = greedy(m, worths);
  // Early choices may have become superfluous; the largest goes first.
  std::vector<std::string> by_size = names;
  std::ranges::sort(by_size, std::greater<>{},
                    [&](const std::string& n) { return m.files.at(n).bytes; });
  for (const std::string& name : by_size) {
    if (only_of(name, names, worths).empty()) std::erase(names, name);
  }
  std::ranges::sort(names);
  std::vector<Chosen> chosen;
  for (const std::string& name : names)
    chosen.push_back({name, m.files.at(name).bytes, only_of(name, names, worths)});
  return chosen;
}

}  // namespace bp
