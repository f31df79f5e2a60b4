"""CustomMessage: mails and SMS in the language of the user, which the attribute `locale` names ("de", "pt-BR").

Where there is no such attribute, or nobody wrote that language yet, `default_locale` says which one, then English.
"""

import os
import re
from html import escape

from messages import IGNORE, MESSAGES

KINDS = {
    "CustomMessage_SignUp": "confirm",
    "CustomMessage_ResendCode": "confirm",
    "CustomMessage_ForgotPassword": "reset",
    "CustomMessage_UpdateUserAttribute": "verify",
    "CustomMessage_VerifyUserAttribute": "verify",
    "CustomMessage_Authentication": "sign_in",
    "CustomMessage_AdminCreateUser": "invite",
}

MAX_SMS = 140
MAX_SUBJECT = 140


def lambda_handler(event, context):
    kind = KINDS.get(event["triggerSource"])
    if kind is None:
        return event  # the pool's own words

    request = event["request"]
    language = language_for(request["userAttributes"].get("locale"))
    subject, words = MESSAGES[language][kind]
    # Placeholders: the server puts in the code (or the temporary password) and the name, escaped where they are in HTML.
    code, user = request["codeParameter"], request.get("usernameParameter") or ""
    app = os.environ.get("app_name")

    response = event["response"]
    response["smsMessage"] = after(app, words.format(code=code, user=user), MAX_SMS)
    response["emailSubject"] = after(app, subject, MAX_SUBJECT)
    response["emailMessage"] = mail(language, kind, words.format(code=f"<strong>{escape(code)}</strong>", user=escape(user)), app)
    return event


def language_for(locale):
    for name in (locale, os.environ.get("default_locale")):
        language = re.split("[-_]", name or "")[0].lower()
        if language in MESSAGES:
            return language
    return "en"


def after(app, words, most):
    """The words, with the name of the application before them where there is room."""
    named = f"{app}: {words}"
    return named if app and len(named) <= most else words


def mail(language, kind, words, app):
    # Nothing that users may choose, such as their name, is in here: else strangers could send words of their own to anybody.
    parts = [f"<p>{words}</p>"]
    if kind != "invite":
        parts.append(f"<p>{IGNORE[language]}</p>")
    if app:
        parts.append(f"<p>{escape(app)}</p>")
    return f'<!DOCTYPE html><html lang="{language}"><body>{"".join(parts)}</body></html>'
