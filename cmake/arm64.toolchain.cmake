# Cross-builds for arm64 with the distribution's gcc, and runs what it builds under qemu-user.
#
# On Debian or Ubuntu: g++-aarch64-linux-gnu, qemu-user-static with binfmt-support, and the arm64
# packages of the libraries (dpkg --add-architecture arm64; libuv1-dev:arm64, libgtest-dev:arm64,
# libgmock-dev:arm64, libdw-dev:arm64, libstdc++6:arm64). -DCMAKE_SYSROOT=DIR takes
# them from an arm64 system in DIR.

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

# Without a sysroot the arm64 packages lie beside our own, and qemu finds them where they say.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
if(CMAKE_SYSROOT)
  list(APPEND CMAKE_CROSSCOMPILING_EMULATOR -L "${CMAKE_SYSROOT}")
endif()

# Programs run here; everything else is of the target.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY BOTH)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE BOTH)

# The machine's own pkg-config would otherwise name the machine's own libraries.
set(ENV{PKG_CONFIG_LIBDIR}
    "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
