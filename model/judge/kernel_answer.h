// SPDX-License-Identifier: MIT
// Whether one answer of a kernel was legal: the block, its zone, the zones before it, its
// migratetype, the marks; and whether a null was.
#pragma once

#include <optional>

#include "model/judge/kernel_books.h"
#include "model/judge/kernel_doubt.h"
#include "model/vocab/verdict.h"

namespace bp {

/// Of an alloc, or of a page that is shown later. The books are brought up to date if it is
/// accepted. `doubts` tells what was accepted
/// because it could not be decided.
std::optional<Refusal> judge_answer(KernelBooks& b, const KernelEvent& e, Doubts& doubts);

/// The block is none, or somebody has it.
std::optional<Refusal> misplaced(const KernelBooks& b, Pfn head, Order o);

/// Pageblocks of the reserve in the last state: each was one, or served who makes a reserve.
std::optional<Refusal> judge_reserve(const KernelBooks& b);

}  // namespace bp
