"""What becomes of plugins: replaced, refused, restarted, removed; what they keep and what they hide; chains, shadows, and new ones."""

import contextlib
import json
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from cases import case, equal, refused, run, true
from cognito import PASSWORD, House, attributes, connect, email, fresh, phone
from common import Wire
from plugins import (
    SCRATCH, Backend, Poolhouse, arn, built, fixture, lines, plugin, put, put_chain, put_example, put_says, says,
    scratch, show, toml, toolbox, until, wait_for_line,
)
from server import ROOT_KEY, ROOT_SECRET, binary, clean_env, http

CONFIRMS, LEAVES = {"autoConfirmUser": True}, {"autoConfirmUser": False}
SECRET = "Hush-hush-4711-and-not-a-word"


def sign_up(house, **values):
    """What SignUp answered."""
    return house.idp.sign_up(ClientId=house.client, Username=fresh(), Password=PASSWORD, UserAttributes=attributes(**values))


def confirmed(house, **values):
    """Whether the user needs no code."""
    return sign_up(house, **values)["UserConfirmed"]


def asks(s, name, trigger="PreSignUp", **settings):
    """A pool that asks a function."""
    return House(s, LambdaConfig={trigger: arn(name)}, **settings)


def refusal(words, trigger="PreSignUp"):
    return refused("UserLambdaValidationException", f"{trigger} failed with error {words}.")


@contextlib.contextmanager
def own_server(**more):
    """A server for one case, which is to end well."""
    with Poolhouse(**more) as live:
        yield live
        equal(live.stop(), 0, "exit status of the server")
        equal(live.complaints(), [], "complaints")


# --- replacing

