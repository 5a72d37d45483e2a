# Runs a test twice: as it is, where it must pass, and with a seeded defect, where it must not: it
# fails, crashes, or hangs.
#   cmake -DPROGRAM=… -DFILTER=… -DDEFECT=… -DREPEAT=N -DSECONDS=N -P differs.cmake
# REPEAT: what only some schedules show is tried so often. SECONDS: from then on it hangs.

set(_command "${PROGRAM}" "--gtest_filter=${FILTER}" "--gtest_repeat=${REPEAT}"
    --gtest_break_on_failure --gtest_catch_exceptions=0)

execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=NAPISAN_DEFECT ${_command}
                RESULT_VARIABLE _sound OUTPUT_VARIABLE _output ERROR_VARIABLE _errors)
if(NOT _sound EQUAL 0 OR NOT _output MATCHES "PASSED  \\] [1-9]")
  message(FATAL_ERROR "Without the defect it ends with ${_sound}:\n${_output}${_errors}")
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -E env NAPISAN_DEFECT=${DEFECT} ASAN_OPTIONS=symbolize=0
                        ${_command}
                TIMEOUT ${SECONDS}
                RESULT_VARIABLE _defective OUTPUT_VARIABLE _output ERROR_VARIABLE _errors)
if(_defective EQUAL 0)
  message(FATAL_ERROR "${DEFECT} changes nothing in ${FILTER}:\n${_output}${_errors}")
endif()
if(_errors MATCHES "names no seeded defect")
  message(FATAL_ERROR "${_errors}")
endif()
message(STATUS "${DEFECT}: ${_defective}")
