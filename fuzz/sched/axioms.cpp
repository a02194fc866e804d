// SPDX-License-Identifier: MIT
#include "fuzz/sched/axioms.h"

#include <algorithm>
#include <vector>

#include "fuzz/sched/relation.h"
#include "model/vocab/check.h"

namespace bp::sched {
namespace {

constexpr unsigned kNobody = ~0U;

struct AnEvent {
  unsigned thread = kNobody;  ///< kNobody: the first store of a location.
  const Instruction* what = nullptr;
  unsigned location = 0;
  bool fence = false;
  bool reads = false;
  bool writes = false;
  bool resolved = false;  ///< What it reads and writes is known.
  Number read = 0;
  Number written = 0;
  std::memory_order order = std::memory_order_relaxed;
  unsigned source = kNobody;  ///< The event that it reads.
};

bool acquires(std::memory_order o) {
  return o == std::memory_order_acquire || o == std::memory_order_acq_rel ||
         o == std::memory_order_seq_cst;
}
bool releases(std::memory_order o) {
  return o == std::memory_order_release || o == std::memory_order_acq_rel ||
         o == std::memory_order_seq_cst;
}

/// One candidate execution.
class Candidate {
 public:
  explicit Candidate(const Litmus& program) : program_(program) {
    for (unsigned l = 0; l < program.locations.size(); ++l) {
      AnEvent first;
      first.location = l;
      first.writes = first.resolved = true;
      first.written = program.initial[l];
      events_.push_back(first);
    }
    for (unsigned t = 0; t < program.threads.size(); ++t) {
      for (const Instruction& i : program.threads[t]) add(t, i);
    }
    check(events_.size() <= kAxiomEventsMax, "the axioms are for small programs");
  }

  void enumerate(AxiomOutcomes& out) { choose_source(0, out); }

 private:
  void add(unsigned thread, const Instruction& i) {
    check(i.operation != Operation::compare_exchange_weak, "the axioms know no weak CAS");
    AnEvent e;
    e.thread = thread;
    e.what = &i;
    e.location = i.location;
    e.fence = i.operation == Operation::fence;
    e.reads = !e.fence && i.operation != Operation::store;
    events_.push_back(e);
  }
  unsigned count() const { return static_cast<unsigned>(events_.size()); }
  bool may_write(const AnEvent& e) const {
    return e.what == nullptr || (!e.fence && e.what->operation != Operation::load);
  }

  void choose_source(unsigned e, AxiomOutcomes& out) {
    if (e == count()) return resolve(out);
    if (!events_[e].reads) return choose_source(e + 1, out);
    for (unsigned s = 0; s < count(); ++s) {
      const bool fits = may_write(events_[s]) && events_[s].location == events_[e].location;
      const bool later = events_[s].thread == events_[e].thread && s >= e;
      if (!fits || later) continue;
      events_[e].source = s;
      choose_source(e + 1, out);
    }
  }

  Number sum(const Sum& s, const std::vector<Number>& registers) const {
    Number n = s.constant;
    for (const unsigned r : s.registers) n += registers[r];
    return n;
  }

  static Number combine(Operation o, Number old, Number operand) {
    if (o == Operation::fetch_add) return old + operand;
    if (o == Operation::fetch_sub) return old - operand;
    if (o == Operation::fetch_and) return old & operand;
    if (o == Operation::fetch_or) return old | operand;
    if (o == Operation::fetch_xor) return old ^ operand;
    return operand;
  }

  /// Computes values along program order and reads-from; none if there is a cycle.
  void resolve(AxiomOutcomes& out) {
    registers_.assign(program_.registers.size(), 0);
    for (AnEvent& e : events_) e.resolved = e.thread == kNobody;
    bool progress = true;
    while (progress) {
      progress = false;
      bool behind[kEventsMax] = {};  // By thread: something earlier is open.
      for (AnEvent& e : events_) {
        if (e.resolved) continue;
        const bool open = e.reads && !events_[e.source].resolved;
        if (behind[e.thread] || open) {
          behind[e.thread] = true;
          continue;
        }
        if (!settle(e)) return;
        progress = e.resolved = true;
      }
    }
    for (const AnEvent& e : events_) {
      if (!e.resolved) return;
    }
    for (auto& order : modification_) order.clear();
    modification_.resize(program_.locations.size());
    for (unsigned e = 0; e < count(); ++e) {
      if (events_[e].writes) modification_[events_[e].location].push_back(e);
    }
    choose_modification(0, out);
  }

