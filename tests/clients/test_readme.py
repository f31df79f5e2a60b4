"""README's first sign-in, run as it stands: only the address and the code are put in."""

import os
import re
import subprocess
import sys
import tomllib

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import claims
from server import binary, clean_env

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
    first, second, pages, provider, plugin = (block for block in blocks("sh") if "aws cognito-idp" in block)
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
    shell(f". {keep}\n{pages}", s)
    true('"ProviderName": "Corp"' in shell(f". {keep}\n{provider}", s), "no provider was made")
    # The plugin in the language that needs no tools, whose example refuses: that ends `plugin run` with status 1.
    in_text = plugin.replace("--lang javascript", "--lang wat").replace(".wasm", ".wat")
    in_text = re.sub(r"^(poolhouse plugin run [^#\n]*)", r"! \1", in_text, flags=re.MULTILINE)
    true(in_text.count(".wat") == 2 and "! poolhouse plugin run" in in_text, f"README's plugin is not as expected: {plugin}")
    out = shell(f". {keep}\ncd {s.data}\nPATH={os.path.dirname(binary())}:$PATH\n{in_text}", s)
    true("check-domain is ready, version 1." in out, out)
    refused = "aws cognito-idp sign-up --client-id $CLIENT --username eve --password Correct-Horse7 2>&1 || true"
    out = shell(f". {keep}\n{refused}", s)
    true("PreSignUp failed with error sign-ups are closed." in out, out)


@case("the table of dependencies is whole")
def dependencies(_):
    with open(os.path.join(os.path.dirname(README), "Cargo.toml"), "rb") as manifest:
        crates = tomllib.load(manifest)
    with open(README, encoding="utf-8") as text:
        listed = set(re.findall(r"[a-z0-9_-]+", text.read().split("## What it is built from")[1].split("\n## ")[0]))
    named = {crate for kind in ("dependencies", "dev-dependencies", "build-dependencies") for crate in crates.get(kind, {})}
    equal(sorted(named - listed), [], "crates without a reason")


run("readme")
