"""The kinds of refusal a use case may answer with; the HTTP edge maps each to a status, the CLI to an exit code."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from enum import StrEnum

import msgspec

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE})


class FaultCode(StrEnum):
    """What is wrong with a field, for programs: a code keeps its meaning, while the words of a message may change."""

    RULE = "rule"  # a rule of the service, which the message says
    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    BLANK = "blank"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_FRACTION = "not_a_fraction"  # a rate: it looks like a percentage
    NOT_A_SHARE = "not_a_share"  # not from 0 to 1
    TOO_MANY_DECIMALS = "too_many_decimals"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NO_SUCH_THING = "no_such_thing"  # it refers to what is not there


class FieldError(msgspec.Struct, frozen=True, rename="camel"):
    """One bad field: `field` is its path on the wire (`terms.maturityDate`, `rows[3].rate`), `message` what to do."""

    field: str
    message: str
    code: FaultCode = FaultCode.RULE


class Refusal(Exception):
    """A request that a rule refuses: the caller's doing, never a fault of ours."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unauthenticated(Refusal):
    """Nobody, or a credential that is wrong, expired or revoked."""


class StepNeeded(Unauthenticated):
    """A credential that is right and not enough: `challenge` goes with what is still to be shown."""

    def __init__(self, message: str, *, challenge: str) -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(Refusal):
    """The caller is known and may not do this."""


class NotFound(Refusal):
    """No such thing in the caller's organization; another tenant's thing is just as absent."""


class Conflict(Refusal):
    """The request contradicts what is stored: a duplicate number (its fields are named), a thing still in use."""

    def __init__(self, message: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class Stale(Refusal):
    """The version the caller changed is not the stored one any more."""


class Closed(Refusal):
    """The organization was deleted: nothing is stored for it any more."""


class TooLarge(Refusal):
    """More than this place accepts."""


class OverQuota(Refusal):
    """More than the caller's organization may keep."""


class TooMany(Refusal):
    """More often than this caller may; `retry_after` is in whole seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """What the installation rests on is away or used up for now; nothing is wrong with the request."""


class Moved(Unavailable):
    """An organization that is on its way to another installation, or has gone there; nothing of this was stored."""


class DiskFull(Unavailable):
    """A disk without room left; what was asked is not stored."""


class Invalid(Refusal):
    """Values that cannot be: every bad field is named."""

    def __init__(self, message: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields

    @classmethod
    def field(cls, field: str, message: str, code: FaultCode = FaultCode.RULE) -> Invalid:
        """Refuse one field."""
        return cls(f"{field}: {message}", (FieldError(field, message, code),))


class Faults:
    """The bad fields of one input, collected so that all can be told at once."""

    def __init__(self, fields: Iterable[FieldError] = ()) -> None:
        self.fields = list(fields)
        self._prefix = ""

    def under(self, field: str) -> Faults:
        """Return a view of these faults that notes parts of a field."""
        parts = Faults()
        parts.fields = self.fields
        parts._prefix = f"{self._prefix}{field}."
        return parts

    def add(self, field: str, message: str, code: FaultCode = FaultCode.RULE) -> None:
        """Note a bad field by its path on the wire."""
        self.fields.append(FieldError(self._prefix + field, message, code))

    def refuse(self, what: str) -> None:
        """Raise `Invalid` with every noted field, if there is one; `what` is the input's name, such as "loan"."""
        if self.fields:
            count = len(self.fields)
            raise Invalid(f"The {what} has {count} bad field{'s' if count > 1 else ''}.", tuple(self.fields))


def used_up(error: BaseException) -> Unavailable | None:
    """Return as a refusal what the system says of a full disk or of no descriptor left; None for anything else."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFull("There is no room left on the disk. Nothing of this was stored; what was there is kept.")
    if isinstance(error, OSError) and error.errno in _NO_DESCRIPTOR:
        return Unavailable("The server has too many files and connections open just now. Try again in a few seconds.")
    return None
