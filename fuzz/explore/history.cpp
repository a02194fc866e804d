// SPDX-License-Identifier: MIT
#include "fuzz/explore/history.h"

#include <algorithm>
#include <set>

#include "model/vocab/check.h"

namespace bp::explore {
namespace {

bool gives(const Done& d) { return d.kind == OpKind::alloc && d.head != kNoFrame; }

/// Depth first over the sets of operations that have taken effect; a set says which frames are
/// owned, so that each is visited once.
class Search {
 public:
  explicit Search(const History& h) : h_(h) {}
  bool from(std::uint32_t done) {
    if (!seen_.insert(done).second) return false;
    std::uint64_t first_response = kOpen;
    bool left = false;
    for (std::size_t i = 0; i < h_.size(); ++i) {
      if ((done >> i & 1) != 0) continue;
      first_response = std::min(first_response, h_[i].responded);
      left = left || h_[i].responded != kOpen;
    }
    if (!left) return true;
    for (std::size_t i = 0; i < h_.size(); ++i) {
      const bool may = (done >> i & 1) == 0 && h_[i].invoked < first_response && takes(done, i);
      if (may && from(done | 1U << i)) return true;
    }
    return false;
  }

 private:
  bool takes(std::uint32_t done, std::size_t i) const {
    const Done& d = h_[i];
    if (d.head == kNoFrame || d.kind == OpKind::drain) return true;
    int owners = 0;
    for (std::size_t j = 0; j < h_.size(); ++j) {
      if ((done >> j & 1) == 0 || h_[j].head == kNoFrame) continue;
      const bool meets = h_[j].head < d.end() && d.head < h_[j].end();
      if (!meets) continue;
      if (h_[j].kind == OpKind::alloc) ++owners;
      if (h_[j].kind == OpKind::free) --owners;
    }
    return d.kind == OpKind::alloc ? owners == 0 : owners == 1;
  }

  const History& h_;
  std::set<std::uint32_t> seen_;
};

}  // namespace

std::vector<Ownership> ownerships(const History& h) {
  std::vector<Ownership> all;
  for (const Done& a : h) {
    if (!gives(a) || a.responded == kOpen) continue;
    Ownership o{a.head, a.end(), a.responded, kOpen, a.task};
    for (const Done& f : h) {
      if (f.kind == OpKind::free && f.head == a.head && f.order == a.order &&
          f.invoked > a.responded)
        o.until = std::min(o.until, f.invoked);
    }
    all.push_back(o);
  }
  return all;
}

std::string overlap_of(const History& h) {
  const std::vector<Ownership> all = ownerships(h);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const Ownership &a = all[i], &b = all[j];
      const bool frames = a.head < b.end && b.head < a.end;
      if (frames && a.from < b.until && b.from < a.until)
        return "frame " + std::to_string(std::max(a.head, b.head)) + " belongs to task " +
               std::to_string(a.task) + " and to task " + std::to_string(b.task);
    }
  }
  return {};
}

bool linearizable(const History& h) {
  check(h.size() <= kSearchMax, "a search is for short histories");
  return Search(h).from(0);
}

}  // namespace bp::explore
