# One line a fuzz target: its programs, its tests, and its row in fuzz_targets.json, which ./suite fuzz
# and the fleets' build scripts read.

set_property(GLOBAL PROPERTY NAPISAN_FUZZ_TARGETS "")
set(NAPISAN_FUZZ_DIR "${CMAKE_CURRENT_LIST_DIR}")

# napisan_add_fuzz_test(NAME COMMAND…)
function(napisan_add_fuzz_test name)
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()

# A script of this folder as a test, with its variables: napisan_add_fuzz_script(NAME SCRIPT A=b …).
function(napisan_add_fuzz_script name script)
  set(_variables)
  foreach(variable ${ARGN})
    list(APPEND _variables "-D${variable}")
  endforeach()
  napisan_add_fuzz_test(${name} ${CMAKE_COMMAND} ${_variables}
    "-DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/${name}" -P "${NAPISAN_FUZZ_DIR}/${script}.cmake")
endfunction()

# What an .options file says to libFuzzer, as its flags.
function(napisan_read_fuzz_options file result)
  set(_flags)
  set(_section "")
  file(STRINGS "${file}" _lines)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  foreach(line ${_lines})
    if(line MATCHES "^\\[(.*)\\]")
      set(_section "${CMAKE_MATCH_1}")
    elseif(_section STREQUAL "libfuzzer" AND line MATCHES "^([a-z_]+) *= *([^ ]+)")
      list(APPEND _flags "-${CMAKE_MATCH_1}=${CMAKE_MATCH_2}")
    endif()
  endforeach()
  set(${result} ${_flags} PARENT_SCOPE)
endfunction()

function(napisan_fuzz_program name)
  if(ARG_FRONT)
    napisan_add_program(${name} FRONT ${ARG_FRONT} SOURCES ${ARGN}
                        LIBRARIES napisan_fmt ${ARG_LIBRARIES})
  else()
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE napisan_sanitizers napisan_warnings napisan_fmt
                          ${ARG_LIBRARIES})
  endif()
endfunction()

function(napisan_json_strings result)
  set(_text "")
  foreach(one ${ARGN})
    string(APPEND _text "${_comma}\"${one}\"")
    set(_comma ", ")
  endforeach()
  set(${result} "[${_text}]" PARENT_SCOPE)
endfunction()

# napisan_add_fuzz_target(NAME SOURCES … [FRONT checked|unchecked] [LIBRARIES …] [DEFINITIONS …]
#                         [SEEDS FOLDER] [DICT FILE] [OPTIONS FILE] [RANDOM N] [RUNS N] [COMPARES]
#                         [REAL_THREADS] [EDGES_DIFFER] [CANARY REGEX…])
#
#   FRONT         the host's programs have one; a parser's need none
#   SEEDS         corpora/NAME, unless told; DICT and OPTIONS are NAME.dict and NAME.options beside
#                 this file, where they exist
#   RANDOM        how many random inputs a test replays, of a target that makes them
#   RUNS          how many the engine runs in a test; 20000
#   COMPARES      the numbers and words that its code compares stand in the input: the engine is to
#                 see comparisons
#   REAL_THREADS  its runs differ: nothing is asked about stability
#   EDGES_DIFFER  which edges its runs take is a matter of its threads, what they see is not: merging
#                 again may add something
#   CANARY        it has a planted defect, and must be found failing with these lines
function(napisan_add_fuzz_target name)
  cmake_parse_arguments(ARG "COMPARES;REAL_THREADS;EDGES_DIFFER"
                        "FRONT;SEEDS;DICT;OPTIONS;RANDOM;RUNS"
                        "SOURCES;LIBRARIES;DEFINITIONS;CANARY" ${ARGN})
  set(_seeds "${PROJECT_SOURCE_DIR}/corpora/${name}")
  if(ARG_SEEDS)
    set(_seeds "${ARG_SEEDS}")
  endif()
  foreach(kind DICT OPTIONS)
    string(TOLOWER "${kind}" _suffix)
    set(_default "${NAPISAN_FUZZ_DIR}/${name}.${_suffix}")
    if(NOT ARG_${kind} AND EXISTS "${_default}")
      set(ARG_${kind} "${_default}")
    endif()
  endforeach()

  # Compiled once, for both programs.
  add_library(objects_${name} OBJECT ${ARG_SOURCES})
  if(ARG_FRONT)
    target_link_libraries(objects_${name} PRIVATE napisan_${ARG_FRONT})
  endif()
  target_link_libraries(objects_${name} PRIVATE napisan_sanitizers napisan_warnings napisan_fmt
                        ${ARG_LIBRARIES})
  target_include_directories(objects_${name} PRIVATE "${NAPISAN_FUZZ_DIR}")
  target_compile_definitions(objects_${name} PRIVATE ${ARG_DEFINITIONS})
  set_target_properties(objects_${name} PROPERTIES NAPISAN_TRACE_COMPARES "${ARG_COMPARES}")

  set(_objects $<TARGET_OBJECTS:objects_${name}> $<TARGET_OBJECTS:napisan_fuzz_entry>)
  napisan_fuzz_program(replay_${name} ${_objects} $<TARGET_OBJECTS:napisan_fuzz_replay>)
  if(NAPISAN_FUZZ_LINK)
    napisan_fuzz_program(${name} ${_objects})
    target_link_options(${name} PRIVATE ${NAPISAN_FUZZ_LINK_OPTIONS})
    target_link_libraries(${name} PRIVATE ${NAPISAN_FUZZ_LINK_LIBRARIES})
  endif()

  set(_flags)
  if(ARG_OPTIONS)
    napisan_read_fuzz_options("${ARG_OPTIONS}" _flags)
  endif()
  if(ARG_CANARY)
    napisan_add_canary_tests()
  else()
    napisan_add_fuzz_target_tests()
  endif()

  napisan_json_strings(_flags_json ${_flags})
  set(_canary false)
  if(ARG_CANARY)
    set(_canary true)
  endif()
  set(_stable true)
  if(ARG_REAL_THREADS)
    set(_stable false)
  endif()
  set(_row "  {\"name\": \"${name}\", \"seeds\": \"${_seeds}\", \"dict\": \"${ARG_DICT}\", \"options\": \"${ARG_OPTIONS}\",\n   \"flags\": ${_flags_json}, \"stable\": ${_stable}, \"canary\": ${_canary}}")
  set_property(GLOBAL APPEND PROPERTY NAPISAN_FUZZ_TARGETS "${_row}")
