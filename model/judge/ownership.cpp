// SPDX-License-Identifier: MIT
#include "model/judge/ownership.h"

namespace bp {

void Ownership::reset(const rules::Layout& l) {
  layout_ = &l;
  taken_.reset(l);
  first_.clear();
  std::size_t frames = 0;
  for (const rules::ZoneLayout& z : l.zones) {
    first_.push_back(frames);
    frames += static_cast<std::size_t>(static_cast<std::int64_t>(z.frames.span()));
  }
  head_order_.assign(frames, 0);
  allocated_.assign(l.zones.size(), Pages{0});
  for (unsigned zone = 0; zone < l.zones.size(); ++zone) {
    for (const PfnRange& hole : l.holes) taken_.add_range(zone, hole);
  }
}

std::size_t Ownership::index(unsigned zone, Pfn p) const {
  return first_[zone] +
         static_cast<std::size_t>(static_cast<std::int64_t>(p - layout_->zones[zone].frames.begin));
}

void Ownership::allocate(unsigned zone, Pfn head, Order o) {
  taken_.add(zone, head, o);
  head_order_[index(zone, head)] = static_cast<std::uint8_t>(static_cast<unsigned>(o) + 1);
  allocated_[zone] += pages_in(o);
}

void Ownership::release(unsigned zone, Pfn head, Order o) {
  taken_.remove(zone, head, o);
  head_order_[index(zone, head)] = 0;
  allocated_[zone] -= pages_in(o);
}

std::optional<Order> Ownership::allocated_at(unsigned zone, Pfn p) const {
  const unsigned stored = head_order_[index(zone, p)];
  if (stored == 0) return std::nullopt;
  return Order{stored - 1};
}

}  // namespace bp
