// SPDX-License-Identifier: MIT
#include "fuzz/sched/sites.h"

#include <bit>
#include <string_view>

#include "model/vocab/check.h"

namespace bp::sched {
namespace {

std::string last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

/// "bp::impl::Zone<P>::release" of all that compilers say about a function.
std::string bare_function(std::string_view said) {
  said = said.substr(0, said.find('('));
  const std::size_t colons = said.rfind("::");
  if (colons != std::string_view::npos) return std::string(said.substr(colons + 2));
  const std::size_t blank = said.rfind(' ');
  return std::string(blank == std::string_view::npos ? said : said.substr(blank + 1));
}

}  // namespace

const char* site_kind_name(SiteKind k) {
  constexpr const char* kNames[] = {"load", "store", "rmw", "cas"};
  return kNames[static_cast<unsigned>(k)];
}

const char* site_change_name(SiteChange c) {
  constexpr const char* kNames[] = {"none", "order", "failure order", "torn", "skipped"};
  return kNames[static_cast<unsigned>(c)];
}

const char* order_name(std::memory_order o) {
  switch (o) {
    case std::memory_order_relaxed: return "relaxed";
    case std::memory_order_consume: return "consume";
    case std::memory_order_acquire: return "acquire";
    case std::memory_order_release: return "release";
    case std::memory_order_acq_rel: return "acq_rel";
    case std::memory_order_seq_cst: return "seq_cst";
  }
  return "";
}

std::string Site::name() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

SiteId Sites::find(const Where& at, SiteKind kind, std::memory_order success,
                   std::memory_order failure) {
  const std::uint64_t key = std::uint64_t{at.line()} << 16 | at.column();
  const char* const file = at.file_name();
  for (std::size_t i = key * 0x9e3779b97f4a7c15U >> (64 - std::countr_zero(kSlots));;
       i = (i + 1) % kSlots) {
    Slot& s = slots_[i];
    if (s.file == file && s.key == key) {
      ++all_[s.site].steps;
      return s.site;
    }
    if (s.file != nullptr) continue;
    check(all_.size() < kSlots / 2, "code under test has few atomic sites");
    s = {file, key, static_cast<SiteId>(all_.size())};
    all_.push_back({last_part(file), bare_function(at.function_name()), at.line(), at.column(),
                    kind, success, failure, 1});
    return s.site;
  }
}

SiteId Sites::named(const std::string& name) const {
  for (SiteId s = 0; s < all_.size(); ++s) {
    if (all_[s].name() == name) return s;
  }
  return kNoSite;
}

std::vector<std::memory_order> weaker_orders(SiteKind kind, std::memory_order o) {
  switch (o) {
    case std::memory_order_seq_cst:
      if (kind == SiteKind::load) return {std::memory_order_acquire};
      if (kind == SiteKind::store) return {std::memory_order_release};
      return {std::memory_order_acq_rel};
    case std::memory_order_acq_rel: return {std::memory_order_acquire, std::memory_order_release};
    case std::memory_order_acquire:
    case std::memory_order_consume:
    case std::memory_order_release: return {std::memory_order_relaxed};
    case std::memory_order_relaxed: break;
  }
  return {};
}

}  // namespace bp::sched
