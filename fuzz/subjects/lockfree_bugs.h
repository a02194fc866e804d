// SPDX-License-Identifier: MIT
// The lock-free subject with one bug planted in it: what every detector of a sequential history
// must be seen to refuse.
#pragma once

#include "fuzz/subject.h"
#include "impl/planted.h"

namespace bp {

/// The subject with `bug` active, one of the sequential ones; Bug::none: without one. It promises
/// what the sound subject does. Instances of several bugs may live at the same time.
const bp_subject& lockfree_subject_with(impl::Bug bug);

/// The same with one of those that only a request in an environment shows: number `bug`, from 0 to
/// impl::kPressureBugs - 1.
const bp_subject& lockfree_pressure_subject_with(unsigned bug);

/// The bug's name, e.g. "swing_keeps_row".
const char* bug_name(impl::Bug bug);

}  // namespace bp
