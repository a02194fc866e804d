// SPDX-License-Identifier: MIT
// The planted bugs of `mutants --layer conc` under Relacy, for comparison: the same template and
// the scenarios of corpus/conc, under Relacy's memory model and its random scheduler; a map of
// owners, a payload that only owners write, counts at the end. A line a bug: who noticed (Relacy,
// the map of owners, the counts, nobody) and when. Built where Debian's relacy-dev is.
//
//   conc_relacy [SECONDS]        all, this long each at most (default: 10)
//   conc_relacy --one NAME SECONDS
//   conc_relacy --self-test      sound code is not noticed, two bugs are
//
// Left out: scenarios of restartable sections, halted tasks, and the rules that only the judge of
// explore/run.h asks.
#include "fuzz/mutants/relacy_policy.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/explore/scenario_config.h"
#include "fuzz/mutants/apart.h"
#include "impl/allocator.h"

namespace {

using namespace bp;
using explore::Op;
using explore::OpKind;
using explore::Scenario;

constexpr rl::iteration_t kTurn = 200;   ///< Executions of a scenario at a time.
constexpr unsigned kStepsMax = 200'000;  ///< Of an execution with its set-up; more never end.
constexpr std::uint8_t kFree = 0xff;
constexpr std::uint32_t kNoVar = ~0U;

/// One scenario on the allocator; begin() to end() is an execution. Nothing in between allocates:
/// Relacy counts that too.
template <class Policy>
class Execution {
  using Allocator = impl::Allocator<Policy>;

 public:
  explicit Execution(const Scenario& s)
      : s_(s),
        config_(s),
        memory_(Allocator::footprint(config_.get()) + Allocator::kAlign),
        held_(s.blocks.size()),
        owner_(s.frames_end()),
        payload_(s.frames_end()) {}

  void begin() {
    void* at = memory_.data();
    std::size_t room = memory_.size();
    std::align(Allocator::kAlign, room - Allocator::kAlign, at, room);
    allocator_ = Allocator::place(at, room, config_.get());
    check(allocator_ != nullptr, "the memory is large enough and aligned");
    std::ranges::fill(held_, kNoPfn);
    std::ranges::fill(owner_, kFree);
    std::ranges::fill(payload_, kNoVar);
    managed_ = counted();
    for (const Op& op : s_.setup) perform(0, 0, op);
  }
  void run(unsigned task) {
    for (const Op& op : s_.tasks[task].ops) perform(task + 1, s_.tasks[task].cpu, op);
  }
  void end() {
    allocator_->drain(impl::kAllCpusDrain);
    std::uint64_t free = 0;
    allocator_->for_each_block([&](Pfn head, Order o, unsigned cpu) {
      if (cpu != impl::kOnNoCpu) std::_Exit(kApartCounts);
      free += each(head, static_cast<unsigned>(o), [&](std::uint64_t p) {
        if (p >= owner_.size() || owner_[p] != kFree) std::_Exit(kApartCounts);
      });
    });
    const auto owned = static_cast<std::uint64_t>(
        std::ranges::count_if(owner_, [](std::uint8_t o) { return o != kFree; }));
    if (free + owned != managed_ || counted() != free) std::_Exit(kApartCounts);
    RelacyWords::forget_all();
    RelacyVars::forget_all();
  }

 private:
  void perform(unsigned me, unsigned cpu, const Op& op) {
    const impl::FrameRange f{Pfn{op.range.begin}, Pfn{op.range.end}};
    switch (op.kind) {
      case OpKind::alloc: return alloc(me, cpu, op);
      case OpKind::free: return free(cpu, op);
      case OpKind::drain: return drain(op);
      case OpKind::hold: return rl::ctx().sched();
      case OpKind::isolate: allocator_->isolate(f); return;
      case OpKind::restore: allocator_->undo_isolate(f); return;
      case OpKind::offline: return offline(me, f);
      case OpKind::online: return online(me, f);
    }
  }
  void alloc(unsigned me, unsigned cpu, const Op& op) {
    impl::Request r;
    r.cpu = cpu;
    r.order = op.order;
    r.gfp = explore::mask_of(op.highest, op.purpose);
    const Pfn got = allocator_->alloc(r);
    held_[op.block] = got;
    if (got != kNoPfn) each(got, op.order, [&](std::uint64_t p) { take(me, p); });
  }
  void free(unsigned cpu, const Op& op) {
    const Pfn head = held_[op.block];
    if (head == kNoPfn) return;
    const unsigned order = s_.order_of(op.block);
    each(head, order, [&](std::uint64_t p) { give(p); });
    if (allocator_->free(cpu, head, order) != impl::FreeStatus::ok) std::_Exit(kApartOwners);
  }
  void drain(const Op& op) {
    allocator_->drain(op.cpu == explore::kEveryCpu ? impl::kAllCpusDrain
                                                   : static_cast<unsigned>(op.cpu));
  }
  void offline(unsigned me, const impl::FrameRange& f) {
    if (allocator_->offline(f) != impl::RangeStatus::ok) return;
    for (Pfn p = f.begin; p < f.end; p += Pages{1}) take(me, static_cast<std::uint64_t>(p));
  }
  void online(unsigned me, const impl::FrameRange& f) {
    if (owner_[static_cast<std::uint64_t>(f.begin)] != me) return;
    for (Pfn p = f.begin; p < f.end; p += Pages{1}) give(static_cast<std::uint64_t>(p));
    allocator_->online(f);
  }

