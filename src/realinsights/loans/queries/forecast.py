"""Forecasts: debt service of many loans month by month, as sums of all and of each loan by itself."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from realinsights.contracts.filters import Filters
from realinsights.contracts.refinancing import checked_business_date
from realinsights.loans.model.coming_flows import (
    ComingPeriods,
    ComingSchedule,
    Window,
    coming_flows,
    coming_schedule,
    part_of,
)
from realinsights.loans.model.curves import FLAT, FORWARD, RateCurve
from realinsights.loans.model.falling_due import expected_maturity
from realinsights.loans.model.floating_schedule import FloatingPlan
from realinsights.loans.model.forecast import Forecast, ForecastSums, Horizon, Line, LoanForecast, check_month
from realinsights.loans.model.index_names import index_label
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.queries.choosing import Chosen, chosen, place_of
from realinsights.loans.queries.curves import named_curve, newest_curve, no_curve
from realinsights.loans.queries.fixings import fixings_between
from realinsights.loans.store import FIXING_YEARS
from realinsights_finance.credit.figures import nearest_cents
from realinsights_finance.portfolio import CashFlow
from realinsights_finance.rates import Fixings
from realinsights_platform.documents.port import Documents, Page, Position

FORECAST_HEADER: Final = (
    *("Loan id", "Loan number", "Name", "Rate type", "Balance", "Late", "Month"),
    *("Interest", "Projected interest", "Principal", "Balloon", "Debt service", "Total", "Left out because"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastAsked:
    """A question about what falls due: of which loans, in how many months, and how rates go on."""

    filters: Filters
    business_date: datetime.date
    horizon: Horizon

    @property
    def window(self) -> Window:
        """Return the months."""
        return Window(self.business_date, self.horizon.months)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinesAsked:
    """A choice of lines of a forecast: those that pay in a month, are repaid then, or are left out.

    `month` is its first day.
    """

    month: datetime.date | None = None
    balloons: bool = False
    left_out: bool = False

    def asks_for(self, line: Line) -> bool:
        """Tell whether a line is one of them."""
        if self.left_out:
            return line.unknown is not None
        if self.month is None and not self.balloons:
            return True
        return line.pays(self.month, balloons=self.balloons)


async def forecast(documents: Documents, asked: ForecastAsked, *, org: str) -> Forecast:
    """Return what falls due of all loans that match; raises `Invalid` for a scenario that is not there."""
    outlook = await _outlook(documents, asked, org)
    sums = ForecastSums(asked.window)
    async for some in chosen(documents, asked.filters, org=org, on=asked.business_date):
        lines = await outlook.lines(some)
        await asyncio.to_thread(sums.add, lines)
    return sums.told(asked.horizon, projects=outlook.in_words)


async def forecast_lines(
    documents: Documents, asked: ForecastAsked, which: LinesAsked, *, org: str, after: Position | None, limit: int
) -> Page[LoanForecast]:
    """Return a page of the loans of a forecast, by number; of a month, each with that month alone.

    Raises `Invalid` for a scenario that is not there, and for a month that is not one of the forecast's.
    """
    month = which.month
    if month is not None:
        check_month(asked.window, month)
    outlook = await _outlook(documents, asked, org)
    found: list[Line] = []
    async for some in chosen(documents, asked.filters, org=org, on=asked.business_date, after=after):
        found += [line for line in await outlook.lines(some) if which.asks_for(line)]
        if len(found) > limit:
            break
    following = place_of(found[limit - 1].loan) if len(found) > limit else None
    return Page(tuple(line.told(asked.window, month) for line in found[:limit]), following)


async def forecast_rows(
    documents: Documents, asked: ForecastAsked, *, org: str
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Return pages of rows under `FORECAST_HEADER`, one for each loan and month; of a loan left out, one that says why.

    Raises `Invalid` at once, since a stream cannot be refused later.
    """
    return _rows(documents, asked, await _outlook(documents, asked, org), org)


async def _rows(
    documents: Documents, asked: ForecastAsked, outlook: _Outlook, org: str
) -> AsyncIterator[list[tuple[Any, ...]]]:
    async for some in chosen(documents, asked.filters, org=org, on=asked.business_date):
        lines = await outlook.lines(some)
        yield await asyncio.to_thread(
            lambda: [row for line in lines for row in _rows_of(line.told(asked.window, None))]  # noqa: B023 - awaited
        )


