"""Runs `lambda_handler` of lambda_function.py, as it is, as a Poolhouse plugin."""

import json
import sys
import time
import traceback

import wit_world
from componentize_py_types import Err

import lambda_function

# How long a call may take; Poolhouse goes by `timeout_ms` in the manifest. Keep them equal.
TIMEOUT_MS = 5000

# Standard error is what ends up in the server's log.
sys.stdout = sys.stderr


class Context:
    function_name = "plugin"
    function_version = "$LATEST"

    def __init__(self):
        self.end = time.monotonic() + TIMEOUT_MS / 1000

    def get_remaining_time_in_millis(self):
        return max(0, int((self.end - time.monotonic()) * 1000))


class WitWorld(wit_world.WitWorld):
    def handle(self, event: str) -> str:
        try:
            return json.dumps(lambda_function.lambda_handler(json.loads(event), Context()))
        except Exception as error:
            traceback.print_exc()
            raise Err(str(error)) from None  # the words of the refusal
