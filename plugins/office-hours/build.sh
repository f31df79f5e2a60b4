#!/bin/sh
# Writes the finished module to the file that is named, office-hours.wasm without.
set -eu
cd "$(dirname "$0")"
"${CC:-clang}" --target=wasm32-wasi -std=c11 -Wall -Wextra -Werror -Os -s -o "${1:-office-hours.wasm}" office-hours.c
