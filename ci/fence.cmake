# SPDX-License-Identifier: MIT
# Preprocesses PROBE, a file that includes HEADER and nothing else, with the include roots ROOTS, and
# fails unless the compiler does what is EXPECTed: `found`, or `refused` because there is no such file.
file(WRITE ${PROBE} "#include \"${HEADER}\"\n")
list(TRANSFORM ROOTS PREPEND -I)
execute_process(COMMAND ${COMPILER} -std=c++20 -E -o ${PROBE}.ii ${ROOTS} ${PROBE}
  RESULT_VARIABLE status ERROR_VARIABLE said)
# clang says the one, gcc the other; the file named must be the one that was asked for.
string(REGEX REPLACE "([.])" "[.]" name "${HEADER}")
if(said MATCHES "'${name}' file not found" OR said MATCHES "${name}: No such file")
  set(seen refused)
elseif(status EQUAL 0)
  set(seen found)
else()
  set(seen "broken in another way")
endif()
if(NOT seen STREQUAL EXPECT)
  message(FATAL_ERROR "${HEADER} seen from ${ROOTS}: expected '${EXPECT}', seen '${seen}'\n${said}")
endif()
