"""Sign-ins by the thousand with three plugins at each: every call answered, each plugin asked each time, memory that stays flat.

POOLHOUSE_LONG=1: 10,000 of them; 300 otherwise, which is too few to say much of memory.
"""

import os
import statistics
import threading
import time

from cases import case, equal, run, true
from cognito import PASSWORD, House, claims
from common import Wire
from plugins import Poolhouse, arn, put_example, show

LONG = bool(os.environ.get("POOLHOUSE_LONG"))
COUNT = 10_000 if LONG else 300
SAMPLES = 90 if LONG else 30
THREADS, USERS = 4, 40
# A component in Rust, a command in C, one in WebAssembly's own text.
PLUGINS = {"PreTokenGeneration": "add-claims", "PreAuthentication": "office-hours", "PostAuthentication": "closed"}


def resident(s):
    """The server's memory in KiB."""
    with open(f"/proc/{s.child.pid}/status", encoding="utf-8") as status:
        return int(next(line for line in status if line.startswith("VmRSS:")).split()[1])


class SignIns:
    """Threads that sign in, each over one connection."""

    def __init__(self, s, house, names):
        self.port, self.client, self.names = s.port, house.client, names
        self.begun, self.failures, self.more = 0, [], threading.Condition()
        self.took = []
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(THREADS)]
        for thread in self.threads:
            thread.start()

    def work(self):
        wire = Wire(self.port)
        while True:
            with self.more:
                if self.begun >= COUNT or len(self.failures) > 20:
                    return
                self.begun += 1
                name = self.names[self.begun % len(self.names)]
            begun = time.monotonic()
            try:
                status, body = wire.call("InitiateAuth", ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD})
                token = claims(body["AuthenticationResult"]["IdToken"]) if status == 200 else {}
                good = (token.get("cognito:username"), token.get("tenant")) == (name, "acme")
            except Exception as error:
                status, body, good = 0, repr(error), False
            with self.more:
                self.took.append(time.monotonic() - begun)
                if not good:
                    self.failures.append((status, body))
                self.more.notify_all()

    def wait(self, count):
        """Until so many are done."""
        with self.more:
            true(self.more.wait_for(lambda: len(self.took) >= count or len(self.failures) > 20, timeout=120), f"sign-ins stalled at {len(self.took)}")


@case(f"{COUNT} sign-ins with three plugins each: all get their tokens, memory stays flat")
def sign_ins(s):
    put_example(s, "add-claims")
    put_example(s, "closed")
    put_example(s, "office-hours", config={"from": "00:00", "to": "24:00", "days": "sun-sat"})
    house = House(s, LambdaConfig={trigger: arn(name) for trigger, name in PLUGINS.items()})
    names = [house.user() for _ in range(USERS)]
    begun, memory = time.monotonic(), []
    crowd = SignIns(s, house, names)
    for sample in range(1, SAMPLES + 1):
        crowd.wait(COUNT * sample // SAMPLES)
        memory.append(resident(s))
    seconds = time.monotonic() - begun
    equal(crowd.failures[:3], [], f"{len(crowd.failures)} sign-ins that failed, among them")
    for name in PLUGINS.values():
        equal(show(s, name)["Calls"], {"ok": COUNT}, f"calls of {name}")
    third = SAMPLES // 3
    parts = [statistics.median(memory[third * n : third * (n + 1)]) / 1024 for n in range(3)]
    took = sorted(crowd.took)
    print(
        f"# {COUNT / seconds:.0f} sign-ins a second, median {took[COUNT // 2] * 1000:.1f} ms, 99 of 100 within {took[COUNT * 99 // 100] * 1000:.1f} ms; "
        f"memory of the thirds {', '.join(f'{part:.0f}' for part in parts)} MiB",
        flush=True,
    )
    true(parts[2] <= parts[1] * 1.1, f"memory grows: {parts[1]:.0f} MiB in the second third, {parts[2]:.0f} MiB in the last")


run("plugins: sign-ins", Poolhouse())
