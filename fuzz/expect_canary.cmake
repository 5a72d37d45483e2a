# Runs the canary, which has a planted defect, and requires that it is found and told.
#   cmake -DPROGRAM=… "-DARGUMENTS=a b" -DFOLDER=where-it-may-write -P expect_canary.cmake

separate_arguments(ARGUMENTS)
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS} WORKING_DIRECTORY "${FOLDER}"
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
string(APPEND output "${errors}")
set(wrong "")
if(status EQUAL 0)
  list(APPEND wrong "it ended well")
endif()
foreach(line "fuzz_async_work: FAILED: async-work/double-delete is reported"
             "delete [0-7] \\(completing\\) own: status 0")
  if(NOT output MATCHES "${line}")
    list(APPEND wrong "no line with: ${line}")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "The planted defect was not found as it should be: ${wrong}\n${output}")
endif()
message(STATUS "The planted defect was found")
