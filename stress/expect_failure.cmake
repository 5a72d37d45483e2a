# Runs a program with a planted defect and requires that it fails, says why, and how to do it again.
#   cmake -DPROGRAM=… -DARGUMENTS=a;b -DSTATUS=1 -DLINE=regex -P expect_failure.cmake

execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
string(APPEND output "${errors}")
set(wrong "")
if(NOT status STREQUAL "${STATUS}")
  list(APPEND wrong "exit status ${status}, not ${STATUS}")
endif()
foreach(line "${LINE}" "repro: stress_async_work --seed [0-9]+ --works [0-9]+")
  if(NOT output MATCHES "${line}")
    list(APPEND wrong "no line with: ${line}")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "The planted defect was not told as it should be: ${wrong}\n${output}")
endif()
message(STATUS "The planted defect was found")
