#!/usr/bin/env bash
# Mail, SMS, certificates and SAML end to end: Poolhouse against servers that really receive, issue and vouch. Prints `ok - name` and `not ok - name: why`.
#
# POOLHOUSE_PYTHON   an interpreter with boto3 and cryptography (tests/clients/requirements.txt)
# POOLHOUSE_BIN      the server's binary (default: what `cargo build --release` leaves)
# POOLHOUSE_CACHE    where the servers for tests are installed (default: the user's cache)
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
python="${POOLHOUSE_PYTHON:-python3}"
cache="${POOLHOUSE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/poolhouse}"
sum="$(cksum "$here/requirements.txt" | cut -d' ' -f1)"
extra="$cache/servers-$sum"
if [ ! -e "$extra/.complete" ]; then
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$extra" -r "$here/requirements.txt" && touch "$extra/.complete" ||
    { echo "not ok - servers: what the tests need could not be installed"; exit 1; }
fi
export PYTHONPATH="$here:$here/../clients/lib:$extra${PYTHONPATH:+:$PYTHONPATH}" PYTHONDONTWRITEBYTECODE=1
status=0
for script in "$here"/test_*.py; do
  "$python" "$script" || status=1
done
exit $status
