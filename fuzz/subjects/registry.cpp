// SPDX-License-Identifier: MIT
#include "fuzz/subjects/registry.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>

#include "fuzz/subjects/lockfree_bugs.h"
#include "fuzz/subjects/naive_bugs.h"

namespace bp {
namespace {

SubjectLookup no_subject(std::string fault) { return {nullptr, std::move(fault)}; }

std::string known_names() {
  std::string names;
  for (const bp_subject* s : subjects()) names += std::string(names.empty() ? "" : ", ") + s->name;
  return names + ", " + reference_subject().name;
}

/// Nothing, or what keeps a table from being run.
std::string fault_of_table(const bp_subject* s) {
  if (s == nullptr) return "bp_subject_get() returned null";
  if (s->abi_version != BP_ABI_VERSION) {
    return "it was built for version " + std::to_string(s->abi_version) +
           " of fuzz/subject.h and this is version " + std::to_string(BP_ABI_VERSION) +
           "; rebuild it";
  }
  if (s->name == nullptr || s->create == nullptr || s->destroy == nullptr || s->alloc == nullptr ||
      s->free == nullptr || s->drain == nullptr || s->counters == nullptr || s->census == nullptr) {
    return "its table of functions has a null entry; fill in all of them";
  }
  const bool calls = (s->caps & BP_CAP_CALLS) != 0;
  if (calls && (s->call == nullptr || s->task == nullptr || s->get == nullptr ||
                s->split == nullptr || s->free_address == nullptr)) {
    return "it promises BP_CAP_CALLS and leaves call, task, get, split or free_address null";
  }
  if (calls && (s->caps & BP_CAP_CHECKS_FREE) == 0)
    return "it promises BP_CAP_CALLS without BP_CAP_CHECKS_FREE; they go together";
  const bool environment = (s->caps & BP_CAP_ENVIRONMENT) != 0;
  const bool pressure = (s->caps & BP_CAP_PRESSURE) != 0;
  if (environment && s->enter == nullptr)
    return "it promises BP_CAP_ENVIRONMENT and leaves enter null";
  if (environment && !calls)
    return "it promises BP_CAP_ENVIRONMENT without BP_CAP_CALLS; they go together";
  if ((s->caps & BP_CAP_TYPES) != 0 && (s->range == nullptr || s->type_at == nullptr))
    return "it promises BP_CAP_TYPES and leaves range or type_at null";
  if (pressure && s->enter == nullptr) return "it promises BP_CAP_PRESSURE and leaves enter null";
  if (pressure && !calls)
    return "it promises BP_CAP_PRESSURE without BP_CAP_CALLS; they go together";
  if (pressure && environment)
    return "it promises BP_CAP_PRESSURE and BP_CAP_ENVIRONMENT, of which the second is all";
  return {};
}

SubjectLookup load_subject(const std::string& path) {
  // Never closed: the table and its functions are in it.
  void* object = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) {
    const char* why = dlerror();
    return no_subject("subject " + path + ": cannot be loaded: " + (why != nullptr ? why : "?"));
  }
  void* symbol = dlsym(object, "bp_subject_get");
  if (symbol == nullptr) {
    return no_subject("subject " + path + ": exports no bp_subject_get(); see fuzz/subject.h");
  }
  const bp_subject* s = reinterpret_cast<decltype(&bp_subject_get)>(symbol)();
  if (std::string fault = fault_of_table(s); !fault.empty()) {
    return no_subject("subject " + path + ": " + fault);
  }
  return {s, {}};
}

/// "lockfree-swing-skipped", as naive's bugs are named.
std::string lockfree_plant_name(const char* bug) {
  std::string name = std::string("lockfree-") + bug;
  std::ranges::replace(name, '_', '-');
  return name;
}

}  // namespace

std::span<const bp_subject* const> subjects() {
  static const std::array all{&naive_subject(),         &locked_subject(),
                              &lockfree_subject(),      &lockfree_atomic_subject(),
                              &lockfree_rseq_subject(), &lockfree_compact_subject()};
  return all;
}

SubjectLookup find_subject(std::string_view name) {
  if (name.find('/') != std::string_view::npos) return load_subject(std::string(name));
  for (const bp_subject* s : subjects()) {
    if (s->name == name) return {s, {}};
  }
  if (name == reference_subject().name) return {&reference_subject(), {}};
  for (unsigned bug = 0; bug < kNaiveBugs; ++bug) {
    const bp_subject& s = naive_subject_with(NaiveBug{static_cast<std::uint8_t>(bug)});
    if (s.name == name) return {&s, {}};
  }
  for (unsigned bug = 1; bug <= kNaiveSlowBugs; ++bug) {
    const bp_subject& s = naive_slow_subject_with(NaiveSlowBug{static_cast<std::uint8_t>(bug)});
    if (s.name == name) return {&s, {}};
  }
  for (unsigned bug = 1; bug < impl::kSequentialBugs; ++bug) {
    const auto planted = impl::Bug{static_cast<std::uint8_t>(bug)};
    if (name == lockfree_plant_name(bug_name(planted)))
      return {&lockfree_subject_with(planted), {}};
  }
  for (unsigned bug = 0; bug < impl::kPressureBugs; ++bug) {
    const bp_subject& s = lockfree_pressure_subject_with(bug);
    if (name == lockfree_plant_name(s.name)) return {&s, {}};
  }
  return no_subject("subject " + std::string(name) + ": not known; use one of " + known_names() +
                    ", or the path of a shared object, with a '/' in it");
}

}  // namespace bp
