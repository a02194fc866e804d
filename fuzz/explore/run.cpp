// SPDX-License-Identifier: MIT
#include "fuzz/explore/run.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "fuzz/explore/scenario_config.h"
#include "fuzz/explore/sim_allocator.h"
#include "fuzz/explore/sim_policy.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"
#include "impl/highatomic_cap.h"

namespace bp::explore {
namespace {

std::string frames_text(std::uint64_t n) { return std::to_string(n) + " frames"; }

}  // namespace

std::string_view statement_of(std::string_view rule) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kStatements{{
      {"S1", "no frame belongs to two"},
      {"S2", "what one task wrote the next owner sees"},
      {"S3", "a block is aligned, of one zone, and given back once"},
      {"S4", "a block comes from the first zone that is able"},
      {"S5", "every managed frame is in exactly one place, and counts are exact"},
      {"S6", "after a drain free blocks are as large as they can be"},
      {"S7", "a watermark is kept at some moment of the alloc"},
      {"S8", "reserved, isolated and removed pageblocks are for nobody else"},
      {"L1", "null is told only if no block was free at some moment"},
      {"L2", "null is told only if no block could be given"},
      {"L3", "at rest an alloc succeeds exactly if there is a block"},
      {"P1", "with a task frozen the others end"},
      {"P2", "a killed task costs no more than it held"},
      {"P3", "nobody waits"},
      {"race", "plain data is read and written one task after the other"},
      {"hint", "at rest the hints lead to every free block"},
  }};
  for (const auto& [id, says] : kStatements) {
    if (id == rule) return says;
  }
  return {};
}

std::string rule_of(const std::string& fault) { return fault.substr(0, fault.find(':')); }

/// The allocator of one scenario, its memory, and what its tasks hold.
struct Runner::Machine {
  const Scenario& s;
  Ghost& ghost;
  Counts& counts;
  OwnSteps& own_steps;
  ScenarioConfig config;
  std::unique_ptr<SimAllocator> allocator;
  std::vector<std::uint64_t> held;  ///< By block.
  struct Task {
    Machine* machine;
    const TaskText* text;
    void operator()() {
      for (const Op& op : text->ops) machine->perform(op);
    }
  };
  std::vector<Task> tasks;

  Machine(const Scenario& scenario, Ghost& g, Counts& c, OwnSteps& steps)
      : s(scenario), ghost(g), counts(c), own_steps(steps), config(scenario) {
    allocator = sim_allocator(s.section, config.get());
    for (const TaskText& t : s.tasks) tasks.push_back({this, &t});
  }

  void place() {
    allocator->place();
    held.assign(s.blocks.size(), kNoFrame);
  }

