# Options, all with the prefix NAPISAN_. What only our own developers need is on only at top level.

include(CMakeDependentOption)

option(NAPISAN_BUILD_TESTS "Build tests, examples, fuzz targets and stress scenarios"
       ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_BUILD_FUZZERS "Build the fuzz targets without the tests" OFF)
option(NAPISAN_BUILD_BENCH "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_INSTALL "Make install targets" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_WERROR "Warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_LIBFUZZER "Link fuzz targets with libFuzzer (clang only)" OFF)
set(NAPISAN_FUZZ_ENGINE "$ENV{LIB_FUZZING_ENGINE}" CACHE STRING
    "What to link fuzz targets with instead, as fuzzing fleets name it in LIB_FUZZING_ENGINE")
option(NAPISAN_DEFECTS "Build the seeded defects in; NAPISAN_DEFECT chooses one at start" OFF)
option(NAPISAN_COVERAGE "Count which lines run, for ./suite coverage (clang only)" OFF)

set(NAPISAN_SANITIZERS "" CACHE STRING "Sanitizers, as a list: address;undefined or thread")
set(NAPISAN_NODE_API_HEADERS "${CMAKE_CURRENT_SOURCE_DIR}/node_modules/node-api-headers/include"
    CACHE PATH "Folder with the official node_api.h")
set(NAPISAN_LIBUV_PREFIX "" CACHE PATH
    "Where a libuv built for these sanitizers is installed; empty for the system's")
set(NAPISAN_NODE "" CACHE FILEPATH "The real Node.js that tests compare with: version 24")
set(NAPISAN_NODE20 "" CACHE FILEPATH "The same, of version 20")

if("thread" IN_LIST NAPISAN_SANITIZERS AND "address" IN_LIST NAPISAN_SANITIZERS)
  message(FATAL_ERROR "NAPISAN_SANITIZERS: thread and address exclude each other")
endif()
if(NAPISAN_LIBFUZZER AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "NAPISAN_LIBFUZZER needs clang; this is ${CMAKE_CXX_COMPILER_ID}")
endif()

# What fuzz targets are linked with, and which kind of engine it is: libfuzzer, afl, other or none.
set(NAPISAN_FUZZ_LINK "")
set(NAPISAN_FUZZ_LINK_OPTIONS "")
set(NAPISAN_FUZZ_LINK_LIBRARIES "")
if(NAPISAN_LIBFUZZER)
  set(NAPISAN_FUZZ_LINK libfuzzer)
  set(NAPISAN_FUZZ_LINK_OPTIONS -fsanitize=fuzzer)
elseif(NAPISAN_FUZZ_ENGINE)
  set(NAPISAN_FUZZ_LINK other)
  separate_arguments(_engine UNIX_COMMAND "${NAPISAN_FUZZ_ENGINE}")
  foreach(word ${_engine})
    if(word MATCHES "^-fsanitize")
      set(NAPISAN_FUZZ_LINK libfuzzer)
      list(APPEND NAPISAN_FUZZ_LINK_OPTIONS "${word}")
    else()
      list(APPEND NAPISAN_FUZZ_LINK_LIBRARIES "${word}")
    endif()
  endforeach()
  # Its compilers take libFuzzer's flag for their own engine.
  if(CMAKE_CXX_COMPILER MATCHES "/afl-[^/]*$")
    set(NAPISAN_FUZZ_LINK afl)
    find_program(NAPISAN_AFL_FUZZ afl-fuzz)
  endif()
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(NAPISAN_CCACHE ccache)
if(NAPISAN_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${NAPISAN_CCACHE}")
  # With these it caches what includes precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros "${NAPISAN_CCACHE}")
endif()

# Everything that runs in one process is built with the same sanitizers.
add_library(napisan_sanitizers INTERFACE)
if(NAPISAN_SANITIZERS)
  list(JOIN NAPISAN_SANITIZERS "," _sanitizers)
  set(_flags -fsanitize=${_sanitizers} -fno-omit-frame-pointer)
  if("undefined" IN_LIST NAPISAN_SANITIZERS)
    # A report that nobody fails by is no report.
    list(APPEND _flags -fno-sanitize-recover=undefined)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      # Node-API's own callbacks are called through the types that C gives them.
      list(APPEND _flags -fno-sanitize=function)
    endif()
  endif()
  target_compile_options(napisan_sanitizers INTERFACE ${_flags})
  target_link_options(napisan_sanitizers INTERFACE ${_flags})
endif()
if(NAPISAN_LIBFUZZER)
  target_compile_options(napisan_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(napisan_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()
# Where another engine is linked, its compiler or its flags instrument.
set(NAPISAN_COVERAGE_FLAGS FALSE)
if(NAPISAN_FUZZ_LINK AND NOT NAPISAN_FUZZ_LINK STREQUAL "afl" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(NAPISAN_COVERAGE_FLAGS TRUE)
  # What most targets decode is a structure, in which the numbers that code compares do not stand:
  # tracing comparisons took a fifth of the time and gave nothing. Parsers compare what stands in
  # their input, so their targets ask for it (COMPARES), for the sources that they compile.
  target_compile_options(napisan_sanitizers INTERFACE
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:NAPISAN_TRACE_COMPARES>>>:-fno-sanitize-coverage=trace-cmp>
    # It remembers vtables in a table by address, and whether one is found there is an edge: with
    # another layout of memory, the same input had other features. The preset asan has it.
    -fno-sanitize=vptr)
endif()

# napisan_not_for_fuzzers(SOURCE…): their edges say nothing of what is fuzzed, and libFuzzer would
# spend its time on them.
function(napisan_not_for_fuzzers)
  if(NAPISAN_COVERAGE_FLAGS)
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS
      "-fno-sanitize-coverage=edge,inline-8bit-counters,pc-table,indirect-calls,trace-cmp")
  endif()
endfunction()

# napisan_many_at_once(TARGET): eight of its sources are compiled at a time, which takes half as long.
# So names in unnamed namespaces are one room's, not one file's. gcc takes what is another source's for
# what a name shadows.
function(napisan_many_at_once target)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# napisan_parse_once(TARGET): what nearly every source of a room includes is parsed once, which is half of
# the time that it takes to build; and many of them at once.
function(napisan_parse_once target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <functional> <map> <memory> <mutex> <string> <string_view> <vector>)
  # Without a time in it, what includes it can be cached.
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  napisan_many_at_once(${target})
endfunction()

# napisan_quick_to_build(SOURCE…): what reads a command line, drives a run or writes JSON once in it.
# Optimising the templates of CLI11 and nlohmann-json takes longer than all of a preset's tests of
# them.
function(napisan_quick_to_build)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -O0)
  # Those of the room are for code that is optimised.
  set_property(SOURCE ${ARGN} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
endfunction()

if(NAPISAN_COVERAGE)
  target_compile_options(napisan_sanitizers INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(napisan_sanitizers INTERFACE -fprofile-instr-generate)
endif()

add_library(napisan_warnings INTERFACE)
target_compile_options(napisan_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow
  $<$<BOOL:${NAPISAN_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
# gcc 12 sees, in what it inlines of its own std::string, copies that overlap and bounds that are not
# there (GCC bugs 105329 and 105651). To go with gcc 13.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(napisan_warnings INTERFACE -Wno-restrict -Wno-stringop-overread
                         -Wno-stringop-overflow)
endif()
