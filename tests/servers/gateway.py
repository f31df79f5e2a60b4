"""An SMS gateway that captures: Twilio's Messages API, and a plain JSON form at /send. Failures on demand."""

import base64
import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACCOUNT, TOKEN, API_KEY = "ACtests", "token-of-the-tests", "key-of-the-tests"


class Gateway:
    """Listens on 127.0.0.1; `fail` holds (status, code) answers that the next calls get instead."""

    def __init__(self):
        self.sent, self.tried, self.fail, self.arrived = [], [], [], threading.Condition()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                status, answer = gateway.take(self.path, self.headers, body)
                answer = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()

    def take(self, path, headers, body):
        with self.arrived:
            status, answer = self.answer(path, headers, body)
            self.arrived.notify_all()
            return status, answer

    def answer(self, path, headers, body):
        if path == "/send":
            if headers.get("x-api-key") != API_KEY:
                return 401, {"code": 1}
            message = json.loads(body)
        else:
            if path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
                return 404, {"code": 20404}
            if headers.get("authorization") != "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode():
                return 401, {"code": 20003, "message": "Authenticate", "status": 401}
            form = {name: values[0] for name, values in parse_qs(body).items()}
            message = {"to": form["To"], "from": form.get("From") or form.get("MessagingServiceSid"), "text": form["Body"]}
        self.tried.append(message["to"])
        if self.fail:
            status, code = self.fail.pop(0)
            return status, {"code": code, "message": f"injected for {message['to']}", "status": status}
        self.sent.append(message)
        return 201, {"sid": "SM" + uuid.uuid4().hex, "status": "queued"}

    def to(self, number, nth=1, seconds=30):
        """The text of the nth message to a number; waits for it."""
        def found():
            return [m for m in self.sent if m["to"] == number]

        with self.arrived:
            if not self.arrived.wait_for(lambda: len(found()) >= nth, timeout=seconds):
                raise AssertionError(f"{len(found())} messages reached {number}, message {nth} did not; tried: {self.tried}")
            return found()[nth - 1]

    def attempt(self, number, nth=1, seconds=30):
        """Waits for the nth try of a message to a number, whatever its answer."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.tried.count(number) >= nth, timeout=seconds):
                raise AssertionError(f"a message to {number} was tried {self.tried.count(number)} times, not {nth}")
