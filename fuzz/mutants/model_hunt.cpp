// SPDX-License-Identifier: MIT
#include "fuzz/mutants/model_hunt.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <set>
#include <thread>

#include "fuzz/engines/child.h"
#include "fuzz/kernel/input.h"
#include "fuzz/kernel/replay.h"
#include "fuzz/report/fmt.h"
#include "model/vocab/check.h"

namespace bp {
namespace {

/// A batch takes milliseconds; what needs longer does not end.
constexpr unsigned kSecondsUntilHang = 20;
constexpr std::chrono::microseconds kPoll{200};

using Clock = std::chrono::steady_clock;

/// What a child leaves for its parent, of one planted bug on one batch.
struct Finding {
  bool done = false;
  bool differs = false;
  std::uint64_t operations = 0;
  double seconds = 0;
  char how[48] = {};
};

/// Memory that children share with their parent.
class Findings {
 public:
  explicit Findings(std::size_t n)
      : bytes_(n * sizeof(Finding)),
        at_(static_cast<Finding*>(
            ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    check(at_ != MAP_FAILED, "there is memory for a planted bug's finding");
  }
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;
  ~Findings() { ::munmap(at_, bytes_); }
  Finding& operator[](std::size_t i) { return at_[i]; }

 private:
  std::size_t bytes_;
  Finding* at_;
};

/// "node 0 DMA32: free list of order 0, MOVABLE": what it is, without its place and its details.
std::string_view kind_of(std::string_view where) {
  const std::size_t colon = where.find(": ");
  if (colon != std::string_view::npos) where.remove_prefix(colon + 2);
  return where.substr(0, where.find(','));
}

void look(const kernel::Replay& replay, const kernel::Batch& batch, const ModelMutant& m,
          Finding& out) {
  const auto began = Clock::now();
  const reference::Rulebook rules = m.rulebook();
  const kernel::BatchReplay got = replay.run_by(rules, batch);
  out.operations = got.ops;
  out.differs = !got.exact();
  std::string_view how;
  if (got.op) how = got.op->difference.what;
  if (!got.op && out.differs) how = kind_of(got.state.front().where);
  std::copy_n(how.data(), std::min(how.size(), sizeof out.how - 1), out.how);
  out.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  out.done = true;
}

/// All mutants that are left, on one batch. A process goes from one to the next until one is
/// killed: whatever that one did to its memory ends with it.
class BatchHunt {
 public:
  BatchHunt(const kernel::Replay& replay, const kernel::Batch& batch,
            std::span<HuntedMutant* const> mutants)
      : replay_(replay), batch_(batch), mutants_(mutants), findings_(mutants.size() + 1) {}

  /// `number`: the batch's; `before`: operations of the batches before it.
  void run(std::uint32_t number, std::uint64_t before, unsigned jobs) {
    std::vector<Worker> workers;
    for (unsigned w = 0; w < jobs && w < mutants_.size(); ++w) workers.push_back(start(w, jobs));
    while (!workers.empty()) {
      std::this_thread::sleep_for(kPoll);
      for (Worker& w : workers) {
        const auto end = w.child.poll();
        if (!end) continue;
        w.next = judge(w.next, jobs, *end, number, before);
        if (w.next < mutants_.size()) w = start(w.next, jobs);
      }
      std::erase_if(workers, [&](const Worker& w) { return w.next >= mutants_.size(); });
    }
  }

 private:
  struct Worker {
    Child child;
    std::size_t next;  ///< The first mutant that it looks at.
  };

  Worker start(std::size_t first, unsigned step) {
    ChildPlan plan;
    plan.log = "/dev/null";  // What a broken allocator says on its way out is not for us.
    plan.body = [this, first, step] {
      ::signal(SIGALRM, SIG_DFL);
      for (std::size_t i = first; i < mutants_.size(); i += step) {
        ::alarm(kSecondsUntilHang);
        look(replay_, batch_, mutants_[i]->mutant, findings_[i]);
        if (findings_[i].differs) break;
      }
      return 0;
    };
    auto child = Child::start(plan);
    check(child.has_value(), "there is a process for planted bugs");
    return {std::move(*child), first};
  }

