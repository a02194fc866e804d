// SPDX-License-Identifier: MIT
#include "fuzz/coherence/count.h"

#include "fuzz/coherence/crowd.h"
#include "fuzz/coherence/script.h"

namespace bp::coherence {

std::string_view name_of(Traffic t) {
  switch (t) {
    case Traffic::local: return "local";
    case Traffic::burst: return "burst";
    case Traffic::remote: return "remote";
    case Traffic::contended: return "contended";
  }
  return "?";
}

std::string_view name_of(Turns t) {
  switch (t) {
    case Turns::in_turn: return "in-turn";
    case Turns::random: return "random";
    case Turns::steps: return "steps";
  }
  return "?";
}

Figure count(const bp_subject& subject, const Setting& setting) {
  Figure f{.subject = subject.name, .setting = setting};
  const bp_machine machine = machine_for(setting);
  void* const self = subject.create(&machine);
  if (self == nullptr) {
    f.fault = "no memory for an instance";
    return f;
  }
  Script script(subject, self, setting);
  Crowd(script, setting, f).run();
  script.finish();
  f.fault = script.fault();
  subject.destroy(self);
  return f;
}

}  // namespace bp::coherence
