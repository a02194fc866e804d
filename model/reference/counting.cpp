// SPDX-License-Identifier: MIT
#include "model/reference/counting.h"

namespace bp::reference {

bool beyond_threshold(std::int64_t diff, std::int64_t threshold) {
  return diff > threshold || diff < -threshold;
}

void count_free(Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
  if (t == Migratetype::isolate || pages == 0) return;
  a.change(z, Stat::free, pages);
  count_cma(a, z, t, pages);
}

void count_free_and_highatomic(Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
  count_free(a, z, t, pages);
  if (t == Migratetype::highatomic) z.n.free_highatomic += pages;
}

void count_cma(Allocator& a, Zone& z, Migratetype t, std::int64_t pages) {
  if (t == Migratetype::cma) a.change(z, Stat::cma, pages);
}

void count_total(Allocator& a, Zone& z, std::int64_t pages) {
  if (pages != 0) a.change(z, Stat::free, pages);
}

void count_blocks(Allocator& a, Zone& z, Order o, Migratetype t, std::int64_t pages) {
  if (o >= a.pageblock_order() && t != Migratetype::isolate) a.change(z, Stat::blocks, pages);
}

void count_nothing(Allocator&, Zone&, Migratetype, std::int64_t) {}
void count_no_total(Allocator&, Zone&, std::int64_t) {}
void count_no_blocks(Allocator&, Zone&, Order, Migratetype, std::int64_t) {}

}  // namespace bp::reference
