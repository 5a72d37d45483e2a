# Writes the seeds anew and requires that the corpus holds each, byte for byte.
#   cmake -DPROGRAM=replay… -DCORPUS=… -DFOLDER=where-to-write -P same_seeds.cmake

file(REMOVE_RECURSE "${FOLDER}")
execute_process(COMMAND "${PROGRAM}" --write-seeds "${FOLDER}" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "--write-seeds ended with status ${status}")
endif()
file(GLOB seeds RELATIVE "${FOLDER}" "${FOLDER}/*")
if(NOT seeds)
  message(FATAL_ERROR "No seed was written")
endif()
foreach(seed ${seeds})
  execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${FOLDER}/${seed}" "${CORPUS}/${seed}"
                  RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "${CORPUS}/${seed} is not what its row makes: write the seeds again")
  endif()
endforeach()
