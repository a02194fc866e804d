// SPDX-License-Identifier: MIT
// All obligations, subject by subject.
#include "proofs/buddy.h"
#include "proofs/figures.h"
#include "proofs/gfp_zone.h"
#include "proofs/prove.h"
#include "proofs/request.h"
#include "proofs/row.h"
#include "proofs/row_search.h"
#include "proofs/row_tree.h"
#include "proofs/watermark.h"

namespace bp::proofs {

std::span<const Obligation> obligations() {
  static const std::vector<Obligation> all = [] {
    std::vector<Obligation> list = gfp_zone_obligations();
    for (auto* more :
         {watermark_obligations, request_obligations, buddy_obligations, row_obligations,
          row_search_obligations, row_tree_obligations, figure_obligations}) {
      for (Obligation& o : more()) list.push_back(std::move(o));
    }
    return list;
  }();
  return all;
}

}  // namespace bp::proofs
