// SPDX-License-Identifier: MIT
// The rules that the judge goes by, as a table. There is one right table; a planted bug is another
// with one entry broken, so that the judge's own path stays as it is.
#pragma once

#include <span>

#include "model/invariants/invariants.h"
#include "model/rules/calls.h"
#include "model/rules/context.h"
#include "model/rules/layout.h"
#include "model/rules/watermark.h"
#include "model/rules/zonelist.h"
#include "model/vocab/gfp.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp {

struct Rulebook {
  ZoneType (*highest_zone)(Gfp, ZoneConfig);                                            ///< R-GFP-1
  Op (*resolve)(const Machine&, const rules::Layout&, const Op&, rules::RunningTask&);  ///< R-API
  rules::Attempts (*attempts)(const Machine&, const rules::Layout&, const Op&, ZoneType highest,
                              const OpTask&);  ///< R-CTX, R-AF, R-SLOW
  rules::Zonelist (*zonelist)(const rules::Layout&, const rules::ZonelistQuery&);  ///< R-ZONE-11
  ZoneType (*reserve_column)(Profile, const rules::Layout&, const rules::Zonelist&,
                             ZoneType highest);               ///< R-CTX-1
  bool (*above_mark)(Profile, const rules::WatermarkInput&);  ///< R-WMARK
  std::span<const Invariant> invariants;                      ///< I-...
};

/// The rules as they are.
const Rulebook& rulebook();

}  // namespace bp
