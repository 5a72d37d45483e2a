# libFuzzer's -merge: what the seeds reach is kept in a new folder, and nothing is added by merging
# again. Its -fork: the same program as a parent of children.
#   cmake -DPROGRAM=… -DSEEDS=… -DFOLDER=where-to-write -P merge.cmake

function(run)
  execute_process(COMMAND "${PROGRAM}" ${ARGN} WORKING_DIRECTORY "${FOLDER}"
                  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: status ${status}\n${output}${errors}")
  endif()
  set(errors "${errors}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}/merged")
run(-merge=1 merged "${SEEDS}")
file(GLOB first "${FOLDER}/merged/*")
if(NOT first)
  message(FATAL_ERROR "The merge kept nothing\n${errors}")
endif()
run(-merge=1 merged "${SEEDS}")
file(GLOB second "${FOLDER}/merged/*")
if(NOT first STREQUAL second)
  message(FATAL_ERROR "The second merge of the same seeds kept other files\n${errors}")
endif()

run(-fork=1 -runs=1000 -seed=1 merged)
if(NOT errors MATCHES "#[1-9][0-9]*: cov: [1-9]")
  message(FATAL_ERROR "The children ran nothing\n${errors}")
endif()
