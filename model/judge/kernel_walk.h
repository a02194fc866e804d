// SPDX-License-Identifier: MIT
// From a zonelist to a zone: whether the kernel may have taken from the zone it took from, having
// passed over those before it, and whether it may have found none. Bounds of free pages stand for
// the counters that it read: the fewest that it may have seen, and the most.
#pragma once

#include <optional>

#include "model/judge/kernel_books.h"
#include "model/judge/kernel_doubt.h"
#include "model/judge/kernel_request.h"
#include "model/vocab/verdict.h"

namespace bp {

/// R-GFP-1, R-GFP-6, R-API-10: the zone is on a list that was walked; R-ZONE-12: none before it
/// would surely have served; R-WMARK-6: it may have passed its mark. Shown pages are asked the
/// first three.
std::optional<Refusal> judge_zone(const KernelBooks& b, const KernelEvent& e,
                                  const KernelRequest& r, unsigned zone, Doubts& doubts);

/// R-LIST-4: no zone would surely have served.
std::optional<Refusal> judge_null(const KernelBooks& b, const KernelEvent& e,
                                  const KernelRequest& r, Doubts& doubts);

}  // namespace bp