  /// False: its source writes nothing.
  bool settle(AnEvent& e) {
    if (e.fence) return e.order = e.what->order, true;
    e.order = e.what->order;
    const Operation o = e.what->operation;
    const Number operand = sum(e.what->operand, registers_);
    e.writes = o != Operation::load;
    if (e.reads) {
      if (!events_[e.source].writes) return false;
      e.read = events_[e.source].written;
      if (o == Operation::compare_exchange && e.read != sum(e.what->expected, registers_)) {
        e.writes = false;
        e.order = e.what->failure;
      }
      registers_[e.what->result] = e.read;
    }
    if (e.writes) e.written = e.reads ? combine(o, e.read, operand) : operand;
    return true;
  }

  /// All orders of each location's stores, the first one first.
  void choose_modification(unsigned location, AxiomOutcomes& out) {
    if (location == modification_.size()) return judge(out);
    auto& order = modification_[location];
    std::sort(order.begin(), order.end());
    do choose_modification(location + 1, out);
    while (std::next_permutation(order.begin() + 1, order.end()));
  }

  void judge(AxiomOutcomes& out) {
    for (const auto& order : modification_) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        const AnEvent& e = events_[order[i]];
        if (e.reads && e.source != order[i - 1]) return;  // Atomicity.
      }
    }
    relate();
    if (!hb_.irreflexive() || !(hb_ * eco_).irreflexive()) return;
    const bool rc11 = holds_rc11();
    const bool cpp20 = holds_cpp20();
    if (!rc11 && !cpp20) return;
    Values seen;
    for (const Observed& o : program_.observed)
      seen.push_back(o.location ? events_[modification_[o.index].back()].written
                                : registers_[o.index]);
    if (rc11) out.rc11.insert(seen);
    if (cpp20) out.cpp20.insert(seen);
    if (rc11 && cpp20 && (order_s() | sb_ | rf_).acyclic()) out.stepwise.insert(seen);
  }

