"""Twenty rounds of SIGKILL while users sign up: nobody who was told "welcome" may be gone afterwards."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients", "lib"))
from cases import report
from cognito import House
from common import Writers, absent
from server import Server

ROUNDS = 100 if os.environ.get("POOLHOUSE_LONG") else 20
SAMPLE = 150


def main():
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    everyone = []
    server = Server(dev=True)
    good = True
    try:
        server.start()
        house = House(server)
        client, confirmed = house.client, house.sign_up("settled")
        server.kill()
        for number in range(1, ROUNDS + 1):
            server.start()
            writers = Writers(server.port, client, f"r{number}")
            reached = writers.wait_for(chance.randint(20, 300))
            server.kill()
            mine = writers.join()
            everyone += mine
            server.start()
            asked = everyone if number > ROUNDS - 2 else mine[-SAMPLE:] + chance.sample(everyone, min(SAMPLE, len(everyone)))
            lost = absent(server.port, client, asked)
            error = None
            if not reached:
                error = f"sign-ups stalled; refusals: {writers.refusals[:3]}"
            elif writers.refusals:
                error = f"refused: {writers.refusals[0]}"
            elif lost:
                error = f"{len(lost)} of {len(asked)} acknowledged users are gone (seed {seed}): {lost[:3]}"
            good &= report(f"kill: round {number}: {len(mine)} signed up, {len(asked)} asked for", error)
            server.kill()
        server.start()
        house.idp = House(server).idp
        tokens = house.tokens(confirmed)
        good &= report("kill: a confirmed user still gets tokens", None if tokens["AccessToken"] else "none")
        status = server.stop()
        good &= report("kill: the server ended well", None if status == 0 else f"exit status {status}")
        complaints = server.complaints()
        good &= report("kill: no panic, no odd answer in any round", complaints[0] if complaints else None)
    except Exception as error:
        good = report("kill", f"{type(error).__name__}: {error}; log: {server.log()[-1500:]}")
    finally:
        server.kill()
        server.remove()
    sys.exit(0 if good else 1)


main()
