// SPDX-License-Identifier: MIT
#include "fuzz/mutants/model_hunt.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
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

/// What a child leaves for its parent.
struct Finding {
  bool differs = false;
  std::uint64_t operations = 0;
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
  const reference::Rulebook rules = m.rulebook();
  const kernel::BatchReplay got = replay.run_by(rules, batch);
  out.operations = got.ops;
  out.differs = !got.exact();
  std::string_view how;
  if (got.op) how = got.op->difference.what;
  if (!got.op && out.differs) how = kind_of(got.state.front().where);
  std::copy_n(how.data(), std::min(how.size(), sizeof out.how - 1), out.how);
}

struct Running {
  Child child;
  HuntedMutant* mutant;
  std::size_t slot;
  Clock::time_point since;
};

/// All mutants that are left, on one batch.
class BatchHunt {
 public:
  BatchHunt(const kernel::Replay& replay, const kernel::Batch& batch, std::uint32_t number,
            std::uint64_t operations_before, unsigned jobs)
      : replay_(replay),
        batch_(batch),
        number_(number),
        before_(operations_before),
        jobs_(jobs),
        findings_(jobs) {}

  void run(std::span<HuntedMutant*> mutants) {
    for (HuntedMutant* m : mutants) {
      while (running_.size() == jobs_) collect();
      start(*m);
    }
    while (!running_.empty()) collect();
  }

 private:
  void start(HuntedMutant& m) {
    std::size_t slot = 0;
    while (std::ranges::any_of(running_, [&](const Running& r) { return r.slot == slot; })) ++slot;
    findings_[slot] = {};
    ChildPlan plan;
    plan.log = "/dev/null";  // What a broken allocator says on its way out is not for us.
    plan.body = [&] {
      ::alarm(kSecondsUntilHang);
      ::signal(SIGALRM, SIG_DFL);
      look(replay_, batch_, m.mutant, findings_[slot]);
      return 0;
    };
    auto child = Child::start(plan);
    check(child.has_value(), "there is a process for a planted bug");
    running_.push_back({std::move(*child), &m, slot, Clock::now()});
  }

  void collect() {
    for (;;) {
      for (auto r = running_.begin(); r != running_.end(); ++r) {
        const auto end = r->child.poll();
        if (!end) continue;
        judge(*r, *end);
        running_.erase(r);
        return;
      }
      std::this_thread::sleep_for(kPoll);
    }
  }

  void judge(const Running& r, const ChildEnd& end) {
    const Finding& f = findings_[r.slot];
    Kill& k = r.mutant->kill;
    r.mutant->seconds += std::chrono::duration<double>(Clock::now() - r.since).count();
    if (end.signal == 0 && end.status == 0 && !f.differs) return;
    k = {.killed = true, .how = f.how, .operations = before_ + f.operations, .batch = number_};
    if (end.signal == SIGALRM)
      k.how = "hang";
    else if (end.signal == SIGABRT)
      k.how = "check";
    else if (end.signal != 0 || end.status != 0)
      k.how = "crash";
  }

  const kernel::Replay& replay_;
  const kernel::Batch& batch_;
  std::uint32_t number_;
  std::uint64_t before_;
  unsigned jobs_;
  Findings findings_;
  std::deque<Running> running_;
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
  std::set<char> letters(f.letters.begin(), f.letters.end());
  for (const kernel::RecordedOp& op : b.ops) letters.insert(op.letter);
  f.letters.assign(letters.begin(), letters.end());
}

}  // namespace

RecordingHunt hunt_in_recording(const std::filesystem::path& file, std::span<HuntedMutant> mutants,
                                unsigned jobs, bool whole) {
  RecordingHunt hunt;
  const kernel::FileText text = kernel::read_file(file.string());
  if (!text.fault.empty()) return hunt.fault = text.fault, hunt;
  const kernel::FileShape shape = kernel::shape_of(text.bytes);
  if (shape.kind != kernel::FileKind::recording)
    return hunt.fault = file.string() + ": holds no batches between dumps", hunt;
  kernel::Recording recording(text.bytes, shape);
  hunt.features.profile = recording.dialect().profile;
  kernel::Replay replay(recording.dialect());
  kernel::Batch batch;
  std::uint64_t operations = 0;
  for (; recording.next(batch); ++hunt.batches) {
    std::vector<HuntedMutant*> left;
    bool any_later = whole;
    for (HuntedMutant& m : mutants) {
      if (m.mutant.profile != hunt.features.profile || m.kill.killed) continue;
      any_later = true;
      if (m.first_batch <= hunt.batches) left.push_back(&m);
    }
    if (!any_later) return hunt;
    note_features(hunt.features, batch);
    BatchHunt(replay, batch, hunt.batches, operations, jobs).run(left);
    const kernel::BatchReplay sound = replay.run(batch, recording);
    if (!sound.fault.what.empty() || !sound.exact()) {
      hunt.fault = fmt::format("{}: batch {} is not reproduced by the rules as they are",
                               file.string(), batch.number);
      return hunt;
    }
    operations += sound.ops;
  }
  if (!recording.fault().what.empty())
    hunt.fault =
        fmt::format("{}:{}: {}", file.string(), recording.fault().line, recording.fault().what);
  return hunt;
}

}  // namespace bp
