# Runs the canary, which has a planted defect, and requires that it is found and told.
#   cmake -DPROGRAM=… "-DARGUMENTS=a b" "-DLINES=REGEX|||REGEX" -DFOLDER=where-it-may-write
#         -P expect_canary.cmake

separate_arguments(ARGUMENTS)
string(REPLACE "|||" ";" LINES "${LINES}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS} WORKING_DIRECTORY "${FOLDER}"
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
string(APPEND output "${errors}")
set(wrong "")
if(status EQUAL 0)
  list(APPEND wrong "it ended well")
endif()
if(NOT LINES)
  list(APPEND wrong "no line is expected")
endif()
foreach(line ${LINES})
  if(NOT output MATCHES "${line}")
    list(APPEND wrong "no line with: ${line}")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "The planted defect was not found as it should be: ${wrong}\n${output}")
endif()
message(STATUS "The planted defect was found")
