// SPDX-License-Identifier: MIT
// A JSON object on one line of stdout. Names of files need not be UTF-8: what is not is replaced.
#pragma once

#include <cstdio>
#include <string>

#include "fuzz/report/json.h"

namespace bp::cli {

inline void print_json(const nlohmann::json& j) {
  std::printf("%s\n", j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

}  // namespace bp::cli
