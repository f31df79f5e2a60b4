"""Named cases that run one after the other against one server, and the lines that report them."""

import contextlib
import os
import re
import sys
import traceback

from server import Server

CASES = []


def case(name):
    """Registers a function of one argument, the server."""

    def keep(run):
        CASES.append((name, run))
        return run

    return keep


def report(name, error=None):
    """One line a case; the reason stays on that line."""
    if error is None:
        print(f"ok - {name}", flush=True)
    else:
        print(f"not ok - {name}: {' '.join(str(error).split())}", flush=True)
    return error is None


def where(error):
    """The innermost line of a test file on the way to an error."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.basename(f.filename).startswith("test_")]
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"


def run(family, server=None, cases=None):
    """Runs all registered cases against `server` (a `--dev` one by default) and ends the program."""
    wanted = os.environ.get("CASE", "")
    good = True
    try:
        with server or Server() as live:
            for name, body in cases or CASES:
                if wanted in name:
                    good &= one(f"{family}: {name}", body, live)
            status = live.stop()
            good &= report(f"{family}: the server ended well", None if status == 0 else f"exit status {status}")
            complaints = live.complaints()
            good &= report(f"{family}: every answer conforms to the model", complaints[0] if complaints else None)
            if not good and os.environ.get("SHOW_LOG"):
                sys.stderr.write(live.log())
    except Exception as error:  # the server itself
        good = report(f"{family}: server", error)
    sys.exit(0 if good else 1)


def one(name, body, live):
    before = len(live.complaints())
    try:
        body(live)
    except Exception as error:
        if os.environ.get("TRACE"):
            traceback.print_exc()
        return report(name, f"{type(error).__name__}: {error} ({where(error)})")
    complaints = live.complaints()[before:]
    return report(name, complaints[0] if complaints else None)


def equal(got, wanted, what="value"):
    """Plain assertions read badly without a test framework: this one says both sides."""
    if got != wanted:
        raise AssertionError(f"{what} is {got!r}, not {wanted!r}")


def true(got, what):
    if not got:
        raise AssertionError(what)


def matches(got, pattern, what="value"):
    if not re.fullmatch(pattern, got or ""):
        raise AssertionError(f"{what} is {got!r}, which does not match {pattern}")


@contextlib.contextmanager
def refused(code, message=None):
    """The block must end in this AWS error. `message`: the whole text, a compiled pattern to find in it, or None for any text."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        got = error.response["Error"]
        if got["Code"] != code:
            raise AssertionError(f"got {got['Code']}: {got.get('Message')!r}, wanted {code}: {message!r}") from error
        text = got.get("Message", "")
        if isinstance(message, re.Pattern):
            true(message.search(text), f"{code} says {text!r}, which lacks {message.pattern!r}")
        elif message is not None:
            equal(text, message, f"the message of {code}")
        return
    raise AssertionError(f"accepted, wanted {code}")