  void relate() {
    sb_ = rf_ = mo_ = fr_ = sw_ = {};
    for (unsigned a = 0; a < count(); ++a) {
      for (unsigned b = 0; b < count(); ++b) {
        const AnEvent &x = events_[a], &y = events_[b];
        if (y.thread != kNobody && (x.thread == kNobody || (x.thread == y.thread && a < b)))
          sb_.add(a, b);
      }
      if (events_[a].reads) rf_.add(events_[a].source, a);
    }
    for (const auto& order : modification_) {
      for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t k = i + 1; k < order.size(); ++k) mo_.add(order[i], order[k]);
    }
    for (unsigned a = 0; a < count(); ++a) {
      if (events_[a].reads) fr_[a] = mo_[events_[a].source] & ~(EventSet{1} << a);
    }
    eco_ = (rf_ | mo_ | fr_).closed();
    synchronise();
    hb_ = (sb_ | sw_).closed();
  }

  /// Release side: a store or a fence before it. Then its release sequence, which RMWs continue.
  /// Acquire side: who reads from that, or a fence after it.
  void synchronise() {
    for (unsigned head = 0; head < count(); ++head) {
      if (!events_[head].writes || events_[head].thread == kNobody) continue;
      EventSet sequence = EventSet{1} << head;
      for (bool grew = true; grew;) {
        grew = false;
        for (unsigned e = 0; e < count(); ++e) {
          const AnEvent& x = events_[e];
          const bool continues = x.reads && x.writes && (sequence >> x.source & 1) != 0;
          if (!continues || (sequence >> e & 1) != 0) continue;
          sequence |= EventSet{1} << e;
          grew = true;
        }
      }
      const EventSet from = side(head, true);
      for (unsigned r = 0; r < count(); ++r) {
        if (!events_[r].reads || (sequence >> events_[r].source & 1) == 0) continue;
        const EventSet to = side(r, false);
        for (unsigned a = 0; a < count(); ++a) {
          if ((from >> a & 1) != 0) sw_[a] |= to & ~(EventSet{1} << a);
        }
      }
    }
  }
  EventSet side(unsigned access, bool releasing) const {
    EventSet set = 0;
    const auto fits = releasing ? &releases : &acquires;
    if (fits(events_[access].order)) set |= EventSet{1} << access;
    for (unsigned f = 0; f < count(); ++f) {
      const bool placed = releasing ? sb_.has(f, access) : sb_.has(access, f);
      if (events_[f].fence && fits(events_[f].order) && placed) set |= EventSet{1} << f;
    }
    return set;
  }

  template <class Which>
  EventSet those(Which&& which) const {
    EventSet set = 0;
    for (unsigned e = 0; e < count(); ++e) {
      if (which(events_[e])) set |= EventSet{1} << e;
    }
    return set;
  }
  static bool is_sc(const AnEvent& e) { return e.order == std::memory_order_seq_cst; }

  /// Those of a relation whose ends access one location, or not.
  Relation same_location(const Relation& r, bool same) const {
    Relation out;
    for (unsigned a = 0; a < count(); ++a) {
      for (unsigned b = 0; b < count(); ++b) {
        const bool one =
            !events_[a].fence && !events_[b].fence && events_[a].location == events_[b].location;
        if (r.has(a, b) && one == same) out.add(a, b);
      }
    }
    return out;
  }

  /// RC11's psc has no cycle.
  bool holds_rc11() const {
    const EventSet sc = those(&is_sc);
    const EventSet fences = those([](const AnEvent& e) { return is_sc(e) && e.fence; });
    const Relation sb_other = same_location(sb_, false);
    const Relation scb = sb_ | sb_other * hb_ * sb_other | same_location(hb_, true) | mo_ | fr_;
    Relation identity;
    identity = identity.reflexive().between(sc, sc);
    const Relation hb_maybe = hb_.reflexive();
    const Relation left = identity | hb_maybe.between(fences, ~EventSet{0});
    const Relation right = identity | hb_maybe.between(~EventSet{0}, fences);
    const Relation base = left * scb * right;
    const Relation of_fences = (hb_ | hb_ * eco_ * hb_).between(fences, fences);
    return (base | of_fences).acyclic();
  }

  /// A total order S of C++20 exists.
  bool holds_cpp20() const { return order_s().acyclic(); }

  /// What S has to agree with.
  Relation order_s() const {
    const EventSet sc = those(&is_sc);
    const EventSet fences = those([](const AnEvent& e) { return is_sc(e) && e.fence; });
    const EventSet accesses = sc & ~fences;
    // [intro.races]: strongly happens before, without threads' ends and consume.
    const Relation strong = (sb_ | sw_.between(accesses, accesses) | sb_ * hb_ * sb_).closed();
    Relation identity;
    identity = identity.reflexive().between(accesses, accesses);
    const Relation left = identity | hb_.between(fences, ~EventSet{0});
    const Relation right = identity | hb_.between(~EventSet{0}, fences);
    return strong.between(sc, sc) | left * eco_ * right;
  }

  const Litmus& program_;
  std::vector<AnEvent> events_;
  std::vector<Number> registers_;
  std::vector<std::vector<unsigned>> modification_;  ///< By location.
  Relation sb_, rf_, mo_, fr_, eco_, sw_, hb_;
};

}  // namespace

bool fits_axioms(const Litmus& program) {
  std::size_t events = program.locations.size();
  for (const auto& thread : program.threads) {
    events += thread.size();
    for (const Instruction& i : thread) {
      if (i.operation == Operation::compare_exchange_weak) return false;
    }
  }
  return events <= kAxiomEventsMax;
}

AxiomOutcomes outcomes_by_axioms(const Litmus& program) {
  AxiomOutcomes out;
  Candidate(program).enumerate(out);
  return out;
}

}  // namespace bp::sched
