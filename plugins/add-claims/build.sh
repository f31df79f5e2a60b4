#!/bin/sh
# Writes the finished component to the file that is named, add-claims.wasm without.
set -eu
cd "$(dirname "$0")"
cargo build --release --locked
cp "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/add_claims.wasm" "${1:-add-claims.wasm}"
