# How modules, programs and tests are built; for us and for those who use find_package(napisan).

# napisan_add_module(NAME SOURCE…): NAME.node, whose napi_* symbols come from what loads it.
function(napisan_add_module name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".node")
  target_include_directories(${name} SYSTEM PRIVATE "${NAPISAN_NODE_API_HEADERS}")
  if(TARGET napisan_sanitizers)
    target_link_libraries(${name} PRIVATE napisan_sanitizers)
  endif()
endfunction()

# napisan_add_program(NAME FRONT checked|unchecked SOURCES …): a program that runs the host.
function(napisan_add_program name)
  cmake_parse_arguments(ARG "" "FRONT" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE napisan_${ARG_FRONT} napisan_warnings ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
  target_link_options(${name} PRIVATE ${NAPISAN_EXPORT_LIBUV})
endfunction()

# The command: the one that is built here, or that of the package.
function(napisan_find_command result)
  foreach(target napisan::napisan napisan)
    if(TARGET ${target})
      set(${result} ${target} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "The command napisan is no part of this package: install it with its command")
endfunction()

# napisan_add_stress(NAME MODULE target|file [CALLS "f(1)" …] [SCRIPT file] [SCHEDULES 1000] [SEED 1]
#                    [OPTIONS …]): a test that runs a module's calls under so many schedules; see
# `napisan stress -h`. Its label is stress.
function(napisan_add_stress name)
  cmake_parse_arguments(ARG "" "MODULE;SCRIPT;SCHEDULES;SEED" "CALLS;OPTIONS" ${ARGN})
  napisan_find_command(_command)
  set(_module "${ARG_MODULE}")
  if(TARGET ${ARG_MODULE})
    set(_module "$<TARGET_FILE:${ARG_MODULE}>")
  endif()
  set(_what)
  foreach(call ${ARG_CALLS})
    list(APPEND _what --call "${call}")
  endforeach()
  if(ARG_SCRIPT)
    get_filename_component(_script "${ARG_SCRIPT}" ABSOLUTE)
    list(APPEND _what --script "${_script}")
  endif()
  if(NOT ARG_SCHEDULES)
    set(ARG_SCHEDULES 1000)
  endif()
  if(NOT ARG_SEED)
    set(ARG_SEED 1)
  endif()
  add_test(NAME ${name} COMMAND ${_command} stress "${_module}" ${_what} -q
    --schedules ${ARG_SCHEDULES} --seed ${ARG_SEED} ${ARG_OPTIONS}
    --findings "${CMAKE_CURRENT_BINARY_DIR}/napisan-findings")
  set_tests_properties(${name} PROPERTIES LABELS stress TIMEOUT 300)
endfunction()

# napisan_add_fuzzer(NAME MODULE TARGET|FILE [TYPES index.d.ts] [CORPUS DIR] [SECONDS N]
# [CALLS NAME…]): a test NAME with the label fuzz, which fuzzes a module's exports: napisan fuzz, for
# 60 s or N.
#
#   MODULE   a target of napisan_add_module, or another library; or a file that something builds
#   TYPES    what the exports take; without it that is learnt. Needs Node.js and npm's typescript
#   CORPUS   inputs to begin with; those that show something new are added to it
#   CALLS    these exports only
#
# It fails where something is found; NAME-findings, in the build folder, has each with its command.
# A module that is compiled with -fsanitize=fuzzer-no-link is known better.
function(napisan_add_fuzzer name)
  cmake_parse_arguments(ARG "" "MODULE;TYPES;CORPUS;SECONDS" "CALLS" ${ARGN})
  if(NOT ARG_MODULE OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "napisan_add_fuzzer(${name} MODULE … [TYPES …] [CORPUS …] [SECONDS …] "
                        "[CALLS …]): ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(TARGET "${ARG_MODULE}")
    set(ARG_MODULE "$<TARGET_FILE:${ARG_MODULE}>")
  endif()
  napisan_find_command(_command)
  if(NOT ARG_SECONDS)
    set(ARG_SECONDS 60)
  endif()
  set(_arguments "${ARG_MODULE}" --seconds ${ARG_SECONDS}
                 --findings "${CMAKE_CURRENT_BINARY_DIR}/${name}-findings")
  foreach(_option TYPES CORPUS)
    if(ARG_${_option})
      string(TOLOWER ${_option} _word)
      get_filename_component(_path "${ARG_${_option}}" ABSOLUTE)
      list(APPEND _arguments --${_word} "${_path}")
    endif()
  endforeach()
  foreach(_call ${ARG_CALLS})
    list(APPEND _arguments --call "${_call}")
  endforeach()
  add_test(NAME ${name} COMMAND ${_command} fuzz ${_arguments})
  # What it finds is looked into once the time is over, too.
  math(EXPR _timeout "${ARG_SECONDS} + 300")
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT ${_timeout})
  if(ARG_TYPES AND NAPISAN_NODE)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "NAPISAN_NODE=${NAPISAN_NODE}")
  endif()
endfunction()

# napisan_add_test(NAME FRONT checked|unchecked|none SOURCES … LABELS … LIBRARIES …): GoogleTest.
function(napisan_add_test name)
  cmake_parse_arguments(ARG "" "FRONT" "SOURCES;LABELS;LIBRARIES" ${ARGN})
  if(ARG_FRONT STREQUAL "none")
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE napisan_warnings napisan_sanitizers ${ARG_LIBRARIES})
  else()
    napisan_add_program(${name} FRONT ${ARG_FRONT} SOURCES ${ARG_SOURCES}
                        LIBRARIES ${ARG_LIBRARIES})
  endif()
  # Optimising a test takes most of the time that building it takes, and is no use to anybody.
  target_compile_options(${name} PRIVATE -O0)
  if(TARGET napisan_test_headers)
    target_precompile_headers(${name} REUSE_FROM napisan_test_headers)
  endif()
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/runtime")
  target_link_libraries(${name} PRIVATE GTest::gtest GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
endfunction()
