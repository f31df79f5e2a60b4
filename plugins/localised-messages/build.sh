#!/bin/sh
# Builds the plugin: build.sh [FILE], with componentize-py on the path.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# A Python plugin imports all that its world lists, used or not. Settings come from the environment here, and log lines go to standard
# error: all is taken out, so that nobody has to grant it.
sed '/^  import /d' wit/trigger.wit > "$tmp/trigger.wit"

# Everything is imported while the plugin is built; it is read from a copy, since Python writes __pycache__ beside it.
cp ./*.py "$tmp"
componentize-py -q -d "$tmp/trigger.wit" -w trigger componentize -p "$tmp" -o "${1:-localised-messages.wasm}" app
