// SPDX-License-Identifier: MIT
#include "fuzz/cli/litmus_json.h"

#include "fuzz/report/fmt.h"
#include "fuzz/report/json.h"

namespace bp::cli {
namespace {

using Json = nlohmann::json;

bool is_list_of(const Json& j, bool (Json::*is)() const noexcept) {
  if (!j.is_array()) return false;
  for (const Json& element : j) {
    if (!(element.*is)()) return false;
  }
  return true;
}

/// `rc11: 0 1, 1 0`. False: not lists of numbers.
bool add_outcomes(const char* key, const Json& outcomes, std::string& text) {
  if (!outcomes.is_array()) return false;
  text += key;
  const char* separator = " ";
  for (const Json& values : outcomes) {
    if (!is_list_of(values, &Json::is_number_integer)) return false;
    for (const Json& n : values) {
      text += separator + n.dump();
      separator = " ";
    }
    separator = ", ";
  }
  text += "\n";
  return true;
}

/// One line that says what is wrong, or nothing.
std::string add_program(const Json& p, std::string& text) {
  if (!p.is_object()) return "not an object";
  for (const char* key : {"name", "observed", "threads"}) {
    if (!p.contains(key)) return fmt::format("has no \"{}\"", key);
  }
  if (!p["name"].is_string()) return "\"name\" is not a string";
  text = "litmus " + p["name"].get<std::string>() + "\n";
  if (!p["threads"].is_array()) return "\"threads\" is not a list";
  for (const Json& thread : p["threads"]) {
    if (!is_list_of(thread, &Json::is_string)) return "a thread is not a list of strings";
    text += "thread\n";
    for (const Json& line : thread) text += "  " + line.get<std::string>() + "\n";
  }
  if (!is_list_of(p["observed"], &Json::is_string)) return "\"observed\" is not a list of strings";
  text += "observe";
  for (const Json& name : p["observed"]) text += " " + name.get<std::string>();
  text += "\n";
  if (p.contains("allowed_rc11") && !add_outcomes("rc11:", p["allowed_rc11"], text))
    return "\"allowed_rc11\" is not a list of lists of numbers";
  if (p.contains("allowed_cpp20") && !add_outcomes("cpp20:", p["allowed_cpp20"], text))
    return "\"allowed_cpp20\" is not a list of lists of numbers";
  return {};
}

}  // namespace

LitmusTexts litmus_texts_of_json(std::string_view text) {
  LitmusTexts out;
  const Json all = Json::parse(text, nullptr, false);
  if (all.is_discarded()) return {{}, "not JSON"};
  if (!all.is_array()) return {{}, "not a list of litmus programs"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string fault = add_program(all[i], out.programs.emplace_back());
    if (!fault.empty()) return {{}, fmt::format("program {}: {}", i + 1, fault)};
  }
  if (out.programs.empty()) return {{}, "holds no litmus program"};
  return out;
}

}  // namespace bp::cli
