"""Pools with pages of their own, and a browser on them."""

import subprocess
import time

from pages import CALLBACK, Pages, Site

WITHOUT_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"


def mail_schema():
    return {
        "AutoVerifiedAttributes": ["email"],
        "Schema": [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}],
    }


def totp(secret, steps):
    """The code of an authenticator app, some steps of 30 seconds from now."""
    now = f"--now=@{int(time.time()) + 30 * steps}"
    return subprocess.run(["oathtool", "--totp", "-b", secret, now], capture_output=True, text=True, check=True).stdout.strip()
