// SPDX-License-Identifier: MIT
#include "fuzz/campaign/replayed_json.h"

#include "fuzz/report/json.h"

namespace bp::campaign {
namespace {

using nlohmann::json;

json lives_json(const std::vector<BlockLife>& lives) {
  json all = json::array();
  for (const BlockLife& l : lives) all.push_back({l.head, l.pages, l.from, l.to, l.freed});
  return all;
}

std::vector<BlockLife> lives_of(const json& j) {
  std::vector<BlockLife> lives;
  for (const json& l : j) {
    lives.push_back({.head = l[0].get<std::uint64_t>(),
                     .pages = l[1].get<std::uint64_t>(),
                     .from = l[2].get<std::size_t>(),
                     .to = l[3].get<std::size_t>(),
                     .freed = l[4].get<bool>()});
  }
  return lives;
}

/// Every member of what is written is there and of its kind.
bool has_shape(const json& j) {
  const json shape = json::parse(to_json(RefusedRun{}));
  if (!j.is_object()) return false;
  for (const auto& [name, value] : shape.items()) {
    if (!j.contains(name) || j[name].type() != value.type()) return false;
  }
  return true;
}

}  // namespace

std::string to_json(const RefusedRun& r) {
  const json j{{"rule", r.rule},           {"statement", r.statement},
               {"file", r.file},           {"line", r.line},
               {"event", r.event},         {"operations", r.operations},
               {"operation", r.operation}, {"answer", r.answer},
               {"seen", r.seen},           {"allowed", r.allowed},
               {"text", r.text},           {"report", r.report},
               {"kinds", r.kinds},         {"lives", lives_json(r.lives)}};
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<RefusedRun> refused_of(std::string_view text) {
  const json j = json::parse(text, nullptr, false);
  if (!has_shape(j)) return std::nullopt;
  return RefusedRun{.rule = j["rule"],
                    .statement = j["statement"],
                    .file = j["file"],
                    .line = j["line"],
                    .event = j["event"],
                    .operations = j["operations"],
                    .operation = j["operation"],
                    .answer = j["answer"],
                    .seen = j["seen"],
                    .allowed = j["allowed"],
                    .text = j["text"],
                    .report = j["report"],
                    .kinds = j["kinds"],
                    .lives = lives_of(j["lives"])};
}

}  // namespace bp::campaign
