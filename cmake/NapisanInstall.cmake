# find_package(napisan): the libraries, the headers they need, the command, and the toolchain file
# for OpenHarmony modules.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(_include "${CMAKE_INSTALL_INCLUDEDIR}/napisan")
set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/napisan")

foreach(library napisan_api napisan_host napisan_checker)
  target_include_directories(${library} SYSTEM PUBLIC
    $<INSTALL_INTERFACE:${_include}> $<INSTALL_INTERFACE:${_include}/node-api-headers>)
endforeach()
install(TARGETS napisan_api napisan_host napisan_checker napisan_sanitizers napisan_warnings
                napisan_libuv napisan_fmt napisan_libdw
        EXPORT napisan ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES $<TARGET_OBJECTS:napisan_front_host> DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RENAME napisan_front_host.o)
install(FILES $<TARGET_OBJECTS:napisan_front_checked> DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RENAME napisan_front_checked.o)
if(TARGET napisan)
  install(TARGETS napisan RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/include/" DESTINATION "${_include}")
install(DIRECTORY "${NAPISAN_NODE_API_HEADERS}/" DESTINATION "${_include}/node-api-headers"
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/cmake/openharmony"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/napisan")
install(FILES "${PROJECT_SOURCE_DIR}/cmake/NapisanHelpers.cmake" DESTINATION "${_package}")
install(EXPORT napisan NAMESPACE napisan:: DESTINATION "${_package}" FILE napisan-targets.cmake)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/napisan-config.cmake.in"
  "${CMAKE_CURRENT_BINARY_DIR}/napisan-config.cmake" INSTALL_DESTINATION "${_package}"
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/napisan-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/napisan-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/napisan-config-version.cmake"
        DESTINATION "${_package}")
