// SPDX-License-Identifier: MIT
#include "fuzz/mutants/model_plants.h"

#include <array>

#include "fuzz/mutants/model_subjects.h"
#include "model/vocab/machine.h"

namespace bp {

std::vector<const ModelPlant*> model_plants() {
  std::vector<const ModelPlant*> all;
  using namespace reference::plants;
  for (const auto subject :
       {request_plants(), interface_plants(), scan_plants(), watermark_plants(), buddy_plants(),
        migratetype_plants(), counting_plants(), pcp_plants(), reserve_plants(), isolation_plants(),
        slow_plants()}) {
    for (const ModelPlant& p : subject) all.push_back(&p);
  }
  return all;
}

std::string_view survivor_reason(const ModelPlant& p, Profile profile) {
  for (const SurvivorReason& r : survivor_reasons()) {
    if (r.plant == p.name && r.profiles.has(profile)) return r.why;
  }
  return {};
}

std::string ModelMutant::name() const {
  return std::string(plant->name) + "@" + std::string(profile_name(profile));
}

reference::Rulebook ModelMutant::rulebook() const {
  reference::Rulebook r = reference::rulebook_of(profile);
  plant->apply(r);
  return r;
}

std::vector<ModelMutant> model_mutants() {
  std::vector<ModelMutant> all;
  for (const ModelPlant* p : model_plants()) {
    for (unsigned i = 0; i < kProfiles; ++i) {
      if (p->profiles.has(Profile(i))) all.push_back({p, Profile(i)});
    }
  }
  return all;
}

}  // namespace bp
