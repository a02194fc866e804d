// SPDX-License-Identifier: MIT
// Planted faults of the simulator itself, one switch each, so that every rule of the memory model
// can be seen to matter: each of them breaks at least one litmus program. All off is the simulator.
#pragma once

#include <array>
#include <string_view>

namespace bp::sched {

struct Defects {
  bool rmw_reads_read_store = false;     ///< Two RMWs may read one store: no atomicity.
  bool store_splits_rmw = false;         ///< A store may be placed between an RMW and what it read.
  bool rmw_cuts_release = false;         ///< An RMW does not continue the release sequence.
  bool store_continues_release = false;  ///< A task's later store does, as before C++20.
  bool no_coherence_floor = false;       ///< A load may read what is older than a store it knows.
  bool reads_raise_no_floor = false;     ///< Only stores count as known, what was read does not.
  bool store_below_floor = false;        ///< A store may be placed before a store it knows.
  bool append_only = false;              ///< A store is placed last, always.
  bool newest_only = false;              ///< A load reads the newest store, always.
  bool fences_do_nothing = false;        ///< Of any order.
  bool acquire_fence_nothing = false;    ///< What relaxed loads read is not acquired by a fence.
  bool release_fence_nothing = false;    ///< Relaxed stores after a fence release nothing.
  bool seq_cst_is_acq_rel = false;       ///< Accesses: no total order.
  bool seq_cst_fence_is_acq_rel = false;  ///< Fences: no total order.
  bool seq_cst_fence_is_local = false;    ///< Orders what its task did, not what happened before.
  bool seq_cst_reads_raise_no_floor = false;  ///< Only seq_cst stores do: RC11 and not C++20.
  bool acquire_is_relaxed = false;            ///< Loads and RMWs acquire nothing.
  bool release_is_relaxed = false;            ///< Stores and RMWs release nothing.
  bool failure_takes_success_order = false;   ///< A failed CAS is a load with the success order.
  bool failure_is_relaxed = false;            ///< A failed CAS acquires nothing.
  bool failure_reads_newest = false;          ///< A failed CAS reads the newest store only.
};

struct NamedDefect {
  std::string_view name;
  bool Defects::* on;
};

inline constexpr std::array kDefects{
    NamedDefect{"rmw_reads_read_store", &Defects::rmw_reads_read_store},
    NamedDefect{"store_splits_rmw", &Defects::store_splits_rmw},
    NamedDefect{"rmw_cuts_release", &Defects::rmw_cuts_release},
    NamedDefect{"store_continues_release", &Defects::store_continues_release},
    NamedDefect{"no_coherence_floor", &Defects::no_coherence_floor},
    NamedDefect{"reads_raise_no_floor", &Defects::reads_raise_no_floor},
    NamedDefect{"store_below_floor", &Defects::store_below_floor},
    NamedDefect{"append_only", &Defects::append_only},
    NamedDefect{"newest_only", &Defects::newest_only},
    NamedDefect{"fences_do_nothing", &Defects::fences_do_nothing},
    NamedDefect{"acquire_fence_nothing", &Defects::acquire_fence_nothing},
    NamedDefect{"release_fence_nothing", &Defects::release_fence_nothing},
    NamedDefect{"seq_cst_is_acq_rel", &Defects::seq_cst_is_acq_rel},
    NamedDefect{"seq_cst_fence_is_acq_rel", &Defects::seq_cst_fence_is_acq_rel},
    NamedDefect{"seq_cst_fence_is_local", &Defects::seq_cst_fence_is_local},
    NamedDefect{"seq_cst_reads_raise_no_floor", &Defects::seq_cst_reads_raise_no_floor},
    NamedDefect{"acquire_is_relaxed", &Defects::acquire_is_relaxed},
    NamedDefect{"release_is_relaxed", &Defects::release_is_relaxed},
    NamedDefect{"failure_takes_success_order", &Defects::failure_takes_success_order},
    NamedDefect{"failure_is_relaxed", &Defects::failure_is_relaxed},
    NamedDefect{"failure_reads_newest", &Defects::failure_reads_newest},
};

}  // namespace bp::sched
