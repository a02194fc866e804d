// SPDX-License-Identifier: MIT
// RapidCheck, which has members named check: the macro of that name is put aside while it is read.
#pragma once

#pragma push_macro("check")
#undef check
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#pragma pop_macro("check")
