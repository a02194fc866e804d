// SPDX-License-Identifier: MIT
// The memory after one step as a piece of a picture: a heading, and for each zone a strip of its
// blocks, its free blocks by order and its per-CPU lists in figures.
#pragma once

#include <string>
#include <vector>

#include "fuzz/report/program_steps.h"
#include "fuzz/report/svg/zone_axis.h"
#include "fuzz/subject.h"

namespace bp::svg {

inline constexpr double kStepWidth = 1120;

struct StepLook {
  std::string heading;
  bool at_fault = false;  ///< The refused event.
  Pfn frame = kNoPfn;     ///< Marked, if it lies in a zone.
};

class StepPanel {
 public:
  /// Lays the axes out for all steps that will be drawn. `m` outlives the panel.
  StepPanel(const bp_machine& m, const std::vector<MemoryStep>& steps, Pfn frame);

  double height() const;
  /// With its upper left corner at 0,0.
  std::string draw(const MemoryStep& step, const StepLook& look) const;

 private:
  std::string zone(std::size_t z, const MemoryStep& step, const StepLook& look) const;
  const bp_machine& machine_;
  std::vector<ZoneAxis> axes_;
};

/// The rules of a <style> element, for everything that a panel draws, and what they mean.
std::string step_css();
std::string step_legend();

}  // namespace bp::svg
