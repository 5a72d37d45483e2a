#!/usr/bin/env bash
# Builds libuv itself with a sanitizer, as a static library, so that its threads and its memory are
# seen and nobody needs a suppression for it.
#
#   sanitizers/libuv/build.sh KIND [--source DIR]
#   sanitizers/libuv/build.sh fleet PREFIX
#   sanitizers/libuv/build.sh source
#
#   KIND          asan (address and undefined) or tsan (thread)
#   fleet PREFIX  into PREFIX, with CC and CFLAGS of the environment: a fuzzing fleet's
#   source        only fetches the source
#   --source DIR  any libuv source directory; without it the distribution's own source package is
#                 fetched, through a private source list, and nothing of the system is changed
#
# Makes build/libuv/KIND/{include,lib/libuv.a}; quick and silent when it is there already.
# Exit status: 0, or 2 with one line that says what is missing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here="$root/build/libuv"

fail() {
  echo "libuv: $1" >&2
  exit 2
}

kind=${1:-}
case $kind in
  -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  asan) sanitizers=address,undefined ;;
  fleet)
    sanitizers="the environment's flags"
    prefix=${2:-}
    [[ -n $prefix ]] || fail "where to put it is expected; -h helps"
    shift
    ;;
  source) ;;
  tsan) sanitizers=thread ;;
  *) fail "asan or tsan is expected; -h helps" ;;
esac
shift
source=""
if [[ ${1:-} == --source ]]; then
  source=$(cd "${2:-}" 2> /dev/null && pwd) || fail "there is no folder ${2:-}"
elif (($# > 0)); then
  fail "unknown argument $1; -h helps"
fi

prefix=${prefix:-$here/$kind}
[[ -f "$prefix/lib/libuv.a" && -z $source ]] && exit 0

# An apt of our own: its lists and state lie below build/, and its sources are the system's, asked
# for source packages.
fetch() {
  command -v apt-get > /dev/null || fail "apt-get is missing; give --source DIR"
  command -v dpkg-source > /dev/null || fail "dpkg-source is missing: install dpkg-dev"
  local apt="$here/apt"
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/sources.list.d"
  : > "$apt/sources.list"
  local list
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $list ]] && sed -n 's/^deb[[:space:]]/deb-src /p' "$list" >> "$apt/sources.list"
  done
  for list in /etc/apt/sources.list.d/*.sources; do
    [[ -f $list ]] && sed 's/^Types:.*/Types: deb-src/' "$list" > "$apt/sources.list.d/${list##*/}"
  done
  local options=(
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt"
    -o "Dir::Etc::sourcelist=$apt/sources.list" -o "Dir::Etc::sourceparts=$apt/sources.list.d"
    -o APT::Sandbox::User=root -o Acquire::Languages=none
  )
  apt-get "${options[@]}" -qq update > "$here/apt.log" 2>&1 ||
    fail "the source lists cannot be read: see $here/apt.log, or give --source DIR"
  (cd "$here" && apt-get "${options[@]}" -qq source --download-only libuv1 >> apt.log 2>&1) ||
    fail "the source package libuv1 cannot be fetched: see $here/apt.log, or give --source DIR"
  rm -rf "$here/src"
  (cd "$here" && dpkg-source --no-check -x libuv1_*.dsc src >> apt.log 2>&1) ||
    fail "the source package cannot be unpacked: see $here/apt.log"
}

mkdir -p "$here"
if [[ -z $source ]]; then
  source="$here/src"
  [[ -f "$source/CMakeLists.txt" ]] || { echo "libuv: fetching its source package"; fetch; }
fi
[[ $kind == source ]] && exit 0
echo "libuv: building it with $sanitizers"
flags="-fsanitize=$sanitizers -fno-omit-frame-pointer -g -O1"
# libuv's own idioms: signed shifts, and functions called through other types.
[[ $kind == asan ]] && flags+=" -fno-sanitize=function,alignment,shift,null"
compiler=clang
if [[ $kind == fleet ]]; then
  compiler=$CC
  flags=$CFLAGS
fi
log="$here/$kind.log"
{
  cmake -S "$source" -B "$here/$kind-build" -G Ninja "-DCMAKE_C_COMPILER=$compiler" \
    -DCMAKE_BUILD_TYPE=None "-DCMAKE_C_FLAGS=$flags" -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DBUILD_TESTING=OFF -DLIBUV_BUILD_TESTS=OFF -DLIBUV_BUILD_SHARED=OFF &&
    cmake --build "$here/$kind-build" --target uv_a
} > "$log" 2>&1 || fail "it does not build: see $log"
mkdir -p "$prefix/lib"
cp -r "$source/include" "$prefix/"
library=$(find "$here/$kind-build" -maxdepth 1 -name 'libuv*.a' | head -1)
[[ -n $library ]] || fail "it built no static library: see $log"
cp "$library" "$prefix/lib/libuv.a"
