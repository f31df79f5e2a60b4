"""Starts a server for one Node test file, runs the file, and checks the server's log: `node.py test_x.js`.

A line `// server: NAME=value` in the file sets the server's environment.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from cases import report
from server import ROOT_KEY, ROOT_SECRET, Server, clean_env


def main(script):
    name = os.path.basename(script)
    try:
        with open(script, encoding="utf-8") as text:
            settings = dict(re.findall(r"^// server: (\w+)=(\S+)$", text.read(), re.MULTILINE))
        with Server(env=settings) as live:
            env = clean_env(POOLHOUSE_URL=live.url, POOLHOUSE_KEY=ROOT_KEY, POOLHOUSE_SECRET=ROOT_SECRET)
            status = subprocess.run(["node", "--no-warnings", script], env=env, timeout=600, check=False).returncode
            ended = live.stop()
            good = report(f"{name}: the server ended well", None if ended == 0 else f"exit status {ended}")
            complaints = live.complaints()
            good &= report(f"{name}: every answer conforms to the model", complaints[0] if complaints else None)
    except Exception as error:  # the server itself
        return 0 if report(f"{name}: server", error) else 1
    return status or (0 if good else 1)


sys.exit(main(sys.argv[1]))
