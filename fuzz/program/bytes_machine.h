// SPDX-License-Identifier: MIT
// The machine in the byte format. Reading normalises: whatever the numbers say, the machine is
// valid, and a valid machine that was written is read back as it was.
#pragma once

#include "fuzz/program/bytes_cursor.h"
#include "model/vocab/machine.h"
#include "model/vocab/operation.h"

namespace bp::bytes {

/// Zones span at most `spanned_max` together. Overwrites `m`.
/// What makes it a typed machine, behind its other numbers.
/// Leaves out what is no CMA area of the machine, and all of it if the machine cannot be typed.
void fit_types(Machine& m);
void read_types(Reader& in, Machine& m);
void write_types(Writer& out, const Machine& m);
void read_machine(Reader& in, Pages spanned_max, Machine& m);

/// `m` is valid.
void write_machine(Writer& out, const Machine& m);

}  // namespace bp::bytes
