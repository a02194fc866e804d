// SPDX-License-Identifier: MIT
#include "fuzz/cli/triage_sources.h"

#include "fuzz/mutants/plants.h"
#include "fuzz/report/fmt.h"

namespace bp::cli {

std::vector<campaign::TriageSource> triage_sources(const std::vector<std::string>& folders,
                                                   const std::string& subject, std::string& fault) {
  std::vector<campaign::TriageSource> sources;
  for (const std::string& name : folders) {
    auto folder = campaign::Folder::read(name, fault);
    if (!folder) return {};
    const std::string own = subject.empty() ? folder->manifest().subject : subject;
    const SetupLookup found = find_setup(own);
    if (!found.fault.empty()) {
      fault = subject.empty()
                  ? fmt::format("{}: its subject: {}; name another by --subject", name, found.fault)
                  : found.fault;
      return {};
    }
    sources.push_back({.folder = std::move(*folder), .subject = own, .setup = found.setup});
  }
  return sources;
}

}  // namespace bp::cli
