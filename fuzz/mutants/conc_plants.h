// SPDX-License-Identifier: MIT
// The planted bugs of the concurrent layer, one line each: what was done wrong, how it is planted
// (a Bug of impl, or a change at an atomic site that is named by its function, since lines move),
// and the rules that have to notice.
//
// Of what goes wrong in such allocators, three things have no place in this one: it has no queue of
// remote frees (nearest: a list entered without its order), no version that could fail to be bumped
// (nearest: the release tick taken for one), and two free() calls of one block at once are beyond
// its contract.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/explore/site_plants.h"

namespace bp {

struct ConcPlant {
  std::string_view name;   ///< "swing-torn".
  std::string_view what;   ///< The mistake, in a clause.
  std::string_view rules;  ///< That are to notice, one of them, separated by blanks.
  impl::Bug bug = impl::Bug::none;
  std::string_view function;  ///< Else: at the sites of this function,
  sched::SiteKind kind = sched::SiteKind::load;
  sched::SiteChange change = sched::SiteChange::none;
  std::memory_order to = std::memory_order_relaxed;
};

/// All of them; names differ.
std::span<const ConcPlant> conc_plants();

/// Ways to plant it into executions of the scenarios: one, or one for each site of the function
/// that they come to. Empty: they come to none.
std::vector<explore::Plant> plants_of(const ConcPlant& p, const std::vector<sched::Site>& met);

}  // namespace bp
