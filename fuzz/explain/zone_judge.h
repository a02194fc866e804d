// SPDX-License-Identifier: MIT
// Why one zone refuses a request, by the rules of the kernel's age: its mark and what it takes to
// be above it, then the lists. Every decision is a rule's (model/rules/kernel_age.h, watermark.h);
// with numbers that are known only in bounds the rule is asked at both, and a zone whose answer
// differs is undecided, with what is missing named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fuzz/explain/situation.h"

namespace bp::explain {

enum class Answer : std::uint8_t {
  not_allowed,  ///< Above the mask's highest zone, or on a node that is ruled out.
  unmanaged,    ///< No page of it was ever given to the allocator.
  below_mark,   ///< Too few free pages: R-WMARK-6, 10, 16.
  small_order,  ///< Before 4.4: too few once the smaller blocks are taken away (R-WMARK-21).
  no_block,     ///< No free block is large enough (R-WMARK-8).
  wrong_type,   ///< Blocks are large enough, but of types that the request may not use.
  passes,       ///< It would serve the request as printed.
  undecided,    ///< What decides it is missing.
};
/// "below the mark"
std::string_view answer_name(Answer a);

/// A request that a zone is asked to serve.
struct Asked {
  rules::KernelAge age = rules::KernelAge::v6_12;
  Gfp gfp;
  Order order;
  rules::AllocFlags flags;  ///< Of the last attempt.
};

/// The arithmetic of one zone. All in pages.
struct Sum {
  std::int64_t free = 0;
  std::int64_t block = 0;   ///< 2^order - 1, which a block takes beside its first page (R-WMARK-2).
  Range highatomic;         ///< Charged for the reserve; 0 if it is not.
  Range cma;                ///< Free CMA pages that do not count; 0 if they do.
  std::int64_t mark = 0;    ///< The min mark as printed, the boost included (R-WMARK-20).
  std::int64_t boost = 0;   ///< That part of it.
  bool unboosted = false;   ///< The last test leaves it out (R-WMARK-16).
  std::int64_t needed = 0;  ///< What the flags leave of it (R-WMARK-9, 17).
  Range reserve;            ///< lowmem_reserve of the request's column.
  Range margin;             ///< What is left above all that; served if more than 0.
  bool early = false;       ///< The margin is that of the early test for order 0 (R-WMARK-10, 16).
};

struct ZoneAnswer {
  std::size_t zone = 0;  ///< Index in the situation.
  Answer answer = Answer::undecided;
  std::optional<Sum> sum;          ///< Of allowed zones whose counters are known.
  bool ignored = false;            ///< The mark was ignored (NO_WATERMARKS).
  bool whatever_the_mark = false;  ///< Not known whether it was passed; the lists refuse anyhow.
  bool boost_alone = false;        ///< Without the boost it would be above the mark.
  bool reserve_alone = false;      ///< Without lowmem_reserve it would.
  /// Before 4.4: the order whose blocks were taken away last; what was left, of what was needed.
  std::optional<unsigned> halved_at;
  std::int64_t halved_left = 0, halved_needed = 0;
  bool lists_known = false;                ///< Or there is no saying which blocks are free.
  std::int64_t large_blocks = 0;           ///< Free blocks of the order or larger.
  TypeSet large_types;                     ///< Their types, together.
  std::optional<unsigned> largest;         ///< Order of the largest free block, of any type.
  std::optional<unsigned> largest_usable;  ///< And of a type that the request may use.
  /// The check accepted the zone by blocks that the request then may not take (R-WMARK-8).
  bool false_hope = false;
  std::vector<std::string> missing;  ///< What decides and is not known.
  std::vector<std::string> rules;    ///< Ids of what decided.
};

/// `reserve`: lowmem_reserve of the request's column, if known in bounds.
ZoneAnswer judge_zone(const ZoneFacts& z, const Asked& q, std::optional<Range> reserve);

/// Whether a free block of these types can be taken: yes, no, or nobody knows.
std::optional<bool> is_usable(const TypeSet& t, const Asked& q);

}  // namespace bp::explain
