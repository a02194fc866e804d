// SPDX-License-Identifier: MIT
// Prints, for a list of choices, the hash of the execution that it makes of the example stack, and
// where a local variable and a heap block lay meanwhile. A test runs it in two processes: the
// addresses differ, the hashes must not.
//
//   sched_hash CHOICE...
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "fuzz/sched/example_stack.h"
#include "fuzz/sched/scripted_chooser.h"

int main(int argc, char** argv) {
  using namespace bp::sched;
  std::vector<std::uint8_t> choices;
  for (int i = 1; i < argc; ++i)
    choices.push_back(static_cast<std::uint8_t>(std::strtoul(argv[i], nullptr, 10)));
  BytesChooser chooser(choices);
  const auto w = std::make_unique<World>();
  w->begin(chooser, {});
  ExampleStack stack;
  auto one = [&] { stack.churn(4); };
  auto two = [&] { stack.churn(4); };
  w->spawn(one);
  w->spawn(two);
  const Outcome o = w->run();
  std::printf("%016llx %u %p %p\n", static_cast<unsigned long long>(o.hash), o.steps,
              static_cast<void*>(&stack), static_cast<void*>(w.get()));
  return 0;
}
