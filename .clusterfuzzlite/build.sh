#!/bin/bash -eu
# As for OSS-Fuzz.
exec "$SRC/napisan/fuzz/oss-fuzz/build.sh"
