// SPDX-License-Identifier: MIT
// Every property stands somewhere: as an obligation, or in the list of those left out with a
// reason.
#include "proofs/properties.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "proofs/prove.h"

namespace bp::proofs {
namespace {

bool is_stated(std::string_view id) {
  const auto all = obligations();
  return std::any_of(all.begin(), all.end(), [&](const Obligation& o) {
    return o.id == id || o.id.starts_with(std::string(id) + ".");
  });
}

TEST(Properties, EachIsAnObligationOrLeftOutWithAReason) {
  std::set<std::string_view> ids;
  for (const Property& p : properties()) {
    EXPECT_TRUE(ids.insert(p.id).second) << p.id << " stands twice";
    const bool left_out = !p.left_out.empty();
    EXPECT_NE(is_stated(p.id), left_out) << p.id;
  }
  EXPECT_EQ(ids.size(), 13U + 7 + 11 + 18 + 4 + 6 + 9 + 16 + 12);
}

TEST(Properties, EveryObligationOfAPropertyIsOfOneThatIsListed) {
  for (const Obligation& o : obligations()) {
    if (!o.id.starts_with("P-")) continue;
    const std::string id = o.id.substr(0, o.id.find('.'));
    const auto all = properties();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Property& p) { return p.id == id; }))
        << o.id;
  }
}

TEST(Properties, EveryFileHasAnObligationThatMustBeRefuted) {
  std::set<std::string> files, refuted;
  for (const Obligation& o : obligations()) {
    files.insert(o.file);
    if (o.expected == Answer::refuted) refuted.insert(o.file);
  }
  EXPECT_EQ(files, refuted);
}

TEST(Soundness, DocumentEndsWithWhatTheObligationsSay) {
  std::ifstream in(BP_SOURCE_DIR "/proofs/SOUNDNESS.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(text.ends_with("\n\n" + soundness_text()))
      << "write it anew: see its last words of the part by hand";
}

}  // namespace
}  // namespace bp::proofs