class SignUps:
    """Threads that sign users up, and what came of each: when it began and ended, and whether the user was confirmed (None: the call failed)."""

    def __init__(self, s, house, threads=3):
        self.port, self.client, self.done, self.ending, self.more = s.port, house.client, [], threading.Event(), threading.Condition()
        self.failures = []
        self.threads = [threading.Thread(target=self.work, args=(fresh("crowd"),), daemon=True) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def work(self, prefix):
        wire, number = Wire(self.port), 0
        while not self.ending.is_set():
            number, begun = number + 1, time.monotonic()
            try:
                status, body = wire.call("SignUp", ClientId=self.client, Username=f"{prefix}-{number}", Password=PASSWORD)
            except Exception as error:
                status, body = 0, repr(error)
            with self.more:
                if status != 200:
                    self.failures.append((status, body))
                self.done.append((begun, time.monotonic(), body["UserConfirmed"] if status == 200 else None))
                self.more.notify_all()
            if len(self.failures) > 20:
                return

    def wait(self, count=25, seconds=60):
        """Until so many more are done."""
        with self.more:
            goal = len(self.done) + count
            true(self.more.wait_for(lambda: len(self.done) >= goal or len(self.failures) > 20, timeout=seconds), "sign-ups stalled")

    def between(self, begun, ended):
        """What came of those that began and ended within this time."""
        return [came for at, until_, came in self.done if begun <= at and until_ <= ended]


def replaced_by(users, *turns):
    """Lets each turn put a version that confirms users, or does not; what users are told must fit the time at which they asked."""
    known, since = True, time.monotonic()
    users.wait()
    for confirms, turn in turns:
        begun = time.monotonic()
        turn()
        ended = time.monotonic()
        users.wait()
        own = users.between(since, begun)
        true(own, "nobody signed up between two versions")
        equal(set(own), {known}, "what users were told before the next version was put")
        known, since = confirms, ended
    equal(set(users.between(since, time.monotonic())), {known}, "what users were told by the last version")
    equal(users.failures, [], "sign-ups that failed")


@case("a plugin is replaced while users sign up: no call fails, each is answered by the old one or the new one")
def replaced(s):
    put_says(s, "turns", CONFIRMS, number=0)
    turn = lambda n: lambda: put_says(s, "turns", CONFIRMS if n % 2 == 0 else LEAVES, number=n)
    settings = lambda answer: lambda: put_says(s, "turns", answer, number=4)
    with SignUps(s, asks(s, "turns")) as users:
        # Five modules, then two versions of the last one with other settings alone.
        replaced_by(users, *((n % 2 == 0, turn(n)) for n in range(1, 5)), (False, settings(LEAVES)), (True, settings(CONFIRMS)))
    equal(show(s, "turns")["Live"]["Version"], 7)


@case("a large plugin is compiled behind the sign-ups, which go on without it until it is ready")
def large(s):
    put_says(s, "grows", CONFIRMS)
    with SignUps(s, asks(s, "grows"), threads=1) as users:
        replaced_by(users, (False, lambda: put_example(s, "block-domains", "grows")))
        slowest = max(ended - begun for begun, ended, _ in users.done)
    true(slowest < 5, f"a sign-up took {slowest:.1f} s")


@case("a version is shown as ready only once it is the one that answers")
def ready(s):
    put_says(s, "quick", LEAVES)
    module, house, wire = show(s, "quick")["Live"], asks(s, "quick"), Wire(s.port)

    def admin(method, path, body=None):
        # Development mode takes any signature.
        credential = "Credential=x/20200101/us-east-1/poolhouse/aws4_request"
        headers = {"X-Amz-Date": "20200101T000000Z", "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host;x-amz-date, Signature=00"}
        status, _, answer = http(method, f"{s.url}/_poolhouse/plugins/{path}", body and json.dumps(body).encode(), headers)
        equal(status, 200, f"{method} {path}: {answer.decode()}, status")
        return json.loads(answer)

    for turn in range(100):
        answer = CONFIRMS if turn % 2 == 0 else LEAVES
        manifest = module["Manifest"] | {"config": {"answer": json.dumps({"response": answer})}}
        # Nothing is sent: the module is known.
        version = admin("POST", "quick", {"Manifest": manifest, "Sha256": module["Sha256"], "Bytes": module["Bytes"]})["Version"]
        shown = lambda: (now := admin("GET", "quick")["Live"])["Version"] == version and now["State"] == "Ready"
        late = time.monotonic() + 20
        while not shown():
            true(time.monotonic() < late, f"version {version} never was ready")
        status, body = wire.call("SignUp", ClientId=house.client, Username=fresh(), Password=PASSWORD)
        equal((status, body.get("UserConfirmed")), (200, answer["autoConfirmUser"]), f"version {version}, shown as ready, {body}")


# --- refused uploads

NO_EVENT = {"config": {"answer": "[]"}}
BAD = scratch("garbage.wasm", b"\0asm\1\0\0\0" + b"no sections of a module")
FOREIGN = scratch("foreign.wat", '(module (import "env" "launch" (func)) (func (export "_start")))')
UPLOADS = [
    ("a text", scratch("text.wasm", "export default {}"), {}, "no WebAssembly"),
    ("garbage behind the first bytes of a module", BAD, {}, "it does not compile"),
    ("a module without _start", scratch("none.wat", "(module)"), {}, "exports no function _start"),
    ("a module that imports what nobody has", FOREIGN, {}, "imports env::launch"),
    ("one that breaks", fixture("breaks"), {}, "PreSignUp_SignUp failed: it broke: wasm trap: wasm `unreachable` instruction executed"),
    ("one that does not end", fixture("endless"), {"timeout_ms": 100}, "PreSignUp_SignUp failed: it took too long"),
    ("one that answers something else", fixture("says"), NO_EVENT, "is not the event with its response"),
    ("one that breaks at another event", fixture("breaks"), {"trial": ["CustomMessage_SignUp"]}, "CustomMessage_SignUp failed: it broke"),
    ("one that imports kv without the grant", fixture("counter"), {}, 'add "kv" to grants'),
    ("one that imports config without the grant", fixture("says"), {"grants": ["log"]}, 'add "config" to grants'),
    ("one that calls, without a place to call", built("deliver-sms"), {"config": {"url": "https://a.example"}}, "lists no origin that it may call"),
    ("a place with a path", fixture("says"), {"http": ["https://a.example/path"]}, "it has more than scheme, host and port"),
    ("a grant that there is not", fixture("says"), {"grants": ["files"]}, "files"),
    ("a limit out of range", fixture("says"), {"timeout_ms": 0}, "timeout_ms must be 1 to 60000"),
    ("a key that there is not", fixture("says"), {"tiemout_ms": 5}, "tiemout_ms"),
    ("a trigger source that there is not", fixture("says"), {"trial": ["PreSignUp"]}, "poolhouse plugin events"),
]


@case("what cannot be taken is refused in words, and the version before stays")
def refused_uploads(s):
    put_says(s, "stays", CONFIRMS)
    house = asks(s, "stays")
    at_server = 0
    for what, file, manifest, words in UPLOADS:
        told = put(s, file, "stays", manifest, good=False)
        true(words in told.stderr, f"{what}: {told.stderr!r} lacks {words!r}")
        true(confirmed(house), f"{what}: the version before is gone")
        now = show(s, "stays")
        equal((now["Live"]["Version"], now["Live"]["State"]), (1, "Ready"), what)
        if "the server refused it" in told.stderr:
            at_server += 1
            equal((now["Next"]["State"], now["Next"]["Version"]), ("Refused", 1 + at_server), what)
            true(now["Next"]["Reason"] in told.stderr, f"{what}: {now['Next']['Reason']!r} was not told")
    true(at_server >= 10, f"the server itself refused {at_server} of {len(UPLOADS)}")
    put_says(s, "stays", LEAVES)
    equal((confirmed(house), show(s, "stays").get("Next")), (False, None), "a version that is good again")


@case("check says what the server would say")
def check(s):
    for what, file, manifest, words in UPLOADS:
        told = plugin(None, "check", file, "--manifest", scratch("manifest.toml", toml(manifest)), good=False)
        true(words in told.stderr, f"{what}: {told.stderr!r} lacks {words!r}")


@case("a name that never had a good version is no function")
def never(s):
    put(s, fixture("breaks"), "never", good=False)
    equal(show(s, "never").get("Live"), None)
    with refused("UnexpectedLambdaException", "PreSignUp invocation failed due to configuration."):
        sign_up(asks(s, "never"))


@case("a place that the manifest does not list is not called, and the log says how to allow it")
def place(s):
    with Backend(lambda *_: (200, {})) as gateway, Backend(lambda *_: (200, {})) as listed:
        settings = {"url": gateway.url, "text": "{code}"}
        name = put_example(s, "deliver-sms", "calls", env={"SMS_TOKEN": SECRET}, http=[listed.url], config=settings)
        sender = {"LambdaVersion": "V1_0", "LambdaArn": arn(name)}
        key = "arn:aws:kms:us-east-1:000000000000:key/0b0f1c5e-6a3f-4f0a-9a3e-0d5a0f8c3b11"
        house, number = House(s, AutoVerifiedAttributes=["phone_number"], LambdaConfig={"CustomSMSSender": sender, "KMSKeyID": key}), phone()
        sign_up(house, phone_number=number)
        wait_for_line(s, name, "denied", f"a call to {gateway.url}: add it to http in the manifest")
        equal((gateway.requests, listed.requests), ([], []), "requests")
        put_example(s, "deliver-sms", name, env={"SMS_TOKEN": SECRET}, http=[listed.url, gateway.url], config=settings)
        sign_up(house, phone_number=phone())
        gateway.wait(source="CustomSMSSender_SignUp")


# --- restarts

def code_files(live):
    """The files of machine code, and when each was made."""
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in (Path(live.data) / "plugins").iterdir()}


