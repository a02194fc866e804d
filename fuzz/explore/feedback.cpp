// SPDX-License-Identifier: MIT
#include "fuzz/explore/feedback.h"

#include <bit>

namespace bp::explore {
namespace {

enum Kind : std::uint32_t { reads_from, switched, failed, free_pages, steps, ended };

std::uint32_t bucket(std::uint64_t n) { return static_cast<std::uint32_t>(std::bit_width(n)); }

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return std::rotl((a ^ b) * 0x9e3779b97f4a7c15U, 29);
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return h;
}

}  // namespace

Feedback::Feedback(Runner& runner) : runner_(runner) {
  runner_.watch_sites(true);
  runner_.world().memory.log = &log_;
}

Feedback::~Feedback() { runner_.world().memory.log = nullptr; }

/// 0: none.
std::uint32_t Feedback::key_of(std::uint32_t site) {
  const auto& all = runner_.sites().all();
  if (site >= all.size()) return 0;
  while (keys_.size() < all.size())
    keys_.push_back(static_cast<std::uint32_t>(number_of(all[keys_.size()].name())));
  return keys_[site];
}

void Feedback::add(std::uint32_t kind, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  const std::uint64_t h = mixed(mixed(mixed(kind + 1, a), b), c) * 0x9e3779b97f4a7c15U;
  const auto feature = static_cast<std::uint32_t>(h >> (64 - kFeatureBits));
  if (has_[feature]) return;
  has_[feature] = true;
  features_.push_back(feature);
}

void Feedback::add_step(const sched::Logged& l) {
  const bool plain = l.what == sched::Event::read_var || l.what == sched::Event::write_var;
  if (plain || l.task == sched::kSetup) return;
  const std::uint32_t key = key_of(l.site);
  if (l.task != last_task_ && last_task_ != 0) add(switched, last_key_, key, 0);
  last_task_ = l.task;
  last_key_ = key;
  if (l.read == sched::Logged::kNone || l.what == sched::Event::store) return;
  const std::uint32_t from = l.read < store_at_.size() ? store_at_[l.read] : 0;
  const std::uint32_t behind = l.read < turn_.size() ? made_[l.at] - turn_[l.read] : 0;
  add(reads_from, key, from, l.stale ? bucket(behind) : 0);
  const bool is_cas = runner_.sites().all()[l.site].kind == sched::SiteKind::cas;
  if (is_cas && l.what == sched::Event::load) add(failed, key, from, l.stale ? 1 : 0);
}

void Feedback::add_state(const Verdict& v) {
  add(ended, static_cast<std::uint64_t>(v.end), number_of(rule_of(v.fault)), 0);
  std::array<unsigned, kOpKinds + 1> said{};
  for (const Done& d : runner_.history()) {
    const bool null = d.kind == OpKind::alloc && d.head == kNoFrame;
    ++said[null ? kOpKinds : static_cast<std::size_t>(d.kind)];
  }
  for (std::size_t i = 0; i < said.size(); ++i) add(free_pages, i, said[i], 0);
  for (std::size_t kind = 0; kind < runner_.own_steps().size(); ++kind)
    add(steps, kind, bucket(runner_.own_steps()[kind]), 0);
}

const std::vector<std::uint32_t>& Feedback::features(const Verdict& v) {
  for (const std::uint32_t f : features_) has_[f] = false;
  features_.clear();
  store_at_.clear();
  turn_.clear();
  made_.assign(runner_.world().memory.locations(), 0);
  last_task_ = 0;
  for (const sched::Logged& l : log_) {
    add_step(l);
    if (l.wrote == sched::Logged::kNone) continue;
    if (l.wrote >= store_at_.size()) store_at_.resize(l.wrote + 1), turn_.resize(l.wrote + 1);
    store_at_[l.wrote] = key_of(l.site);
    turn_[l.wrote] = ++made_[l.at];
  }
  add_state(v);
  return features_;
}

}  // namespace bp::explore
