// SPDX-License-Identifier: MIT
#include "fuzz/bench/harness.h"

#include <malloc.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "fuzz/bench/alternatives.h"
#include "fuzz/bench/calls.h"
#include "fuzz/bench/clock.h"
#include "fuzz/bench/pass.h"
#include "fuzz/bench/script.h"
#include "model/vocab/gfp.h"
#include "model/vocab/zone.h"

namespace bp::bench {
namespace {

constexpr std::uint64_t kFramesPerMib = 256;

/// GFP_KERNEL of era E3.
std::uint32_t kernel_mask() {
  return gfp_encode(GfpFlag::direct_reclaim | GfpFlag::kswapd_reclaim | GfpFlag::io | GfpFlag::fs,
                    Era::e3);
}

class Instance {
 public:
  Instance(const bp_subject& s, const bp_machine& m) : subject_(s), self_(s.create(&m)) {}
  ~Instance() {
    if (self_ != nullptr) subject_.destroy(self_);
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  void* get() const { return self_; }

 private:
  const bp_subject& subject_;
  void* self_;
};

struct Bench {
  const Workload& workload;
  const bp_subject& subject;
  void* self;
  unsigned threads;
  const Inlined* inlined;  ///< Null: through the table.
  std::uint64_t nulls = 0;
  std::uint64_t spurious = 0;

  template <class Body>
  void on_threads(Pass& pass, Body&& body) {
    std::vector<std::thread> all;
    for (unsigned t = 0; t < threads; ++t) {
      all.emplace_back([&, t] {
        pin_to(t);
        Caller caller(t, kernel_mask());
        body(PlainCalls{&subject, self, &caller}, pass, t);
      });
    }
    for (std::thread& t : all) t.join();
  }

  void measured(Pass& pass) {
    std::atomic<std::uint64_t> sum{0};
    on_threads(pass, [&](PlainCalls calls, Pass& p, unsigned t) {
      if (inlined == nullptr) {
        run_plain(workload, calls, p, t);
      } else {
        inlined->run[static_cast<std::size_t>(&workload - workloads().data())](calls, p, t);
      }
      sum.fetch_add(calls.caller->nulls,
                    std::memory_order_relaxed);  // relaxed: read after the join.
    });
    nulls += sum.load(std::memory_order_relaxed);
  }

