// SPDX-License-Identifier: MIT
// All obligations, subject by subject.
#include "proofs/gfp_zone.h"
#include "proofs/prove.h"

namespace bp::proofs {

std::span<const Obligation> obligations() {
  static const std::vector<Obligation> all = gfp_zone_obligations();
  return all;
}

}  // namespace bp::proofs
