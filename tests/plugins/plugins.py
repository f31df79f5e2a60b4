"""What the tests of plugins share: the command line against a server, manifests for one test, fixtures, a server that plugins call."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from server import ROOT_KEY, ROOT_SECRET, Server, binary, clean_env

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "plugins"
CACHE = Path(os.environ.get("POOLHOUSE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "poolhouse")
# The longest that a command may take: JavaScript and Python are compiled for up to a minute on a core of their own.
PATIENCE = 400

SCRATCH = Path(tempfile.mkdtemp(prefix="poolhouse-plugins-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)


class Poolhouse(Server):
    """A server whose plugins may write errors of their own."""

    def complaints(self):
        return [line for line in super().complaints() if "poolhouse::plugin:" not in line]


def arn(name):
    """What a pool calls a plugin."""
    return f"arn:aws:lambda:us-east-1:000000000000:function:{name}"


def built(name):
    """The module of an example, as build.sh left it."""
    return CACHE / "plugins" / "current" / f"{name}.wasm"


def fixture(name):
    return HERE / "fixtures" / f"{name}.wat"


def scratch(name, content):
    """A file of this name in a folder of its own."""
    path = Path(tempfile.mkdtemp(dir=SCRATCH)) / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def plugin(server, *args, env=None, cwd=None, good=True, key=(ROOT_KEY, ROOT_SECRET)):
    """`poolhouse plugin ...` as an operator types it. `good`: it must succeed; False: it must fail; None: either."""
    at = {"AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1], "AWS_REGION": "us-east-1"} if server else {}
    done = subprocess.run(
        [binary(), "plugin", *map(str, args)], env=clean_env(**at) | (env or {}), cwd=cwd or SCRATCH, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if good is not None and good != (done.returncode == 0):
        raise AssertionError(f"plugin {' '.join(map(str, args))} ended with {done.returncode}: {done.stdout} {done.stderr}")
    return done


def put(server, file, name, manifest=None, env=None, good=True):
    """Puts a module under a name, with a manifest that is a dict."""
    more = [] if manifest is None else ["--manifest", scratch("manifest.toml", toml(manifest))]
    return plugin(server, "put", file, "--name", name, *more, env=env, good=good)


def example_manifest(example, **changes):
    """The manifest of an example; of `config` and `secrets` only what is named changes."""
    manifest = tomllib.loads((EXAMPLES / example / "manifest.toml").read_text())
    for key, value in changes.items():
        manifest[key] = manifest.get(key, {}) | value if isinstance(value, dict) else value
    return manifest


def put_example(server, example, name=None, env=None, **changes):
    """Puts an example under a name (its own by default); returns the name."""
    put(server, built(example), name or example, example_manifest(example, **changes), env=env)
    return name or example


def put_chain(server, name, *steps):
    """Puts a chain of functions, each a dict."""
    text = "".join("[[steps]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in step.items()) for step in steps)
    plugin(server, "put", scratch("chain.toml", text), "--name", name)
    return name


def says(number=0):
    """The fixture says.wat; another module for each number."""
    return scratch("says.wat", fixture("says").read_text().replace('"module 0"', f'"module {number}"'))


def put_says(server, name, response=None, number=0, refusal=None, line=None, secrets=None, config=None, **manifest):
    """Puts a plugin that answers, refuses or writes what is given; with none of it, it breaks. Returns the name."""
    config = dict(config or {})
    if response is not None:
        config["answer"] = json.dumps({"response": response})
    if refusal is not None:
        config["refusal"] = refusal
    if line is not None:
        config["line"] = line
    put(server, says(number), name, {"config": config, "secrets": secrets or {}} | manifest)
    return name


def show(server, name):
    return json.loads(plugin(server, "show", name, "--json").stdout)


def lines(server, name):
    """What a plugin wrote, oldest first."""
    return json.loads(plugin(server, "logs", name, "--json").stdout)["Lines"]


def wait_for_line(server, name, *words, seconds=20):
    """Until a line of a plugin has all the words; returns it."""
    found = until(lambda: next((line for line in lines(server, name) if all(word in line["Text"] for word in words)), None), seconds)
    if not found:
        raise AssertionError(f"{name} wrote no line with {words}: {[line['Text'] for line in lines(server, name)]}")
    return found


def until(look, seconds=20):
    """What `look` gives as soon as it is true; what it gave last once it is too late."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def toml(table):
    """A manifest as text."""
    plain = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items() if not isinstance(value, dict)]
    tables = [(key, value) for key, value in table.items() if isinstance(value, dict)]
    return "\n".join(plain + [f"[{key}]\n" + "\n".join(f"{json.dumps(name)} = {json.dumps(text, ensure_ascii=False)}" for name, text in value.items()) for key, value in tables]) + "\n"


def toolbox():
    """The environment of build.sh of a plugin: the tools that tests/plugins/build.sh installed."""
    import hashlib

    digest = lambda name: hashlib.sha256((HERE / name).read_bytes()).hexdigest()[:16]
    tools = CACHE / "plugin-tools"
    path = [tools / f"python-{digest('requirements.txt')}" / "bin", tools / f"node-{digest('package-lock.json')}" / "node_modules" / ".bin"]
    rust = re.search(r'^channel = "(.*)"', (HERE.parent.parent / "rust-toolchain.toml").read_text(), re.M)[1]
    target = CACHE / "plugin-target"
    return os.environ | {
        "PATH": ":".join([*map(str, path), os.environ["PATH"]]),
        "CARGO_TARGET_DIR": str(target), "GOCACHE": str(target / "go"), "GOTOOLCHAIN": "local", "RUSTUP_TOOLCHAIN": rust,
    }


class Backend:
    """An HTTP server on 127.0.0.1 that plugins call. `answer` gets path, headers and JSON of a request and gives (status, JSON)."""

    def __init__(self, answer):
        self.requests, self.arrived = [], threading.Condition()
        backend = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
                status, said = answer(self.path, self.headers, body)
                said = json.dumps(said).encode()
                with backend.arrived:
                    backend.requests.append({"path": self.path, "headers": dict(self.headers.items()), "body": body, "status": status})
                    backend.arrived.notify_all()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def of(self, **members):
        """The requests whose JSON has these members, oldest first."""
        return [r for r in self.requests if all(r["body"].get(name) == value for name, value in members.items())]

    def wait(self, nth=1, seconds=20, **members):
        """The nth of these requests; waits for it."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: len(self.of(**members)) >= nth, timeout=seconds):
                raise AssertionError(f"{len(self.of(**members))} requests with {members} came, request {nth} did not; all: {[r['body'] for r in self.requests]}")
            return self.of(**members)[nth - 1]