@contextlib.contextmanager
def restarted(live, how):
    """A server started anew; gives what its log says from then on, as a function."""
    how()
    before = len(live.log())
    live.start()
    yield lambda: live.log()[before:]


@case("plugins survive restarts and kills, and are not compiled again")
def survive(_):
    with own_server() as live:
        put_says(live, "component", CONFIRMS)
        put_says(live, "component", CONFIRMS, number=1)
        put_example(live, "closed")
        put_example(live, "auto-confirm", config={"domains": ""})
        put_chain(live, "both", {"function": "reserved-names", "on_error": "skip"}, {"function": "auto-confirm"})
        houses = {name: asks(live, name) for name in ("component", "auto-confirm", "both", "closed")}
        files, shown = code_files(live), [show(live, name) for name in houses]
        equal(len(files), 3, "files of machine code")

        def all_answer():
            for name, house in houses.items():
                house.idp = connect(live)
                if name == "closed":
                    with refusal("sign-ups are closed"):
                        sign_up(house)
                else:
                    true(confirmed(house), f"{name} does not answer")

        all_answer()
        for how in (live.stop, live.kill, live.kill):
            with restarted(live, how) as log:
                # At once: a plugin that is compiled again is refused for a while.
                all_answer()
                equal(code_files(live), files, f"machine code after {how.__name__}")
                true("is compiled again" not in log() and "a plugin is ready" not in log(), f"after {how.__name__} it was compiled again: {log()}")
                now = [show(live, name) for name in houses]
                equal([{**view, "Calls": 0} for view in now], [{**view, "Calls": 0} for view in shown], "what is shown")


