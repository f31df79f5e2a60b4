"""README's first sign-in, run as it stands: only the address and the code are put in."""

import os
import re
import subprocess
import sys
import tomllib

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import claims
from server import clean_env

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "README.md")
ADDRESS = "http://127.0.0.1:9229"


def blocks(language):
    with open(README, encoding="utf-8") as text:
        return re.findall(rf"^```{language}\n(.*?)^```$", text.read(), re.DOTALL | re.MULTILINE)


def shell(script, s):
    # One command of the block must not hide behind the next: stop at the first that fails.
    env = clean_env(PATH=f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}", AWS_PAGER="", HOME=s.data)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


@case("the AWS CLI block and the boto3 block")
def first_sign_in(s):
    first, second = (block for block in blocks("sh") if "aws cognito-idp" in block)
    (python,) = (block for block in blocks("python") if "boto3" in block)
    first = first.replace(ADDRESS, s.url)
    true(s.url in first, f"README does not name {ADDRESS}")
    keep = os.path.join(s.data, "state.sh")
    out = shell(f"{first}\ndeclare -x POOL CLIENT; export -p > {keep}\n", s)
    true('"UserConfirmed": false' in out, out)
    code = s.code("ann@example.com")
    changed = re.sub(r"^CODE=\d+", f"CODE={code}", second, flags=re.MULTILINE)
    true(changed != second, "README has no line CODE=...")
    out = shell(f". {keep}\n{changed}", s)
    true('"Username": "ann"' in out and '"email_verified"' in out and '"RS256"' in out.replace('"alg":"', '"'), out)
    out = shell(f". {keep}\n{os.path.basename(sys.executable)} - <<'EOF'\n{python}\nEOF\n", s)
    equal(claims(out.strip())["email"], "ann@example.com")


@case("the table of dependencies is whole")
def dependencies(_):
    with open(os.path.join(os.path.dirname(README), "Cargo.toml"), "rb") as manifest:
        crates = tomllib.load(manifest)
    with open(README, encoding="utf-8") as text:
        listed = set(re.findall(r"[a-z0-9_-]+", text.read().split("## What it is built from")[1].split("\n## ")[0]))
    named = {crate for kind in ("dependencies", "dev-dependencies", "build-dependencies") for crate in crates.get(kind, {})}
    equal(sorted(named - listed), [], "crates without a reason")


run("readme")
