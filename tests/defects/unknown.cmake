# A name that no defect has: one line, and status 2.
#   cmake -DPROGRAM=… -P unknown.cmake
execute_process(COMMAND ${CMAKE_COMMAND} -E env NAPISAN_DEFECT=no_such_defect "${PROGRAM}"
                RESULT_VARIABLE _status OUTPUT_VARIABLE _output ERROR_VARIABLE _errors)
if(NOT _status EQUAL 2 OR NOT "${_output}" STREQUAL "" OR
   NOT _errors MATCHES "^napisan: NAPISAN_DEFECT=no_such_defect names no seeded defect[^\n]*\n$")
  message(FATAL_ERROR "It ends with ${_status}:\n${_output}${_errors}")
endif()