  void perform(const Op& op) {
    sched::World& w = sched::World::current();
    if (op.kind == OpKind::hold) return w.point(sched::Pending::kEverywhere, false);
    const unsigned before = w.steps(w.task());
    if (op.kind == OpKind::alloc) alloc(op);
    if (op.kind == OpKind::free) give_back(op);
    if (op.kind == OpKind::drain) drain(op);
    if (is_of_range(op.kind)) on_range(op);
    if (s.highatomic) look_at_reserves(w);
    const auto kind = static_cast<std::size_t>(op.kind);
    own_steps[kind] = std::max(own_steps[kind], w.steps(w.task()) - before);
    counts.own_steps_max[kind] = std::max(counts.own_steps_max[kind], own_steps[kind]);
  }
  void alloc(const Op& op) {
    const std::size_t n = ghost.invoke(op, kNoFrame);
    impl::Request r;
    r.cpu = sched::World::current().cpu();
    r.order = op.order;
    r.gfp = mask_of(op.highest, op.purpose);
    const Pfn got = allocator->alloc(r);
    held[op.block] = got == kNoPfn ? kNoFrame : static_cast<std::uint64_t>(got);
    ghost.respond(n, held[op.block], true);
  }
  void give_back(const Op& op) {
    const std::uint64_t head = held[op.block];
    if (head == kNoFrame) return;
    Op with_order = op;
    with_order.order = s.order_of(op.block);
    const std::size_t n = ghost.invoke(with_order, head);
    const auto status = allocator->free(sched::World::current().cpu(), Pfn{head}, with_order.order);
    ghost.respond(n, head, status == impl::FreeStatus::ok);
  }
  void drain(const Op& op) {
    const std::size_t n = ghost.invoke(op, kNoFrame);
    allocator->drain(op.cpu == kEveryCpu ? impl::kAllCpusDrain : static_cast<unsigned>(op.cpu));
    ghost.respond(n, kNoFrame, true);
  }
  void on_range(const Op& op) {
    const impl::FrameRange f{Pfn{op.range.begin}, Pfn{op.range.end}};
    if (op.kind == OpKind::restore && !ghost.isolated(op.range)) return;
    if (op.kind == OpKind::online && !ghost.taken_away(op.range)) return;
    const std::size_t n = ghost.invoke(op, kNoFrame);
    impl::RangeStatus told = impl::RangeStatus::bad_range;
    if (op.kind == OpKind::isolate) told = allocator->isolate(f);
    if (op.kind == OpKind::restore) told = allocator->undo_isolate(f);
    if (op.kind == OpKind::offline) told = allocator->offline(f);
    if (op.kind == OpKind::online) told = allocator->online(f);
    const bool done = told == impl::RangeStatus::ok || told == impl::RangeStatus::lists_busy;
    ghost.respond(n, kNoFrame, done, told == impl::RangeStatus::ok);
  }

