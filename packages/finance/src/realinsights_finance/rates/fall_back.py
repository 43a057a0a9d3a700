"""What LIBOR became: the replacement of each tenor by law, with its spread adjustment, as data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from realinsights_finance.rates.indices import Index


class NoFallBack(ValueError):
    """An index that no law replaces."""

    def __init__(self, index: str) -> None:
        super().__init__(f"index: {index} is no tenor of US dollar LIBOR that the LIBOR Act replaces")
        self.index = index


@dataclass(frozen=True, kw_only=True, slots=True)
class FallBack:
    """The index that replaces one, what is added to it, from which day on, and who says so."""

    replaced: Index
    replacement: Index
    spread_adjustment: Decimal
    first_day: datetime.date
    source: str


REPLACEMENT_DATE: Final = datetime.date(2023, 7, 3)
"""The first London banking day after 30 June 2023: rates that are set from then on are set on the replacement."""

_SOURCE: Final = (
    "Adjustable Interest Rate (LIBOR) Act, 12 U.S.C. 5802(20); Regulation ZZ, 12 CFR 253.4(b)(1) and (c), which names "
    "SOFR for overnight and CME Term SOFR for the other tenors of loans to businesses"
)

FALL_BACKS: Final = MappingProxyType(
    {
        replaced: FallBack(
            replaced=replaced,
            replacement=replacement,
            spread_adjustment=Decimal(adjustment),
            first_day=REPLACEMENT_DATE,
            source=_SOURCE,
        )
        for replaced, replacement, adjustment in (
            (Index.LIBOR_OVERNIGHT, Index.SOFR, "0.0000644"),
            (Index.LIBOR_1_MONTH, Index.TERM_SOFR_1_MONTH, "0.0011448"),
            (Index.LIBOR_3_MONTH, Index.TERM_SOFR_3_MONTH, "0.0026161"),
            (Index.LIBOR_6_MONTH, Index.TERM_SOFR_6_MONTH, "0.0042826"),
            (Index.LIBOR_12_MONTH, Index.TERM_SOFR_12_MONTH, "0.0071513"),
        )
    }
)
"""The five tenors that the law replaces. A note that names another adjustment, such as 0.10 %, states it."""


def fall_back_of(index: str) -> FallBack:
    """Return what replaces an index. Raises NoFallBack."""
    for replaced, found in FALL_BACKS.items():
        if replaced == index:
            return found
    raise NoFallBack(index)
