"""The mail port: one message to one address; what refuses it says whether it may be tried again.

`tests/adapters/test_mail.py` is the specification.
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol


class MailRefused(Exception):
    """A message was not taken. `permanent` says that the same message never will be; `code` is SMTP's, if it has one.

    `reached` says that the server answered: what it said is about this message. Otherwise no other would go either.
    """

    def __init__(self, reason: str, *, permanent: bool, reached: bool, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.reached = reached
        self.code = code


class Mailer(Protocol):
    """A mail server, or what stands in its place."""

    leaves: bool
    """Whether mail leaves the installation."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over; when this returns, whoever took it answers for it. Raises `MailRefused`."""
