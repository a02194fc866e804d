// SPDX-License-Identifier: MIT
#include "fuzz/engines/found_rules.h"

#include <cstdio>

#include "fuzz/engines/files.h"
#include "fuzz/engines/seeds.h"

namespace bp {

void FoundRules::note(std::string_view rule, std::span<const std::uint8_t> input) {
  const auto known = smallest_.find(rule);
  if (known != smallest_.end() && input.size() >= known->second) return;
  const std::string fault = write_whole(folder_ / ("crash-" + content_name(input) + ".bin"), input);
  if (!fault.empty()) {
    std::fprintf(stderr, "%s\n", fault.c_str());
    return;
  }
  smallest_[std::string(rule)] = input.size();
}

}  // namespace bp
