// SPDX-License-Identifier: MIT
// A C++ allocator as the table of functions that subject.h asks for. Decides nothing.
//
// `S` has create, destroy, alloc, free, drain, counters and census, and what BP_CAP_CALLS,
// BP_CAP_ENVIRONMENT and BP_CAP_TYPES ask for or nothing of it. No exception leaves create(); one
// thrown later ends the program, as memory that runs out under an operation is no answer that the
// judge could weigh.
#pragma once

#include <new>

#include "fuzz/subject.h"

namespace bp {

template <class S>
struct SubjectAbi {
  static void* create(const bp_machine* m) noexcept {
    try {
      return S::create(*m);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  static void destroy(void* self) noexcept { S::destroy(&at(self)); }
  static bp_status alloc(void* self, const bp_request* r, std::uint64_t* pfn) noexcept {
    return at(self).alloc(*r, *pfn);
  }
  static bp_status free(void* self, std::uint32_t cpu, std::uint64_t pfn,
                        std::uint32_t order) noexcept {
    return at(self).free(cpu, pfn, order);
  }
  static void drain(void* self, std::uint32_t cpu) noexcept { at(self).drain(cpu); }
  static void counters(void* self, std::uint32_t zone, bp_counters* out) noexcept {
    *out = at(self).counters(zone);
  }
  static void census(void* self, bp_visit visit, void* context) noexcept {
    at(self).census(visit, context);
  }

  static std::uint32_t call(void* self, const bp_call* c, bp_block* blocks) noexcept {
    return at(self).call(*c, blocks);
  }
  static void task(void* self, std::uint32_t cpu, const bp_task* t) noexcept {
    at(self).task(cpu, *t);
  }
  static bp_status get(void* self, std::uint64_t pfn) noexcept { return at(self).get(pfn); }
  static bp_status split(void* self, std::uint64_t pfn, std::uint32_t order) noexcept {
    return at(self).split(pfn, order);
  }
  static bp_status free_address(void* self, std::uint32_t cpu, std::uint64_t address,
                                std::uint32_t order) noexcept {
    return at(self).free_address(cpu, address, order);
  }

  static void enter(void* self, const bp_environment* e) noexcept { at(self).enter(e); }

  static bp_status range(void* self, std::uint32_t action, std::uint64_t begin,
                         std::uint64_t end) noexcept {
    return at(self).range(action, begin, end);
  }
  static std::uint32_t type_at(void* self, std::uint64_t pfn) noexcept {
    return at(self).type_at(pfn);
  }

  static constexpr bp_subject table(const char* name, std::uint32_t caps) {
    bp_subject s{BP_ABI_VERSION, caps,    name,     create,  destroy, alloc,
                 free,           drain,   counters, census,  nullptr, nullptr,
                 nullptr,        nullptr, nullptr,  nullptr, nullptr, nullptr};
    if constexpr (requires { &S::call; }) {
      if ((caps & BP_CAP_CALLS) != 0)
        s.call = call, s.task = task, s.get = get, s.split = split, s.free_address = free_address;
    }
    if constexpr (requires { &S::enter; }) {
      if ((caps & BP_CAP_ENVIRONMENT) != 0) s.enter = enter;
    }
    if constexpr (requires { &S::range; }) {
      if ((caps & BP_CAP_TYPES) != 0) s.range = range, s.type_at = type_at;
    }
    return s;
  }

 private:
  static S& at(void* self) { return *static_cast<S*>(self); }
};

}  // namespace bp
