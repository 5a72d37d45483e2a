# Builds an OpenHarmony project's unchanged entry/src/main/cpp on a Linux workstation:
#
#   cmake -S entry/src/main/cpp -B out \
#         -DCMAKE_TOOLCHAIN_FILE=.../napisan-openharmony.toolchain.cmake
#   cmake --build out
#
# and gives libentry.so, for napisan and for a real Node.js, in place of the SDK's toolchain file.
# It supplies "napi/native_api.h" and "hilog/log.h", the official Node-API headers, and libraries of
# the names libace_napi.z.so and libhilog_ndk.z.so. The compiler stays the workstation's own.
#
#   NAPISAN_NODE_API_HEADERS   a CMake or environment variable: the directory of node_api.h. Without
#                              it, node_modules/node-api-headers and an installed copy are searched.

# CMake's own compiler checks read this file as well, in projects that include none of our headers.
get_property(napisan_in_try_compile GLOBAL PROPERTY IN_TRY_COMPILE)
if(napisan_in_try_compile)
  return()
endif()

# Ours is in a source tree (cmake/openharmony) or installed (share/napisan/openharmony, or deeper).
set(napisan_bases "${CMAKE_CURRENT_LIST_DIR}")
foreach(level RANGE 1 4)
  list(GET napisan_bases -1 napisan_base)
  get_filename_component(napisan_base "${napisan_base}" DIRECTORY)
  list(APPEND napisan_bases "${napisan_base}")
endforeach()

set(napisan_include_candidates "")
set(napisan_headers_candidates "")
foreach(base IN LISTS napisan_bases)
  list(APPEND napisan_include_candidates
              "${base}/runtime/include" "${base}/include/napisan" "${base}/include")
  list(APPEND napisan_headers_candidates "${base}/node_modules/node-api-headers/include"
              "${base}/include/napisan/node-api-headers" "${base}/include/napisan")
endforeach()
# Who names a directory means that one and no other.
set(napisan_named "")
if(NAPISAN_NODE_API_HEADERS)
  set(napisan_named "${NAPISAN_NODE_API_HEADERS}")
elseif(DEFINED ENV{NAPISAN_NODE_API_HEADERS})
  set(napisan_named "$ENV{NAPISAN_NODE_API_HEADERS}")
endif()
if(napisan_named)
  set(napisan_headers_candidates "${napisan_named}" "${napisan_named}/include")
endif()

# Sets `result` to the first of the directories that has `header`.
function(napisan_first_with header result)
  foreach(directory IN LISTS ARGN)
    if(EXISTS "${directory}/${header}")
      set(${result} "${directory}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

napisan_first_with("napi/native_api.h" napisan_include ${napisan_include_candidates})
if(NOT napisan_include)
  message(FATAL_ERROR "napisan: napi/native_api.h is not near ${CMAKE_CURRENT_LIST_DIR}")
endif()
napisan_first_with("node_api.h" napisan_headers ${napisan_headers_candidates})
if(NOT napisan_headers AND napisan_named)
  message(FATAL_ERROR
          "napisan: NAPISAN_NODE_API_HEADERS is ${napisan_named}, which has no node_api.h")
elseif(NOT napisan_headers)
  message(FATAL_ERROR "napisan: the official Node-API headers are missing: run npm ci in napisan's "
                      "source tree, or set NAPISAN_NODE_API_HEADERS to the directory of node_api.h")
endif()

# What the environment said once holds whenever this directory is configured again.
set(NAPISAN_NODE_API_HEADERS "${napisan_headers}" CACHE PATH "The directory of node_api.h" FORCE)

# Standard directories, as an SDK's are: searched last, and silent about warnings.
set(CMAKE_C_STANDARD_INCLUDE_DIRECTORIES "${napisan_include}" "${napisan_headers}")
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES "${napisan_include}" "${napisan_headers}")

# The two libraries are linker scripts of a comment each, so a module needs no file of such a name
# to load: its napi_* symbols stay undefined, and the process that loads it defines them; HiLog's
# functions come with hilog/log.h.
set(napisan_libraries "${CMAKE_BINARY_DIR}/napisan-openharmony")
foreach(library libace_napi.z.so libhilog_ndk.z.so)
  # CONFIGURE writes only what changed: to configure again does not link everything again.
  file(CONFIGURE OUTPUT "${napisan_libraries}/${library}"
       CONTENT "/* What is in ${library} is supplied by the process that loads the module. */\n")
endforeach()

# For find_library(... hilog_ndk.z), as older projects have it.
list(APPEND CMAKE_LIBRARY_PATH "${napisan_libraries}")
list(REMOVE_DUPLICATES CMAKE_LIBRARY_PATH)

# undefs: some toolchains refuse undefined symbols in shared libraries by default. lazy: others bind
# all at load, and a module that merely names a function which its host lacks could not be loaded.
foreach(kind SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "-L\"${napisan_libraries}\" -Wl,-z,undefs -Wl,-z,lazy")
endforeach()

# Reports name source lines, and walk frame pointers, in every build type.
foreach(language C CXX)
  set(CMAKE_${language}_FLAGS_INIT "-g -fno-omit-frame-pointer")
endforeach()
