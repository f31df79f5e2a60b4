"""Whether real clients called every operation that is done: with success, and with each of its errors that can be provoked.

POOLHOUSE_COVERAGE names the file that `lib/server.py` fills from the servers' logs: lines `service:Operation Error`, or `success`.
"""

import fnmatch
import json
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parent.parent / "src"
SERVICES = ["cognito-idp", "cognito-identity", "cognito-sync", "sts", "secretsmanager"]
# An operation that takes an access token may need none for another way in.
TOKEN = {"AssociateSoftwareToken", "VerifySoftwareToken"}


def operations():
    """Every operation that is done: (its name with the service, whether it is signed, whether it needs a token, its errors)."""
    later = {line.strip() for line in (SOURCES / "ops" / "not_available.txt").read_text().splitlines()}
    for service in SERVICES:
        model = json.loads((SOURCES / "wire" / "models" / f"{service}.json").read_text())
        for name, operation in sorted(model["operations"].items()):
            shape = model["shapes"].get(operation.get("input", {}).get("shape"), {})
            token = "AccessToken" in shape.get("required", []) or name in TOKEN
            if f"{service}:{name}" not in later:
                # STS writes other names than those of its shapes.
                codes = [model["shapes"][e["shape"]].get("error", {}).get("code") if service == "sts" else None for e in operation.get("errors", [])]
                yield f"{service}:{name}", operation.get("authtype") != "none", token, [code or e["shape"] for code, e in zip(codes, operation.get("errors", []))]


def exceptions():
    """The lines of unraised.txt: (where, error)."""
    for line in (HERE / "unraised.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            found = re.fullmatch(r"(\S+) (\w+): \S.*", line)
            if not found:
                sys.exit(f"not ok - coverage: unraised.txt: {line!r} is not `WHERE Error: reason`")
            yield found[1], found[2]


def main():
    with open(os.environ["POOLHOUSE_COVERAGE"], encoding="utf-8") as file:
        seen = {tuple(line.split()) for line in file}
    listed, good, used = list(exceptions()), True, set()
    for full, signed, token, errors in operations():
        name = full.split(":")[1]
        kinds = {"*", "signed" if signed else "unsigned"} | ({"token"} if token else set())
        missing = []
        for error in ["success", *errors]:
            excused = [(where, e) for where, e in listed if e == error and (where in kinds or (where not in {"*", "signed", "unsigned", "token"} and fnmatch.fnmatchcase(name, where)))]
            used.update(excused)
            if (full, error) in seen:
                stale = [where for where, _ in excused if where not in {"*", "signed", "unsigned", "token"} and "*" not in where]
                missing += [f"{error} was seen though unraised.txt says why it cannot be"] if stale else []
            elif not excused:
                missing.append(f"{error} was never seen" if error != "success" else "no good request was made")
        print(f"not ok - coverage: {full}: {'; '.join(missing)}" if missing else f"ok - coverage: {full}")
        good &= not missing
    for where, error in listed:
        if (where, error) not in used and not where.endswith("*"):
            print(f"note: unraised.txt: {where} {error} excuses nothing")
    sys.exit(0 if good else 1)


main()
