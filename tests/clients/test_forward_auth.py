"""Forward authorization over HTTP, as gateways ask for it."""

import sys
import urllib.error
import urllib.request

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import House, claims


def ask(s, path, token=None, method="GET", **headers):
    headers = headers | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(s.url + path, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


@case("by the query (nginx, Traefik, Caddy) and by a header after an appended path (Envoy)")
def forms(s):
    house = House(s)
    token = house.tokens(house.user())["AccessToken"]
    needs = f"pool={house.pool}"
    for method in ("GET", "POST", "DELETE"):
        status, headers = ask(s, f"/_poolhouse/verify?{needs}", token, method)
        equal((status, headers["X-User-Id"]), (200, claims(token)["sub"]))
    status, headers = ask(s, f"/_poolhouse/verify?{needs}")
    equal((status, headers["WWW-Authenticate"]), (401, "Bearer"))
    status, headers = ask(s, f"/_poolhouse/verify?{needs}&scope=api/read", token)
    true(status == 403 and "insufficient_scope" in headers["WWW-Authenticate"], f"{status} {headers}")
    appended = "/_poolhouse/verify/api/orders?pool=another"
    equal(ask(s, appended, token, **{"X-Poolhouse-Require": needs})[0], 200)
    equal(ask(s, appended, token)[0], 403)
    # A client's header does not count where the gateway speaks by the query.
    equal(ask(s, f"/_poolhouse/verify?{needs}&group=staff", token, **{"X-Poolhouse-Require": needs})[0], 403)


run("forward authorization")
