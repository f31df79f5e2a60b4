#!/bin/sh
# Writes the finished component to the file that is named, deliver-sms.wasm without.
set -eu
cd "$(dirname "$0")"
cargo build --release --locked --target wasm32-wasip2
cp "${CARGO_TARGET_DIR:-target}/wasm32-wasip2/release/deliver_sms.wasm" "${1:-deliver-sms.wasm}"
