// SPDX-License-Identifier: MIT
// The part of SOUNDNESS.md that follows from the obligations.
#include <map>

#include "proofs/fmt.h"
#include "proofs/properties.h"
#include "proofs/prove.h"

namespace bp::proofs {
namespace {

struct Count {
  unsigned proved = 0, refuted = 0, is_long = 0;
};

}  // namespace

std::string soundness_text() {
  std::map<std::string, Count> files;
  std::map<std::string, std::string> subjects;
  for (const Obligation& o : obligations()) {
    Count& c = files[o.file];
    ++(o.expected == Answer::refuted ? c.refuted : c.proved);
    if (o.is_long) ++c.is_long;
    subjects[o.subject] = o.file;
  }
  std::string text =
      "| file | must be proved | must be refuted | of them long |\n|---|---|---|---|\n";
  for (const auto& [file, c] : files) {
    text += fmt::format("| {} | {} | {} | {} |\n", file, c.proved, c.refuted, c.is_long);
  }
  text += "\n| expression proved | stated in |\n|---|---|\n";
  for (const auto& [subject, file] : subjects) text += fmt::format("| {} | {} |\n", subject, file);
  text += "\n| property left out | because it |\n|---|---|\n";
  for (const Property& p : properties()) {
    if (!p.left_out.empty()) text += fmt::format("| {} | {} |\n", p.id, p.left_out);
  }
  return text;
}

}  // namespace bp::proofs
