// SPDX-License-Identifier: MIT
#include "fuzz/explain/explain_json.h"

#include "fuzz/explain/advice.h"
#include "fuzz/explain/oddities.h"
#include "fuzz/explain/say.h"
#include "fuzz/report/json.h"

namespace bp::explain {
namespace {

using nlohmann::json;

json range_json(Range r) {
  if (r.known()) return r.lo;
  return {{"lo", r.lo}, {"hi", r.hi}};
}

void set(json& j, const char* key, const Maybe& n) {
  if (n) j[key] = *n;
}

json sum_json(const Sum& s) {
  return {{"free", s.free},
          {"block", s.block},
          {"highatomic", range_json(s.highatomic)},
          {"cma", range_json(s.cma)},
          {"mark", s.mark},
          {"boost", s.boost},
          {"unboosted", s.unboosted},
          {"needed", s.needed},
          {"reserve", range_json(s.reserve)},
          {"margin", range_json(s.margin)},
          {"early_test", s.early}};
}

json blocks_json(const ZoneAnswer& a) {
  json j{{"large", a.large_blocks}};
  if (a.large_blocks > 0) j["types"] = types_text(a.large_types);
  if (a.largest) j["largest_order"] = *a.largest;
  if (a.largest_usable) j["largest_usable_order"] = *a.largest_usable;
  return j;
}

json zone_json(const Situation& s, const Verdict& v, const ZoneAnswer& a) {
  const ZoneFacts& z = s.zones[a.zone];
  json j{{"name", z.name},
         {"node", z.node},
         {"zone", log_name(z.type)},
         {"answer", answer_name(a.answer)},
         {"reason", reason(s, v, a)},
         {"rules", a.rules},
         {"mark_ignored", a.ignored}};
  if (z.line != 0) j["line"] = z.line;
  set(j, "min", z.min), set(j, "low", z.low), set(j, "high", z.high);
  set(j, "managed", z.managed), set(j, "free", z.free), set(j, "listed", z.listed);
  if (!z.reserve.empty()) j["lowmem_reserve"] = z.reserve;
  if (a.sum) j["sum"] = sum_json(*a.sum);
  if (!z.orders.empty()) j["blocks"] = blocks_json(a);
  if (!a.missing.empty()) j["missing"] = a.missing;
  if (a.halved_at) {
    j["halving"] = {{"order", *a.halved_at}, {"left", a.halved_left}, {"needed", a.halved_needed}};
  }
  return j;
}

std::string kind_name(ReportKind k) {
  switch (k) {
    case ReportKind::failure: return "failure";
    case ReportKind::oom: return "oom";
    case ReportKind::question: return "question";
  }
  return "";
}

}  // namespace

std::string explain_json(const Situation& s, const Verdict& v, const std::string& name) {
  json j{{"source", name},
         {"kind", kind_name(s.kind)},
         {"task", s.who},
         {"request", request_text(s)},
         {"kernel", s.version},
         {"rules_of", age_name(v.age)},
         {"page_kb", s.page_kb},
         {"outcome", outcome_name(v.outcome)},
         {"conclusion", conclusion(s, v)},
         {"zones", json::array()},
         {"advice", json::array()},
         {"notes", s.notes}};
  if (s.gfp) j["gfp"] = s.mask;
  if (s.order) j["order"] = static_cast<unsigned>(*s.order);
  if (v.highest) {
    j["highest_zone"] = log_name(*v.highest);
    j["column"] = *v.column;
    j["column_of"] = log_name(*v.column_of);
  }
  if (v.outcome == Outcome::contradicted) j["moved"] = v.moved;
  for (const ZoneAnswer& a : v.zones) j["zones"].push_back(zone_json(s, v, a));
  for (const Advice& a : advice_for(s, v))
    j["advice"].push_back({{"kind", advice_name(a.kind)}, {"text", a.text}, {"rule", a.rule}});
  for (const std::string& r : v.remarks) j["notes"].push_back(r);
  for (const std::string& o : oddities(s)) j["notes"].push_back(o);
  // Names come from a log: what is no UTF-8 is shown as such.
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace bp::explain
