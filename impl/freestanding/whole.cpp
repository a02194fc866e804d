// SPDX-License-Identifier: MIT
// The allocator compiled as a kernel would: no host library, no exceptions, no run-time types. The
// test beside it looks at what this object needs from outside: nothing but check_failed() and the
// memory functions that a compiler may call on its own.
#include "impl/allocator.h"

namespace bp::impl {

template class Allocator<StdPolicy>;

}  // namespace bp::impl
