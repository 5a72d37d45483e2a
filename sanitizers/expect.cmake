# Runs a program with a planted defect, TIMES times, and requires that every run ends with a status
# that is not 0 and tells the defect in the words of LINE.
#   cmake -DPROGRAM=… [-DARGUMENTS=a;b] -DLINE=regex [-DTIMES=1] -P expect.cmake

if(NOT TIMES)
  set(TIMES 1)
endif()
foreach(run RANGE 1 ${TIMES})
  execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS}
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  string(APPEND output "${errors}")
  if(status STREQUAL "0")
    message(FATAL_ERROR "run ${run}: exit status 0\n${output}")
  endif()
  if(NOT output MATCHES "${LINE}")
    message(FATAL_ERROR "run ${run}: no line with: ${LINE}\n${output}")
  endif()
endforeach()
message(STATUS "The planted defect was found ${TIMES} of ${TIMES} times")
