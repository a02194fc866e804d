# SPDX-License-Identifier: MIT
# How a layer is declared: bp_root() says what it may include, bp_library() and bp_test() build a folder.
# A file `x_test.cpp` is a test of its folder, `x_main.cpp` is a program named by the folder's own
# CMakeLists.txt, every other `.cpp` belongs to the folder's library: no file can be forgotten.

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness is what ccache asks for to see through precompiled headers.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(bp_flags INTERFACE)
target_compile_options(bp_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++-12 on inlined containers, at -O2.
  target_compile_options(bp_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
    -Wno-stringop-overread -Wno-maybe-uninitialized -Wno-dangling-pointer -Wno-missing-field-initializers)
else()
  target_compile_options(bp_flags INTERFACE -Wno-missing-field-initializers)
  target_link_options(bp_flags INTERFACE -fuse-ld=lld)
endif()
if(BP_SANITIZE)
  add_compile_options(-fsanitize=${BP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${BP_SANITIZE})
endif()
if(BP_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
if(BP_ENGINE STREQUAL "libfuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link)
elseif(BP_ENGINE STREQUAL "afl")
  add_compile_options(-fsanitize-coverage=trace-pc-guard)
endif()

# bp_root(NAME DIR...): the include root of layer NAME holds links to these folders of the tree.
function(bp_root name)
  set(root ${CMAKE_BINARY_DIR}/roots/${name})
  file(REMOVE_RECURSE ${root})
  foreach(dir IN LISTS ARGN)
    get_filename_component(parent ${root}/${dir} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${dir} ${root}/${dir} SYMBOLIC)
  endforeach()
  add_library(bp_root_${name} INTERFACE)
  target_include_directories(bp_root_${name} INTERFACE ${root})
  target_link_libraries(bp_root_${name} INTERFACE bp_flags)
endfunction()

# bp_batches(NAME): several files of the target are compiled as one, which reads what they share once. What they name in
# anonymous namespaces must be apart then. Not where each file is to show that it includes all that it uses.
function(bp_batches name)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# bp_library(NAME ROOT root [BATCHES] [DIRS dir...] [TARGETS file...] [DEPS target...]): the library of these folders
# (default: here). BATCHES: see bp_batches(). TARGETS: where an engine is built for, only these files of it, which is
# all that fuzz targets link: a file that is missing shows as an error of the linker.
function(bp_library name)
  cmake_parse_arguments(arg "BATCHES" "ROOT" "DIRS;TARGETS;DEPS" ${ARGN})
  if(NOT arg_DIRS)
    set(arg_DIRS .)
  endif()
  set(sources)
  foreach(dir IN LISTS arg_DIRS)
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "_(test|main)\\.cpp$")
  if(BP_ENGINE AND arg_TARGETS)
    set(sources ${arg_TARGETS})
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC bp_root_${arg_ROOT} ${arg_DEPS})
  target_precompile_headers(${name} REUSE_FROM bp_precompiled_${arg_ROOT})
  if(arg_BATCHES)
    bp_batches(${name})
  endif()
endfunction()

# bp_compile_as_test(NAME ROOT LEVEL DEPS...): with -O0 or -O1, the last -O wins. Tests are compiled far more often
# than they run, and what they test is a library.
function(bp_compile_as_test name root level)
  find_package(GTest REQUIRED)
  target_link_libraries(${name} PRIVATE bp_root_${root} ${ARGN} GTest::gtest)
  target_compile_definitions(${name} PRIVATE BP_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -O${level})
  bp_as_the_compiler_likes(${name})
  target_precompile_headers(${name} REUSE_FROM bp_precompiled_tests_O${level})
endfunction()

# The tests of these folders (default: here), into the caller's `sources`.
macro(bp_find_tests)
  set(sources)
  foreach(dir IN ITEMS ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*_test.cpp)
    list(APPEND sources ${found})
  endforeach()
endmacro()

# bp_test_objects(NAME ROOT root DIRS dir... DEPS target...): the tests of these folders for bp_test(OBJECTS NAME).
function(bp_test_objects name)
  cmake_parse_arguments(arg "" "ROOT" "DIRS;DEPS" ${ARGN})
  if(NOT BP_TESTS OR BP_ENGINE)
    return()
  endif()
  bp_find_tests(${arg_DIRS})
  add_library(${name} OBJECT ${sources})
  bp_compile_as_test(${name} ${arg_ROOT} 0 ${arg_DEPS})
endfunction()

# bp_test(NAME ROOT root [HOT] [SMALL] [BATCHES] [DIRS dir...] [OBJECTS name] [DEPS target...]): the tests of these
# folders, one program. HOT: what is tested are templates, or it is tested millions of times. BATCHES: see
# bp_batches(). SMALL: hundreds of tests of a millisecond, for which a process each is too much under a sanitizer:
# there they are one test.
function(bp_test name)
  cmake_parse_arguments(arg "HOT;SMALL;BATCHES" "ROOT;OBJECTS" "DIRS;DEPS" ${ARGN})
  if(NOT BP_TESTS OR BP_ENGINE)
    return()
  endif()
  if(arg_OBJECTS)
    set(sources $<TARGET_OBJECTS:${arg_OBJECTS}>)
  elseif(arg_DIRS)
    bp_find_tests(${arg_DIRS})
  else()
    bp_find_tests(.)
  endif()
  if(NOT sources)
    return()
  endif()
  include(GoogleTest)
  add_executable(${name} ${sources})
  if(arg_HOT)
    bp_compile_as_test(${name} ${arg_ROOT} 1)
  elseif(NOT arg_OBJECTS)
    bp_compile_as_test(${name} ${arg_ROOT} 0)
  endif()
  target_link_libraries(${name} PRIVATE ${arg_DEPS} GTest::gtest GTest::gtest_main)
  if(arg_BATCHES)
    bp_batches(${name})
  endif()
  if(arg_SMALL AND BP_SANITIZE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${name} TIMEOUT 600)
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${name} TIMEOUT 600)
  endif()
endfunction()