  /// What of the zone may be reserved at most, with `more` on their way (S8).
  std::int64_t reserve_max(const ZoneText& z, std::size_t more) const {
    std::int64_t managed = 0;
    for (std::uint64_t p = z.begin; p < z.end; ++p) managed += ghost.managed(p) ? 1 : 0;
    const auto block = static_cast<std::int64_t>(kPageblockFrames);
    const std::int64_t cap = impl::highatomic_cap(config.get().profile, managed, block);
    return cap - 1 + block * static_cast<std::int64_t>(1 + more);
  }
  /// At any moment, by what memory holds and not by what a task knows.
  void look_at_reserves(sched::World& w) {
    w.memory.rest(true);
    sched::Sites* const sites = std::exchange(w.sites, nullptr);
    std::string fault;
    for (unsigned z = 0; z < allocator->zones() && fault.empty(); ++z)
      fault = reserve_fault(z, s.tasks.size());
    w.sites = sites;
    w.memory.rest(false);
    if (!fault.empty()) w.stop(fault);
  }
  std::string reserve_fault(unsigned z, std::size_t more) const {
    const auto reserved = static_cast<std::int64_t>(allocator->count(z).reserved);
    const std::int64_t most = reserve_max(s.zones[z], more);
    if (reserved >= 0 && reserved <= most) return {};
    return "S8: zone " + std::to_string(z) + " has " + std::to_string(reserved) +
           " pages reserved; 0 to " + std::to_string(most) + " may be";
  }
  /// S8 at rest: what is reserved and isolated is what the pageblocks say.
  std::string reserves() const {
    for (unsigned z = 0; z < allocator->zones(); ++z) {
      const impl::ZoneCount c = allocator->count(z);
      std::uint64_t reserved = 0;
      for (std::uint64_t p = s.zones[z].begin; p < s.zones[z].end; p += kPageblockFrames)
        reserved += allocator->type_at(Pfn{p}) == Migratetype::highatomic ? kPageblockFrames : 0;
      // Of an isolated pageblock nobody says whether it is reserved.
      const std::uint64_t unknown = kPageblockFrames * ghost.isolated_pageblocks(z);
      if (c.reserved < reserved || c.reserved > reserved + unknown)
        return "S8: zone " + std::to_string(z) + " counts " + frames_text(c.reserved) +
               " reserved; its pageblocks say " + std::to_string(reserved);
      if (std::string fault = reserve_fault(z, 0); s.highatomic && !fault.empty()) return fault;
      if (c.isolated_free != ghost.isolated_free(z))
        return "S8: zone " + std::to_string(z) + " counts " + frames_text(c.isolated_free) +
               " free and isolated; there are " + std::to_string(ghost.isolated_free(z));
    }
    return {};
  }
  /// Where each managed frame is, after a drain: S5 and S6.
  std::string places(bool whole, std::uint64_t& lost) {
    allocator->drain(impl::kAllCpusDrain);
    std::vector<std::uint8_t> free(s.frames_end(), 0);
    std::string fault;
    allocator->for_each_block([&](Pfn head, Order order, unsigned cpu) {
      // The list that a halted task is in the middle of changing is its own.
      if (!whole && cpu != impl::kOnNoCpu) return;
      const std::uint64_t first{static_cast<std::uint64_t>(head)};
      const std::uint64_t end = first + (std::uint64_t{1} << static_cast<unsigned>(order));
      for (std::uint64_t p = first; p < end; ++p) {
        if (p >= free.size() || !ghost.managed(p)) {
          fault = "S6: a free block has frame " + std::to_string(p) + ", which is not managed";
        } else if (free[p]++ != 0) {
          fault = "S5: frame " + std::to_string(p) + " is free in two places";
        } else if (ghost.owned(p)) {
          fault = "S5: frame " + std::to_string(p) + " is free and owned";
        }
      }
    });
    lost = 0;
    for (std::uint64_t p = 0; p < free.size(); ++p) {
      if (ghost.managed(p) && free[p] == 0 && !ghost.owned(p)) ++lost;
    }
    if (fault.empty() && whole && lost != 0)
      fault = "S5: " + frames_text(lost) + " are neither free nor owned";
    return fault;
  }
  std::string counted() const {
    for (unsigned z = 0; z < allocator->zones(); ++z) {
      const impl::ZoneCount c = allocator->count(z);
      if (c.free + c.isolated_free != ghost.free_pages(z) || c.on_pcp != 0)
        return "S5: zone " + std::to_string(z) + " has " + frames_text(ghost.free_pages(z)) +
               " free after a drain, and counts " + std::to_string(c.free) + " and " +
               std::to_string(c.on_pcp) + " on lists";
    }
    return {};
  }
  std::string merged() const {
    std::string fault;
    allocator->for_each_block([&](Pfn head, Order order, unsigned) {
      const unsigned o = static_cast<unsigned>(order);
      const std::uint64_t size = std::uint64_t{1} << o;
      const std::uint64_t first{static_cast<std::uint64_t>(head)};
      if (o >= kOrderMaxOfScenario || first % size != 0) return;
      const std::uint64_t buddy = first ^ size;
      // Pageblocks of two types stay apart.
      if (size >= kPageblockFrames && buddy < s.frames_end() && ghost.managed(buddy) &&
          allocator->type_at(head) != allocator->type_at(Pfn{buddy}))
        return;
      if (free_within_zone(first, buddy, size))
        fault = "S6: the block of order " + std::to_string(o) + " at frame " +
                std::to_string(first) + " is not merged with its free buddy";
    });
    return fault;
  }
  bool free_within_zone(std::uint64_t first, std::uint64_t buddy, std::uint64_t size) const {
    const auto zone_at = [&](std::uint64_t p) {
      std::size_t z = 0;
      while (z < s.zones.size() && !(s.zones[z].begin <= p && p < s.zones[z].end)) ++z;
      return z;
    };
    for (std::uint64_t p = buddy; p < buddy + size; ++p) {
      if (p >= s.frames_end() || !ghost.managed(p) || ghost.owned(p) ||
          zone_at(p) != zone_at(first))
        return false;
    }
    return true;
  }
  /// Hints decide nothing, so that no other rule sees one that is lost.
  std::string hinted() const {
    std::string fault;
    allocator->for_each_block([&](Pfn head, Order order, unsigned cpu) {
      // Of what is isolated nobody asks.
      if (cpu == impl::kOnNoCpu && !ghost.is_isolated(static_cast<std::uint64_t>(head)) &&
          !allocator->is_hinted(head, order))
        fault = "hint: no hint leads to the free block of order " +
                std::to_string(static_cast<unsigned>(order)) + " at frame " +
                std::to_string(static_cast<std::uint64_t>(head));
    });
    return fault;
  }
  bool in_isolated(std::uint64_t head, unsigned order) const {
    const std::uint64_t end = head + (std::uint64_t{1} << order);
    for (std::uint64_t p = head; p < end; p += kPageblockFrames) {
      if (ghost.is_isolated(p)) return true;
    }
    return false;
  }
  /// L3, and S8 of what is isolated, for requests of every zone type and order that the machine
  /// has.
  std::string nulls() {
    for (const ZoneText& top : s.zones) {
      // One order beyond the machine: there is no such block.
      const unsigned last = static_cast<unsigned>(std::bit_width(s.frames_end()));
      for (unsigned o = 0; o <= std::min(last, kOrderMaxOfScenario); ++o) {
        bool able = false, maybe = false;
        for (std::size_t z = 0; z < s.zones.size() && s.zones[z].type <= top.type; ++z) {
          maybe = maybe || ghost.has_block(z, o);
          const bool everybody = !s.ranges && !s.highatomic;
          able =
              able || (everybody && ghost.has_block(z, o) && ghost.clear_of_marks(z, o, top.type));
        }
        impl::Request r;
        r.order = o;
        r.gfp = mask_of(top.type);
        const Pfn got = allocator->alloc(r);
        if (got == kNoPfn && able)
          return "L3: null for order " + std::to_string(o) +
                 " at rest, after a drain, with a block";
        if (got != kNoPfn && !maybe)
          return "L3: order " + std::to_string(o) + " is given at rest, and no block is free";
        if (got != kNoPfn && in_isolated(static_cast<std::uint64_t>(got), o))
          return "S8: order " + std::to_string(o) + " is given at rest at frame " +
                 std::to_string(static_cast<std::uint64_t>(got)) + ", which is isolated";
        if (got != kNoPfn) allocator->free(0, got, o);
        allocator->drain(impl::kAllCpusDrain);
      }
    }
    return {};
  }
};

