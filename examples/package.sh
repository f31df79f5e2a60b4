#!/usr/bin/env bash
# Builds what a release consists of, into a folder (default: dist):
#
#   poolhouse          the binary, without symbols
#   poolhouse.debug    its symbols and line numbers
#   SHA256SUMS         the checksums of both
#
# A program that crashes shows names and lines in its backtrace when poolhouse.debug lies beside it, and
# `addr2line -e poolhouse.debug ADDRESS` finds them afterwards: keep the file of every version that you ship.
set -euo pipefail
out="$(realpath -m "${1:-dist}")"
cd "$(dirname "$0")/.."

# The release profile strips; here the symbols are needed first.
cargo build --release --locked --quiet --bin poolhouse --config profile.release.strip=false
built="${CARGO_TARGET_DIR:-target}/release/poolhouse"

rm -rf "$out"
mkdir -p "$out"
objcopy --only-keep-debug --compress-debug-sections "$built" "$out/poolhouse.debug"
objcopy --strip-all --add-gnu-debuglink="$out/poolhouse.debug" "$built" "$out/poolhouse"
chmod 755 "$out/poolhouse"
cd "$out"
sha256sum poolhouse poolhouse.debug >SHA256SUMS
ls -l poolhouse poolhouse.debug
