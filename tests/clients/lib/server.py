"""A Poolhouse server of one's own: started on a free port over a temporary folder, stopped by its pid, its log read at the end."""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

ROOT_KEY = "AKIAPOOLHOUSETESTS01"
ROOT_SECRET = "tests/Only+NotASecret/Keep0ut0fProductionXX"
START_SECONDS = 60
CODE = re.compile(r"(?<![0-9A-Za-z#])(\d{6})(?![0-9A-Za-z])")
ANSWERED = re.compile(r'poolhouse::request: .*? operation="([\w-]+:\w+)"(?: fault="(\w+)")? status=\d+')


def binary():
    """The server under test: POOLHOUSE_BIN, or what `cargo build --release` leaves."""
    named = os.environ.get("POOLHOUSE_BIN")
    if named:
        return named
    here = os.path.dirname(os.path.abspath(__file__))
    checkout = os.path.normpath(os.path.join(here, "..", "..", ".."))
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(checkout, "target")), "release", "poolhouse")


def clean_env(**more):
    """The environment without any AWS or Poolhouse setting of the person who runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "POOLHOUSE_")) and not k.lower().endswith("_proxy")}
    nowhere = os.path.join(tempfile.gettempdir(), "poolhouse-no-such-profile")
    return kept | {"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_EC2_METADATA_DISABLED": "true"} | more


class Server:
    """`poolhouse serve` over `data` (a new temporary folder when None), with the root key of the tests."""

    def __init__(self, dev=True, data=None, args=(), env=None):
        self.dev, self.args, self.extra_env = dev, list(args), dict(env or {})
        self.owns_data = data is None
        self.data = data or tempfile.mkdtemp(prefix="poolhouse-test-")
        self.log_path = tempfile.mktemp(prefix="poolhouse-log-", suffix=".txt")
        self.child, self.url, self.port = None, None, None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        self.remove()

    def start(self, listen="127.0.0.1:0"):
        command = [binary(), "serve", "--data-dir", self.data, "--listen", listen, *self.args]
        if self.dev:
            command.append("--dev")
        env = clean_env(
            POOLHOUSE_ROOT_ACCESS_KEY_ID=ROOT_KEY,
            POOLHOUSE_ROOT_SECRET_ACCESS_KEY=ROOT_SECRET,
            POOLHOUSE_CHECK_RESPONSES="1",
            **self.extra_env,
        )
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=env)
        try:
            self.url = self._wait_for_address()
        except BaseException:
            self.kill()
            raise
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def _wait_for_address(self):
        """Reads stdout until the line that names the address; a thread keeps draining it afterwards."""
        until, seen = time.monotonic() + START_SECONDS, b""
        out = self.child.stdout
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            while time.monotonic() < until:
                if not ready.select(timeout=until - time.monotonic()):
                    break
                chunk = os.read(out.fileno(), 65536)
                seen += chunk
                found = re.search(rb"listening on (https?://\S+:\d+)", seen)
                if found:
                    self._drain(out)
                    return found.group(1).decode()
                if not chunk:
                    break
        raise RuntimeError(f"the server did not start; stdout: {seen.decode(errors='replace')!r}; log: {self.log()[-2000:]}")

    def _drain(self, out):
        import threading

        def copy():
            with open(self.log_path, "ab") as log:
                while chunk := os.read(out.fileno(), 65536):
                    log.write(chunk)
                    log.flush()

        threading.Thread(target=copy, daemon=True).start()

    def stop(self):
        """Asks it to end and waits; returns its exit status."""
        if self.child is None:
            return None
        self.child.send_signal(signal.SIGTERM)
        try:
            status = self.child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise RuntimeError("the server did not end within 30 s of SIGTERM") from None
        self.child = None
        return status

    def kill(self):
        """SIGKILL: what a power switch does to a process."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()
            self.child = None

    def account(self):
        """Adds what the log says was answered, `service:Operation Fault`, to the file that POOLHOUSE_COVERAGE names."""
        wanted = os.environ.get("POOLHOUSE_COVERAGE")
        if wanted and os.path.exists(self.log_path):
            seen = {f"{operation} {fault or 'success'}" for operation, fault in ANSWERED.findall(self.log())}
            with open(wanted, "a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in sorted(seen)))

    def remove(self):
        self.account()
        if self.owns_data:
            shutil.rmtree(self.data, ignore_errors=True)
        if os.path.exists(self.log_path):
            os.unlink(self.log_path)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def complaints(self):
        """Log lines that no run may have: answers that leave the model, internal errors, panics."""
        bad = re.compile(r"does not conform to the model|panicked at|\bERROR\b")
        return [line for line in self.log().splitlines() if bad.search(line)]

    def get(self, path):
        """(status, headers, body) of a GET."""
        return http("GET", self.url + path)

    def messages(self, to):
        """What a `--dev` server sent to an address, oldest first."""
        status, _, body = self.get("/_dev/inbox.json")
        if status != 200:
            raise RuntimeError(f"/_dev/inbox.json answered {status}")
        return [m for m in reversed(json.loads(body)["Messages"]) if m["To"] == to]

    def message(self, to, nth=1, seconds=20):
        """The nth message to an address; waits for it, since delivery runs beside the call that asked for it."""
        until = time.monotonic() + seconds
        while True:
            found = self.messages(to)
            if len(found) >= nth:
                return found[nth - 1]
            if time.monotonic() > until:
                raise AssertionError(f"{len(found)} messages reached {to}, message {nth} did not")
            time.sleep(0.02)

    def code(self, to, nth=1):
        """The code in the nth message to an address."""
        text = body_of(self.message(to, nth))
        found = CODE.findall(text)
        if not found:
            raise AssertionError(f"no code in the message to {to}: {text!r}")
        return found[-1]


def body_of(message):
    """The words of a message from the inbox."""
    return message["Text"]


def http(method, url, body=None, headers=None):
    """(status, headers, body) without raising on 4xx and 5xx."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers or {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
