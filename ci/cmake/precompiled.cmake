# SPDX-License-Identifier: MIT
# Headers of libraries that nearly every file reads, compiled once: reading them was two thirds of a build.
# Ours are not among them, so that what a file may include stays the fence's. A file still includes all that
# it uses: preset gcc builds without (CMAKE_DISABLE_PRECOMPILE_HEADERS), and what is missing shows there.

set(std <algorithm> <array> <atomic> <bit> <charconv> <chrono> <cmath> <cstdint> <cstdio> <filesystem> <fstream>
  <functional> <map> <memory> <optional> <ranges> <set> <span> <sstream> <string> <string_view> <utility> <vector>)
set(wrapped ${CMAKE_SOURCE_DIR}/fuzz/report/fmt.h ${CMAKE_SOURCE_DIR}/fuzz/report/json.h)

# A target of headers only has a source all the same.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/no_source.cpp CONTENT "")

# bp_precompile(NAME HEADER...): for those that say target_precompile_headers(x REUSE_FROM NAME).
function(bp_precompile name)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/no_source.cpp)
  target_link_libraries(${name} PRIVATE bp_flags)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

# One for the libraries of each root of layers.cmake.
bp_precompile(bp_precompiled_vocab ${std})
add_library(bp_precompiled_model ALIAS bp_precompiled_vocab)
bp_precompile(bp_precompiled_fuzz ${std} ${wrapped})
add_library(bp_precompiled_proofs ALIAS bp_precompiled_fuzz)
if(NOT BP_ENGINE)
  bp_precompile(bp_precompiled_cli ${std} ${wrapped} ${CMAKE_SOURCE_DIR}/fuzz/cli/cli11.h)
endif()
# bp_as_the_compiler_likes(NAME): neither -fPIC nor -fPIE, which differ between objects and programs: headers that
# were compiled with one do not fit the other.
function(bp_as_the_compiler_likes name)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
endfunction()

# And for tests, by how much they are optimised.
if(BP_TESTS AND NOT BP_ENGINE)
  find_package(GTest REQUIRED)
  foreach(level 0 1)
    bp_precompile(bp_precompiled_tests_O${level} <gtest/gtest.h> ${std} ${wrapped})
    target_link_libraries(bp_precompiled_tests_O${level} PRIVATE GTest::gtest)
    target_compile_options(bp_precompiled_tests_O${level} PRIVATE -O${level})
    bp_as_the_compiler_likes(bp_precompiled_tests_O${level})
  endforeach()
endif()
