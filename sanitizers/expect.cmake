# Runs a program with a planted defect, TIMES times, and requires that every run ends with a status
# that is not 0 and tells the defect in the words of LINE.
# With SEEDS it is run so often, with the number of the run as its argument; an empty LINE then
# requires the status 0.
#   cmake -DPROGRAM=… [-DARGUMENTS=a;b] -DLINE=regex [-DTIMES=1] [-DSEEDS=n] -P expect.cmake

if(SEEDS)
  set(TIMES ${SEEDS})
elseif(NOT TIMES)
  set(TIMES 1)
endif()
foreach(run RANGE 1 ${TIMES})
  if(SEEDS)
    set(ARGUMENTS ${run})
  endif()
  execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS}
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  string(APPEND output "${errors}")
  if(LINE STREQUAL "")
    if(NOT status STREQUAL "0")
      message(FATAL_ERROR "run ${run}: exit status ${status}\n${output}")
    endif()
    continue()
  endif()
  if(status STREQUAL "0")
    message(FATAL_ERROR "run ${run}: exit status 0\n${output}")
  endif()
  if(NOT output MATCHES "${LINE}")
    message(FATAL_ERROR "run ${run}: no line with: ${LINE}\n${output}")
  endif()
endforeach()
if(LINE STREQUAL "")
  message(STATUS "Nothing was found, ${TIMES} of ${TIMES} times")
else()
  message(STATUS "The planted defect was found ${TIMES} of ${TIMES} times")
endif()
