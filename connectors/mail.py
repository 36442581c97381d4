"""Mail to our own people: one plain message over a connection that is sealed before anything is said."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from connectors.http import is_loopback

_PATIENCE = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class MailDoor:
    """A server that takes our mail. Without `user` it takes it from everybody."""

    host: str
    port: int
    sender: str
    receivers: Sequence[str]
    user: str = ""
    password: str = ""

    def send(self, subject: str, text: str) -> None:
        """Hand one message over. OSError (which SMTPException is) when that fails; nothing is tried twice."""
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = subject, self.sender, ", ".join(self.receivers)
        message.set_content(text)
        with smtplib.SMTP(self.host, self.port, timeout=_PATIENCE) as server:
            if not is_loopback(self.host):  # what goes to this machine leaves it by its own mail server
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)
