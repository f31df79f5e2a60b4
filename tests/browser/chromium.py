"""Chromium without a window, spoken to over a pipe by the DevTools protocol; ended by its pid."""

import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
]
ANSWER_SECONDS = 60


class Chromium:
    """A browser with one page."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="poolhouse-chromium-")
        theirs_in, self.out = os.pipe()
        self.into, theirs_out = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4.
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            raise RuntimeError("there is no Chromium: install it, or name it in CHROMIUM")
        self.log = tempfile.TemporaryFile()
        self.child = subprocess.Popen(
            ["bash", "-c", script, program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=self.log,
            stderr=self.log,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.number, self.session = b"", 0, None
        try:
            target = self.send("Target.createTarget", url="about:blank")["targetId"]
            self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self.send("Page.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        os.close(self.out)
        os.close(self.into)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, until):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.into], [], [], max(0, until - time.monotonic()))
            chunk = os.read(self.into, 1 << 16) if ready else b""
            if not chunk:
                self.log.seek(0)
                raise RuntimeError(f"Chromium did not answer; its log: {self.log.read()[-2000:].decode(errors='replace')}")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, **params):
        """Calls a method of the protocol and waits for its result."""
        self.number += 1
        asked = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        data = json.dumps(asked).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data) :]
        until = time.monotonic() + ANSWER_SECONDS
        while (answer := self._message(until)).get("id") != self.number:
            self.seen(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def seen(self, event):
        self.loaded = getattr(self, "loaded", 0) + (event.get("method") == "Page.loadEventFired")

    def open(self, url):
        """Goes to a page and waits until it is loaded."""
        self.loaded = 0
        self.send("Page.navigate", url=url)
        until = time.monotonic() + ANSWER_SECONDS
        while not self.loaded:
            self.seen(self._message(until))

    def run(self, function, *args):
        """What a function of the page answers; what it throws becomes an error with its text."""
        call = f"{function}({', '.join(json.dumps(arg) for arg in args)})"
        answer = self.send("Runtime.evaluate", expression=call, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"].get("exception", {})
            raise PageError((thrown.get("description") or str(thrown.get("value"))).splitlines()[0])
        return answer["result"].get("value")

    @contextlib.contextmanager
    def authenticator(self, verifies=True):
        """A virtual authenticator, as computers and phones have one built in."""
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": verifies,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        self.send("WebAuthn.enable")
        made = self.send("WebAuthn.addVirtualAuthenticator", options=options)["authenticatorId"]
        try:
            yield made
        finally:
            self.send("WebAuthn.removeVirtualAuthenticator", authenticatorId=made)

    def credentials(self, authenticator):
        """What an authenticator holds, private keys included."""
        return self.send("WebAuthn.getCredentials", authenticatorId=authenticator)["credentials"]


class PageError(Exception):
    """What a page threw."""
