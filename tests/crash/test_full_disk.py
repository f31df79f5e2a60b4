"""A full disk: clear errors, nothing acknowledged lost, work again once there is room, and a start while there is none."""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients", "lib"))
from cases import report
from cognito import House
from common import Wire, Writers, absent
from server import Server

SIZE_MB = 96
RESERVE_MB = 16


def fill(folder, leave=0):
    """Takes what room there is but for `leave` bytes; returns the file that holds it."""
    path = os.path.join(folder, "filler")
    with open(path, "ab", buffering=0) as out:
        for size in (1 << 20, 4096, 1):
            try:
                while free(folder) >= leave + size:
                    out.write(b"x" * size)
            except OSError:
                continue
    return path


def free(folder):
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def main():
    if os.geteuid() != 0:
        print("skip - full disk: only root can mount a small file system")
        return 0
    disk = tempfile.mkdtemp(prefix="poolhouse-full-")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "poolhouse-test", disk], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        print(f"skip - full disk: {' '.join(mounted.stderr.split())}")
        os.rmdir(disk)
        return 0
    server, good = Server(dev=True, data=os.path.join(disk, "data"), env={"POOLHOUSE_STORE__DISK_RESERVE_MB": str(RESERVE_MB)}), True
    try:
        server.start()
        house = House(server)
        writers = Writers(server.port, house.client, "before")
        reached = writers.wait_for(100)
        filler = fill(disk, leave=RESERVE_MB << 19)
        refused = writers.wait_for_refusal() if reached else False
        before = writers.join()
        fill(disk)
        good &= report("full disk: sign-ups are refused", None if refused else f"{len(before)} signed up, refusals: {writers.refusals[:3]}")
        shapes = {(status, body.get("__type")) for status, body in writers.refusals}
        wanted = {(500, "InternalErrorException")}
        good &= report("full disk: the refusal is AWS's internal error", None if shapes == wanted else f"{shapes}")
        texts = {body.get("message", "") for _, body in writers.refusals}
        leaks = [t for t in texts if disk in t or "os error" in t.lower() or "sled" in t.lower()]
        good &= report("full disk: the refusal tells no path and no engine", leaks[0] if leaks else None)
        unclear = [t for t in texts if "disk is full" not in t]
        good &= report("full disk: the refusal names the cause", unclear[0] if unclear else None)
        lost = absent(server.port, house.client, before[-200:])
        good &= report(f"full disk: {len(before[-200:])} acknowledged users sign in while it is full", f"{len(lost)} are gone: {lost[:2]}" if lost else None)
        os.unlink(filler)
        after = Writers(server.port, house.client, "after")
        reached = after.wait_for(50)
        more = after.join()
        good &= report("full disk: works again with room, without a restart", None if reached else f"{len(more)} signed up, refusals: {after.refusals[:3]}")
        writers = Writers(server.port, house.client, "rush")
        reached = writers.wait_for(50)
        filler = fill(disk)
        writers.wait_for_refusal()
        rush = writers.join()
        good &= report("full disk: sign-ups go on until a sudden fill", None if reached else f"refusals: {writers.refusals[:3]}")
        server.kill()
        server.start()
        lost = absent(server.port, house.client, more)
        good &= report(f"full disk: it starts on a full disk, and {len(more)} users sign in", f"{len(lost)} are gone: {lost[:2]}" if lost else None)
        os.unlink(filler)
        server.kill()
        server.start()
        everyone = before + more + rush
        lost = absent(server.port, house.client, everyone)
        good &= report(f"full disk: all {len(everyone)} acknowledged users are there after a kill", f"{len(lost)} are gone: {lost[:2]}" if lost else None)
        status, body = Wire(server.port).call("SignUp", ClientId=house.client, Username="last", Password="Correct-Horse7")
        good &= report("full disk: sign-up works after the restart", None if status == 200 else f"{body}")
        panics = [line for line in server.log().splitlines() if "panicked at" in line]
        good &= report("full disk: no panic", panics[0] if panics else None)
    except Exception as error:
        good = report("full disk", f"{type(error).__name__}: {error}; log: {server.log()[-1500:]}")
    finally:
        server.kill()
        server.remove()
        subprocess.run(["umount", "-l", disk], check=False)
        shutil.rmtree(disk, ignore_errors=True)
    return 0 if good else 1


sys.exit(main())
