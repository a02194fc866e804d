// SPDX-License-Identifier: MIT
// nlohmann-json, which has functions named check: the macro of that name is put aside while it is
// read, so that the order of includes does not matter.
#pragma once

#pragma push_macro("check")
#undef check
#include <nlohmann/json.hpp>
#pragma pop_macro("check")
