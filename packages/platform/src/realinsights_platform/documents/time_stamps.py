"""Time stamps by RFC 3161: an authority's signed word that the lines of an anchor were there at a time.

A stamp is a line of an anchor itself: `rfc3161:` and the authority's answer in base 64. It stamps the line before it,
which names the one before that, so it stamps all lines above. Whoever holds the signing key can write other lines, but
gets no stamp of an earlier day for them.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from realinsights_platform.documents.anchors import STAMP, BadAnchor

_LATE: Final = datetime.timedelta(hours=1)
"""How much later than a line says of itself its stamp may be."""

Ask = Callable[[bytes], bytes]
"""Sends a time stamp request (DER) to an authority and returns its answer (DER)."""


def stamped(line: str, ask: Ask) -> str:
    """Return the line that stamps another one; raises `BadAnchor` where the authority gives no stamp of it."""
    request = TimestampRequestBuilder(line.encode(), HashAlgorithm.SHA256).build()
    answer = ask(request.as_bytes())
    try:
        response = decode_timestamp_response(answer)
        granted = response.status == PKIStatus.GRANTED and response.tst_info.nonce == request.nonce
        of_line = granted and response.tst_info.message_imprint.message == hashlib.sha256(line.encode()).digest()
    except ValueError as error:
        raise BadAnchor("What answered is no time stamp authority by RFC 3161. Check its address.") from error
    if not of_line:
        raise BadAnchor(
            "The time stamp authority refused, or stamped something else. Anchor again, or ask another one."
        )
    return STAMP + base64.b64encode(answer).decode("ascii")


def read_authority(text: bytes, where: str) -> list[x509.Certificate]:
    """Return the certificates (PEM) of the authorities that one trusts; raises `BadAnchor`."""
    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError:
        raise BadAnchor(f"{where} holds no certificates. It takes the time stamp authority's, as PEM.") from None


def check_stamps(
    lines: Sequence[str], said: Sequence[datetime.datetime | None], authority: Sequence[x509.Certificate]
) -> list[tuple[int, datetime.datetime]]:
    """Return the number of each line that is stamped and when it was; `said` is when each line says it was written.

    Raises `BadAnchor` where a stamp is not the authority's, not of the line before it, or later than that line says.
    """
    builder = VerifierBuilder()
    for certificate in authority:
        builder = builder.add_root_certificate(certificate)
    verifier = builder.build()
    found = []
    for number, line in enumerate(lines, 1):
        if not line.startswith(STAMP):
            continue
        try:
            response = decode_timestamp_response(base64.b64decode(line.removeprefix(STAMP), validate=True))
            verifier.verify_message(response, lines[number - 2].encode() if number > 1 else b"")
        except (ValueError, VerificationError) as error:
            raise BadAnchor(
                f"Line {number} of the anchor is no stamp of the line before it by this time stamp authority."
            ) from error
        at = response.tst_info.gen_time
        written = said[number - 2]
        if written is not None and at - written > _LATE:
            raise BadAnchor(
                f"Line {number - 1} of the anchor says it is of {written:%Y-%m-%d %H:%M} UTC, but was stamped on "
                f"{at:%Y-%m-%d %H:%M} UTC only: it was written anew."
            )
        found.append((number - 1, at))
    return found
