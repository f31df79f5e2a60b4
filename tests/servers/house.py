"""A server whose `[delivery]` points at the servers of the tests, and what every test here needs of it."""

import atexit
import os
import re
import tempfile
import time

from cognito import House, attributes, fresh
from server import Server

CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")
PASSWORD = "Correct-Horse7"
RETRY = "[delivery.retry]\nfirst_ms = 50\nlongest_ms = 400\nserver_longest_ms = 400\n"


def smtp(server, login, password, encryption="starttls"):
    """The settings for a mail server of `mail.py`."""
    return (
        f'[delivery.smtp]\nhost = "127.0.0.1"\nport = {server.port}\nencryption = "{encryption}"\nusername = "{login}"\npassword = "{password}"\n'
        f'from = "Poolhouse <no-reply@poolhouse.test>"\nca_file = "{server.authority.ca_file}"\ntimeout_seconds = 5\n'
    )


def poolhouse(settings, data=None):
    """`poolhouse serve` with these settings; not in development mode, which sends nothing."""
    config = tempfile.mktemp(prefix="poolhouse-config-", suffix=".toml")
    with open(config, "w") as file:
        file.write(settings + RETRY)
    os.chmod(config, 0o600)
    atexit.register(os.unlink, config)
    return Server(dev=False, data=data, args=["--config", config])


def mail_house(live, **settings):
    return House(live, **{"AutoVerifiedAttributes": ["email"]} | settings)


def phone_house(live, **settings):
    return House(live, **{"AutoVerifiedAttributes": ["phone_number"]} | settings)


def sign_up(house, **values):
    """Registers; (username, CodeDeliveryDetails)."""
    name = fresh()
    made = house.idp.sign_up(ClientId=house.client, Username=name, Password=PASSWORD, UserAttributes=attributes(**values))
    return name, made.get("CodeDeliveryDetails")


def confirm(house, name, text):
    """Confirms with the code in a message."""
    house.idp.confirm_sign_up(ClientId=house.client, Username=name, ConfirmationCode=CODE.findall(text)[-1])
    assert house.describe(name)["UserStatus"] == "CONFIRMED"


def wait_for_log(live, words, seconds=20):
    """Until a line of the log has all the words; returns it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for line in live.log().splitlines():
            if all(word in line for word in words):
                return line
        time.sleep(0.05)
    raise AssertionError(f"no log line with {words}; the end of the log: {live.log()[-1500:]!r}")
