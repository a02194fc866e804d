// SPDX-License-Identifier: MIT
#include "fuzz/mutants/kill_matrix.h"

#include <algorithm>
#include <fstream>
#include <limits>
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
    words >> f.bytes >> profile >> f.features.machine >> f.features.cpus;
    f.features.profile = profile_named(profile).value_or(Profile{});
    if (words) m.files[second] = std::move(f);
    return;
  }
  if (first == "batch") {
    HuntedBatch b;
    words >> b.text_end >> b.letters;
    if (const auto f = m.files.find(second); f != m.files.end()) f->second.batches.push_back(b);
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
          << f.features.machine << ' ' << f.features.cpus << '\n';
      for (const HuntedBatch& b : f.batches)
        out << "batch " << name << ' ' << b.text_end << ' ' << b.letters << '\n';
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

std::set<std::string> worth_of(const MatrixFile& f, std::size_t batches) {
  if (batches == 0) return {};
  const std::string profile{profile_name(f.features.profile)};
  std::set<std::string> worth{profile + " on " + f.features.machine,
                              profile + " cpus " + std::to_string(f.features.cpus)};
  for (std::size_t i = 0; i < batches; ++i) {
    for (const char letter : f.batches[i].letters) worth.insert(profile + " operation " + letter);
  }
  for (const auto& [mutant, k] : f.kills) {
    if (k.killed && k.batch < batches) worth.insert(mutant);
  }
  return worth;
}

std::uintmax_t bytes_of(const MatrixFile& f, std::size_t batches) {
  if (batches == 0) return 0;
  return f.bytes * f.batches[batches - 1].text_end / f.batches.back().text_end;
}

namespace {

/// How many batches of each file, with what they stand for.
class Cover {
 public:
  explicit Cover(const KillMatrix& m) : matrix_(m) {
    for (const auto& [name, f] : m.files) {
      std::vector<std::set<std::string>>& w = worths_[name];
      for (std::size_t n = 0; n <= f.batches.size(); ++n) w.push_back(worth_of(f, n));
    }
  }

  /// The beginning that brings most for its bytes, over and over.
  void choose() {
    while (choose_next(1, std::numeric_limits<std::uintmax_t>::max())) {
    }
  }

  /// The same for what fewer than two files stand for, as long as there is room.
  void fill(std::uintmax_t bytes_max) {
    while (choose_next(2, bytes_max)) {
    }
  }

  /// Early choices may stand for what later ones do as well: each is cut to what only it stands
  /// for, the largest first.
  void shrink() {
    std::vector<std::string> names;
    for (const auto& [name, n] : batches_) names.push_back(name);
    std::ranges::sort(names, std::greater<>{}, [&](const std::string& n) {
      return bytes_of(matrix_.files.at(n), batches_.at(n));
    });
    for (const std::string& name : names) cut(name);
  }

  std::vector<Chosen> chosen() const {
    std::vector<Chosen> out;
    for (const auto& [name, n] : batches_)
      out.push_back({name, n, bytes_of(matrix_.files.at(name), n), only_of(name)});
    return out;
  }

 private:
  const std::set<std::string>& worth(const std::string& name, std::size_t n) const {
    return worths_.at(name)[n];
  }

  bool choose_next(unsigned times, std::uintmax_t bytes_max) {
    std::map<std::string, unsigned> have;
    std::uintmax_t bytes = 0;
    for (const auto& [name, n] : batches_) {
      for (const std::string& w : worth(name, n)) ++have[w];
      bytes += bytes_of(matrix_.files.at(name), n);
    }
    const std::string* best = nullptr;
    std::size_t best_batches = 0;
    double best_rate = 0;
    for (const auto& [name, f] : matrix_.files) {
      const std::size_t now = batches_.contains(name) ? batches_.at(name) : 0;
      for (std::size_t n = now + 1; n <= f.batches.size(); ++n) {
        const std::uintmax_t more = bytes_of(f, n) - bytes_of(f, now);
        if (more > bytes_max - std::min(bytes, bytes_max)) break;
        const double rate = static_cast<double>(count_lacking(name, now, n, have, times)) /
                            static_cast<double>(more + 1);
        if (rate > best_rate) best = &name, best_batches = n, best_rate = rate;
      }
    }
    if (best != nullptr) batches_[*best] = best_batches;
    return best != nullptr;
  }

  /// What its first `n` batches bring that its first `now` do not, of what fewer than `times` have.
  std::size_t count_lacking(const std::string& name, std::size_t now, std::size_t n,
                            const std::map<std::string, unsigned>& have, unsigned times) const {
    return static_cast<std::size_t>(std::ranges::count_if(worth(name, n), [&](const auto& w) {
      const auto at = have.find(w);
      return !worth(name, now).contains(w) && (at == have.end() || at->second < times);
    }));
  }

  void cut(const std::string& name) {
    const std::vector<std::string> only = only_of(name);
    const auto stands_for_all = [&](std::size_t n) {
      return std::ranges::all_of(only,
                                 [&](const std::string& w) { return worth(name, n).contains(w); });
    };
    std::size_t n = 0;
    while (!stands_for_all(n)) ++n;
    batches_[name] = n;
    if (n == 0) batches_.erase(name);
  }

  /// What the others of the chosen do not stand for.
  std::vector<std::string> only_of(const std::string& name) const {
    std::set<std::string> others;
    for (const auto& [other, n] : batches_) {
      if (other != name) others.insert(worth(other, n).begin(), worth(other, n).end());
    }
    std::vector<std::string> only;
    std::ranges::set_difference(worth(name, batches_.at(name)), others, std::back_inserter(only));
    return only;
  }

  const KillMatrix& matrix_;
  std::map<std::string, std::vector<std::set<std::string>>> worths_;  ///< By number of batches.
  std::map<std::string, std::size_t> batches_;                        ///< Of those chosen.
};

}  // namespace

std::vector<Chosen> cover(const KillMatrix& m, std::uintmax_t bytes_max) {
  Cover c(m);
  c.choose();
  c.shrink();
  c.fill(bytes_max);
  return c.chosen();
}

}  // namespace bp
