// SPDX-License-Identifier: MIT
#include "model/reference/profiles.h"

#include "model/vocab/check.h"

namespace bp::reference {

const Rulebook& rulebook_of(Profile p) {
  static const Rulebook v4_7 = rules_v4_7();
  static const Rulebook v5_15 = rules_v5_15();
  static const Rulebook v6_1 = rules_v6_1();
  static const Rulebook v6_12 = rules_v6_12();
  static const Rulebook v7_1 = rules_v7_1();
  switch (p) {
    case Profile::v4_7: return v4_7;
    case Profile::v5_15: return v5_15;
    case Profile::v6_1_lts192: return v6_1;
    case Profile::v6_12: return v6_12;
    case Profile::v7_1: return v7_1;
  }
  check(false, "every profile has a rulebook");
  return v7_1;
}

}  // namespace bp::reference
