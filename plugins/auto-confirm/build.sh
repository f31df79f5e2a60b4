#!/bin/sh
# Writes the finished module to the file that is named, auto-confirm.wasm without.
set -eu
cd "$(dirname "$0")"
# The compiler that `npm install` puts here, or one installed elsewhere. The shim for WASI lies beside it.
PATH="$PWD/node_modules/.bin:$PATH"
modules="$(node -p 'path.relative(".", path.resolve(fs.realpathSync(process.argv[1]), "../../.."))' "$(command -v asc)")"
asc auto-confirm.ts --config "$modules/@assemblyscript/wasi-shim/asconfig.json" -O3 --runtime stub -o "${1:-auto-confirm.wasm}"
