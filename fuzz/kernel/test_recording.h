// SPDX-License-Identifier: MIT
// For tests: a recording small enough to be worked out by hand, and a way to spoil one line of it.
// The machine is one zone of two largest blocks, one CPU; the first allocation takes the first
// block apart, its page goes back to the CPU's list and comes from there again.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bp::kernel::testing {

/// With `from`, which must be there, replaced by `to`; the first one only.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline constexpr std::string_view kDumpBefore =
    "cfg pbo 9 maxo 10 types 5 pcplists 14 cpus 1 bits 64 zones 2 nodes 1 cpu0 0 rt 0\n"
    "zone 0 0 Normal managed 2048 present 2048 spanned 2048 start 0 free 2048 min 8 low 10 high 12 "
    "promo 14 boost 0 hatomic 0 reserve 0 0\n"
    "fl 0 0 10 1: 0 400\n"
    "nf 0 0 0 0\nnf 0 0 1 0\nnf 0 0 2 0\nnf 0 0 3 0\nnf 0 0 4 0\nnf 0 0 5 0\nnf 0 0 6 0\n"
    "nf 0 0 7 0\nnf 0 0 8 0\nnf 0 0 9 0\nnf 0 0 10 2\n"
    "pcp 0 0 0 count 0 high 100 batch 1 ff 0 expire 0 diff 0 thr 8\n"
    "zf 0 0 flags 0 iso 0 drift 0\n"
    "lru 0 0:\n"
    "pb 0 0: 0=1\n"
    "zone 0 1 Movable managed 0 present 0 spanned 0 start 0 free 0 min 0 low 0 high 0 promo 0 "
    "boost 0 hatomic 0 reserve 0 0\n"
    "zl 0 0: 0/0\n"
    "zl 0 1: 0/0\n";

inline constexpr std::string_view kDumpAfter =
    "cfg pbo 9 maxo 10 types 5 pcplists 14 cpus 1 bits 64 zones 2 nodes 1 cpu0 0 rt 0\n"
    "zone 0 0 Normal managed 2048 present 2048 spanned 2048 start 0 free 2048 min 8 low 10 high 12 "
    "promo 14 boost 0 hatomic 0 reserve 0 0\n"
    "fl 0 0 0 1: 1\nfl 0 0 1 1: 2\nfl 0 0 2 1: 4\nfl 0 0 3 1: 8\nfl 0 0 4 1: 10\nfl 0 0 5 1: 20\n"
    "fl 0 0 6 1: 40\nfl 0 0 7 1: 80\nfl 0 0 8 1: 100\nfl 0 0 9 1: 200\nfl 0 0 10 1: 400\n"
    "nf 0 0 0 1\nnf 0 0 1 1\nnf 0 0 2 1\nnf 0 0 3 1\nnf 0 0 4 1\nnf 0 0 5 1\nnf 0 0 6 1\n"
    "nf 0 0 7 1\nnf 0 0 8 1\nnf 0 0 9 1\nnf 0 0 10 1\n"
    "pcp 0 0 0 count 0 high 100 batch 1 ff 0 expire 0 diff -1 thr 8\n"
    "zf 0 0 flags 0 iso 0 drift 0\n"
    "lru 0 0:\n"
    "pb 0 0: 0=1\n"
    "zone 0 1 Movable managed 0 present 0 spanned 0 start 0 free 0 min 0 low 0 high 0 promo 0 "
    "boost 0 hatomic 0 reserve 0 0\n"
    "zl 0 0: 0/0\n"
    "zl 0 1: 0/0\n";

/// GFP_NOWAIT | __GFP_MOVABLE of 6.1, twice into slot 0.
inline constexpr std::string_view kOps =
    "a 0 -1 808 0 0 0 0 1 0 0\n"
    "f 0 -1 0 0 0 0 0 1 0 0\n"
    "a 0 -1 808 0 0 0 0 1 0 0\n";

inline std::string recording(std::string_view ops = kOps) {
  std::string text =
      "@@BATCH 7\nsysctl min_free_kbytes 32\nsysctl watermark_boost_factor 0\n@@S0\n";
  text += kDumpBefore;
  text.append("@@RES\n").append(ops).append("@@S1\n").append(kDumpAfter);
  return text + "@@END\n";
}

}  // namespace bp::kernel::testing
