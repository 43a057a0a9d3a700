"""Precision of a tape: detects money that was stored as 32-bit floats, which cannot match to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy

from realinsights.loans.model.tape import Precision

# From 2^20 on, 32-bit floats lie at least 1/8 apart: one amount of cents in six, or fewer, happens to be one.
SMALLEST_TELLING: Final = Decimal(2**20)
ENOUGH: Final = 5  # so many by chance: less than once in seven thousand tapes
CENT: Final = Decimal("0.01")


class PrecisionEvidence:
    """The amortizing balances that tell, counted: interest-only ones are round anyway."""

    def __init__(self) -> None:
        self.telling = 0
        self.floats = 0

    def see(self, *, balance: Decimal | None, principal: Decimal | None) -> None:
        """Look at a scheduled ending balance and the principal that led to it."""
        if balance is None or not principal or balance < SMALLEST_TELLING:
            return
        self.telling += 1
        self.floats += is_float32(balance)

    @property
    def precision(self) -> Precision:
        """Return what the evidence says."""
        enough = self.telling >= ENOUGH and self.floats == self.telling
        return Precision.FLOAT32 if enough else Precision.CENTS

    def __str__(self) -> str:
        """Say what was seen."""
        return f"{self.floats} of {self.telling} amortizing balances above {SMALLEST_TELLING:,} are 32-bit floats"


def is_float32(amount: Decimal) -> bool:
    """Tell whether an amount is a 32-bit float, written to the cent or in the fewest digits that name it."""
    stored = numpy.float32(float(amount))
    if not numpy.isfinite(stored):
        return False
    return Decimal(float(stored)).quantize(CENT) == amount or Decimal(str(stored)) == amount