  /// What was wrong, or nothing.
  std::string verified(Pass& pass) {
    Owners owners = is_alternative(subject) ? Owners::of_any_frames() : Owners(pass.frames);
    std::atomic<std::uint64_t> sum{0};
    on_threads(pass, [&](PlainCalls plain, Pass& p, unsigned t) {
      run_verified(workload, VerifiedCalls{plain, &owners, threads == 1}, p, t);
      sum.fetch_add(plain.caller->spurious, std::memory_order_relaxed);  // relaxed: as above.
    });
    spurious = sum.load(std::memory_order_relaxed);
    if (!owners.fault().empty()) return owners.fault();
    subject.drain(self, BP_ON_BUDDY);
    bp_counters c{};
    subject.counters(self, 0, &c);
    return c.free == pass.frames ? ""
                                 : "after all is freed and drained, the zone counts " +
                                       std::to_string(c.free) + " free pages";
  }
};

Figure fault_of(const Workload& w, const bp_subject& s, unsigned threads, std::string why) {
  Figure f;
  f.workload = w.name;
  f.subject = s.name;
  f.threads = threads;
  f.fault = std::move(why);
  return f;
}

std::uint64_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// ---- the subject that does nothing --------------------------------------------------------------

struct Nothing {
  std::uint64_t frames;
  std::atomic<std::uint64_t> next{0};
};

void* nothing_create(const bp_machine* m) { return new Nothing{m->zones[0].end}; }
void nothing_destroy(void* self) { delete static_cast<Nothing*>(self); }
bp_status nothing_alloc(void*, const bp_request*, std::uint64_t* pfn) {
  *pfn = 0;
  return BP_OK;
}
bp_status nothing_free(void*, std::uint32_t, std::uint64_t, std::uint32_t) { return BP_OK; }
void nothing_drain(void*, std::uint32_t) {}
void nothing_counters(void* self, std::uint32_t, bp_counters* out) {
  *out = {static_cast<Nothing*>(self)->frames, 0};
}
void nothing_census(void*, bp_visit, void*) {}

constexpr bp_subject kNothingSubject{
    BP_ABI_VERSION, BP_CAP_THREADS, "empty",        &nothing_create,   &nothing_destroy,
    &nothing_alloc, &nothing_free,  &nothing_drain, &nothing_counters, &nothing_census};

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[values.size() / 2], values.front(), values.back()};
}

const bp_subject& empty_subject() { return kNothingSubject; }

bp_machine machine_of(std::uint64_t mib, unsigned cpus) {
  bp_machine m{};
  m.abi_version = BP_ABI_VERSION;
  m.profile = BP_PROFILE_V6_1_LTS192;
  m.era = static_cast<std::uint32_t>(Era::e3);
  m.zone_config = ZoneConfig{.dma = true, .dma32 = true}.bits();
  m.cpus = cpus;
  m.pageblock_order = 9;
  m.n_nodes = 1;
  m.n_fallback[0] = 1;
  bp_zone& z = m.zones[m.n_zones++];
  z.type = static_cast<std::uint32_t>(ZoneType::normal);
  z.end = mib * kFramesPerMib;
  // min_free_kbytes is 4 * sqrt(KiB of memory); low and high are a quarter and a half above it.
  z.mark_min = static_cast<std::int64_t>(std::sqrt(static_cast<double>(mib) * 1024));
  z.mark_low = z.mark_min + z.mark_min / 4;
  z.mark_high = z.mark_min + z.mark_min / 2;
  z.pcp_batch = 63;
  // Linux gives the low mark's pages to the lists of all CPUs together; two huge pages at least.
  z.pcp_high = std::max(static_cast<std::uint32_t>(z.mark_low) / cpus, 1024U);
  return m;
}

std::vector<Figure> run_workload(const Workload& w, const bp_subject& s, const Plan& plan,
                                 unsigned threads, const Inlined* inlined) {
  if (threads > 1 && (s.caps & BP_CAP_THREADS) == 0)
    return {fault_of(w, s, threads, "the subject does not promise to bear several threads")};
  const bp_machine m = machine_of(plan.mib, std::max(threads, kExitCpus));
  const Instance instance(s, m);
  if (instance.get() == nullptr) return {fault_of(w, s, threads, "create() has no memory")};
  Bench bench{w, s, instance.get(), threads, inlined};
  Script script;
  if (w.follows_script) {
    ScriptResult read = script_of(plan.trace, threads);
    if (!read.fault.empty()) return {fault_of(w, s, threads, "--trace: " + read.fault)};
    script = std::move(read.script);
  }
  const Script* const follow = w.follows_script ? &script : nullptr;
  std::vector<double> ns[2];
  std::uint64_t operations[2] = {};
  for (unsigned pass = 0; pass <= plan.passes; ++pass) {
    Pass p(m.zones[0].end, threads, plan.percent, follow);
    bench.measured(p);
    if (pass == 0) bench.nulls = 0;
    for (unsigned k = 0; k < 2 && pass > 0; ++k) {
      ns[k].push_back(p.ns_per_operation(k));
      operations[k] = p.operations(k);
    }
  }
  std::string fault;
  const bool verify = &s != &kNothingSubject;
  if (verify) {
    Pass p(m.zones[0].end, threads, std::max(plan.percent / 10, 1U), follow);
    fault = bench.verified(p);
  }
  std::vector<Figure> figures;
  for (unsigned k = 0; k < 2 && w.metrics[k] != nullptr; ++k) {
    figures.push_back({w.metrics[k], inlined == nullptr ? s.name : inlined->name, threads,
                       spread_of(ns[k]), operations[k], bench.nulls, bench.spurious,
                       verify && fault.empty(), fault});
  }
  return figures;
}

InitFigure measure_init(const bp_subject& s, std::uint64_t gib, unsigned passes) {
  InitFigure f;
  f.subject = s.name;
  f.gib = gib;
  const bp_machine m = machine_of(gib * 1024, kExitCpus);
  std::vector<double> us;
  for (unsigned p = 0; p < passes; ++p) {
    malloc_trim(0);
    const std::uint64_t heap = heap_bytes();
    const std::uint64_t begin = cpu_ns();
    const Instance instance(s, m);
    us.push_back(static_cast<double>(cpu_ns() - begin) / 1000);
    if (p == 0)
      f.metadata_kib = static_cast<double>(heap_bytes() - heap) / 1024 / static_cast<double>(gib);
  }
  f.microseconds = spread_of(us);
  return f;
}

}  // namespace bp::bench
