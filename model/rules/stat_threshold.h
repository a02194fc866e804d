// SPDX-License-Identifier: MIT
// How far a CPU's own part of a zone's counter may go before it is folded into the global one
// (W-4): "vm stats threshold" of zoneinfo.
#pragma once

#include "model/vocab/units.h"

namespace bp::rules {

/// Of a zone, with so many CPUs online. The kernel computes it at boot and when CPUs come or go,
/// not when sysctls are written: a zone that has grown since may have an older one (C16).
int stat_threshold(Pages managed, unsigned cpus);

/// While kswapd works on the node the kernel lowers it, so that all CPUs together cannot hide more
/// than the distance from the min mark to the low one.
int pressed_stat_threshold(Pages min, Pages low, unsigned cpus);

}  // namespace bp::rules
