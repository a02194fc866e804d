// SPDX-License-Identifier: MIT
// A C++ allocator as the table of functions that subject.h asks for. Decides nothing.
//
// `S` has create, destroy, alloc, free, drain, counters and census. No exception leaves create();
// one thrown later ends the program, as memory that runs out under an operation is no answer that
// the judge could weigh.
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

  static constexpr bp_subject table(const char* name, std::uint32_t caps) {
    return {BP_ABI_VERSION, caps, name, create, destroy, alloc, free, drain, counters, census};
  }

 private:
  static S& at(void* self) { return *static_cast<S*>(self); }
};

}  // namespace bp
