#!/bin/bash -eu
# Builds the fuzz targets for a fleet, as OSS-Fuzz and ClusterFuzzLite ask for it: with their compiler
# and flags, linked with their engine, and everything that a target needs in $OUT. They set SRC, WORK,
# OUT, CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE and SANITIZER.
#
# NAPISAN_FUZZ_TARGETS names some of the targets; without it all are built.

tree=$SRC/napisan
build=$WORK/napisan

if [[ ${SANITIZER:-} == undefined ]]; then
  # Node-API's own callbacks are called through the types that C gives them.
  CFLAGS+=" -fno-sanitize=function"
  CXXFLAGS+=" -fno-sanitize=function"
fi
export CFLAGS CXXFLAGS

# A target runs where there is no libuv, no libdw and no libfmt.
"$tree/sanitizers/libuv/build.sh" fleet "$WORK/libuv"
cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None \
  -DNAPISAN_BUILD_FUZZERS=ON -DNAPISAN_BUILD_TESTS=OFF -DNAPISAN_BUILD_BENCH=OFF \
  -DNAPISAN_INSTALL=OFF -DNAPISAN_WERROR=OFF \
  "-DNAPISAN_FUZZ_ENGINE=$LIB_FUZZING_ENGINE" \
  "-DNAPISAN_LIBUV_PREFIX=$WORK/libuv" -DNAPISAN_LIBDW=OFF -DNAPISAN_FMT_LIBRARY=OFF
read -r -a targets <<< "${NAPISAN_FUZZ_TARGETS:-napisan_fuzzers}"
cmake --build "$build" -j "${NAPISAN_JOBS:-$(nproc)}" --target "${targets[@]}"
cmake "-DBUILD=$build" "-DOUT=$OUT" "-DONLY=${NAPISAN_FUZZ_TARGETS:-}" \
  -P "$tree/fuzz/oss-fuzz/collect.cmake"
