// SPDX-License-Identifier: MIT
#include "model/judge/kernel_doubt.h"

namespace bp {
namespace {

struct Words {
  std::string_view name, text;
};

constexpr std::array<Words, kDoubts> kWords{{
    {"unseen", "pages of a bulk request are out, and which ones is told later"},
    {"walks", "a policy or a slow path may have walked another zonelist"},
    {"passed", "a zone before it may have been above its mark, or below it"},
    {"mark", "its zone may have been above its mark, or below it"},
    {"marks", "watermarks were computed anew, and what they are now is told later"},
    {"room", "a free block large enough may have been there as the mark was checked, or not"},
    {"list", "its pageblock has another type, and on which list it was is not told"},
    {"stray", "its pageblock has the type asked for, and whether it was claimed now is not told"},
    {"own", "the lists of the type may have run out, or not"},
    {"grouping", "mobility grouping was switched"},
    {"request", "the mask asks for two types, or for spreading dirty pages"},
    {"nothing", "nothing was given, and some zone may have had a block, or none had"},
}};

}  // namespace

std::string_view doubt_name(Doubt d) { return kWords[static_cast<unsigned>(d)].name; }
std::string_view doubt_text(Doubt d) { return kWords[static_cast<unsigned>(d)].text; }

void DoubtCounts::count(Doubts d) {
  unsigned found = 0, last = 0;
  for (unsigned i = 0; i < kDoubts; ++i) {
    if (!d.has(Doubt{static_cast<std::uint8_t>(i)})) continue;
    ++all[i], ++found;
    last = i;
  }
  if (found == 1) ++alone[last];
}

void DoubtCounts::add(const DoubtCounts& other) {
  for (unsigned i = 0; i < kDoubts; ++i) {
    all[i] += other.all[i];
    alone[i] += other.alone[i];
  }
}

}  // namespace bp
