"""Second factors: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who has lost it.

A code is good for its step of 30 seconds and the ones beside it, since clocks differ, and is accepted once: what was
accepted last is kept, and no code of that step or an earlier one is accepted again. A recovery code is good once.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets

import msgspec
import pyotp

from realinsights_platform.documents.port import Document

STEP_SECONDS = 30
DIGITS = 6
STEPS_BESIDE = 1
"""How many steps before and after the present one are accepted, too."""

RECOVERY_CODES = 10
ENROLLMENT_LASTS = datetime.timedelta(minutes=15)

_RECOVERY_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_RECOVERY_CODE_LENGTH = 16  # 79 random bits
_GROUP = 4
_CODE = re.compile(r"[0-9]{6}")


class Authenticator(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An authenticator app; `secret` is sealed, `accepted_step` the step of the code that was accepted last."""

    secret: str
    since: datetime.datetime
    accepted_step: int = 0


class SecondFactors(Document, frozen=True, kw_only=True, rename="camel"):
    """A user's second factors; it has the user's id, and never leaves the service.

    `beginning` is an authenticator that was shown and has not told a code yet. `recovery_hashes` are of the recovery
    codes that were not used.
    """

    authenticator: Authenticator | None = None
    beginning: Authenticator | None = None
    recovery_hashes: tuple[str, ...] = ()
    recovery_codes_made_at: datetime.datetime | None = None

    @property
    def active(self) -> bool:
        """Whether a sign-in needs one."""
        return self.authenticator is not None


def new_secret() -> str:
    """Return a secret for an authenticator, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, organization: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads, from a picture or as text."""
    issuer = f"Real Insights ({organization})" if organization else "Real Insights"
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(code: str, *, secret: str, after: int, now: datetime.datetime) -> int | None:
    """Return the step whose code this is, later than `after`; None where it is none that is good now."""
    if not _CODE.fullmatch(code):
        return None
    here = int(now.timestamp()) // STEP_SECONDS
    found = None
    one_time = pyotp.TOTP(secret)
    for step in range(here - STEPS_BESIDE, here + STEPS_BESIDE + 1):
        # All are compared, whichever it is.
        if hmac.compare_digest(one_time.at(step * STEP_SECONDS), code) and step > after and found is None:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Return recovery codes, as a person writes them down."""
    return tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))


def recovery_hash(code: str) -> str:
    """Return what is stored of a recovery code, whose blanks, dashes and capitals do not count."""
    text = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(f"recovery\n{text}".encode()).hexdigest()


def with_code(factors: SecondFactors, code: str, *, secret: str, now: datetime.datetime) -> SecondFactors | None:
    """Return the factors after a code of the authenticator or a recovery code was used; None where it is no good one.

    `secret` is the authenticator's, opened.
    """
    known = factors.authenticator
    if known is None:
        return None
    step = step_of(code.replace(" ", ""), secret=secret, after=known.accepted_step, now=now)
    if step is not None:
        return msgspec.structs.replace(factors, authenticator=msgspec.structs.replace(known, accepted_step=step))
    digest = recovery_hash(code)
    left = tuple(one for one in factors.recovery_hashes if not hmac.compare_digest(one, digest))
    if len(left) == len(factors.recovery_hashes):
        return None
    return msgspec.structs.replace(factors, recovery_hashes=left)


def _new_recovery_code() -> str:
    letters = [secrets.choice(_RECOVERY_CODE_LETTERS) for _ in range(_RECOVERY_CODE_LENGTH)]
    return "-".join("".join(letters[start : start + _GROUP]) for start in range(0, _RECOVERY_CODE_LENGTH, _GROUP))
