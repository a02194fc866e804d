# SPDX-License-Identifier: MIT
# Fails if an instrumented object of ARCHIVE defines something that the linker might take for its
# namesake elsewhere: then instrumented code would run where nothing is counted, or the other way.
execute_process(COMMAND ${NM} --defined-only --format=posix --print-file-name ${ARCHIVE}
  OUTPUT_VARIABLE defined COMMAND_ERROR_IS_FATAL ANY)
if(NOT defined MATCHES "10bp_counted")
  message(FATAL_ERROR "${ARCHIVE} defines nothing in bp_counted: nothing was compiled")
endif()
string(REPLACE "\n" ";" defined "${defined}")
foreach(line IN LISTS defined)
  # Weak, or of a template: what may be defined many times. The compiler's own say nothing of memory.
  if(line MATCHES " [VWu] " AND NOT line MATCHES "10bp_counted| DW\\.ref\\.| __clang_call_terminate ")
    message(FATAL_ERROR "not apart: ${line}")
  endif()
endforeach()
