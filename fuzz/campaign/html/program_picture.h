// SPDX-License-Identifier: MIT
// A refused program as a picture: time runs to the right, one step an operation; frames run
// upwards; a bar is a block in the program's hands. Two bars that overlap are one frame with two
// owners. Stretches of frames that no block covers are cut out, and blocks of high order are drawn
// lower than they are, so that order 0 can be seen beside order 10.
#pragma once

#include <string>

#include "fuzz/campaign/replayed.h"

namespace bp::campaign::html {

/// Larger programs are no picture any more.
inline constexpr std::size_t kPictureOps = 80;

/// An <svg>, or nothing if there is nothing to draw or too much.
std::string program_picture(const RefusedRun& r);

}  // namespace bp::campaign::html
