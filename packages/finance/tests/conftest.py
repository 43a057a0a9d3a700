"""Loans for the tests of the mathematics: a plain one to vary, and random ones of every kind."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import QuantLib as ql  # noqa: N813 -- its own documentation's name
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from realinsights_finance import (
    DayCount,
    Frequency,
    HolidayCalendar,
    LoanTerms,
    PaymentBasis,
    add_months,
    cents,
    interest,
)
from realinsights_finance.due_dates import on_day
from realinsights_finance.rounding import USUAL, InterestRounding, PaymentRounding, Rounding

# How long an example takes depends on what else the machine does; that it is right does not.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")

FACTS = Path(__file__).parent / "facts"
PARENTS = Path(__file__).resolve().parents  # few, where the tests are copied elsewhere


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of sample tapes and golden cases that lies beside the repository, or skip."""
    folder = PARENTS[min(4, len(PARENTS) - 1)] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the sample data folder ../shared/data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def quantlib_calendars() -> dict[HolidayCalendar, ql.Calendar]:
    """Return QuantLib's calendars, with what its list leaves out.

    The bond market was closed on two days of September 2001; the Treasury's yields show it.
    """
    markets = {
        HolidayCalendar.FEDERAL_RESERVE: ql.UnitedStates(ql.UnitedStates.FederalReserve),
        HolidayCalendar.US_GOVERNMENT_BOND: ql.UnitedStates(ql.UnitedStates.GovernmentBond),
        HolidayCalendar.SOFR: ql.UnitedStates(ql.UnitedStates.SOFR),
        HolidayCalendar.WEEKENDS_ONLY: ql.WeekendsOnly(),
    }
    for market in (HolidayCalendar.US_GOVERNMENT_BOND, HolidayCalendar.SOFR):
        for number in (11, 12):
            markets[market].addHoliday(ql.Date(number, 9, 2001))
    return markets


@pytest.fixture(scope="session")
def page() -> str:
    """Return docs/finance.md, whose tables of golden cases tests compare; where the package is alone there is none."""
    path = PARENTS[min(3, len(PARENTS) - 1)] / "docs" / "finance.md"
    if not path.is_file():
        pytest.skip("docs/finance.md is not beside this package")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def facts() -> Path:
    """Return the folder of facts kept with the tests."""
    return FACTS


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    """Return the golden cases: inputs and results that were compared with numpy-financial and QuantLib."""
    cases: dict[str, Any] = json.loads((FACTS / "golden_cases.json").read_text(encoding="utf-8"))
    return cases


@pytest.fixture(scope="session")
def a_loan() -> Callable[..., LoanTerms]:
    """Return a builder of the golden cases' loan: $10 million, 5.25 %, ten years on thirty, from January 2025."""

    def build(**changes: Any) -> LoanTerms:
        terms: dict[str, Any] = {
            "principal": Decimal("10000000.00"),
            "rate": Decimal("0.0525"),
            "start": datetime.date(2025, 1, 1),
            "first_payment": datetime.date(2025, 2, 1),
            "maturity": datetime.date(2035, 1, 1),
            "day_count": DayCount.ACTUAL_360,
            "amortization_months": 360,
        }
        return LoanTerms(**(terms | changes))

    return build


@pytest.fixture(scope="session")
def other_time_zone() -> Callable[[], AbstractContextManager[None]]:
    """Return a context in which the process lives at the other side of the date line."""

    @contextmanager
    def elsewhere() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", "Pacific/Kiritimati")
            time.tzset()
            yield
        time.tzset()

    return elsewhere


@pytest.fixture(scope="session")
def loan_terms() -> st.SearchStrategy[LoanTerms]:
    """Return a strategy of loans of every day count, frequency, payment day, stub, interest-only period and payment."""
    return _terms()


_RATES = st.one_of(
    st.sampled_from([Decimal(0), Decimal("0.0525"), Decimal("0.06"), Decimal("0.12"), Decimal(1)]),
    st.decimals("0", "0.2", places=4),
    st.decimals("0", "1", places=12),
)
_PRINCIPALS = st.one_of(
    st.decimals("0.01", "1000", places=2),
    st.integers(1, 10_000).map(lambda thousands: Decimal(thousands) * 1000),
    st.decimals("0.01", "100000000000", places=2),
)


@st.composite
def _terms(draw: st.DrawFn) -> LoanTerms:
    frequency = draw(st.sampled_from(Frequency))
    step = frequency.months
    payment_day = draw(st.sampled_from([1, 6, 15, 28, 29, 30, 31]))
    first = on_day(draw(st.integers(1996, 2030)), draw(st.integers(1, 12)), payment_day)
    periods = draw(st.integers(1, 40))
    maturity = add_months(first, step * (periods - 1), day=payment_day)
    maturity += datetime.timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 17, 100])))
    start = draw(
        st.one_of(
            st.just(add_months(first, -step, day=payment_day)),
            st.integers(1, 900).map(lambda days: first - datetime.timedelta(days=days)),
        )
    )
    principal, rate = draw(_PRINCIPALS), draw(_RATES)
    amortization = draw(st.one_of(st.none(), st.integers(1, 400 // step).map(lambda count: count * step)))
    interest_only = draw(st.integers(0, periods + 1)) * step if amortization else 0
    payment = None
    if draw(st.integers(0, 4)) == 0:
        year = DayCount.THIRTY_360.fraction(datetime.date(2001, 1, 1), add_months(datetime.date(2001, 1, 1), step))
        least = interest(principal, rate, year)
        payment = min(cents(least + draw(st.decimals("0.01", "1000000", places=2))), Decimal("100000000000.00"))
        payment = payment if payment > least else None
    day_count = draw(st.sampled_from(DayCount))
    return LoanTerms(
        principal=principal,
        rate=rate,
        start=start,
        first_payment=first,
        maturity=maturity,
        day_count=day_count,
        frequency=frequency,
        payment_day=payment_day,
        amortization_months=amortization,
        interest_only_months=interest_only,
        payment=payment,
        payment_basis=draw(st.sampled_from(PaymentBasis)),
        amortization_from_closing=draw(st.booleans()) and amortization is not None and amortization > interest_only,
        rounding=draw(_roundings(day_count)),
    )


def _roundings(day_count: DayCount) -> st.SearchStrategy[Rounding]:
    decimals = st.none() if day_count.days_of_year is None else st.one_of(st.none(), st.integers(6, 12))
    unusual = st.builds(
        Rounding,
        interest=st.sampled_from(InterestRounding),
        payment=st.sampled_from(PaymentRounding),
        daily_rate_decimals=decimals,
    )
    return st.one_of(st.just(USUAL), unusual)
