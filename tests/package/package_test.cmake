# BUILD: our build. FOLDER: scratch. CONSUMER: the project to build. COMPILER: the C++ compiler.
file(REMOVE_RECURSE "${FOLDER}")

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    string(JOIN " " command ${ARGV})
    message(FATAL_ERROR "${command}\n${output}\nended with ${status}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${FOLDER}/prefix")
run(${CMAKE_COMMAND} -S "${CONSUMER}" -B "${FOLDER}/build" "-DCMAKE_PREFIX_PATH=${FOLDER}/prefix"
    "-DCMAKE_CXX_COMPILER=${COMPILER}")
run(${CMAKE_COMMAND} --build "${FOLDER}/build")

# Its program: one work, correct under the checked front, told where it is deleted twice.
run("${FOLDER}/build/program")
if(NOT output MATCHES "completed 1, reports 1: async-work/double-delete")
  message(FATAL_ERROR "the program printed: ${output}")
endif()

# Its module, under the installed command.
run("${FOLDER}/prefix/bin/napisan" check "${FOLDER}/build/module.node" --call "answer()")
if(NOT output MATCHES "returned 42")
  message(FATAL_ERROR "napisan check printed: ${output}")
endif()

# And a test of its own that runs the module under some schedules.
run(${CMAKE_CTEST_COMMAND} --test-dir "${FOLDER}/build" -L stress --verbose)
if(NOT output MATCHES "module.node: ok: 20 schedules")
  message(FATAL_ERROR "napisan_add_stress printed: ${output}")
endif()

# And its fuzzer, which is a test of its own.
run(${CMAKE_CTEST_COMMAND} --test-dir "${FOLDER}/build" -L fuzz --verbose)
if(NOT output MATCHES "[1-9][0-9]* inputs .*100% tests passed")
  message(FATAL_ERROR "its fuzzer printed: ${output}")
endif()
