# What we build on. Nothing is fetched here: ./suite setup installs it.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

if(NOT EXISTS "${NAPISAN_NODE_API_HEADERS}/node_api.h")
  message(FATAL_ERROR
    "node_api.h is not in ${NAPISAN_NODE_API_HEADERS}: run ./suite setup, or set "
    "NAPISAN_NODE_API_HEADERS to the include folder of the npm package node-api-headers")
endif()

# libuv: the one that was built for these sanitizers, or the system's.
add_library(napisan_libuv INTERFACE)
if(NAPISAN_LIBUV_PREFIX)
  set(_libuv "${NAPISAN_LIBUV_PREFIX}/lib/libuv.a")
  if(NOT EXISTS "${_libuv}")
    message(FATAL_ERROR "NAPISAN_LIBUV_PREFIX: there is no ${_libuv}")
  endif()
  # Who installs napisan finds libuv again, their own.
  target_include_directories(napisan_libuv SYSTEM INTERFACE
    $<BUILD_INTERFACE:${NAPISAN_LIBUV_PREFIX}/include>)
  target_link_libraries(napisan_libuv INTERFACE
    $<BUILD_INTERFACE:${_libuv}> $<INSTALL_INTERFACE:PkgConfig::LIBUV>
    Threads::Threads ${CMAKE_DL_LIBS} rt)
  set(NAPISAN_LIBUV_INSTRUMENTED TRUE)
  # Modules import uv_* from the process that loads them: all of it must be there to be exported.
  set(NAPISAN_EXPORT_LIBUV "-Wl,--whole-archive" "${_libuv}" "-Wl,--no-whole-archive")
else()
  pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv)
  target_link_libraries(napisan_libuv INTERFACE PkgConfig::LIBUV Threads::Threads)
  set(NAPISAN_LIBUV_INSTRUMENTED FALSE)
  if(NAPISAN_SANITIZERS)
    message(STATUS "libuv is the system's, not instrumented; sanitizers/libuv/build.sh builds one "
                   "that is")
  endif()
endif()

find_path(NAPISAN_FMT_INCLUDE fmt/format.h REQUIRED)
find_path(NAPISAN_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(NAPISAN_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

add_library(napisan_fmt INTERFACE)
target_include_directories(napisan_fmt SYSTEM INTERFACE "${NAPISAN_FMT_INCLUDE}")
# Header-only makes each file that formats take three times as long to compile. It is for fuzzing
# fleets, which bring a C++ library of their own that fmt's must not come with
# (-DNAPISAN_FMT_LIBRARY=OFF), and for where there is no library.
find_library(NAPISAN_FMT_LIBRARY fmt)
if(NAPISAN_FMT_LIBRARY)
  target_link_libraries(napisan_fmt INTERFACE "${NAPISAN_FMT_LIBRARY}")
else()
  target_compile_definitions(napisan_fmt INTERFACE FMT_HEADER_ONLY)
endif()

add_library(napisan_libdw INTERFACE)
find_library(NAPISAN_LIBDW dw)
find_path(NAPISAN_LIBDW_INCLUDE elfutils/libdwfl.h)
if(NAPISAN_LIBDW AND NAPISAN_LIBDW_INCLUDE)
  target_link_libraries(napisan_libdw INTERFACE "${NAPISAN_LIBDW}")
  target_include_directories(napisan_libdw SYSTEM INTERFACE "${NAPISAN_LIBDW_INCLUDE}")
  target_compile_definitions(napisan_libdw INTERFACE NAPISAN_HAVE_LIBDW=1)
else()
  message(STATUS "libdw is missing: reports name functions, not files and lines")
endif()

if(NAPISAN_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
if(NAPISAN_BUILD_BENCH)
  find_package(benchmark)
endif()
