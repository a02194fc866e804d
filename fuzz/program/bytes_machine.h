// SPDX-License-Identifier: MIT
// A machine as bytes. Every number is taken modulo what is possible at its place, so that any bytes
// make a valid machine and the numbers of a valid machine come back as they are.
#pragma once

#include "fuzz/program/bytes_io.h"
#include "model/vocab/machine.h"

namespace bp::bytes {

/// What a program may have at most.
struct Limits {
  unsigned cpus;
  unsigned nodes;
  Pages spanned;
  std::size_t ops;
};

void decode_machine(Reader& in, const Limits& limits, Machine& out);
void encode_machine(const Machine& m, Writer& out);

/// Whether decode_machine() with these limits can make `m`.
bool fits(const Machine& m, const Limits& limits);

}  // namespace bp::bytes
