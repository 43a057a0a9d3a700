"""The mail adapter that a URL names."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from realinsights_platform.mail.kept import KeptMail
from realinsights_platform.mail.port import Mailer

_PORTS: Final = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def open_mail(url: str) -> Mailer:
    """Return where mail goes: `kept://`, `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS), `smtps://…` or `smtp+plain://…`.

    `?ca=FILE` names the authority of a server's certificate. Raises `ValueError` for what is none of these.
    """
    parts = urlsplit(url)
    if parts.scheme == "kept":
        return KeptMail()
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(
            f"{parts.scheme}:// is no mail server; use kept://, smtp://HOST, smtps://HOST or smtp+plain://HOST"
        )
    asked = parse_qs(parts.query)
    if asked.keys() - {"ca"}:
        raise ValueError("a mail server's URL can have ?ca=FILE and nothing else")
    # Imported here: where no mail leaves, nothing of it is loaded.
    from realinsights_platform.mail.smtp import SmtpMail, SmtpServer  # noqa: PLC0415

    return SmtpMail(
        SmtpServer(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            authority=asked["ca"][0] if "ca" in asked else None,
        )
    )