def _rows_of(line: LoanForecast) -> list[tuple[Any, ...]]:
    begin = (line.loan_id, line.number, line.name, line.rate_type.value, line.balance, line.late)
    if line.unknown is not None:
        return [(*begin, *[None] * 7, line.unknown)]
    return [
        (
            *begin,
            *(month.month, month.interest, month.projected_interest, month.principal, month.balloon),
            *(month.debt_service, month.total, None),
        )
        for month in line.months
    ]


async def _outlook(documents: Documents, asked: ForecastAsked, org: str) -> _Outlook:
    checked_business_date(asked.business_date)
    curve = None
    if asked.horizon.scenario not in {FLAT, FORWARD}:
        curve = await named_curve(
            documents, org=org, scenario=asked.horizon.scenario, business_date=asked.business_date
        )
    return _Outlook(documents, asked, org, curve)


class _Outlook:
    """What coming flows rest on: curves and fixings, each read once."""

    def __init__(self, documents: Documents, asked: ForecastAsked, org: str, named: RateCurve | None) -> None:
        self._documents = documents
        self._asked = asked
        self._org = org
        self._named = named
        self._newest: dict[str, RateCurve | None] = {}
        self._fixings: dict[tuple[tuple[str, ...], int], Fixings] = {}

    @property
    def in_words(self) -> str:
        """Return how rates that are not known yet go on."""
        if self._named is not None:
            words = f"the curve of {index_label(self._named.index)} as of {self._named.as_of}"
        elif self._asked.horizon.scenario == FORWARD:
            words = "the newest curve of each index"
        else:
            words = "the last fixing stands"
        return f"{words}, moved by {self._asked.horizon.shift} bp" if self._asked.horizon.shift else words

    async def lines(self, some: Sequence[Chosen]) -> list[Line]:
        """Return the lines of some loans. They are computed in a thread: a hundred take a tenth of a second."""
        window = self._asked.window
        schedules = await asyncio.to_thread(lambda: [coming_schedule(one.loan, window) for one in some])
        for coming in schedules:
            if isinstance(coming, ComingPeriods) and isinstance(coming.plan, FloatingPlan):
                await self._read(coming.plan)
        return await asyncio.to_thread(
            lambda: [self._line(one, coming) for one, coming in zip(some, schedules, strict=True)]
        )

    async def _read(self, plan: FloatingPlan) -> None:
        index, on = plan.index, self._asked.business_date
        if self._asked.horizon.scenario == FORWARD and index not in self._newest:
            self._newest[index] = await newest_curve(self._documents, org=self._org, index=index, business_date=on)
        indices, year = key = self._key(plan)
        if key not in self._fixings:
            self._fixings[key] = await fixings_between(
                lambda ids: self._documents.get_many(FIXING_YEARS, self._org, ids),
                indices,
                first=datetime.date(year, 1, 1),
                last=on,
            )

    def _key(self, plan: FloatingPlan) -> tuple[tuple[str, ...], int]:
        # A loan that starts in years to come is projected by what is known now.
        lately = max(self._asked.business_date.year - 1, 1)
        return tuple(sorted(plan.indices)), min(plan.looks_back_to.year, lately)

    def _line(self, one: Chosen, coming: ComingSchedule) -> Line:
        loan = one.loan
        balance = nearest_cents(one.part * Fraction(loan.current_balance))
        expected = expected_maturity(loan, on=self._asked.business_date).date
        flows = self._flows(one, coming)
        if isinstance(flows, Unscheduled):
            return Line(loan, balance, expected, (), flows.reason)
        return Line(loan, balance, expected, part_of(flows, one.part), None)

    def _flows(self, one: Chosen, coming: ComingSchedule) -> tuple[CashFlow, ...] | Unscheduled:
        if isinstance(coming, Unscheduled):
            return coming
        fixings, curve = Fixings(), None
        if isinstance(coming, ComingPeriods) and isinstance(coming.plan, FloatingPlan):
            fixings, found = self._fixings[self._key(coming.plan)], self._curve(coming.plan.index)
            if isinstance(found, Unscheduled):
                return found
            curve = found
        return coming_flows(
            one.loan, coming, self._asked.window, fixings=fixings, curve=curve, shift=self._asked.horizon.shift
        )

    def _curve(self, index: str) -> RateCurve | Unscheduled | None:
        if self._named is not None and self._named.index != index:
            named = index_label(self._named.index)
            return Unscheduled(f"the scenario is a curve of {named}, and it floats on {index_label(index)}")
        if self._asked.horizon.scenario != FORWARD:
            return self._named
        return self._newest[index] or Unscheduled(no_curve(index, self._asked.business_date))
