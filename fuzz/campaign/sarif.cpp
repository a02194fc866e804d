// SPDX-License-Identifier: MIT
#include "fuzz/campaign/sarif.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "fuzz/campaign/triage_text.h"
#include "fuzz/campaign/words.h"
#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"
#include "fuzz/report/report.h"

namespace bp::campaign {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kSourceRoot = "SOURCE";  ///< uriBaseId of the project's own files.

json message(const std::string& text) { return {{"text", clean_text(text)}}; }

/// A path as a URI: what a URI cannot hold is written as its bytes.
std::string uri_of(const std::filesystem::path& path) {
  constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
  const std::string text = path.generic_string();
  std::string uri = path.is_absolute() ? "file://" : "";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

bool is_ours(const CrashGroup& g) { return g.rule == kEngineRule; }

json rules_json(const std::vector<const CrashGroup*>& rules) {
  json all = json::array();
  for (const CrashGroup* g : rules) {
    all.push_back({{"id", clean_text(g->rule)},
                   {"shortDescription", message(g->statement)},
                   {"help", message(fmt::format("{}: {}", g->rule, g->statement))},
                   {"defaultConfiguration", {{"level", is_ours(*g) ? "warning" : "error"}}}});
  }
  return all;
}

json location(const std::string& uri, std::size_t line) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", uri}}}, {"region", {{"startLine", line}}}}}};
}

std::string result_text(const CrashGroup& g) {
  const TriagedCrash& c = g.crashes.front();
  std::string text = fmt::format("{}: {}", g.rule, g.statement);
  if (c.replayed.end == Replayed::End::refused) {
    const RefusedRun& r = c.replayed.as_found;
    text += fmt::format(" Operation {} of {}, {}: seen {}; allowed {}.", r.event, r.operations,
                        r.operation, r.seen, r.allowed);
  }
  const ReportContext context = context_of(c);
  return text + fmt::format(" Reproduce: {}", command("repro", context, {}));
}

/// One file of the programs, with its index in the list of artifacts.
class Artifacts {
 public:
  json location_of(const TriagedCrash& c) {
    const std::string uri = uri_of(c.where.front());
    const std::size_t line = c.replayed.end == Replayed::End::refused
                                 ? line_of_event(c.text, c.replayed.as_found.event)
                                 : 1;
    json at = location(uri, line);
    at["physicalLocation"]["artifactLocation"]["index"] = all_.size();
    all_.push_back({{"location", {{"uri", uri}}},
                    {"mimeType", "text/plain"},
                    {"roles", json::array({"resultFile"})},
                    {"contents", message(c.text)}});
    return at;
  }
  json all() && { return std::move(all_); }

 private:
  json all_ = json::array();
};

json stack_json(const CrashGroup& g) {
  json frames = json::array();
  for (const std::string& f : g.stack) frames.push_back({{"location", {{"message", message(f)}}}});
  return json::array({{{"frames", frames}}});
}

json result_json(const CrashGroup& g, std::size_t rule, Artifacts& artifacts) {
  const TriagedCrash& first = g.crashes.front();
  json result{{"ruleId", clean_text(g.rule)},
              {"ruleIndex", rule},
              {"level", is_ours(g) ? "warning" : "error"},
              {"message", message(result_text(g))},
              {"locations", json::array({artifacts.location_of(first)})},
              {"fingerprints", {{"group/v1", clean_text(g.fingerprint())}}},
              {"partialFingerprints", {{"rule/v1", clean_text(g.rule)}}},
              {"occurrenceCount", g.crashes.size()}};
  json related = json::array();
  if (first.replayed.end == Replayed::End::refused) {
    json decided = location(first.replayed.as_found.file,
                            static_cast<std::size_t>(first.replayed.as_found.line));
    decided["physicalLocation"]["artifactLocation"]["uriBaseId"] = kSourceRoot;
    decided["message"] = message("where the rule is decided");
    related.push_back(std::move(decided));
  }
  for (std::size_t i = 1; i < g.crashes.size(); ++i) {
    json other = artifacts.location_of(g.crashes[i]);
    other["message"] = message("another input of the same group");
    related.push_back(std::move(other));
  }
  if (!related.empty()) result["relatedLocations"] = related;
  if (!g.stack.empty()) result["stacks"] = stack_json(g);
  result["properties"] = {{"kinds", clean_text(g.kinds)}, {"subject", clean_text(first.subject)}};
  return result;
}

/// What could not be run is no result, and must not look like nothing.
json notifications(const Triage& t) {
  json all = json::array();
  for (const TriagedCrash& c : t.unread)
    all.push_back({{"level", "error"}, {"message", message(c.replayed.fault)}});
  return all;
}

bool is_operation(std::string_view line) {
  const bool alloc = line.size() > 1 && line[0] == 'b' && line[1] >= '0' && line[1] <= '9';
  return alloc || line.starts_with("free ") || line.starts_with("drain ") || line == "census";
}

}  // namespace

std::size_t line_of_event(std::string_view text, std::size_t event) {
  std::size_t line = 1, seen = 0, last = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (is_operation(text.substr(at, end - at))) {
      last = line;
      if (seen++ == event) return line;
    }
    at = end + 1;
  }
  return last;
}

std::string sarif(const Triage& t, std::string_view version) {
  std::vector<const CrashGroup*> rules;  // One group of each: groups stand by rule.
  json results = json::array();
  Artifacts artifacts;
  for (const CrashGroup& g : t.groups) {
    if (rules.empty() || rules.back()->rule != g.rule) rules.push_back(&g);
    results.push_back(result_json(g, rules.size() - 1, artifacts));
  }
  const json driver{{"name", "buddyproof"},
                    {"semanticVersion", version},
                    {"shortDescription",
                     message("A checked model of the Linux page allocator, and the fuzzer that "
                             "holds allocators against it.")},
                    {"rules", rules_json(rules)}};
  const json invocation{{"executionSuccessful", t.unread.empty()},
                        {"toolExecutionNotifications", notifications(t)}};
  json run{{"tool", {{"driver", driver}}},
           {"invocations", json::array({invocation})},
           {"originalUriBaseIds",
            {{std::string(kSourceRoot), {{"description", message("The tree of buddyproof.")}}}}},
           {"columnKind", "unicodeCodePoints"},
           {"artifacts", std::move(artifacts).all()},
           {"results", results}};
  const json log{{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", json::array({run})}};
  return log.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace bp::campaign
