// SPDX-License-Identifier: MIT
// One list of choices is one execution, in every process.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <sstream>
#include <string>

#include "fuzz/sched/example_stack.h"
#include "fuzz/sched/random_chooser.h"
#include "fuzz/sched/scripted_chooser.h"

namespace bp::sched {
namespace {

struct Said {
  std::string hash;
  std::string addresses;
};

Said run_helper(const std::vector<std::uint8_t>& choices) {
  std::string command = BP_SCHED_HASH;
  for (const unsigned c : choices) command += " " + std::to_string(c);
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  char line[256] = "";
  const bool got = std::fgets(line, sizeof line, pipe) != nullptr;
  if (::pclose(pipe) != 0 || !got) return {};
  std::istringstream words(line);
  Said said;
  std::string steps, local, heap;
  words >> said.hash >> steps >> local >> heap;
  said.addresses = local + heap;
  return said;
}

std::vector<std::uint8_t> random_choices(std::uint64_t seed) {
  World w;
  RandomChooser random(seed);
  RecordingChooser recorder(random);
  w.begin(recorder, {});
  ExampleStack stack;
  auto one = [&] { stack.churn(4); };
  auto two = [&] { stack.churn(4); };
  w.spawn(one);
  w.spawn(two);
  EXPECT_EQ(w.run().end, End::finished);
  return recorder.choices();
}

TEST(ExecutionHash, IsTheSameInTwoProcessesAndAtOtherAddresses) {
  std::set<std::string> hashes, addresses;
  constexpr unsigned kLists = 8;
  for (unsigned seed = 1; seed <= kLists; ++seed) {
    const auto choices = random_choices(seed);
    const Said first = run_helper(choices);
    const Said second = run_helper(choices);
    ASSERT_FALSE(first.hash.empty());
    EXPECT_EQ(first.hash, second.hash);
    hashes.insert(first.hash);
    addresses.insert(first.addresses);
    addresses.insert(second.addresses);
  }
  EXPECT_EQ(hashes.size(), kLists) << "other choices, another execution";
  EXPECT_GT(addresses.size(), 1U) << "without address randomisation this shows little";
}

}  // namespace
}  // namespace bp::sched
