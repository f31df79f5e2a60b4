#!/usr/bin/env bash
# Builds every example plugin from its source, after it has installed the tools that are missing for that.
# Prints `ok - plugins: NAME is built from source (N bytes)` or `not ok - plugins: NAME is built from source: why`.
#
#   tests/plugins/build.sh             all plugins
#   tests/plugins/build.sh NAME...     these alone
#
# POOLHOUSE_CACHE    where tools and plugins are kept (default: the user's cache): tools in `plugin-tools`; in `plugins` one file for
#                    the newest state of each plugin's sources, and links to them that are named `current/NAME.wasm`
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
cache="${POOLHOUSE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/poolhouse}"
tools="$cache/plugin-tools"
built="$cache/plugins"
mkdir -p "$tools" "$built/current" || exit 1

# One run at a time: two would install and build over each other.
exec 9>"$tools/lock"
flock 9

digest() { sha256sum | cut -c1-16; }

# Tools. Each is looked for first. A plugin whose tool could not be installed fails to build, and so tells.

install() { # install WHAT COMMAND
  echo "plugins: installing $1"
  "$2" >"$tools/log" 2>&1 && return
  echo "plugins: $1 could not be installed"
  tail -15 "$tools/log" | sed 's/^/  /'
}

# Rust, in the version that the repository names.
rust="$(sed -n 's/^channel = "\(.*\)"/\1/p' "$root/rust-toolchain.toml")"
rust_is_there() {
  [ "$(rustup target list --installed --toolchain "$rust" 2>/dev/null | grep -cxE 'wasm32-(unknown-unknown|wasip1|wasip2)')" = 3 ]
}
rust_tools() {
  rustup toolchain install "$rust" --profile minimal --no-self-update --target wasm32-unknown-unknown,wasm32-wasip1,wasm32-wasip2
}
rust_is_there || install "Rust for WebAssembly" rust_tools

# componentize-py, Go and wasm-tools, which all come as Python packages.
python="$tools/python-$(digest <"$here/requirements.txt")"
python_tools() {
  rm -rf "$tools"/python-*
  python3 -m venv "$python" && "$python/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" &&
    touch "$python/.complete"
}
[ -e "$python/.complete" ] || install "componentize-py, Go and wasm-tools" python_tools

# AssemblyScript, componentize-js and esbuild.
node="$tools/node-$(digest <"$here/package-lock.json")"
node_tools() {
  rm -rf "$tools"/node-*
  mkdir -p "$node" && cp "$here/package.json" "$here/package-lock.json" "$node" &&
    npm ci --prefix "$node" --no-audit --no-fund --loglevel error && touch "$node/.complete"
}
[ -e "$node/.complete" ] || install "AssemblyScript, componentize-js and esbuild" node_tools

# clang with a C library for WASI.
c_is_there() {
  printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }' | clang --target=wasm32-wasi -x c - -o "$tools/c.wasm" 2>/dev/null
}
c_tools() {
  [ "$(id -u)" = 0 ] && command -v apt-get || { echo "run this as root on Debian, or install clang, lld and wasi-libc" && return 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=400 update -qq
  apt-get -o DPkg::Lock::Timeout=400 install -y -qq --no-install-recommends clang lld wasi-libc libclang-rt-14-dev-wasm32
}
c_is_there || install "clang for WebAssembly" c_tools

export PATH="$python/bin:$node/node_modules/.bin:$PATH"
export CARGO_TARGET_DIR="$cache/plugin-target" GOCACHE="$cache/plugin-target/go" GOTOOLCHAIN=local

# Plugins.

# What a plugin is made of, in brief: its folder but for words about it, and the versions of the tools.
sources() (
  cd "$root/plugins/$1" &&
    find -L . -type f -not -path './target/*' -not -path '*/node_modules/*' -not -path '*/__pycache__/*' \
      -not -name '*.wasm' -not -name README.md -not -name manifest.toml -not -name event.json -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | cat - "$root/rust-toolchain.toml" "$here/requirements.txt" "$here/package-lock.json" | digest
)

status=0
failed() { # failed NAME WHY
  echo "not ok - plugins: $1 is built from source: $2"
  # A link to what older sources made would be taken for this.
  rm -f "$built/current/$1.wasm"
  status=1
}

build() {
  local name="$1" file log="$built/$1.log"
  if [ ! -e "$root/plugins/$name/build.sh" ]; then
    failed "$name" "there is no plugins/$name/build.sh"
    return
  fi
  file="$built/$name-$(sources "$name").wasm"
  if [ ! -e "$file" ]; then
    # Under another name until it is whole, as what is there is taken for finished.
    rm -f "$file.part"
    if ! "$root/plugins/$name/build.sh" "$file.part" </dev/null >"$log" 2>&1; then
      tail -40 "$log" | sed 's/^/  /'
      failed "$name" "$(grep -v '^[[:space:]]*$' "$log" | tail -1)"
      return
    fi
    if [ ! -s "$file.part" ]; then
      failed "$name" "build.sh wrote nothing to the file that it was given"
      return
    fi
    rm -f "$built/$name"-????????????????.wasm
    mv "$file.part" "$file"
  fi
  ln -sfn "../${file##*/}" "$built/current/$name.wasm"
  echo "ok - plugins: $name is built from source ($(stat -c %s "$file") bytes)"
}

if [ $# = 0 ]; then
  for script in "$root"/plugins/*/build.sh; do
    build "$(basename "$(dirname "$script")")"
  done
else
  for name in "$@"; do
    build "$name"
  done
fi
exit $status
