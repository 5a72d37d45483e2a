#!/bin/bash -eu
# What the image of a fleet needs beside its base image: libraries and libuv's source from the
# distribution, node_api.h from npm. Runs while the image is made; a build fetches nothing.
tree=$(cd "$(dirname "$0")/../.." && pwd)
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  ninja-build pkg-config dpkg-dev libcli11-dev libfmt-dev nlohmann-json3-dev npm
"$tree/sanitizers/libuv/build.sh" source
cd "$tree"
version=$(sed -n 's/.*"node-api-headers": "\(.*\)".*/\1/p' package.json)
npm install --no-save --no-package-lock --ignore-scripts --prefix "$SRC/headers" \
  "node-api-headers@$version"
mkdir -p node_modules
cp -r "$SRC/headers/node_modules/node-api-headers" node_modules/
