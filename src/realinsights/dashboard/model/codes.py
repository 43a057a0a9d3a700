"""Codes: the integers that stand for members of enumerations and for open-ended texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from realinsights.contracts.loans import (
    AmortizationType,
    LoanStatus,
    LoanStructure,
    PropertyType,
    RateType,
    StatementBasis,
)
from realinsights.dashboard.model.texts import Texts


class IncomeSource(StrEnum):
    """What a loan's latest income stands on: statements of one basis, of `several`, or of what is `unknown`.

    It is unknown of a loan that was told of before bases were.
    """

    UNDERWRITTEN = StatementBasis.UNDERWRITTEN.value
    TRAILING_TWELVE_MONTHS = StatementBasis.TRAILING_TWELVE_MONTHS.value
    ANNUAL = StatementBasis.ANNUAL.value
    BUDGET = StatementBasis.BUDGET.value
    SEVERAL = "several"
    UNKNOWN = "unknown"


E = TypeVar("E", PropertyType, LoanStatus, LoanStructure, RateType, AmortizationType, IncomeSource)


class Codes(Generic[E]):
    """The fixed codes of an enumeration, in the order of its members."""

    def __init__(self, members: Iterable[E]) -> None:
        self.members: tuple[E, ...] = tuple(members)
        self._codes: dict[E, int] = {member: code for code, member in enumerate(self.members)}

    def __len__(self) -> int:
        return len(self.members)

    def code(self, member: E) -> int:
        """Return the member's code."""
        return self._codes[member]

    def codes(self, members: Sequence[E]) -> list[int]:
        """Return the members' codes."""
        return [self._codes[member] for member in members]


PROPERTY_TYPES = Codes(PropertyType)
STATUSES = Codes(LoanStatus)
STRUCTURES = Codes(LoanStructure)
RATE_TYPES = Codes(RateType)
AMORTIZATIONS = Codes(AmortizationType)
SOURCES = Codes(IncomeSource)

UNTOLD = SOURCES.code(IncomeSource.UNKNOWN)
"""The source of the income of a loan that was told of before figures had dates and bases."""

CLOSED_STATUSES = (LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED)
"""A loan of such a status is not outstanding any more."""

CLOSED = np.isin(np.arange(len(STATUSES)), STATUSES.codes(CLOSED_STATUSES))
"""By status code: whether a loan of that status is not outstanding any more."""

NOBODY = 0
"""The code of "none" in every `Dictionary`."""


class Dictionary:
    """Codes of open-ended texts (ids, states), handed out as they first appear, and what each is called."""

    def __init__(self, keys: Texts[str | None] | None = None, names: Texts[str | None] | None = None) -> None:
        self.keys: Texts[str | None] = keys or Texts((None,))
        self.names: Texts[str | None] = names or Texts((None,))
        self._known: dict[str | None, int] | None = None

    @property
    def _codes(self) -> dict[str | None, int]:
        # Made when first wanted: an answer right after a start does without the codes of every property.
        if self._known is None:
            self._known = dict(zip(self.keys.all(), range(len(self)), strict=True))
        return self._known

    def __len__(self) -> int:
        return len(self.keys)

    def code(self, key: str | None) -> int:
        """Return the key's code, a new one if it has none; None is `NOBODY`."""
        codes = self._known or self._codes
        code = codes.get(key)
        if code is None:
            code = codes[key] = len(self)
            self.keys.all().append(key)
            self.names.all().append(None)
        return code

    def known(self, keys: Iterable[str | None]) -> list[int]:
        """Return the codes of those keys that have one."""
        return [code for code in map(self._codes.get, keys) if code is not None]

    def rename(self, key: str, name: str | None) -> None:
        """Say what the key is called."""
        self.names.all()[self.code(key)] = name