endfunction()

# These see the variables of the function above.
macro(napisan_add_fuzz_target_tests)
  napisan_add_fuzz_test(${name}_corpus replay_${name} "${_seeds}")
  set(_random)
  if(ARG_RANDOM)
    napisan_add_fuzz_test(${name}_random replay_${name} --random ${ARG_RANDOM})
    set(_random --random 500)
  endif()
  if(NOT ARG_REAL_THREADS)
    napisan_add_fuzz_test(${name}_stability replay_${name} "${_seeds}" ${_random} --stability 5)
  endif()
  if(NAPISAN_FUZZ_LINK STREQUAL "libfuzzer")
    set(_runs 20000)
    if(ARG_RUNS)
      set(_runs ${ARG_RUNS})
    endif()
    set(_dict)
    if(ARG_DICT)
      set(_dict "-dict=${ARG_DICT}")
    endif()
    napisan_add_fuzz_test(${name}_libfuzzer ${name} -runs=${_runs} -seed=1 ${_flags} ${_dict})
    # Of targets that share their seeds the first shows it: merging is the engine's.
    get_property(_merged GLOBAL PROPERTY NAPISAN_MERGED_SEEDS)
    if(NOT _seeds IN_LIST _merged AND NOT ARG_EDGES_DIFFER)
      set_property(GLOBAL APPEND PROPERTY NAPISAN_MERGED_SEEDS "${_seeds}")
      napisan_add_fuzz_script(${name}_merge merge "PROGRAM=$<TARGET_FILE:${name}>"
                              "SEEDS=${_seeds}")
    endif()
  elseif(NAPISAN_FUZZ_LINK STREQUAL "afl")
    napisan_add_fuzz_script(${name}_afl afl "PROGRAM=$<TARGET_FILE:${name}>" "SEEDS=${_seeds}"
                            "AFL_FUZZ=${NAPISAN_AFL_FUZZ}")
  endif()
endmacro()

macro(napisan_add_canary_tests)
  # As one argument each way through: ; separates them, and no expression has one.
  string(JOIN "|||" _lines ${ARG_CANARY})
  napisan_add_fuzz_script(${name}_random expect_canary "PROGRAM=$<TARGET_FILE:replay_${name}>"
                          "ARGUMENTS=--random ${ARG_RANDOM}" "LINES=${_lines}")
  if(NAPISAN_FUZZ_LINK STREQUAL "libfuzzer")
    string(JOIN " " _arguments -runs=200000 -seed=1 ${_flags})
    napisan_add_fuzz_script(${name}_libfuzzer expect_canary "PROGRAM=$<TARGET_FILE:${name}>"
                            "ARGUMENTS=${_arguments}" "LINES=${_lines}")
  endif()
endmacro()

# Once all targets are there.
function(napisan_write_fuzz_targets)
  get_property(_rows GLOBAL PROPERTY NAPISAN_FUZZ_TARGETS)
  string(JOIN ",\n" _json ${_rows})
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/fuzz_targets.json" CONTENT "[\n${_json}\n]\n" @ONLY)
  # What a fleet takes, and what ./suite fuzz takes beside it.
  add_custom_target(napisan_fuzz_replays)
  if(NAPISAN_FUZZ_LINK)
    add_custom_target(napisan_fuzzers)
  endif()
  string(REGEX MATCHALL "\"name\": \"[A-Za-z0-9_-]+\"" _names "${_json}")
  foreach(one ${_names})
    string(REGEX REPLACE ".*\"([A-Za-z0-9_-]+)\"$" "\\1" one "${one}")
    add_dependencies(napisan_fuzz_replays replay_${one})
    if(NAPISAN_FUZZ_LINK)
      add_dependencies(napisan_fuzzers ${one})
    endif()
  endforeach()
endfunction()
