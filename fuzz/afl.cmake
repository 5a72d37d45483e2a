# afl-fuzz on a target, for so many executions and not for a time: it finds ways that the seeds do not
# take, and no crash.
#   cmake -DPROGRAM=… -DSEEDS=… -DAFL_FUZZ=afl-fuzz -DFOLDER=where-to-write -P afl.cmake

file(REMOVE_RECURSE "${FOLDER}")
# No terminal, no tuning of this machine, the same choices each time.
set(ENV{AFL_NO_UI} 1)
set(ENV{AFL_SKIP_CPUFREQ} 1)
set(ENV{AFL_NO_AFFINITY} 1)
set(ENV{AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES} 1)
set(ENV{AFL_FORKSRV_INIT_TMOUT} 30000)
# afl-fuzz sets what the sanitizers need, and takes no other.
set(ENV{ASAN_OPTIONS} "")
set(ENV{UBSAN_OPTIONS} "")
unset(ENV{ASAN_OPTIONS})
unset(ENV{UBSAN_OPTIONS})
execute_process(COMMAND "${AFL_FUZZ}" -s 1 -t 10000 -i "${SEEDS}" -o "${FOLDER}" -E 20000
                        -- "${PROGRAM}"
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "afl-fuzz: status ${status}\n${output}${errors}")
endif()
file(READ "${FOLDER}/default/fuzzer_stats" stats)
foreach(wanted "execs_done +: [1-9]" "saved_crashes +: 0\n" "saved_hangs +: 0\n" "edges_found +: [1-9]")
  if(NOT stats MATCHES "${wanted}")
    message(FATAL_ERROR "fuzzer_stats has no ${wanted}\n${stats}")
  endif()
endforeach()
string(REGEX MATCH "execs_done[^\n]*" done "${stats}")
string(REGEX MATCH "stability[^\n]*" stability "${stats}")
message(STATUS "${done}; ${stability}")
