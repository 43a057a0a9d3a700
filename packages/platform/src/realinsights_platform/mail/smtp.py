"""Mail by SMTP (RFC 5321), over TLS unless its URL says otherwise."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from realinsights_platform.mail.port import MailRefused

_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A server: TLS from the first byte (`smtps`), after STARTTLS (`smtp`), or none at all (`smtp+plain`)."""

    scheme: str
    host: str
    port: int
    username: str | None = None
    password: str | None = None
    authority: str | None = None

    def __repr__(self) -> str:
        return f"SmtpServer({self.scheme}://{self.host}:{self.port})"


class SmtpMail:
    """One connection for each message. A server that offers no TLS gets nothing, unless none is wanted."""

    leaves = True

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._tls = None if server.scheme == "smtp+plain" else ssl.create_default_context(cafile=server.authority)

    async def send(self, message: EmailMessage) -> None:
        """Hand a message to the server."""
        server = self._server
        try:
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.scheme == "smtps",
                start_tls=server.scheme == "smtp",
                tls_context=self._tls,
                timeout=_SECONDS,
            )
        except aiosmtplib.SMTPAuthenticationError as error:
            # Of the server's settings, not of this message: the next ones would fare no better.
            raise MailRefused(_said(error), permanent=False, reached=False, code=error.code) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            worst = error.recipients[0]
            raise MailRefused(_said(worst), permanent=worst.code >= 500, reached=True, code=worst.code) from error
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            raise MailRefused(_said(error), permanent=error.code >= 500, reached=True, code=error.code) from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise MailRefused(f"{type(error).__name__}: {error}", permanent=False, reached=False) from error


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"[:500]
