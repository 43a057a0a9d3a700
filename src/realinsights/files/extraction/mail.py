"""Mail: its head and its text; of one that is HTML alone what a reader would see. Attachments are named, not opened."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import BinaryIO, Final

from realinsights.contracts.files import VersionState
from realinsights.files.extraction.extracted import MOST_TEXT, Outcome, Told, pages_of, too_much_text
from realinsights.files.extraction.html import text_of
from realinsights.files.extraction.plain import decoded
from realinsights.files.model.names import clean_name
from realinsights.files.model.previews import MailPreview, Preview
from realinsights_platform.texts import tidy_line

_LONGEST_LINE: Final = 1_000
_LONGEST_SHOWN: Final = 200_000
_MOST_ATTACHMENTS: Final = 100


def read(stream: BinaryIO, media_type: str) -> Iterator[Told]:
    """Yield a mail's text with its head before it, and what came of it."""
    content = stream.read(MOST_TEXT + 1)
    if len(content) > MOST_TEXT:
        raise too_much_text()
    mail = message_from_bytes(content, policy=policy.default)
    preview = MailPreview(
        subject=_line(mail, "subject"),
        sender=_line(mail, "from"),
        recipients=", ".join(filter(None, (_line(mail, "to"), _line(mail, "cc")))),
        sent=_line(mail, "date"),
        text=_body(mail)[:_LONGEST_SHOWN],
        attachments=tuple(
            clean_name(part.get_filename() or "") for part in list(mail.iter_attachments())[:_MOST_ATTACHMENTS]
        ),
    )
    head = f"{preview.subject}\n{preview.sender}\n{preview.recipients}\n{preview.sent}\n"
    count = 0
    for page in pages_of("\n".join((head, preview.text, *preview.attachments))):
        count = page.number
        yield page
    yield Outcome(VersionState.READY, pages=count, preview=Preview(mail=preview))


def _line(mail: EmailMessage, name: str) -> str:
    return tidy_line(str(mail.get(name, "")))[:_LONGEST_LINE]


def _body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    charset = part.get_content_charset()
    try:
        text = raw.decode(charset) if charset else decoded(raw)
    except (LookupError, UnicodeDecodeError):
        text = decoded(raw)
    return text_of(text) if part.get_content_type() == "text/html" else text.replace("\r\n", "\n")
