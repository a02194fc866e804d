// SPDX-License-Identifier: MIT
// Which zones a request may be served from, in the order they are tried (R-ZONE-4..12, R-GFP-6).
#pragma once

#include <cstdint>

#include "model/rules/layout.h"
#include "model/vocab/zone.h"

namespace bp::rules {

/// What a zonelist is asked for.
struct ZonelistQuery {
  unsigned node = 0;     ///< Whose list.
  bool fallback = true;  ///< FALLBACK list; false: NOFALLBACK, that node's zones only (R-GFP-6).
  ZoneType highest = ZoneType::normal;  ///< No zone of a higher type (R-ZONE-12).
  unsigned nodemask = 0;                ///< Bit n allows node n; 0: all.
  constexpr bool operator==(const ZonelistQuery&) const = default;
};

/// The node's list without what the query rules out, order kept (R-ZONE-10..12).
Zonelist zonelist(const Layout& l, const ZonelistQuery& q);

}  // namespace bp::rules
