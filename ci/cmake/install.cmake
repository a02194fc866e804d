# SPDX-License-Identifier: MIT
# What `cmake --install` gives: the program with man page and completion; the allocator (headers), the
# model (a library) and the subject ABI (a C header) as one CMake package and one pkg-config file each.
# Included by the top CMakeLists.txt, after every target is declared.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/buddyproof)
install(TARGETS buddyproof RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS bp_vocab bp_model ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES fuzz/subject.h DESTINATION ${headers}/fuzz)
install(DIRECTORY impl DESTINATION ${headers} FILES_MATCHING PATTERN "*.h"
  PATTERN "test_*.h" EXCLUDE PATTERN "freestanding" EXCLUDE)
install(DIRECTORY model DESTINATION ${headers} FILES_MATCHING PATTERN "*.h" PATTERN "test_*.h" EXCLUDE
  PATTERN "registry" EXCLUDE)

# The man page and the completion are what the program says of itself.
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/buddyproof.1 ${CMAKE_BINARY_DIR}/buddyproof.bash
  COMMAND ${CMAKE_SOURCE_DIR}/ci/install/describe $<TARGET_FILE:buddyproof> ${CMAKE_BINARY_DIR}
  DEPENDS buddyproof ${CMAKE_SOURCE_DIR}/ci/install/describe VERBATIM)
add_custom_target(buddyproof_documents ALL
  DEPENDS ${CMAKE_BINARY_DIR}/buddyproof.1 ${CMAKE_BINARY_DIR}/buddyproof.bash)
install(FILES ${CMAKE_BINARY_DIR}/buddyproof.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/buddyproof.bash RENAME buddyproof
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Buddyproof)
configure_package_config_file(ci/install/BuddyproofConfig.cmake.in
  ${CMAKE_BINARY_DIR}/BuddyproofConfig.cmake INSTALL_DESTINATION ${package}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/BuddyproofConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/BuddyproofConfig.cmake ${CMAKE_BINARY_DIR}/BuddyproofConfigVersion.cmake
  DESTINATION ${package})

# From the folder of the .pc files back to the prefix, wherever that was moved.
file(RELATIVE_PATH BP_PC_UP /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)

# bp_pkg_config(NAME TEXT LIBS)
function(bp_pkg_config name text libs)
  set(BP_PC_NAME ${name})
  set(BP_PC_TEXT ${text})
  set(BP_PC_LIBS ${libs})
  configure_file(ci/install/buddyproof.pc.in ${CMAKE_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
bp_pkg_config(buddyproof-allocator "The lock-free page allocator: headers" "")
bp_pkg_config(buddyproof-model "The reference model of the Linux page allocator"
  "-L\${libdir} -lbp_model -lbp_vocab")
bp_pkg_config(buddyproof-subject "The C99 ABI of allocators under test" "")

if(BP_TESTS AND NOT BP_SANITIZE AND NOT BP_COVERAGE)
  add_test(NAME install.consumers COMMAND ${CMAKE_SOURCE_DIR}/ci/install/try
    ${CMAKE_BINARY_DIR} ${CMAKE_CXX_COMPILER} ${CMAKE_C_COMPILER})
  set_tests_properties(install.consumers PROPERTIES LABELS house TIMEOUT 600)
endif()
