"""Pebble, the test authority of the makers of Let's Encrypt (Debian: `apt-get install pebble`), with its own DNS server:
every name leads to this machine."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request

from tls import Authority

START_SECONDS = 30


def free_ports(count):
    """Ports that nothing listens on just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def installed():
    return shutil.which("pebble") and shutil.which("pebble-challtestsrv")


class Pebble:
    """A running authority. `http_port` and `tls_port` are where it calls names, in place of 80 and 443."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="poolhouse-pebble-")
        self.http_port, self.tls_port, self.port, management, dns, control = free_ports(6)
        self.tls = Authority()
        settings = {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{management}",
            "certificate": self.tls.cert_file,
            "privateKey": self.tls.key_file,
            "httpPort": self.http_port,
            "tlsPort": self.tls_port,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
        config = os.path.join(self.folder, "pebble.json")
        with open(config, "w") as file:
            json.dump({"pebble": settings}, file)
        nowhere = ["-http01", "", "-https01", "", "-tlsalpn01", ""]
        names = ["pebble-challtestsrv", "-dns01", f"127.0.0.1:{dns}", "-management", f"127.0.0.1:{control}", "-defaultIPv6", "", "-defaultIPv4", "127.0.0.1"]
        self.log = open(os.path.join(self.folder, "log.txt"), "ab")
        # It would wait up to 15 seconds before it checks a name.
        env = os.environ | {"PEBBLE_VA_NOSLEEP": "1"}
        started = {"stdout": self.log, "stderr": self.log, "env": env}
        self.children = [subprocess.Popen(names + nowhere, **started), subprocess.Popen(["pebble", "-config", config, "-dnsserver", f"127.0.0.1:{dns}"], **started)]
        self.directory = f"https://localhost:{self.port}/dir"
        self.management = f"https://localhost:{management}"
        try:
            self.root = self._wait_for_root()
        except BaseException:
            self.stop()
            raise

    def _wait_for_root(self):
        """The certificate that everything it issues ends in; it makes one at each start."""
        context = ssl.create_default_context(cafile=self.tls.ca_file)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.management}/roots/0", context=context) as answer:
                    return answer.read().decode()
            except OSError as error:
                if time.monotonic() > until or any(child.poll() is not None for child in self.children):
                    raise RuntimeError(f"pebble did not start: {error}; its log: {self.text()[-1000:]}") from None
                time.sleep(0.05)

    def text(self):
        with open(self.log.name) as file:
            return file.read()

    def stop(self):
        for child in self.children:
            child.terminate()
            child.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
