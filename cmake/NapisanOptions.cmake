# Options, all with the prefix NAPISAN_. What only our own developers need is on only at top level.

include(CMakeDependentOption)

option(NAPISAN_BUILD_TESTS "Build tests, examples, fuzz targets and stress scenarios"
       ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_BUILD_BENCH "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_INSTALL "Make install targets" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_WERROR "Warnings are errors" ${PROJECT_IS_TOP_LEVEL})
option(NAPISAN_LIBFUZZER "Link fuzz targets with libFuzzer (clang only)" OFF)
option(NAPISAN_COVERAGE "Count which lines run, for ./suite coverage (clang only)" OFF)

set(NAPISAN_SANITIZERS "" CACHE STRING "Sanitizers, as a list: address;undefined or thread")
set(NAPISAN_NODE_API_HEADERS "${CMAKE_CURRENT_SOURCE_DIR}/node_modules/node-api-headers/include"
    CACHE PATH "Folder with the official node_api.h")
set(NAPISAN_LIBUV_PREFIX "" CACHE PATH
    "Where a libuv built for these sanitizers is installed; empty for the system's")
set(NAPISAN_NODE "" CACHE FILEPATH "The real Node.js that tests compare with")

if("thread" IN_LIST NAPISAN_SANITIZERS AND "address" IN_LIST NAPISAN_SANITIZERS)
  message(FATAL_ERROR "NAPISAN_SANITIZERS: thread and address exclude each other")
endif()
if(NAPISAN_LIBFUZZER AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "NAPISAN_LIBFUZZER needs clang; this is ${CMAKE_CXX_COMPILER_ID}")
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
  set(CMAKE_CXX_COMPILER_LAUNCHER "${NAPISAN_CCACHE}")
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
  # What our targets decode is a structure, in which the numbers that code compares do not stand:
  # tracing comparisons took a fifth of the time and gave nothing. A parser's target turns it on
  # again for its own sources.
  target_compile_options(napisan_sanitizers INTERFACE
    -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp)
  target_link_options(napisan_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()

# napisan_not_for_fuzzers(SOURCE…): their edges say nothing of what is fuzzed, and libFuzzer would
# spend its time on them.
function(napisan_not_for_fuzzers)
  if(NAPISAN_LIBFUZZER)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS
      "-fno-sanitize-coverage=edge,inline-8bit-counters,pc-table,indirect-calls,trace-cmp")
  endif()
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
