// SPDX-License-Identifier: MIT
// Whose block serves a request that has none of its own: what every kernel does is asked for, and
// where they differ each is accepted. A zone of eight pageblocks, in which what is free is said.
#include "model/judge/fallback_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bp {
namespace {

using enum Migratetype;

constexpr Profile kKernels[] = {Profile::v4_7, Profile::v5_15, Profile::v6_1_lts192, Profile::v6_12,
                                Profile::v7_1};
constexpr unsigned kZone = 0;

bool takes_smallest(Profile p) { return p == Profile::v6_12 || p == Profile::v7_1; }
Pfn in(unsigned pageblock, std::uint64_t frame = 0) { return Pfn{pageblock * 512 + frame}; }

class Pageblocks {
 public:
  explicit Pageblocks(const std::vector<Migratetype>& types) {
    machine_.nodes.push_back({});
    machine_.nodes[0].cpu_end = 1;
    machine_.nodes[0].zones.push_back({ZoneType::normal, {Pfn{0}, Pfn{4096}}, Watermarks{}});
    layout_ = rules::lay_out(machine_);
    shut_.reset(layout_);
    shut_.add_range(kZone, {Pfn{0}, Pfn{4096}});
    for (unsigned n = 0; n < types.size(); ++n)
      seen_.push_back({{in(n), in(n + 1)}, types[n], types[n]});
  }
  Pageblocks& free(Pfn head, unsigned order) {
    return shut_.remove(kZone, head, Order{order}), *this;
  }
  Pageblocks& becomes(unsigned pageblock, Migratetype t) {
    return seen_[pageblock].after = t, *this;
  }
  std::string rule(Profile p, Migratetype t, Pfn head, unsigned order = 0) const {
    const auto fault = Fallback{p, t, Order{order}, seen_, kZone, shut_}.first_fault(head);
    return fault ? std::string(fault->rule) : "";
  }

 private:
  Machine machine_;
  rules::Layout layout_;
  FrameSet shut_;
  std::vector<SeenPageblock> seen_;
};

TEST(FallbackOrder, AWholePageblockOfTheBetterTypeIsClaimed) {  // R-MT-2, R-MT-8
  Pageblocks z({movable, unmovable, reclaimable});
  z.free(in(0), 9).free(in(2), 9);
  for (const Profile p : kKernels) {
    EXPECT_EQ(z.rule(p, unmovable, in(0)), "R-MT-2");
    EXPECT_EQ(z.rule(p, unmovable, in(2)), "R-MT-8");
  }
  z.becomes(2, unmovable);
  for (const Profile p : kKernels) EXPECT_EQ(z.rule(p, unmovable, in(2)), "");
}

TEST(FallbackOrder, TheLargestComesFirst) {  // R-MT-7, R-MT-10, R-MT-12
  Pageblocks z({movable, unmovable, reclaimable, unmovable, movable, movable, movable});
  z.free(in(0), 9).free(in(2), 9).free(in(4), 10).free(in(6, 64), 6);
  for (const unsigned n : {0U, 2U, 4U, 6U}) z.becomes(n, unmovable);
  for (const Profile p : kKernels) {
    const std::string largest = p == Profile::v4_7  ? "R-MT-7"
                                : takes_smallest(p) ? "R-MT-12"
                                                    : "R-MT-10";
    EXPECT_EQ(z.rule(p, unmovable, in(2)), "R-MT-2") << "the better type, and smaller";
    EXPECT_EQ(z.rule(p, unmovable, in(0)), largest);
    EXPECT_EQ(z.rule(p, unmovable, in(6, 64)), largest);
    EXPECT_EQ(z.rule(p, unmovable, in(4)), "");
    EXPECT_EQ(z.rule(p, unmovable, in(5)), "R-MT-8") << "both of them change hands";
  }
}

TEST(FallbackOrder, AHalfFreePageblockIsClaimed) {  // R-MT-8, R-MT-12
  Pageblocks z({movable});
  z.free(in(0, 256), 8);
  for (const Profile p : kKernels) {
    EXPECT_EQ(z.rule(p, unmovable, in(0, 256)), "R-MT-8");
    EXPECT_EQ(z.rule(p, unmovable, in(0, 256), 9), "") << "nothing to claim for it";
  }
  // One that is not so may have been asked for, and then nothing is known.
  Pageblocks poor({movable, movable});
  poor.free(in(0), 7).free(in(0, 128), 6).free(in(1), 7).free(in(1, 256), 7);
  for (const Profile p : kKernels) EXPECT_EQ(poor.rule(p, unmovable, in(1)), "");
}

TEST(FallbackOrder, SmallerBlocksAreAskedForWhereTheyAreClaimedOneByOne) {  // C7
  Pageblocks z({movable, movable});
  z.free(in(0, 256), 7);
  for (const std::uint64_t at : {0U, 128U, 256U, 384U}) z.free(in(1, at), 6);
  for (const Profile p : kKernels)
    EXPECT_EQ(z.rule(p, unmovable, in(0, 256)), takes_smallest(p) ? "R-MT-8" : "");
}

TEST(FallbackOrder, TheBetterTypeServesFirst) {  // R-MT-2, R-MT-5
  Pageblocks z({movable, reclaimable});
  z.free(in(0, 32), 5).free(in(1, 32), 5);
  for (const Profile p : kKernels) {
    EXPECT_EQ(z.rule(p, unmovable, in(0, 32)), "R-MT-2");
    EXPECT_EQ(z.rule(p, unmovable, in(1, 32)), "");
  }
}

TEST(FallbackOrder, KernelsDifferInWhichSizeTheyTake) {  // R-MT-7, R-MT-10, R-MT-12
  Pageblocks small({movable, reclaimable}), large({movable, reclaimable});
  small.free(in(0, 32), 5).free(in(1, 8), 3);
  large.free(in(0, 8), 3).free(in(1, 32), 5);
  for (const Profile p : kKernels) {
    EXPECT_EQ(small.rule(p, unmovable, in(0, 32)), takes_smallest(p) ? "R-MT-2" : "");
    EXPECT_EQ(small.rule(p, unmovable, in(0, 32), 4), "") << "the small one does not do";
    EXPECT_EQ(large.rule(p, unmovable, in(0, 8)), takes_smallest(p) ? "" : "R-MT-2");
  }
}

TEST(FallbackOrder, MovableRequestsTakeTheSmallestOfSmallBlocks) {  // R-MT-6, R-MT-10
  Pageblocks z({unmovable, reclaimable});
  z.free(in(0, 4), 2).free(in(1, 8), 3);
  for (const Profile p : kKernels) EXPECT_EQ(z.rule(p, movable, in(0, 4)), "");
  z.free(in(1, 16), 4);
  for (const Profile p : kKernels)
    EXPECT_EQ(z.rule(p, movable, in(0, 4)), takes_smallest(p) ? "" : "R-MT-2");
}

}  // namespace
}  // namespace bp
