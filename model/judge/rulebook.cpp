// SPDX-License-Identifier: MIT
#include "model/judge/rulebook.h"

#include "model/rules/gfp_zone.h"

namespace bp {

const Rulebook& rulebook() {
  static const Rulebook rules{
      .highest_zone = rules::highest_zone,
      .resolve = rules::resolve,
      .attempts = rules::attempts,
      .zonelist = rules::zonelist,
      .reserve_column = rules::reserve_column,
      .above_mark = rules::above_mark,
      .invariants = invariants(),
  };
  return rules;
}

}  // namespace bp
