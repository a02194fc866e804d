// SPDX-License-Identifier: MIT
// A vector with its storage inside and a bound that is part of its type: a machine is decoded for
// every fuzz input, so its parts must not allocate, and everything is bounded. Freestanding.
#pragma once

#include <cstddef>

#include "model/vocab/check.h"

namespace bp {

template <class T, std::size_t N>
class FixedVec {
 public:
  static constexpr std::size_t capacity() { return N; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool full() const { return size_ == N; }
  constexpr void clear() { size_ = 0; }
  constexpr void push_back(const T& x) {
    check(size_ < N, "a FixedVec is never filled past its bound");
    items_[size_++] = x;
  }
  constexpr T& operator[](std::size_t i) {
    check(i < size_, "an index into a FixedVec is below its size");
    return items_[i];
  }
  constexpr const T& operator[](std::size_t i) const {
    check(i < size_, "an index into a FixedVec is below its size");
    return items_[i];
  }
  constexpr T& back() { return (*this)[size_ - 1]; }
  constexpr const T& back() const { return (*this)[size_ - 1]; }
  constexpr T* begin() { return items_; }
  constexpr T* end() { return items_ + size_; }
  constexpr const T* begin() const { return items_; }
  constexpr const T* end() const { return items_ + size_; }

  friend constexpr bool operator==(const FixedVec& a, const FixedVec& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i < a.size_; ++i) {
      if (!(a.items_[i] == b.items_[i])) return false;
    }
    return true;
  }

 private:
  T items_[N] = {};
  std::size_t size_ = 0;
};

}  // namespace bp
