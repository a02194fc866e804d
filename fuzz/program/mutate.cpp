// SPDX-License-Identifier: MIT
#include "fuzz/program/mutate.h"

#include <algorithm>
#include <cstring>

#include "fuzz/program/bytes.h"
#include "fuzz/program/generate.h"
#include "fuzz/program/mutate_parts.h"

namespace bp {
namespace {

/// The operations and choices within the small bounds, on a machine that is.
void finish(Program& p, Rng& rng) {
  if (p.schedule.size() > kSmallChoicesMax) p.schedule.resize(kSmallChoicesMax);
  if (!is_small(p.machine)) p.machine = random_machine(rng);
  // First what an alloc is: how many handles it defines follows from that.
  fit_ops(p.ops, p.machine);
  renumber_handles(p.ops);
  if (p.ops.size() > kSmallOpsMax) p.ops.resize(kSmallOpsMax);
  p.execution_hash = 0;
}

/// A prefix of one and a suffix of the other, or parts of both in turns.
void cross_ops(const std::vector<Op>& a, const std::vector<Op>& b, std::vector<Op>& out, Rng& rng) {
  out.clear();
  if (rng.one_in(2)) {
    const std::size_t cut_a = rng.below(a.size() + 1);
    const std::size_t cut_b = rng.below(b.size() + 1);
    out.insert(out.end(), a.begin(), a.begin() + static_cast<std::ptrdiff_t>(cut_a));
    out.insert(out.end(), b.begin() + static_cast<std::ptrdiff_t>(cut_b), b.end());
    return;
  }
  const std::vector<Op>* const from[2] = {&a, &b};
  std::size_t at[2] = {0, 0};
  for (unsigned turn = 0; at[0] < a.size() || at[1] < b.size(); turn ^= 1) {
    const std::vector<Op>& ops = *from[turn];
    const std::size_t end = std::min(ops.size(), at[turn] + 1 + rng.below(16));
    for (; at[turn] < end; ++at[turn]) out.push_back(ops[at[turn]]);
  }
}

/// Fits what is encoded into `max_size` bytes by dropping operations from the end, then the
/// schedule, then what no program needs: the decoder takes any prefix.
void encode_within(Program& p, std::size_t max_size, std::vector<std::uint8_t>& out) {
  encode(p, out);
  if (out.size() <= max_size) return;
  constexpr std::size_t kBytesPerOp = 8;
  const std::size_t drop = (out.size() - max_size + kBytesPerOp - 1) / kBytesPerOp;
  p.ops.resize(p.ops.size() - std::min(drop, p.ops.size()));
  encode(p, out);
  if (out.size() <= max_size) return;
  p.schedule.clear();
  encode(p, out);
  if (out.size() > max_size) out.resize(max_size);
}

std::size_t copy_out(const std::vector<std::uint8_t>& bytes, std::uint8_t* out) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace

void mutate_schedule(std::vector<std::uint8_t>& schedule, Rng& rng) {
  const auto choice = [&] { return static_cast<std::uint8_t>(rng.below(rng.one_in(8) ? 256 : 4)); };
  const auto place = [&](std::size_t n) {
    return schedule.begin() + static_cast<std::ptrdiff_t>(rng.below(n));
  };
  const unsigned change = rng.below(6);
  if (schedule.empty() || change == 0) {
    for (unsigned n = rng.between(1, 32); n > 0; --n) schedule.push_back(choice());
  } else if (change == 1) {
    schedule.insert(place(schedule.size() + 1), choice());
  } else if (change == 2) {
    schedule.erase(place(schedule.size()));
  } else if (change == 3) {
    schedule.erase(place(schedule.size()), schedule.end());
  } else {
    *place(schedule.size()) = choice();
  }
}

void mutate(Program& p, Rng& rng) {
  std::uint32_t next_tag = tag_handles(p.ops, 0);
  for (unsigned changes = rng.between(1, 4); changes > 0; --changes) {
    const unsigned part = rng.below(16);
    if (part < 11) mutate_ops(p.ops, p.machine, next_tag, rng);
    if (part >= 11 && part < 14) mutate_machine(p.machine, rng);
    if (part >= 14) mutate_schedule(p.schedule, rng);
  }
  finish(p, rng);
}

void cross(const Program& a, const Program& b, Program& out, Rng& rng) {
  std::vector<Op> ops_a = a.ops;
  std::vector<Op> ops_b = b.ops;
  const std::uint32_t next_tag = tag_handles(ops_a, 0);
  tag_handles(ops_b, next_tag);
  out.machine = rng.one_in(2) ? a.machine : b.machine;
  cross_ops(ops_a, ops_b, out.ops, rng);
  out.schedule = a.schedule;
  if (rng.one_in(2)) out.schedule.resize(rng.below(a.schedule.size() + 1));
  if (out.schedule.size() < b.schedule.size()) {
    const auto rest = static_cast<std::ptrdiff_t>(out.schedule.size());
    out.schedule.insert(out.schedule.end(), b.schedule.begin() + rest, b.schedule.end());
  }
  finish(out, rng);
}

std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t max_size,
                         std::uint64_t seed) {
  thread_local Program p;
  thread_local std::vector<std::uint8_t> bytes;
  Rng rng(seed);
  decode({data, size}, p);
  mutate(p, rng);
  encode_within(p, max_size, bytes);
  return copy_out(bytes, data);
}

std::size_t cross_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                        std::uint8_t* out, std::size_t max_size, std::uint64_t seed) {
  thread_local Program parents[2];
  thread_local Program child;
  thread_local std::vector<std::uint8_t> bytes;
  Rng rng(seed);
  decode(a, parents[0]);
  decode(b, parents[1]);
  cross(parents[0], parents[1], child, rng);
  encode_within(child, max_size, bytes);
  return copy_out(bytes, out);
}

}  // namespace bp
