"""What cannot be answered about a prepayment, each with the field or the date that is why."""

from __future__ import annotations

import datetime


class InvalidPrepaymentTerms(ValueError):
    """Prepayment terms that no note can have; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class LockedOut(ValueError):
    """A prepayment on a day when the note allows none; `until` is the first day that it does, None if there is none."""

    def __init__(self, on: datetime.date, until: datetime.date | None) -> None:
        opens = "before it matures" if until is None else f"before {until}"
        super().__init__(f"on: the note allows no prepayment on {on}, nor {opens}")
        self.on, self.until = on, until


class UnknownCost(ValueError):
    """A prepayment on a day of which it is not known what one costs; `reason` says why, in words."""

    def __init__(self, on: datetime.date, reason: str) -> None:
        super().__init__(f"on: what a prepayment on {on} costs is not known: {reason}")
        self.on, self.reason = on, reason


class NotOutstanding(ValueError):
    """A prepayment on a day when nothing is owed: before the loan starts, or after it is repaid."""

    def __init__(self, on: datetime.date, message: str) -> None:
        super().__init__(f"on: {message}")
        self.on = on


class InvalidPrincipal(ValueError):
    """A principal to be prepaid that is not whole cents, not more than zero, or more than is owed."""


class MissingTreasuryYield(ValueError):
    """Yield maintenance that is asked for without a Treasury yield or a curve of them."""


class InvalidTreasuryCurve(ValueError):
    """A yield that is no fraction, or maturities that are not in order; `field` names which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class MissingDiscounts(ValueError):
    """A defeasance that is asked for without a zero curve."""


class CurveTooShort(ValueError):
    """A Treasury curve whose longest maturity is shorter than the term to be matched."""


class InvalidDiscount(ValueError):
    """A discount factor that is not a finite number above zero."""
