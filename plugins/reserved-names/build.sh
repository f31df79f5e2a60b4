#!/bin/sh
# Writes the finished module to the file that is named, reserved-names.wasm without.
set -eu
cd "$(dirname "$0")"
GOOS=wasip1 GOARCH=wasm go build -trimpath -buildvcs=false -ldflags="-s -w" -o "${1:-reserved-names.wasm}" .
