"""What tests/run runs once the machine has what it needs: parts made of steps, their outcomes counted, one exit status.

Rust's own tests and lints use the build of tests/dev (every check on); programs from outside use the build that ships.
"""

import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "tests" / "clients"
CACHE = Path(os.environ["POOLHOUSE_CACHE"])
TARGET = Path(os.environ["CARGO_TARGET_DIR"])
# What ships, as examples/package.sh makes it.
PRODUCT = TARGET / "product" / "poolhouse"
PRODUCT_BYTES = 75_000_000
CARGO_RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
LINE_RESULT = re.compile(r"^(ok|not ok|skip) - ")


class Count:
    """Outcomes so far, and the lines that tell what failed."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.reasons = 0, 0, 0, []

    def read(self, line):
        """Counts what a line of output reports, if it reports anything."""
        if found := CARGO_RESULT.match(line):
            self.passed += int(found[1])
            self.failed += int(found[2])
            self.skipped += int(found[3])
            if int(found[2]):
                self.reasons.append(line)
        elif found := LINE_RESULT.match(line):
            self.add({"ok": "passed", "not ok": "failed", "skip": "skipped"}[found[1]], line)

    def add(self, outcome, line):
        setattr(self, outcome, getattr(self, outcome) + 1)
        if outcome == "failed":
            self.reasons.append(line)


COUNT = Count()
RUNNING = []


def end(number, _frame):
    """Ends the process groups started here, by their ids, and this program."""
    for child in RUNNING:
        try:
            os.killpg(child.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    print("stopped", flush=True)
    sys.exit(128 + number)


def step(name, command, env=None, counts=True, minutes=30):
    """Runs a command, showing and counting its output. Without counts the step itself is the one test."""
    print(f"\n== {name}", flush=True)
    started, before = time.monotonic(), COUNT.failed
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    RUNNING.append(child)
    signal.alarm(minutes * 60)
    for raw in child.stdout:
        line = raw.decode(errors="replace").rstrip("\n")
        print(line, flush=True)
        if counts:
            COUNT.read(line)
    status = child.wait()
    signal.alarm(0)
    RUNNING.remove(child)
    good = status == 0
    if not counts:
        COUNT.add("passed" if good else "failed", f"{name}: exit status {status}")
    elif not good and COUNT.failed == before:
        COUNT.add("failed", f"{name}: exit status {status}")
    print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    return good


def too_late(_number, _frame):
    for child in RUNNING:
        os.killpg(child.pid, signal.SIGKILL)
        print("== took too long: killed", flush=True)


def installed(kind, lock, install):
    """A folder in the cache that holds what a lock file names; made once for each content of the file."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder = CACHE / "clients" / f"{kind}-{digest}"
    if not (folder / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if not install(folder):
            return None
        (folder / ".complete").touch()
    return folder


def python():
    """The interpreter of the Python clients."""

    def install(folder):
        made = step("Python clients: a folder for them", [sys.executable, "-m", "venv", str(folder)], counts=False)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]
        return made and step("Python clients: install", [*pip, str(CLIENTS / "requirements.txt")], counts=False)

    folder = installed("python", CLIENTS / "requirements.txt", install)
    return folder and str(folder / "bin" / "python")


def node_modules():
    """The folder of the Node clients."""

    def install(folder):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(CLIENTS / name, folder / name)
        npm = ["npm", "ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel", "error"]
        return step("Node clients: install", npm, counts=False)

    folder = installed("node", CLIENTS / "package-lock.json", install)
    return folder and str(folder / "node_modules")


@functools.cache
def product():
    """Builds what ships, and holds it to its size."""
    package = ["examples/package.sh", str(PRODUCT.parent)]
    if not step("build: the product", package, counts=False, minutes=70):
        return False
    size = PRODUCT.stat().st_size
    COUNT.add("passed" if size < PRODUCT_BYTES else "failed", f"the binary has {size} bytes, {PRODUCT_BYTES} at most")
    return True


