// SPDX-License-Identifier: MIT
#include "model/reference/merging.h"

#include "model/rules/buddy.h"

namespace bp::reference {

bool unless_isolated(const Allocator& a, const Zone& z, Migratetype freed, Pfn buddy) {
  if (z.n.isolated == 0) return true;
  const Migratetype other = a.type_of(buddy);
  return freed == other || (freed != Migratetype::isolate && other != Migratetype::isolate);
}

bool if_mergeable(const Allocator& a, const Zone&, Migratetype freed, Pfn buddy) {
  const Migratetype other = a.type_of(buddy);
  return freed == other || (rules::is_mergeable(freed) && rules::is_mergeable(other));
}

bool if_merge_is_likely(const Allocator& a, const Zone& z, Pfn head, Order o) {
  if (o + 1 >= Order{kOrderMax}) return false;
  const Pfn other = rules::buddy_of(rules::parent_of(head, o), o + 1);
  return a.is_free(other, o + 1) && a.frames[other].zone == z.id;
}

}  // namespace bp::reference
