"""A mail server that really receives: STARTTLS with its own authority, AUTH, refusals on demand."""

import email
import email.policy
import logging
import threading
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

# The mail server tells of every connection that ends early; here they do so on purpose.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="aiosmtpd")

LOGIN, PASSWORD = "mailer", "s3cret-of-the-mailer"


class MailServer:
    """Receives on 127.0.0.1; an address with `bounce` in it does not exist here, one with `grey` is put off once."""

    def __init__(self, authority, wrapped=False):
        self.authority, self.wrapped = authority, wrapped
        self.mails, self.attempts, self.port, self.controller = [], [], 0, None
        self.arrived = threading.Condition()

    def start(self):
        """On the port of the last time, if there was one."""
        how = {"ssl_context": self.authority.context()} if self.wrapped else {"tls_context": self.authority.context(), "require_starttls": True}
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port or free_port(), auth_required=True, authenticator=self.check, auth_require_tls=not self.wrapped, **how
        )
        self.controller.start()
        self.port = self.controller.port
        return self

    def stop(self):
        self.controller.stop()

    def check(self, server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (LOGIN.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False, auth_data=data)

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        with self.arrived:
            first = to not in self.attempts
            self.attempts.append(to)
            self.arrived.notify_all()
            if "bounce" in to:
                return "550 5.1.1 no such user"
            if "grey" in to and first:
                return "451 4.7.1 come back later"
            mail = email.message_from_bytes(envelope.original_content or envelope.content, policy=email.policy.default)
            secure = session.ssl is not None or self.wrapped
            self.mails.append({"to": to, "from": envelope.mail_from, "mail": mail, "tls": secure, "login": session.auth_data.login.decode()})
            self.arrived.notify_all()
        return "250 OK queued"

    def to(self, address, nth=1, seconds=30):
        """The nth mail to an address; waits for it."""
        def found():
            return [m for m in self.mails if m["to"] == address]

        with self.arrived:
            if not self.arrived.wait_for(lambda: len(found()) >= nth, timeout=seconds):
                raise AssertionError(f"{len(found())} mails reached {address}, mail {nth} did not; tried: {self.attempts}")
            return found()[nth - 1]

    def attempt(self, address, nth=1, seconds=30):
        """Waits for the nth try of a mail to an address, whatever its answer."""
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.attempts.count(address) >= nth, timeout=seconds):
                raise AssertionError(f"a mail to {address} was tried {self.attempts.count(address)} times, not {nth}")


def free_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def text_of(received):
    """The plain-text part of a mail."""
    return received["mail"].get_body(("plain",)).get_content().strip()
