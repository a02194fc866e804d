# SPDX-License-Identifier: MIT
# Fails if OBJECT needs a symbol from outside that a freestanding program need not have.
execute_process(COMMAND ${NM} --undefined-only --demangle --format=posix ${OBJECT}
  OUTPUT_VARIABLE needed COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "\n$" "" needed "${needed}")
string(REPLACE "\n" ";" needed "${needed}")
if(NOT needed MATCHES "check_failed")
  message(FATAL_ERROR "${OBJECT} does not even need check_failed: nothing was compiled")
endif()
foreach(line IN LISTS needed)
  if(NOT line MATCHES "^(bp::check_failed\\(char const\\*, int, char const\\*\\)|memset|memcpy|memmove) U")
    message(FATAL_ERROR "not freestanding: ${line}")
  endif()
endforeach()
