"""What the crash tests share: many threads that sign users up and remember whom the server acknowledged."""

import http.client
import json
import threading

PASSWORD = "Correct-Horse7"
HEADERS = {"Content-Type": "application/x-amz-json-1.1"}


class Wire:
    """One connection that speaks AWS JSON 1.1 without an SDK: quick, and gone with the server."""

    def __init__(self, port):
        self.port, self.connection = port, None

    def call(self, operation, **members):
        """(status, body); OSError or HTTPException when the server is not there."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self.connection.request("POST", "/", json.dumps(members), HEADERS | {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"})
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            raise


class Writers:
    """Threads that sign users up until told to stop or until the server goes; `acknowledged` is what must never be lost."""

    def __init__(self, port, client, prefix, threads=8):
        self.client, self.port = client, port
        self.acknowledged, self.refusals, self.lock, self.ending = [], [], threading.Lock(), threading.Event()
        self.enough = threading.Condition(self.lock)
        self.threads = [threading.Thread(target=self.work, args=(f"{prefix}-{n}",)) for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def work(self, prefix):
        wire, number = Wire(self.port), 0
        while not self.ending.is_set():
            number += 1
            name = f"{prefix}-{number}"
            try:
                status, body = wire.call("SignUp", ClientId=self.client, Username=name, Password=PASSWORD)
            except (OSError, http.client.HTTPException, ValueError):
                return
            with self.lock:
                if status == 200:
                    self.acknowledged.append(name)
                else:
                    self.refusals.append((status, body))
                self.enough.notify_all()
                if len(self.refusals) > 50:
                    return

    def wait_for(self, count, seconds=60):
        """Until so many sign-ups were acknowledged; False if they never were."""
        with self.lock:
            return self.enough.wait_for(lambda: len(self.acknowledged) >= count or len(self.refusals) > 50, timeout=seconds) and len(self.acknowledged) >= count

    def wait_for_refusal(self, seconds=120):
        with self.lock:
            return self.enough.wait_for(lambda: len(self.refusals) > 50, timeout=seconds)

    def join(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()
        return self.acknowledged


def absent(port, client, names, threads=4):
    """Those of `names` who cannot sign in with their password. The users are unconfirmed: `User is not confirmed.` comes only after the password was right."""
    missing, lock, rest = [], threading.Lock(), iter(list(names))

    def work():
        wire = Wire(port)
        while True:
            with lock:
                name = next(rest, None)
            if name is None:
                return
            parameters = {"USERNAME": name, "PASSWORD": PASSWORD}
            status, body = wire.call("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
            if status != 200 and body.get("__type") != "UserNotConfirmedException":
                with lock:
                    missing.append((name, body))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return missing
