// SPDX-License-Identifier: MIT
// Cuts the caller's memory into parts. One walk says how much is needed, the same walk over real
// memory says where each part lies, so that the two cannot disagree. Freestanding.
#pragma once

#include <cstddef>

namespace bp::impl {

/// Walks the caller's memory; with a null base it only counts.
struct Carver {
  unsigned char* base;
  std::size_t offset = 0;
  template <class T>
  T* take(std::size_t n) {
    offset = (offset + alignof(T) - 1) / alignof(T) * alignof(T);
    unsigned char* at = base == nullptr ? nullptr : base + offset;
    offset += n * sizeof(T);
    return reinterpret_cast<T*>(at);
  }
};

}  // namespace bp::impl
