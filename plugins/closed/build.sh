#!/bin/sh
# Writes the finished module to the file that is named, closed.wasm without. Poolhouse takes closed.wat itself, too.
set -eu
cd "$(dirname "$0")"
wasm-tools parse closed.wat -o "${1:-closed.wasm}"
