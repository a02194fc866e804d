# SPDX-License-Identifier: MIT
# Z3 with its C++ header: target Z3::Z3, variable Z3_VERSION. Debian's libz3-dev has no CMake
# configuration. As an imported target its headers are system headers: their warnings are not ours.
find_path(Z3_INCLUDE_DIR z3++.h PATH_SUFFIXES z3)
find_library(Z3_LIBRARY z3)

if(Z3_INCLUDE_DIR AND EXISTS ${Z3_INCLUDE_DIR}/z3_version.h)
  file(STRINGS ${Z3_INCLUDE_DIR}/z3_version.h line REGEX "#define Z3_FULL_VERSION")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" Z3_VERSION "${line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Z3 REQUIRED_VARS Z3_LIBRARY Z3_INCLUDE_DIR VERSION_VAR Z3_VERSION
  REASON_FAILURE_MESSAGE "The proofs need Z3: apt-get install libz3-dev, or give Z3_LIBRARY and Z3_INCLUDE_DIR.")
mark_as_advanced(Z3_INCLUDE_DIR Z3_LIBRARY)

if(Z3_FOUND AND NOT TARGET Z3::Z3)
  add_library(Z3::Z3 UNKNOWN IMPORTED)
  set_target_properties(Z3::Z3 PROPERTIES
    IMPORTED_LOCATION ${Z3_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Z3_INCLUDE_DIR})
endif()