@case("machine code that is gone or broken is made anew; until then calls fail closed")
def made_anew(_):
    with own_server() as live:
        put_example(live, "reserved-names")
        house = asks(live, "reserved-names")

        def wait():
            house.idp = connect(live)
            pending, late = "PreSignUp invocation failed due to error ResourceConflictException.", time.monotonic() + 120
            while time.monotonic() < late:
                try:
                    return sign_up(house)
                except house.idp.exceptions.UnexpectedLambdaException as error:
                    equal(error.response["Error"]["Message"], pending)
            raise AssertionError("it never was made anew")

        for spoil in (Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:5000]), lambda file: file.write_bytes(b"x" * 9000)):
            [file] = (Path(live.data) / "plugins").iterdir()
            live.stop()
            spoil(file)
            with restarted(live, lambda: None) as log:
                wait()
                true("is compiled again" in log(), "the log says nothing of it")
                with refusal('the name "admin" is reserved'):
                    house.idp.sign_up(ClientId=house.client, Username="admin", Password=PASSWORD)


@case("a version that was being compiled when the server was killed is ready after the next start")
def killed_while_compiling(_):
    with own_server() as live:
        put_says(live, "late", CONFIRMS)
        house = asks(live, "late")
        waiting = threading.Thread(target=put, args=(live, built("block-domains"), "late"), kwargs={"good": None})
        waiting.start()
        true(until(lambda: (show(live, "late").get("Next") or {}).get("State") == "Compiling"), "it never was compiled")
        live.kill()
        waiting.join()
        live.start()
        house.idp = connect(live)
        true(confirmed(house) or show(live, "late")["Live"]["Version"] == 2, "neither version answers")
        true(until(lambda: show(live, "late")["Live"]["Version"] == 2, 120), f"it is {show(live, 'late')}")
        with refusal("Addresses at mailinator.com cannot sign up here"):
            sign_up(house, email="ann@mailinator.com")


# --- removing, keeping, hiding

@case("a pool whose plugin is removed refuses what it was asked about, and nothing else")
def removed(s):
    put_says(s, "goes", CONFIRMS)
    house = asks(s, "goes")
    name, gone = house.user(), "PreSignUp invocation failed due to configuration."
    true(confirmed(house), "it does not answer")
    plugin(s, "remove", "goes")
    with refused("UnexpectedLambdaException", gone):
        sign_up(house)
    with refused("UnexpectedLambdaException", gone):
        house.user()
    true(house.tokens(name)["IdToken"], "sign-in fails, too")
    for command in ("show", "logs", "remove"):
        true("There is no plugin goes" in plugin(s, command, "goes", good=False).stderr, f"{command} knows it still")
    equal([p["Name"] for p in json.loads(plugin(s, "list", "--json").stdout)["Plugins"] if p["Name"] == "goes"], [])
    put_says(s, "goes", LEAVES)
    equal(confirmed(house), False, "one of the same name")


def attempt(house, number):
    with refusal(f"attempt {number}"):
        sign_up(house)


@case("what a plugin keeps survives a restart, a kill and a new version, and goes with the plugin")
def kept(_):
    with own_server() as live:
        counter = lambda **more: put(live, fixture("counter"), "counter", {"grants": ["kv"]} | more)
        counter()
        house = asks(live, "counter")
        attempt(house, 1)
        attempt(house, 2)
        for number, how in ((3, live.stop), (4, live.kill)):
            with restarted(live, how):
                house.idp = connect(live)
                attempt(house, number)
        counter(description="another version")
        attempt(house, 5)
        put(live, fixture("counter"), "other", {"grants": ["kv"]})
        attempt(asks(live, "other"), 1)
        plugin(live, "remove", "counter")
        counter()
        attempt(house, 1)


