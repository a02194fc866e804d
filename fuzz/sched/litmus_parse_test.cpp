// SPDX-License-Identifier: MIT
#include "fuzz/sched/litmus_parse.h"

#include <gtest/gtest.h>

#include <string>

namespace bp::sched {
namespace {

constexpr const char* kWhole =
    "litmus two (words) # a comment\n"
    "init x 3\n"
    "\n"
    "thread\n"
    "  store x 1 sc\n"
    "  a = load y acq\n"
    "  store y a+2+a rel\n"
    "thread  # another\n"
    "  b = compare_exchange_weak x 0 -1 ar rlx\n"
    "  fence ar\n"
    "observe a x\n"
    "rc11: 0 1, 1 -1\n"
    "cpp20: 1 -1, 0 1, 2 2\n";

TEST(LitmusParse, ReadsAWholeProgram) {
  const LitmusParse got = parse_litmus(kWhole);
  ASSERT_TRUE(got.program) << got.line << ":" << got.column << ": " << got.fault;
  const Litmus& p = *got.program;
  EXPECT_EQ(p.name, "two (words)");
  EXPECT_EQ(p.locations, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(p.initial, (std::vector<Number>{3, 0}));
  ASSERT_EQ(p.threads.size(), 2U);
  ASSERT_EQ(p.threads[0].size(), 3U);
  EXPECT_EQ(p.threads[0][0].order, std::memory_order_seq_cst);
  EXPECT_EQ(p.threads[0][2].operand.constant, 2);
  EXPECT_EQ(p.threads[0][2].operand.registers, (std::vector<unsigned>{0, 0}));
  const Instruction& cas = p.threads[1][0];
  EXPECT_EQ(cas.operation, Operation::compare_exchange_weak);
  EXPECT_EQ(cas.operand.constant, -1);
  EXPECT_EQ(cas.order, std::memory_order_acq_rel);
  EXPECT_EQ(cas.failure, std::memory_order_relaxed);
  ASSERT_EQ(p.observed.size(), 2U);
  EXPECT_FALSE(p.observed[0].location);
  EXPECT_TRUE(p.observed[1].location);
  EXPECT_EQ(p.rc11, (std::vector<Values>{{0, 1}, {1, -1}}));
  EXPECT_EQ(p.cpp20.size(), 3U);
}

struct Bad {
  const char* text;
  std::size_t line;
  std::size_t column;
  const char* fault;
};

class BadLitmus : public testing::TestWithParam<Bad> {};

TEST_P(BadLitmus, IsRefusedWithLineAndColumn) {
  const LitmusParse got = parse_litmus(GetParam().text);
  EXPECT_FALSE(got.program);
  EXPECT_EQ(got.fault, GetParam().fault);
  EXPECT_EQ(got.line, GetParam().line);
  EXPECT_EQ(got.column, GetParam().column);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLitmus,
    testing::Values(
        Bad{"", 1, 1, "the program has no name: start with 'litmus NAME'"},
        Bad{"litmus\n", 1, 7, "expected the name of the program"},
        Bad{"litmus a\nlitmus b\n", 2, 8, "the name was given before"},
        Bad{"litmus a\n", 1, 1, "the program has no 'thread'"},
        Bad{"litmus a\nstore x 1 rlx\n", 2, 1,
            "expected 'litmus', 'init', 'thread', 'observe', 'rc11:' or 'cpp20:'"},
        Bad{"litmus a\nthread\n  stor x 1 rlx\n", 3, 3,
            "'stor' is no operation; use load, store, exchange, fetch_add, fetch_sub, fetch_and, "
            "fetch_or, fetch_xor, compare_exchange, compare_exchange_weak or fence"},
        Bad{"litmus a\nthread\n  store x 1\n", 3, 12, "expected an order: rlx, acq, rel, ar or sc"},
        Bad{"litmus a\nthread\n  store x 1 acq\n", 3, 13,
            "a store does not acquire; use rlx, rel or sc"},
        Bad{"litmus a\nthread\n  a = load x rel\n", 3, 14,
            "a load does not release; use rlx, acq or sc"},
        Bad{"litmus a\nthread\n  a = compare_exchange x 0 1 ar rel\n", 3, 33,
            "a load does not release; use rlx, acq or sc"},
        Bad{"litmus a\nthread\n  fence rlx\n", 3, 9,
            "a fence has an order; use acq, rel, ar or sc"},
        Bad{"litmus a\nthread\n  store x 1 strong\n", 3, 13,
            "'strong' is no order; use rlx, acq, rel, ar or sc"},
        Bad{"litmus a\nthread\n  store x 1 rlx more\n", 3, 17, "expected the end of the line"},
        Bad{"litmus a\nthread\n  load x rlx\n", 3, 3, "expected 'REGISTER = load ...'"},
        Bad{"litmus a\nthread\n  a = store x 1 rlx\n", 3, 7,
            "'store' gives no value to a register"},
        Bad{"litmus a\nthread\n  store x b rlx\n", 3, 11,
            "'b' was not assigned in this thread before"},
        Bad{"litmus a\nthread\n a = load x rlx\nthread\n store y a rlx\n", 5, 10,
            "'a' was not assigned in this thread before"},
        Bad{"litmus a\nthread\n a = load x rlx\nthread\n a = load x rlx\n", 5, 16,
            "register 'a' belongs to thread 1; use another name"},
        Bad{"litmus a\nthread\n a = load x rlx\n store a 1 rlx\n", 4, 8,
            "'a' is a register; it cannot be a location too"},
        Bad{"litmus a\nthread\n store x 1234567890 rlx\n", 3, 10,
            "a number has at most nine digits"},
        Bad{"litmus a\nthread\n store x 1 rlx\nobserve z\n", 4, 9,
            "no thread assigns or accesses 'z'"},
        Bad{"litmus a\nthread\n store x 1 rlx\nobserve x\nrc11: 1 2\n", 5, 9,
            "expected the end of the line"},
        Bad{"litmus a\nthread\n store x 1 rlx\nobserve x\nrc11: 1, 1\n", 5, 10,
            "the outcome was listed before"},
        Bad{"litmus a\nthread\n store x 1 rlx\nobserve x\ncpp20: 1\n", 5, 1,
            "'cpp20:' says where C++20 differs: 'rc11:' is missing"},
        Bad{"litmus a\nthread\n store x 1 rlx\n", 3, 1, "the program has no 'observe'"}));

TEST(LitmusParse, KeepsToItsBounds) {
  std::string threads = "litmus a\n";
  for (std::size_t i = 0; i <= kLitmusThreadsMax; ++i) threads += "thread\n store x 1 rlx\n";
  EXPECT_EQ(parse_litmus(threads).fault, "more than 6 threads");
  std::string lines = "litmus a\nthread\n";
  for (std::size_t i = 0; i <= kLitmusInstructionsMax; ++i) lines += " store x 1 rlx\n";
  EXPECT_EQ(parse_litmus(lines).fault, "more than 64 instructions in a thread");
}

}  // namespace
}  // namespace bp::sched
