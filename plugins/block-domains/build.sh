#!/bin/sh
# Builds the plugin: build.sh [FILE], with esbuild and componentize-js on the path.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The function, what it requires, and the shim become one file.
esbuild shim.mjs --bundle --format=esm --platform=neutral --main-fields=module,main --define:global=globalThis \
  --alias:user-handler=./lambda.js '--external:poolhouse:*' --log-level=warning --outfile="$tmp/plugin.mjs"

# A JavaScript plugin imports all that its world lists, used or not: `kv` is taken out, so that nobody has to grant it.
sed '/import kv;/d' wit/trigger.wit > "$tmp/trigger.wit"

# Without http it imports nothing of the network. Clocks and random stay: timers end the plugin without the one, and random numbers
# are always the same without the other.
componentize-js "$tmp/plugin.mjs" --wit "$tmp/trigger.wit" -n trigger -d http fetch-event -o "${1:-block-domains.wasm}"