@case("what plugins keep counts every call, also of many at once")
def counted(s):
    put(s, fixture("counter"), "crowd", {"grants": ["kv"]})
    house, seen, lock = asks(s, "crowd"), [], threading.Lock()

    def work():
        wire = Wire(s.port)
        for _ in range(25):
            _, body = wire.call("SignUp", ClientId=house.client, Username=fresh(), Password=PASSWORD)
            with lock:
                seen.append(body.get("message"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(sorted(seen), sorted(f"PreSignUp failed with error attempt {n}." for n in range(1, 101)))


def hidden(live, names, secret=SECRET):
    """The secret is nowhere: not in what the command line shows, not in the log, not in a file."""
    for name in names:
        for shown in (plugin(live, "show", name), plugin(live, "show", name, "--json"), plugin(live, "logs", name), plugin(live, "logs", name, "--json")):
            true(secret not in shown.stdout + shown.stderr, f"{' '.join(shown.args[1:])} shows it")
    true(secret not in plugin(live, "list", "--json").stdout, "list shows it")
    found = [line for line in live.log().splitlines() if secret in line]
    equal(found[:2], [], f"{len(found)} lines of the log, among them")
    for file in (file for file in Path(live.data).rglob("*") if file.is_file()):
        true(secret.encode() not in file.read_bytes(), f"{file} holds it as it is")


@case("secrets reach plugins and stay hidden, also where plugins write them")
def secrets(_):
    with own_server() as live:
        put_says(live, "tells", CONFIRMS, secrets={"line": f"my secret: {SECRET}", "key": SECRET})
        put_says(live, "whole", CONFIRMS, secrets={"line": SECRET})
        put(live, fixture("environment"), "environment", {"config": {"plain": "to be seen"}, "secrets": {"key": "env:KEY_OF_TESTS"}}, env={"KEY_OF_TESTS": SECRET})
        for name in ("tells", "whole"):
            true(confirmed(asks(live, name)), "no answer")
            wait_for_line(live, name, "[secret]")
        with refusal("plain=to be seen key=[secret]"):
            sign_up(asks(live, "environment"))
        hidden(live, ("tells", "whole", "environment"))
        with restarted(live, live.stop):
            house = asks(live, "whole")
            true(confirmed(house), "no answer after a restart")
            hidden(live, ("tells", "whole", "environment"))
    told = put(live, fixture("environment"), "environment", {"secrets": {"key": "env:NO_SUCH_VARIABLE"}}, good=False).stderr
    true("NO_SUCH_VARIABLE is not set" in told, told)


@case("a component that refuses in the words of a secret: the log hides them")
def secret_refusal(_):
    with own_server() as live:
        put_says(live, "blurts", secrets={"refusal": SECRET})
        with refused("UserLambdaValidationException"):
            sign_up(asks(live, "blurts"))
        wait_for_line(live, "blurts", "refused")
        hidden(live, ["blurts"])


KEY_LINES = [f"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us{n:04d}" for n in range(26)]
PRIVATE_KEY = "\n".join(["-----BEGIN PRIVATE KEY-----", *KEY_LINES, "-----END PRIVATE KEY-----", ""])


@case("secrets of many lines stay hidden: private keys")
def secret_key(_):
    with own_server() as live:
        put_says(live, "tells", CONFIRMS, secrets={"line": PRIVATE_KEY})
        put(live, fixture("environment"), "environment", {"secrets": {"key": PRIVATE_KEY}})
        true(confirmed(asks(live, "tells")), "no answer")
        with refused("UserLambdaValidationException"):
            sign_up(asks(live, "environment"))
        for name in ("tells", "environment"):
            wait_for_line(live, name, "")
        hidden(live, ("tells", "environment"), KEY_LINES[0][:-4])


@case("a secret that begins just before a line is cut stays hidden")
def secret_at_the_end(_):
    with own_server() as live:
        # Lines are cut after 1,000 characters: `pad=xx.. key=Hush-hush..`
        for length in (978, 968):
            put(live, fixture("environment"), "long", {"config": {"pad": "x" * length}, "secrets": {"key": SECRET}})
            with refused("UserLambdaValidationException", re.compile(f"pad=x{{{length}}} key=(?!Hush)")):
                sign_up(asks(live, "long"))
        hidden(live, ["long"], SECRET[:8])


@case("what plugins say does not pass for lines of the server's own")
def forged(s):
    forgery = "2026-01-01T00:00:00.000000Z ERROR poolhouse::request: forged"
    put_says(s, "says-forged", CONFIRMS, line=f"fine\n{forgery} \x1b[31m")
    put_says(s, "refuses-forged", refusal=f"fine\r\n{forgery} \x1b[31m")
    confirmed(asks(s, "says-forged"))
    with refused("UserLambdaValidationException"):
        sign_up(asks(s, "refuses-forged"))
    for name in ("says-forged", "refuses-forged"):
        text = wait_for_line(s, name, "forged")["Text"]
        true(text.isprintable(), f"{name} wrote {text!r}")
    equal([line for line in re.split("[\r\n]", s.log()) if line.startswith(forgery)], [], "lines of the log")


@case("only who may put plugins can: a read-only key sees them")
def allowed(_):
    with own_server(dev=False) as live:
        put_says(live, "seen", CONFIRMS)
        env = clean_env(AWS_ENDPOINT_URL=live.url, AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_REGION="us-east-1")
        made = subprocess.run([binary(), "keys", "create", "--policy", "read-only", "--json"], env=env, capture_output=True, text=True, check=True).stdout
        key = (re.search(r"AKIA[A-Z0-9]{12,}", made)[0], re.search(r'"SecretAccessKey": *"([^"]+)"', made)[1])
        for command in (["show", "seen"], ["list"]):
            plugin(live, *command, key=key)
        for command in (["put", says(), "--name", "seen"], ["remove", "seen"], ["logs", "seen"]):
            told = plugin(live, *command, key=key, good=False).stderr
            true("is not authorized to perform: poolhouse:" in told, f"{command[0]}: {told!r}")
        told = plugin(live, "list", key=(ROOT_KEY, "x" * 40), good=False).stderr
        true("signature" in told, told)
        equal((show(live, "seen")["Live"]["Version"], confirmed(asks(live, "seen"))), (1, True))


# --- what follows a failure

@case("a plugin that takes too long is tried again as often as its manifest says, and then fails")
def too_long(s):
    put(s, fixture("endless"), "endless", {"timeout_ms": 100, "retries": 2, "trial": []})
    with refusal("Socket timeout while invoking Lambda function"):
        sign_up(asks(s, "endless"))
    equal(show(s, "endless")["Calls"], {"timeout": 3})
    wait_for_line(s, "endless", "timeout")


@case("a plugin gets as much memory as its manifest says")
def hungry(s):
    put(s, fixture("hungry"), "hungry", {"memory_mb": 3, "trial": []})
    with refusal("the function ran out of memory"):
        sign_up(asks(s, "hungry"))
    equal(show(s, "hungry")["Calls"], {"out_of_memory": 1})
    [line] = lines(s, "hungry")
    true("memory_mb in its manifest" in line["Text"], str(line))
    for memory in (3, 5):
        told = plugin(None, "run", fixture("hungry"), "--manifest", scratch("manifest.toml", f"memory_mb = {memory}\n"), good=False).stderr
        true(f"{memory}.0 MiB" in told, f"with {memory} MiB: {told!r}")


@case("a manifest says what follows when a plugin fails or refuses")
def manifest_policy(s):
    put(s, fixture("breaks"), "broken", {"trial": []})
    house = asks(s, "broken")
    with refusal("the function crashed"):
        sign_up(house)
    put(s, fixture("breaks"), "broken", {"trial": [], "on_refusal": "skip"})
    with refusal("the function crashed"):
        sign_up(house)
    put(s, fixture("breaks"), "broken", {"trial": [], "on_error": "skip"})
    equal(confirmed(house), False)
    put_says(s, "refuses", refusal="no")
    house = asks(s, "refuses")
    put_says(s, "refuses", refusal="no", on_error="skip")
    with refusal("no"):
        sign_up(house)
    put_says(s, "refuses", refusal="no", on_refusal="skip")
    equal(confirmed(house), False)


@case("a chain of two: skip goes on, allow ends it well, deny ends it")
def chain(s):
    put(s, fixture("breaks"), "first-breaks", {"trial": []})
    put_says(s, "first-refuses", refusal="not you")
    put_says(s, "then-confirms", CONFIRMS)
    steps = lambda first, **policy: ({"function": first, **policy}, {"function": "then-confirms"})
    outcomes = {
        "crash": ("first-breaks", "on_error", lambda: refusal("the function crashed")),
        "refusal": ("first-refuses", "on_refusal", lambda: refusal("not you")),
        "absence": ("nowhere", "on_error", lambda: refused("UnexpectedLambdaException", "PreSignUp invocation failed due to configuration.")),
    }
    house = asks(s, put_chain(s, "chain", *steps("then-confirms")))
    for what, (first, policy, denied) in outcomes.items():
        for then, expected in (("skip", True), ("allow", False)):
            put_chain(s, "chain", *steps(first, **{policy: then}))
            equal(confirmed(house), expected, f"{what}, {then}")
        for chained in (steps(first, **{policy: "deny"}), steps(first)):
            put_chain(s, "chain", *chained)
            with denied():
                sign_up(house)
    # The other kind of failure is not meant.
    put_chain(s, "chain", *steps("first-refuses", on_error="skip"))
    with refusal("not you"):
        sign_up(house)
    put_chain(s, "chain", *steps("first-breaks", on_refusal="skip"))
    with refusal("the function crashed"):
        sign_up(house)


@case("a chain's second function sees what the first one answered; the step's own limits count")
def chain_passes_on(s):
    put_example(s, "reserved-names")
    put_example(s, "auto-confirm", config={"domains": "example.com"})
    put(s, fixture("endless"), "stalls", {"trial": [], "timeout_ms": 60000})
    house = asks(s, put_chain(s, "sign-ups", {"function": "auto-confirm"}, {"function": "reserved-names"}))
    true(confirmed(house, email=email()), "what the first one answered is lost")
    with refusal('the name "root" is reserved'):
        house.idp.sign_up(ClientId=house.client, Username="root", Password=PASSWORD)
    put_chain(s, "sign-ups", {"function": "stalls", "timeout_ms": 100, "retries": 1, "on_error": "skip"}, {"function": "auto-confirm"})
    true(confirmed(house, email=email()), "the second one was not asked")
    equal(show(s, "stalls")["Calls"], {"timeout": 2})
    told = plugin(s, "put", scratch("chain.toml", "steps = []"), "--name", "sign-ups", good=False).stderr
    true("1 to 16 steps" in told, told)


@case("a shadow changes nothing and delays nobody; where it differs, its log says so")
def shadow(s):
    put_says(s, "candidate", LEAVES)
    put_says(s, "current", CONFIRMS, shadow="candidate")
    house = asks(s, "current")
    true(confirmed(house), "the shadow's answer counted")
    line = wait_for_line(s, "candidate", "as a shadow it differs from current in response.autoConfirmUser")
    equal((line["Level"], line["Source"]), ("warn", "PreSignUp_SignUp"))
    # One that says the same leaves no line; one that does not end delays nobody.
    put_says(s, "candidate", CONFIRMS)
    calls = lambda: show(s, "candidate")["Calls"].get("ok", 0)
    before, asked = len(lines(s, "candidate")), calls()
    true(confirmed(house) and until(lambda: calls() == asked + 1), "the shadow was not asked")
    equal(len(lines(s, "candidate")), before, "lines")
    put(s, fixture("endless"), "candidate", {"trial": [], "timeout_ms": 4000})
    begun = time.monotonic()
    true(confirmed(house), "the shadow's failure counted")
    true(time.monotonic() - begun < 3, "the caller waited for the shadow")
    wait_for_line(s, "candidate", "what came of it (timeout here, an answer there)")
    put_chain(s, "beside", {"function": "current", "shadow": "reserved"})
    put_says(s, "reserved", refusal="never")
    true(confirmed(asks(s, "beside")), "the shadow of a step counted")
    wait_for_line(s, "reserved", "as a shadow it differs from current in what came of it (refused here, an answer there)")


# --- the command line

@case("list, show and logs tell people of plugins")
def told(s):
    name = put_says(s, "told", CONFIRMS, description="Says what it is told", line="here I am")
    put(s, fixture("breaks"), name, good=False)
    confirmed(asks(s, name))
    wait_for_line(s, name, "here I am")
    row = next(row for row in plugin(s, "list").stdout.splitlines() if row.startswith("told "))
    equal(row.split(maxsplit=5), ["told", "1", "ready", "2", "refused", "Says what it is told"])
    shown = plugin(s, "show", name).stdout
    for words in ("live version 1: ready", "next version 2: refused", "`unreachable` instruction executed", "timeout_ms = 5000", "calls since the start: 1 ok"):
        true(words in shown, f"show says {shown!r}, which lacks {words!r}")
    *_, line = plugin(s, "logs", name).stdout.splitlines()
    true(re.fullmatch(r"\d{4}-\d\d-\d\dT\S+Z +warn +PreSignUp_SignUp \S+ here I am", line), f"the line is {line!r}")
    keys = {"AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}
    true("told" in plugin(None, "list", "--endpoint", s.url, env=keys).stdout, "--endpoint leads elsewhere")


@case("run shows the answer, what the server would do, and what a refusal looks like")
def runs(_):
    def ran(*args, good=True, **settings):
        return plugin(None, "run", says(), "--manifest", scratch("manifest.toml", toml(settings)), *args, good=good)

    done = ran(config={"answer": json.dumps({"response": CONFIRMS}), "line": "here I am"})
    equal(json.loads(done.stdout)["response"], CONFIRMS)
    for words in ("here I am", "MiB", "the server would:", "confirm the user without a code"):
        true(words in done.stderr, f"{done.stderr!r} lacks {words!r}")
    told = ran(config={"refusal": "not today"}, good=False).stderr
    true("UserLambdaValidationException" in told and "PreSignUp failed with error not today." in told, told)
    told = ran("--trigger", "PostConfirmation_ConfirmSignUp", config={"refusal": "later"}, good=False).stderr
    true("PostConfirmation failed with error later." in told, told)
    told = ran(config={"answer": json.dumps({"response": {"autoConfirmUser": "yes"}})}, good=False).stderr
    true("Unrecognizable lambda output" in told, told)
    told = ran(secrets={"line": SECRET}, config={"answer": '{"response": {}}'}).stderr
    true("[secret]" in told and SECRET not in told, told)


@case("events prints the events that run takes")
def events(_):
    everything = json.loads(plugin(None, "events").stdout)
    true(len(everything) > 30, f"{len(everything)} events")
    one = json.loads(plugin(None, "events", "UserMigration_Authentication").stdout)
    equal((one["triggerSource"], one in everything), ("UserMigration_Authentication", True))
    passed = scratch("event.json", json.dumps(everything[0] | {"triggerSource": "PostConfirmation_ConfirmSignUp"}))
    ran = plugin(None, "run", built("closed"), "--event", passed)
    equal(json.loads(ran.stdout), json.loads(passed.read_text()), "an event that goes through")
    plugin(None, "events", "PreSignUp", good=False)


# The language, the example that it begins from, and what its own event comes to.
LANGUAGES = {
    "wat": ("closed", "sign-ups are closed"),
    "c": ("office-hours", None),
    "rust": ("add-claims", "put into the access token: tenant"),
    "assemblyscript": ("auto-confirm", "confirm the user without a code"),
    "go": ("reserved-names", 'the name "Adm1n" is reserved'),
    "javascript": ("block-domains", "send a code to confirm"),
    "python": ("localised-messages", "Ihr Bestätigungscode lautet {####}."),
}


def new(language, words):
    def body(_):
        folder, name = Path(tempfile.mkdtemp(dir=SCRATCH)), "my-own"
        plugin(None, "new", "--lang", language, name, cwd=folder)
        made = folder / name
        for file in ("README.md", "manifest.toml", "event.json", "build.sh"):
            true((made / file).is_file(), f"there is no {file}")
        done = subprocess.run([made / "build.sh"], env=toolbox(), capture_output=True, text=True, timeout=600, check=False)
        true(done.returncode == 0 and (made / f"{name}.wasm").is_file(), f"build.sh ended with {done.returncode}: {done.stdout[-500:]} {done.stderr[-1500:]}")
        # No two builds of JavaScript are the same, so that what is compiled of them is of no use to the next run.
        cache = {"XDG_CACHE_HOME": str(folder)}
        true("A server would take it" in plugin(None, "check", made / f"{name}.wasm", env=cache).stdout, "check says nothing good")
        ran = plugin(None, "run", made / f"{name}.wasm", "--event", made / "event.json", env=cache, good=None)
        if words:
            true(words in ran.stderr, f"run says {ran.stderr!r}")
        told = plugin(None, "new", "--lang", language, name, cwd=folder, good=False).stderr
        true(name in told, f"what is there already: {told!r}")

    return body


for _language, (_, _words) in LANGUAGES.items():
    case(f"new: a plugin in {_language} is built, checked and run")(new(_language, _words))


@case("new: what it cannot make, it says")
def not_new(_):
    true("javascript" in plugin(None, "new", "--lang", "cobol", "x", good=False).stderr, "languages are not named")
    plugin(None, "new", "--lang", "wat", "../x", good=False)


run("plugins: lifecycle", Poolhouse())
