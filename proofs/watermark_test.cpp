// SPDX-License-Identifier: MIT
// The restated watermark rules against the model's, on drawn figures near the edge of passing.
#include "proofs/watermark.h"

#include <gtest/gtest.h>

#include <random>

#include "proofs/watermark_spec.h"

namespace bp::proofs {
namespace {

TEST(WatermarkSpec, IsTheModelsRule) {
  std::mt19937_64 random{11};
  unsigned passed = 0;
  for (int i = 0; i < 100'000; ++i) {
    ConcreteReading r;
    for (unsigned s = 0; s < kOrder; ++s) r.values.push_back(random() % 64);
    r.values.push_back(random() % (random() % 2 == 0 ? 1 : 5));
    for (unsigned s = kHigh; s <= kCma; ++s) r.values.push_back(random() % 2);
    r.values[kFree] += random() % 128;
    const auto c = watermark_case(r);
    for (unsigned p = 0; p < kProfiles; ++p) {
      const auto profile = static_cast<Profile>(p);
      const bool by_model = rules::above_mark(profile, model_input(c));
      passed += by_model;
      ASSERT_EQ(spec_above_mark(profile, r, c), by_model) << p << " " << i;
      ASSERT_EQ(spec_effective_mark(profile, c),
                static_cast<std::int64_t>(
                    rules::effective_mark(profile, Pages{c.mark}, model_input(c).flags)));
    }
  }
  EXPECT_GT(passed, 100'000U);
  EXPECT_LT(passed, 400'000U);
}

}  // namespace
}  // namespace bp::proofs