  /// What a worker that began with `first` found. The mutant that the next one begins with.
  std::size_t judge(std::size_t first, unsigned step, const ChildEnd& end, std::uint32_t number,
                    std::uint64_t before) {
    for (std::size_t i = first; i < mutants_.size(); i += step) {
      const Finding& f = findings_[i];
      mutants_[i]->seconds += f.seconds;
      if (f.done && !f.differs) continue;
      std::string how = f.how;
      if (end.signal == SIGALRM)
        how = "hang";
      else if (end.signal == SIGABRT)
        how = "check";
      else if (!f.done)
        how = "crash";
      mutants_[i]->kill = {.killed = true,
                           .how = std::move(how),
                           .operations = before + f.operations,
                           .batch = number};
      return i + step;
    }
    return mutants_.size();
  }

  const kernel::Replay& replay_;
  const kernel::Batch& batch_;
  std::span<HuntedMutant* const> mutants_;
  Findings findings_;
};

/// No machine word says what it is: HIGHMEM is i386's alone here, and only a PC's memory begins
/// below 16 MiB.
std::string machine_of(const reference::KernelState& s) {
  constexpr std::int64_t kFramesOf16MiB = 4096;
  bool low = false;
  for (const reference::ZoneState& z : s.zones) {
    if (z.type == ZoneType::highmem) return "i386";
    low = low || (z.numbers.spanned != 0 && z.numbers.start < kFramesOf16MiB);
  }
  return low ? "x86-64" : "arm64";
}

void note_features(RecordingFeatures& f, const kernel::Batch& b) {
  f.machine = machine_of(b.before);
  f.cpus = static_cast<unsigned>(b.before.config.cpu_node.size());
}

std::string letters_of(const kernel::Batch& b) {
  std::set<char> letters;
  for (const kernel::RecordedOp& op : b.ops) letters.insert(op.letter);
  return {letters.begin(), letters.end()};
}

}  // namespace

RecordingHunt hunt_in_recording(const std::filesystem::path& file, std::span<HuntedMutant> mutants,
                                unsigned jobs, bool whole) {
  RecordingHunt hunt;
  const kernel::FileText text = kernel::read_file(file.string());
  if (!text.fault.empty()) return hunt.fault = text.fault, hunt;
  const kernel::FileShape shape = kernel::shape_of(text.bytes);
  if (shape.kind != kernel::FileKind::recording && shape.kind != kernel::FileKind::organic)
    return hunt.fault = file.string() + ": holds no batches between dumps", hunt;
  kernel::Recording recording(text.bytes, shape);
  hunt.features.profile = recording.dialect().profile;
  kernel::Replay replay(recording.dialect());
  kernel::Batch batch;
  std::uint64_t operations = 0;
  while (recording.next(batch)) {
    const auto number = static_cast<std::uint32_t>(hunt.batches.size());
    std::vector<HuntedMutant*> left;
    bool any_later = whole;
    for (HuntedMutant& m : mutants) {
      if (m.mutant.profile != hunt.features.profile || m.kill.killed) continue;
      any_later = true;
      if (m.first_batch <= number) left.push_back(&m);
    }
    if (!any_later) return hunt;
    note_features(hunt.features, batch);
    BatchHunt(replay, batch, left).run(number, operations, jobs);
    const kernel::BatchReplay sound = replay.run(batch, recording);
    if (!sound.fault.what.empty() || !sound.exact()) {
      hunt.fault = fmt::format("{}: batch {} is not reproduced by the rules as they are",
                               file.string(), batch.number);
      return hunt;
    }
    operations += sound.ops;
    hunt.batches.push_back({recording.bytes_read(), letters_of(batch)});
  }
  if (!recording.fault().what.empty())
    hunt.fault =
        fmt::format("{}:{}: {}", file.string(), recording.fault().line, recording.fault().what);
  return hunt;
}

}  // namespace bp