Runner::Runner(const Scenario& s) : s_(s), machine_(new Machine(s, ghost_, counts_, own_steps_)) {
  options_.cpus = s.cpus;
  options_.steps_max = s.steps;
  options_.freezes_max = s.freezes;
  options_.kills_max = s.kills;
  options_.migrations_max = s.migrations;
  options_.aborts_max = s.aborts;
}

Runner::~Runner() { delete machine_; }

const History& Runner::history() const { return ghost_.history(); }

std::string Runner::plant(const Plant& p) {
  plant_ = {};
  options_.defects = {};
  sites_.restore();
  if (p.change != sched::SiteChange::none) {
    watch_sites(true);
    meet(p.site);
    const sched::SiteId site = sites_.named(p.site);
    if (site == sched::kNoSite) return "no atomic step is taken at " + p.site;
    sites_.change(site, p.change, p.to);
  }
  if (!p.defect.empty()) {
    const auto found = std::ranges::find(sched::kDefects, p.defect, &sched::NamedDefect::name);
    if (found == sched::kDefects.end()) return "no defect of the simulator is named " + p.defect;
    options_.defects.*found->on = true;
  }
  plant_ = p;
  return {};
}

/// Executions until one comes to the site.
void Runner::meet(const std::string& site) {
  sched::BytesChooser zeros({});
  if (sites_.named(site) == sched::kNoSite) run(zeros);
  sched::RandomChooser random(1);
  for (unsigned i = 0; i < kMeetings && sites_.named(site) == sched::kNoSite; ++i) run(random);
}

