// SPDX-License-Identifier: MIT
#include "model/judge/ownership.h"

namespace bp {

void Ownership::reset(const rules::Layout& l) {
  layout_ = &l;
  taken_.reset(l);
  blocks_.reset(l);
  allocated_.assign(l.zones.size(), Pages{0});
  for (unsigned zone = 0; zone < l.zones.size(); ++zone) {
    for (const PfnRange& hole : l.holes) taken_.add_range(zone, hole);
  }
}

void Ownership::allocate(unsigned zone, Pfn head, Order o) {
  taken_.add(zone, head, o);
  blocks_.set(zone, head, o);
  allocated_[zone] += pages_in(o);
}

void Ownership::release(unsigned zone, Pfn head, Order o) {
  taken_.remove(zone, head, o);
  blocks_.erase(zone, head);
  allocated_[zone] -= pages_in(o);
}

}  // namespace bp
