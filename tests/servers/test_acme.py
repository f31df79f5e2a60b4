"""Certificates from an authority over ACME: Pebble issues them to the running server, by either challenge."""

import http.client
import os
import socket
import ssl
import sys
import time

import cases
from authority import Pebble, free_ports, installed
from cases import CASES, case, equal, report, true
from cognito import House, connect
from house import wait_for_log
from house import poolhouse as serve

SECONDS = 60


def settings(pebble, challenge, more=""):
    """A server that TLS of pebble finds at `tls_port`, and its plain HTTP at `http_port`."""
    return (
        f'[server]\npublic_url = "https://id.poolhouse.localhost:{pebble.tls_port}"\nredirect_http = "127.0.0.1:{pebble.http_port}"\n'
        f'{more}\n[[server.listeners]]\nlisten = "127.0.0.1:{pebble.tls_port}"\ntls = true\n'
        f'[acme]\nenabled = true\naccept_terms = true\ncontact = ["admin@example.com"]\ndirectory_url = "{pebble.directory}"\n'
        f'ca_file = "{pebble.tls.ca_file}"\nchallenge = "{challenge}"\nallow_private = true\n'
        f"http_port = {pebble.http_port}\ntls_port = {pebble.tls_port}\n"
    )


def certificate(pebble, name):
    """The certificate that the server shows for a name, if pebble issued it; else None."""
    context = ssl.create_default_context(cadata=pebble.root)
    try:
        with socket.create_connection(("127.0.0.1", pebble.tls_port)) as plain:
            with context.wrap_socket(plain, server_hostname=name) as secure:
                return secure.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError:
        return None


def issued(pebble, live, name):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := certificate(pebble, name):
            return found
        time.sleep(0.1)
    raise AssertionError(f"no certificate for {name}; the log: {live.log()[-2000:]}")


def domain(live, name):
    """A pool with this custom domain."""
    house = House(live)
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/of-acme"
    house.idp.create_user_pool_domain(UserPoolId=house.pool, Domain=name, CustomDomainConfig={"CertificateArn": arn})
    return house


def ask(pebble, name, path, secure=True, method="GET"):
    context = ssl.create_default_context(cadata=pebble.root)
    if secure:
        raw = context.wrap_socket(socket.create_connection(("127.0.0.1", pebble.tls_port)), server_hostname=name)
    else:
        raw = socket.create_connection(("127.0.0.1", pebble.http_port))
    asked = http.client.HTTPConnection(name)
    asked.sock = raw
    asked.request(method, path)
    answer = asked.getresponse()
    answer.body = answer.read()
    asked.close()
    return answer


def mode(path):
    return os.stat(path).st_mode & 0o777


def by_challenge(pebble, challenge):
    with serve(settings(pebble, challenge, "tls = false")) as live:
        name = f"login.{challenge}.localhost"
        true(certificate(pebble, name) is None, "a certificate before there is a domain")
        house = domain(live, name)
        first = issued(pebble, live, name)
        keys = ask(pebble, name, "/.well-known/jwks.json")
        equal(keys.status, 200, "status")
        equal(keys.getheader("strict-transport-security"), "max-age=31536000", "HSTS")
        led = ask(pebble, name, "/login?a=b", secure=False)
        equal((led.status, led.getheader("location")), (301, f"https://{name}:{pebble.tls_port}/login?a=b"), "redirect")
        folders = [os.path.join(live.data, "acme", folder) for folder in os.listdir(os.path.join(live.data, "acme"))]
        kept = {file: mode(os.path.join(folder, file)) for folder in folders for file in os.listdir(folder)}
        equal(kept, {"account.der": 0o600, f"{name}.pem": 0o600}, "files")
        true("PRIVATE KEY" not in live.log(), "the log shows a key")
        # After a restart it comes from the data directory: the authority is not asked again.
        orders = pebble.text().count("new-order") + pebble.text().count("newOrder")
        live.stop()
        live.start()
        equal(issued(pebble, live, name) == first, True, "the same certificate")
        equal(pebble.text().count("new-order") + pebble.text().count("newOrder"), orders, "orders")
        # Another name, while the server runs.
        domain(live, f"second.{challenge}.localhost")
        issued(pebble, live, f"second.{challenge}.localhost")
        connect(live).delete_user_pool_domain(UserPoolId=house.pool, Domain=name)
        true(certificate(pebble, name) is None, "a certificate for a domain that was deleted")


@case("a name that leads here gets its certificate by a handshake, over a restart")
def by_handshake(pebble):
    by_challenge(pebble, "tls-alpn-01")


@case("a name that leads here gets its certificate over plain HTTP, over a restart")
def over_http(pebble):
    by_challenge(pebble, "http-01")


@case("a name that leads elsewhere is not ordered, and is told of")
def elsewhere(pebble):
    [nobody] = free_ports(1)
    text = settings(pebble, "http-01").replace(f"\nhttp_port = {pebble.http_port}", f"\nhttp_port = {nobody}")
    with serve(text) as live:
        domain(live, "elsewhere.localhost")
        wait_for_log(live, ["elsewhere.localhost", "there is no certificate yet", "cannot be reached", "DNS entry", "next try"])
        true("a certificate is ordered" not in live.log(), "it was ordered")


@case("a refused challenge is told of with the authority's reason, and is not tried again at once")
def refused(pebble):
    # The server checks nothing itself, and pebble finds nobody at the port of the other server.
    text = settings(pebble, "http-01", "").replace(f'redirect_http = "127.0.0.1:{pebble.http_port}"\n', "") + "check_names = false\n"
    with serve(text) as live:
        domain(live, "refused.localhost")
        line = wait_for_log(live, ["refused.localhost", "could not see that the name leads here", "next try is in 5 minutes"])
        true("refused" in line, f"line is {line!r}")


@case("the host of the server's own URL gets a certificate where that is asked for")
def public_host(pebble):
    with serve(settings(pebble, "tls-alpn-01") + "public_host = true\n") as live:
        issued(pebble, live, "id.poolhouse.localhost")
        equal(ask(pebble, "id.poolhouse.localhost", "/healthz").status, 200, "status")


def main():
    if not installed():
        print("skip - acme: pebble is not installed (Debian: apt-get install pebble)")
        return True
    try:
        pebble = Pebble()
    except Exception as error:
        return report("acme: pebble", error)
    try:
        wanted, good = os.environ.get("CASE", ""), True
        for name, body in CASES:
            if wanted in name:
                # Each case starts servers of its own; what `one` reads of a server is the authority here.
                good &= report(f"acme: {name}", outcome(body, pebble))
        return good
    finally:
        pebble.stop()


def outcome(body, pebble):
    try:
        body(pebble)
    except Exception as error:
        if os.environ.get("TRACE"):
            raise
        return f"{type(error).__name__}: {error} ({cases.where(error)})"
    return None


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