  /// Of each frame of a block, and how many they are.
  template <class Visit>
  static std::uint64_t each(Pfn head, unsigned order, Visit&& visit) {
    const auto first = static_cast<std::uint64_t>(head);
    const std::uint64_t n = std::uint64_t{1} << order;
    for (std::uint64_t p = first; p < first + n; ++p) visit(p);
    return n;
  }
  void take(unsigned me, std::uint64_t p) {
    if (p >= owner_.size() || owner_[p] != kFree) std::_Exit(kApartOwners);
    owner_[p] = static_cast<std::uint8_t>(me);
    touch(p);
  }
  void give(std::uint64_t p) {
    touch(p);
    owner_[p] = kFree;
  }
  /// What only an owner writes: a write by the next one that is not ordered after it is a race.
  void touch(std::uint64_t p) {
    if (payload_[p] == kNoVar) payload_[p] = RelacyVars::make(0);
    RelacyVars::at(payload_[p])({}).store(1);
  }
  std::uint64_t counted() const {
    std::uint64_t sum = 0;
    for (unsigned z = 0; z < allocator_->zones(); ++z) {
      const impl::ZoneCount c = allocator_->count(z);
      sum += c.free + c.isolated_free + c.on_pcp;
    }
    return sum;
  }

  const Scenario& s_;
  explore::ScenarioConfig config_;
  std::vector<unsigned char> memory_;
  std::vector<Pfn> held_;               ///< By block.
  std::vector<std::uint8_t> owner_;     ///< By frame: task, or kFree.
  std::vector<std::uint32_t> payload_;  ///< By frame: a variable, or kNoVar.
  Allocator* allocator_ = nullptr;
  std::uint64_t managed_ = 0;
};

/// Relacy makes its test suites itself: what they run stands here.
template <class Policy>
Execution<Policy>* running = nullptr;

template <class Policy, int kTasks>
struct Suite : rl::test_suite<Suite<Policy, kTasks>, kTasks> {
  void before() { running<Policy>->begin(); }
  void thread(unsigned task) { running<Policy>->run(task); }
  void after() { running<Policy>->end(); }
};

/// Executions `first` up to `last` of a scenario, by their numbers; false: Relacy found a fault.
template <class Policy, int kTasks>
bool holds(rl::iteration_t first, rl::iteration_t last) {
  std::ostringstream nothing;
  rl::test_params params;
  params.output_stream = params.progress_stream = &nothing;
  params.iteration_count = last;
  params.execution_depth_limit = kStepsMax;
  params.initial_state = std::to_string(first).c_str();
  return rl::run_test<Suite<Policy, kTasks>, rl::random_scheduler<kTasks>>(
             params, nothing, false) == rl::test_result_success;
}

template <class Policy>
bool turn(const Scenario& s, rl::iteration_t first, rl::iteration_t last) {
  Execution<Policy> execution(s);
  running<Policy> = &execution;
  switch (s.tasks.size()) {
    case 2: return holds<Policy, 2>(first, last);
    case 3: return holds<Policy, 3>(first, last);
    case 4: return holds<Policy, 4>(first, last);
    default: return true;
  }
}

std::vector<Scenario> corpus() {
  std::vector<std::filesystem::path> files;
  for (const auto& e : std::filesystem::directory_iterator(BP_SOURCE_DIR "/corpus/conc"))
    files.push_back(e.path());
  std::ranges::sort(files);
  std::vector<Scenario> all;
  for (const auto& file : files) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    std::optional<Scenario> s = explore::parse_scenario(text.str()).scenario;
    if (s && s->section != explore::SectionKind::rseq) all.push_back(std::move(*s));
  }
  return all;
}

bool runs(const ConcPlant& p) {
  using enum impl::Bug;
  return p.bug != spins_on_owner && p.bug != cpu_remembered && p.bug != sections_not_restarted;
}

int run_one(std::string_view name, double seconds) {
  StressPlant::active = conc_plant(name);
  if (StressPlant::active != nullptr && !runs(*StressPlant::active)) return kApartNotRun;
  const std::vector<Scenario> all = corpus();
  for (rl::iteration_t first = 1;; first += kTurn) {
    for (const Scenario& s : all) {
      const rl::iteration_t last = first + kTurn - 1;
      const bool pinned = s.section == explore::SectionKind::pinned;
      if (!(pinned ? turn<RelacyPinnedPolicy>(s, first, last) : turn<RelacyPolicy>(s, first, last)))
        return kApartChecker;
      if (apart_seconds() >= seconds) return kApartNobody;
    }
  }
}

int self_test(const std::string& program) {
  constexpr double kSound = 5, kPlanted = 60;
  if (notice_apart(program, "Relacy", "none", kSound).noticed) return 1;
  for (const char* name : {"claim-torn", "list-relaxed"}) {
    if (!notice_apart(program, "Relacy", name, kPlanted).noticed) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--one")
    return run_one(argv[2], std::strtod(argv[3], nullptr));
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  if (argc == 2 && std::string_view(argv[1]) == "--self-test") return self_test(program);
  return all_apart(program, "Relacy", argc > 1 ? std::strtod(argv[1], nullptr) : 10);
}
