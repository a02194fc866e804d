// SPDX-License-Identifier: MIT
// Refusals that name the place where the rule is decided, and the words they are made of.
#pragma once

#include <source_location>
#include <string>
#include <string_view>

#include "model/rules/layout.h"
#include "model/vocab/units.h"
#include "model/vocab/verdict.h"

namespace bp {

inline Refusal refuse(std::string_view rule, std::string_view statement, Pfn frame,
                      std::string seen, std::string allowed,
                      std::source_location at = std::source_location::current()) {
  return {rule, statement, at.file_name(),  static_cast<int>(at.line()),
          0,    frame,     std::move(seen), std::move(allowed)};
}

inline std::string text(Pages n) { return std::to_string(static_cast<std::int64_t>(n)); }

inline std::string text(Order o) { return "order " + std::to_string(static_cast<unsigned>(o)); }

/// "zone NORMAL of node 0"
inline std::string text(const rules::ZoneLayout& z) {
  return "zone " + std::string(zone_name(z.type)) + " of node " + std::to_string(z.node);
}

}  // namespace bp
