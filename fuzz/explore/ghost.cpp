// SPDX-License-Identifier: MIT
#include "fuzz/explore/ghost.h"

#include <algorithm>

namespace bp::explore {
namespace {

std::uint64_t pages(unsigned order) { return std::uint64_t{1} << order; }
std::string frame_text(std::uint64_t pfn) { return "frame " + std::to_string(pfn); }
std::string task_text(unsigned t) {
  return t == sched::kSetup ? std::string("the set-up") : "task " + std::to_string(t);
}

}  // namespace

void Ghost::begin(const Scenario& s) {
  s_ = &s;
  history_.clear();
  moment_ = nulls = nulls_with_free = 0;
  owner_.assign(s.frames_end(), kFree);
  payload_.assign(s.frames_end(), 0);
  pageblocks_.assign(s.frames_end() / kPageblockFrames + 1, {});
  free_.assign(s.zones.size(), 0);
  for (std::size_t z = 0; z < s.zones.size(); ++z) {
    for (std::uint64_t p = s.zones[z].begin; p < s.zones[z].end; ++p)
      free_[z] += managed(p) ? 1U : 0U;
  }
  free_max_ = free_;
  active_ = {};
  ops_ = {};
  for (std::uint32_t& v : done_) v = sched::World::current().memory.make_var(sched::kSetup);
}

std::size_t Ghost::zone_of(std::uint64_t pfn) const {
  for (const Span& h : s_->holes) {
    if (h.begin <= pfn && pfn < h.end) return kNoZone;
  }
  for (std::size_t z = 0; z < s_->zones.size(); ++z) {
    if (s_->zones[z].begin <= pfn && pfn < s_->zones[z].end) return z;
  }
  return kNoZone;
}

/// Whether nobody is in an operation and all that others did happens before what `me` does now.
bool Ghost::knows_all_others(unsigned me) const {
  sched::World& w = sched::World::current();
  for (unsigned t = 1; t < sched::kTasksMax; ++t) {
    if (t == me || ops_[t] == 0) continue;
    if (active_[t] || !w.memory.read_var(me, done_[t])) return false;
  }
  return true;
}

std::size_t Ghost::invoke(const Op& op, std::uint64_t head) {
  const unsigned me = sched::World::current().task();
  sched::World::current().tell();
  Done d{me, op.kind, op.order, op.highest, head, ++moment_, kOpen, op.purpose, op.range};
  if (op.kind == OpKind::online) release_range(d);
  if (op.kind == OpKind::restore) set(op.range, kOrdinary, kOpen);
  if (op.kind == OpKind::free) {
    for (std::uint64_t p = head; p < d.end(); ++p) {
      touch_payload(p, me);
      owner_[p] = kFree;
    }
    count(head, op.order, true);
  }
  known_at_start_[me] = knows_all_others(me);
  active_[me] = true;
  ++ops_[me];
  history_.push_back(d);
  return history_.size() - 1;
}

void Ghost::respond(std::size_t operation, std::uint64_t head, bool ok, bool sealed) {
  Done& d = history_[operation];
  sched::World::current().tell();
  d.responded = ++moment_;
  active_[d.task] = false;
  if (d.kind == OpKind::alloc) {
    d.head = head;
    if (head == kNoFrame) {
      said_null(d);
    } else {
      given(d);
    }
  }
  if (d.kind == OpKind::free && !ok)
    fail("S3: a free of the owned block at " + frame_text(d.head) + " is refused");
  d.refused = is_of_range(d.kind) && !ok;
  if (is_of_range(d.kind) && ok) range_done(d, sealed);
  // Only others read it, to know whether they come after.
  (void)sched::World::current().memory.write_var(d.task, done_[d.task]);
}

bool Ghost::all_are(const Span& range, State state) const {
  for (std::uint64_t p = range.begin; p < range.end; p += kPageblockFrames) {
    const std::uint64_t at = p / kPageblockFrames;
    if (at >= pageblocks_.size() || pageblocks_[at].state != state) return false;
  }
  return true;
}

void Ghost::set(const Span& range, State state, std::uint64_t sealed) {
  for (std::uint64_t p = range.begin; p < range.end; p += kPageblockFrames)
    pageblocks_[p / kPageblockFrames] = {state, sealed};
}

void Ghost::range_done(const Done& d, bool sealed) {
  if (d.kind == OpKind::isolate) set(d.range, kIsolated, sealed ? moment_ : kOpen);
  if (d.kind == OpKind::offline) own_range(d);
}

/// As if it were given to the task.
void Ghost::own_range(const Done& d) {
  for (std::uint64_t p = d.range.begin; p < d.range.end; ++p) {
    if (owner_[p] != kFree)
      return fail("S8: " + task_text(d.task) + " takes " + frame_text(p) +
                  " from the machine, which belongs to " + task_text(owner_[p]));
    owner_[p] = static_cast<std::uint8_t>(d.task);
    touch_payload(p, d.task);
    count(p, 0, false);
  }
  set(d.range, kAway, kOpen);
}

void Ghost::release_range(const Done& d) {
  for (std::uint64_t p = d.range.begin; p < d.range.end; ++p) {
    touch_payload(p, d.task);
    owner_[p] = kFree;
    count(p, 0, true);
  }
  set(d.range, kOrdinary, kOpen);
}

std::uint64_t Ghost::isolated_free(std::size_t zone) const {
  std::uint64_t n = 0;
  for (std::uint64_t p = s_->zones[zone].begin; p < s_->zones[zone].end; ++p)
    n += managed(p) && is_isolated(p) && owner_[p] == kFree ? 1U : 0U;
  return n;
}

std::size_t Ghost::isolated_pageblocks(std::size_t zone) const {
  std::size_t n = 0;
  const ZoneText& z = s_->zones[zone];
  for (std::uint64_t p = z.begin; p < z.end; p += kPageblockFrames) n += is_isolated(p) ? 1U : 0U;
  return n;
}

void Ghost::given(const Done& d) {
  const std::string block =
      task_text(d.task) + " is given " + frame_text(d.head) + ", order " + std::to_string(d.order);
  const std::size_t zone = zone_of(d.head);
  if (d.head % pages(d.order) != 0) return fail("S3: " + block + ": not aligned");
  for (std::uint64_t p = d.head; p < d.end(); ++p) {
    if (zone_of(p) != zone || zone == kNoZone)
      return fail("S3: " + block + ": " + frame_text(p) + " is not of one zone");
  }
  for (std::uint64_t p = d.head; p < d.end(); ++p) {
    if (owner_[p] != kFree)
      return fail("S1: " + block + ": " + frame_text(p) + " belongs to " + task_text(owner_[p]));
  }
  for (std::uint64_t p = d.head; s_->ranges && p < d.end(); ++p) {
    const Pageblock& b = pageblocks_[p / kPageblockFrames];
    if (b.state == kIsolated && b.sealed < d.invoked)
      return fail("S8: " + block + ": " + frame_text(p) +
                  " was isolated before that was asked for");
  }
  if (s_->zones[zone].type > d.highest) return fail("S4: " + block + ": zone not allowed");
  const std::uint64_t mark =
      s_->zones[zone].min + (s_->zones[zone].type == d.highest ? 0 : s_->zones[zone].reserve);
  const std::uint64_t most =
      known_at_start_[d.task] && d.invoked + 1 == d.responded ? free_[zone] : free_max_[zone];
  if (d.purpose != Purpose::atomic && mark != 0 && most - (pages(d.order) - 1) <= mark)
    return fail("S7: " + block + ": at most " + std::to_string(most) + " pages were free, " +
                std::to_string(mark) + " are kept");
  for (std::size_t z = zone + 1; z < s_->zones.size() && s_->zones[z].type <= d.highest; ++z) {
    if (plainly_able(z, d)) return fail("S4: " + block + ": a preferred zone was able");
  }
  for (std::uint64_t p = d.head; p < d.end(); ++p) {
    owner_[p] = static_cast<std::uint8_t>(d.task);
    touch_payload(p, d.task);
  }
  count(d.head, d.order, false);
}

void Ghost::said_null(const Done& d) {
  ++nulls;
  const bool alone = known_at_start_[d.task] && d.invoked + 1 == d.responded;
  bool eligible = false;
  for (std::size_t z = 0; z < s_->zones.size() && s_->zones[z].type <= d.highest; ++z) {
    const bool able = has_block(z, d.order) && clear_of_marks(z, d.order, d.highest);
    eligible = eligible || able;
    if (able && alone && is_for_everybody())
      return fail("L2: " + task_text(d.task) + " is told null for order " +
                  std::to_string(d.order) + ", alone, and zone " + std::to_string(z) +
                  " has a block");
    if (plainly_able(z, d))
      return fail("L1: " + task_text(d.task) + " is told null for order " +
                  std::to_string(d.order) + ", and a block of zone " + std::to_string(z) +
                  " lay untouched");
  }
  if (eligible) ++nulls_with_free;
}

bool Ghost::clear_of_marks(std::size_t zone, unsigned order, ZoneType highest) const {
  const ZoneText& z = s_->zones[zone];
  const std::uint64_t mark = std::max(z.low, z.min) + (z.type == highest ? 0 : z.reserve);
  return mark == 0 ? free_[zone] >= pages(order) : free_[zone] >= pages(order) + mark;
}

bool Ghost::block_fits(std::size_t zone, std::uint64_t head, unsigned order) const {
  for (std::uint64_t p = head; p < head + pages(order); ++p) {
    if (p >= owner_.size() || zone_of(p) != zone || owner_[p] != kFree) return false;
  }
  return true;
}

bool Ghost::has_block(std::size_t zone, unsigned order) const {
  const ZoneText& z = s_->zones[zone];
  const std::uint64_t step = pages(order);
  for (std::uint64_t p = (z.begin + step - 1) / step * step; p + step <= z.end; p += step) {
    if (block_fits(zone, p, order)) return true;
  }
  return false;
}

bool Ghost::plainly_able(std::size_t zone, const Done& d) const {
  const ZoneText& z = s_->zones[zone];
  if (!is_for_everybody() || z.pcp != 0 || pages(d.order) > kRowFrames ||
      !clear_of_marks(zone, d.order, d.highest))
    return false;
  const std::uint64_t step = pages(d.order);
  for (std::uint64_t p = (z.begin + step - 1) / step * step; p + step <= z.end; p += step) {
    if (block_fits(zone, p, d.order) && row_untouched(p / kRowFrames, d)) return true;
  }
  return false;
}

/// By whatever is not known to have happened before the operation. Another task's alloc looks at
/// any row; a free touches the row of its block. A count is shared by all rows.
bool Ghost::row_untouched(std::uint64_t row, const Done& d) const {
  if (known_at_start_[d.task] && d.invoked + 1 == d.responded) return true;
  const bool marks = std::ranges::any_of(
      s_->zones, [](const ZoneText& z) { return z.min + z.low + z.reserve != 0; });
  for (const Done& other : history_) {
    const bool before =
        other.responded < d.invoked && (known_at_start_[d.task] || other.task == sched::kSetup);
    if (other.task == d.task || before) continue;
    if (marks || other.kind == OpKind::alloc) return false;
    if (other.kind == OpKind::free && other.head / kRowFrames <= row &&
        row <= (other.end() - 1) / kRowFrames)
      return false;
  }
  return true;
}

void Ghost::touch_payload(std::uint64_t pfn, unsigned task) {
  sched::World& w = sched::World::current();
  std::uint32_t& var = payload_[pfn];
  if (var == 0) {
    var = w.memory.make_var(task) + 1;
    return;
  }
  if (!w.memory.write_var(task, var - 1))
    fail("S2: " + task_text(task) + " writes " + frame_text(pfn) +
         ", and what its last owner wrote does not happen before");
}

void Ghost::count(std::uint64_t head, unsigned order, bool free) {
  const std::size_t z = zone_of(head);
  free_[z] = free ? free_[z] + pages(order) : free_[z] - pages(order);
  free_max_[z] = std::max(free_max_[z], free_[z]);
}

std::uint64_t Ghost::owned_frames() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(owner_, [](std::uint8_t o) { return o != kFree; }));
}

}  // namespace bp::explore
