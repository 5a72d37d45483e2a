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
