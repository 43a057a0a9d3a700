"""Indices: the published rates that US notes float on, and what is to be known of each."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from realinsights_finance.business_days import HolidayCalendar, business_days_after


class Index(StrEnum):
    """The name of an index. Where an index is asked for by name, one that is not here may be named too."""

    SOFR = "sofr"
    SOFR_30_DAY_AVERAGE = "sofr_30_day_average"
    SOFR_90_DAY_AVERAGE = "sofr_90_day_average"
    SOFR_180_DAY_AVERAGE = "sofr_180_day_average"
    SOFR_INDEX = "sofr_index"
    TERM_SOFR_1_MONTH = "term_sofr_1_month"
    TERM_SOFR_3_MONTH = "term_sofr_3_month"
    TERM_SOFR_6_MONTH = "term_sofr_6_month"
    TERM_SOFR_12_MONTH = "term_sofr_12_month"
    PRIME = "prime"
    CMT_1_YEAR = "cmt_1_year"
    CMT_2_YEAR = "cmt_2_year"
    CMT_3_YEAR = "cmt_3_year"
    CMT_5_YEAR = "cmt_5_year"
    CMT_7_YEAR = "cmt_7_year"
    CMT_10_YEAR = "cmt_10_year"
    CMT_20_YEAR = "cmt_20_year"
    CMT_30_YEAR = "cmt_30_year"
    LIBOR_OVERNIGHT = "libor_overnight"
    LIBOR_1_MONTH = "libor_1_month"
    LIBOR_3_MONTH = "libor_3_month"
    LIBOR_6_MONTH = "libor_6_month"
    LIBOR_12_MONTH = "libor_12_month"

    @property
    def about(self) -> IndexFacts:
        """Return what is known of the index."""
        return _FACTS[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFacts:
    """What is known of an index.

    Values are of the business days of `calendar`, have `decimals` decimals as published (of a fraction: 5.33 % has 4)
    and come out `publication_lag` business days after the day that they are of. `license` says who may use them.
    """

    publisher: str
    calendar: HolidayCalendar
    decimals: int
    publication_lag: int
    license: str
    source: str


def published_on(index: str, on: datetime.date) -> datetime.date:
    """Return the day on which an index's value of a day is published by its rule; the day itself if it is unknown."""
    facts = _BY_NAME.get(index)
    if facts is None or not facts.publication_lag:
        return on
    return business_days_after(on, facts.publication_lag, facts.calendar)


_NEW_YORK_FED: Final = "public; the terms of use of the Federal Reserve Bank of New York apply"


def _sofr(decimals: int, lag: int, source: str) -> IndexFacts:
    return IndexFacts(
        publisher="Federal Reserve Bank of New York",
        calendar=HolidayCalendar.SOFR,
        decimals=decimals,
        publication_lag=lag,
        license=_NEW_YORK_FED,
        source=source,
    )


_AVERAGES: Final = _sofr(
    7, 0, "SOFR Averages and Index Data, newyorkfed.org/markets/reference-rates/sofr-averages-and-index"
)
_TERM_SOFR: Final = IndexFacts(
    publisher="CME Group Benchmark Administration",
    calendar=HolidayCalendar.SOFR,
    decimals=7,
    publication_lag=0,
    license="CME's: the user's own values under the user's own license",
    source="CME Term SOFR Reference Rates Benchmark Methodology",
)
_CMT: Final = IndexFacts(
    publisher="Board of Governors of the Federal Reserve System, from the Treasury's par yield curve",
    calendar=HolidayCalendar.US_GOVERNMENT_BOND,
    decimals=4,
    publication_lag=1,
    license="public domain",
    source="statistical release H.15, Treasury constant maturities",
)
_LIBOR: Final = IndexFacts(
    publisher="ICE Benchmark Administration; ceased after 30 June 2023",
    calendar=HolidayCalendar.WEEKENDS_ONLY,
    decimals=7,
    publication_lag=0,
    license="ICE's: the user's own values under the user's own license",
    source="ICE LIBOR methodology; London banking days, whose holidays are not kept here",
)
_FACTS: Final = MappingProxyType(
    {
        Index.SOFR: _sofr(
            4, 1, "SOFR, newyorkfed.org/markets/reference-rates/sofr, at about 8:00 on the next business day"
        ),
        Index.SOFR_INDEX: _sofr(8, 0, _AVERAGES.source),
        Index.PRIME: IndexFacts(
            publisher="The Wall Street Journal; bank prime loan rate of the Federal Reserve's H.15",
            calendar=HolidayCalendar.FEDERAL_RESERVE,
            decimals=4,
            publication_lag=1,
            license="H.15 is public domain; the Journal's rate is the Journal's",
            source="statistical release H.15, bank prime loan",
        ),
        **{index: _AVERAGES for index in Index if index.value.endswith("_day_average")},
        **{index: _TERM_SOFR for index in Index if index.value.startswith("term_sofr_")},
        **{index: _CMT for index in Index if index.value.startswith("cmt_")},
        **{index: _LIBOR for index in Index if index.value.startswith("libor_")},
    }
)
_BY_NAME: Final[Mapping[str, IndexFacts]] = MappingProxyType({index.value: facts for index, facts in _FACTS.items()})