@functools.cache
def tests():
    """Builds Rust's tests and the examples, with every check on."""
    return step("build: tests", ["tests/dev", "test", "--no-run", "--quiet"], counts=False, minutes=70)


def rust():
    """Format, unit and integration tests, lints, documentation."""
    step("cargo fmt", ["cargo", "fmt", "--check"], counts=False)
    if not tests():
        return
    # One of Rust's tests runs Node clients: their custom challenges need functions, which the test plays.
    modules = node_modules()
    env = {"POOLHOUSE_NODE_MODULES": modules} if modules else {}
    step("cargo test", ["tests/dev", "test", "--no-fail-fast"], env=env)
    step("cargo clippy", ["tests/dev", "clippy", "--quiet"], counts=False)
    step("cargo doc", ["tests/dev", "doc", "--quiet"], counts=False)


def against_server(folder=None):
    """The environment of programs that start the server."""
    env = {
        "POOLHOUSE_BIN": str(PRODUCT),
        "POOLHOUSE_EXAMPLES": str(TARGET / "release" / "examples"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(CLIENTS / "lib"),
    }
    return env | ({"NODE_PATH": folder} if folder else {})


def clients():
    """Other people's programs, each file against a freshly started server."""
    interpreter, modules = python(), node_modules()
    if not (interpreter and modules and tests() and product()):
        return
    with tempfile.TemporaryDirectory(prefix="poolhouse-coverage-") as folder:
        env = against_server(modules) | {"POOLHOUSE_COVERAGE": f"{folder}/answered.txt"}
        for script in sorted(CLIENTS.glob("test_*")):
            runner = [str(CLIENTS / "node.py")] if script.suffix == ".js" else []
            step(f"clients: {script.name}", [interpreter, *runner, str(script)], env=env)
        step("clients: coverage", [interpreter, str(CLIENTS / "coverage.py")], env=env)


def servers():
    """What the server lives with: kills, a full disk, mail servers, SMS gateways, an authority."""
    interpreter = python()
    if not (interpreter and product()):
        return
    for script in sorted((ROOT / "tests" / "crash").glob("test_*.py")):
        step(f"crash: {script.name}", [interpreter, str(script)], env=against_server())
    others = ROOT / "tests" / "servers" / "run.sh"
    if others.exists():
        step("servers", ["bash", str(others)], env=against_server() | {"POOLHOUSE_PYTHON": interpreter})


def long():
    """Measurements that take long; never part of CI."""
    os.environ["POOLHOUSE_LONG"] = "1"
    servers()
    if "[[bench]]" in (ROOT / "Cargo.toml").read_text():
        step("cargo bench", ["cargo", "bench", "--locked"], counts=False, minutes=600)


PARTS = {"rust": rust, "clients": clients, "servers": servers}


def folder_part(name, script):
    """A part that is a folder of its own, with a program `run`."""
    interpreter = python()
    if interpreter and product():
        step(name, [str(script)], env=against_server() | {"POOLHOUSE_PYTHON": interpreter})


def part(name):
    """The part of that name; a later one is a folder with a `run` of its own."""
    if name in PARTS:
        return PARTS[name]
    script = ROOT / "tests" / name / "run"
    return functools.partial(folder_part, name, script) if script.exists() else None


def main(asked):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    signal.signal(signal.SIGALRM, too_late)
    known = [*PARTS, "plugins", "terraform", "browser"]
    for name in asked:
        if name not in (*known, "long"):
            sys.exit(f"no part {name}: there are {', '.join(known)} and long")
        if name != "long" and part(name) is None:
            sys.exit(f"{name}: nothing here yet")
    started = time.monotonic()
    for name in asked or [name for name in known if part(name)]:
        long() if name == "long" else part(name)()
    for reason in COUNT.reasons:
        print(f"failed: {reason}")
    print(f"\n{time.monotonic() - started:.0f} s")
    skipped = f", {COUNT.skipped} skipped" if COUNT.skipped else ""
    print(f"{COUNT.passed} passed, {COUNT.failed} failed{skipped}")
    sys.exit(1 if COUNT.failed or not COUNT.passed else 0)


main(sys.argv[1:])