Verdict Runner::run(sched::Chooser& chooser) {
  SimPolicy::active = plant_.bug;
  own_steps_ = {};
  if (world_.memory.log != nullptr) world_.memory.log->clear();
  world_.begin(chooser, options_);
  ghost_.begin(s_);
  world_.memory.rest(true);
  machine_->place();
  world_.memory.rest(false);
  for (const Op& op : s_.setup) machine_->perform(op);
  for (Machine::Task& t : machine_->tasks) world_.spawn(t, t.text->cpu);
  sched::Outcome o = world_.run();
  Verdict v{o.end, std::move(o.fault), o.hash, o.steps};
  bool whole = true, frozen = false;
  for (unsigned t = 1; t <= s_.tasks.size(); ++t) {
    whole = whole && world_.state(t) == sched::TaskState::ended;
    frozen = frozen || world_.state(t) == sched::TaskState::frozen ||
             world_.state(t) == sched::TaskState::killed;
  }
  if (v.end == sched::End::step_bound) {
    v.end = sched::End::fault;
    v.fault = std::string(frozen ? "P1: with a task halted" : "P3: with every task running") +
              ", the tasks took more than " + std::to_string(s_.steps) + " steps";
  }
  if (v.end == sched::End::finished) conclude(v, whole);
  SimPolicy::active = impl::Bug::none;
  ++counts_.executions;
  counts_.steps += v.steps;
  counts_.nulls += ghost_.nulls;
  counts_.nulls_with_free += ghost_.nulls_with_free;
  return v;
}

void Runner::conclude(Verdict& v, bool whole) {
  std::uint64_t lost = 0;
  // What a halted task did is in memory all the same: nothing is left to choose.
  for (unsigned t = 1; t <= s_.tasks.size(); ++t) {
    if (world_.state(t) != sched::TaskState::ended) world_.memory.join(sched::kSetup, t);
  }
  world_.memory.rest(true);
  // Weaker orders change nothing now; what is torn or left out does.
  const bool tampered =
      plant_.change == sched::SiteChange::torn || plant_.change == sched::SiteChange::skipped;
  sched::Sites* const sites = std::exchange(world_.sites, tampered ? world_.sites : nullptr);
  v.fault = machine_->places(whole, lost);
  std::uint64_t bound = 0;
  for (unsigned t = 1; t <= s_.tasks.size(); ++t) {
    if (world_.state(t) == sched::TaskState::ended) continue;
    bound += kInFlight;
    for (const ZoneText& z : s_.zones) bound += s_.cpus * z.pcp + z.batch;
    std::uint64_t block = 0;
    for (const Op& op : s_.tasks[t - 1].ops) {
      if (op.kind == OpKind::alloc) block = std::max(block, std::uint64_t{1} << op.order);
      // What is being given back is nobody's, and was its own.
      if (op.kind == OpKind::free)
        block = std::max(block, std::uint64_t{1} << s_.order_of(op.block));
      block = std::max(block, op.range.end - op.range.begin);
    }
    bound += block;
  }
  if (v.fault.empty() && !whole && lost > bound)
    v.fault = "P2: a halted task costs " + frames_text(lost) + ", more than " + frames_text(bound) +
              " in flight";
  if (v.fault.empty() && whole) v.fault = machine_->merged();
  if (v.fault.empty() && whole) v.fault = machine_->counted();
  if (v.fault.empty() && whole) v.fault = machine_->reserves();
  if (v.fault.empty() && whole) v.fault = machine_->hinted();
  if (v.fault.empty() && whole) v.fault = machine_->nulls();
  world_.sites = sites;
  if (!v.fault.empty()) v.end = sched::End::fault;
}

}  // namespace bp::explore
