"""What if: the loans asked about under a shock to rates, income, cap rates and values, and what could be refinanced.

It lives here and not with the loans' documents because the dashboard has every loan's figures as columns in memory,
under the same filters as every other figure: ten thousand loans are sized anew in some milliseconds, where reading as
many documents takes a second. What one loan's refinance rests on, day by day, is the loans service's.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from realinsights.contracts.filters import Filters, RatioSource
from realinsights.contracts.refinancing import (
    NewLoan,
    assumptions_of,
    checked_business_date,
    named_on_the_wire,
    refinancing_of,
)
from realinsights.dashboard.model.allocation import allocation_of
from realinsights.dashboard.model.columns import Columns, LoanColumn, largest
from realinsights.dashboard.model.coverage import Obstacle
from realinsights.dashboard.model.dashboard import referred
from realinsights.dashboard.model.due_days import extended_days
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATIO_PLACES,
    Flags,
    Integers,
    counts_by_code,
    quotient_text,
    text,
    totals_by_code,
)
from realinsights.dashboard.model.exact import total as exact_total
from realinsights.dashboard.model.filters import selected
from realinsights.dashboard.model.maturities import MONTHS, Span, bucket_key
from realinsights.dashboard.model.months import first_day, last_day, month_numbers
from realinsights.dashboard.model.question import NAMED_LOANS, Question
from realinsights.dashboard.model.rolling import standing, summary
from realinsights.dashboard.model.stressing import (
    BOUND,
    NO_DEBT_SERVICE,
    NO_INCOME,
    NO_VALUE,
    Stressable,
)
from realinsights.dashboard.model.view import present, unknown
from realinsights.dashboard.model.what_if_answer import (
    BreakingPoint,
    PortfolioStress,
    Shock,
    StressBar,
    StressedLine,
    StressOutcome,
    StressPart,
    StressSums,
)
from realinsights.dashboard.model.what_if_explained import explanations
from realinsights.dashboard.model.wide_part import omissions
from realinsights_finance.credit.sizing import Collateral, size
from realinsights_finance.money import from_cents, shown_ratio
from realinsights_finance.portfolio.reverse_stress import reverse_stress
from realinsights_finance.portfolio.stress import Refinancing, Scenario
from realinsights_finance.portfolio.stress_arrays import StressArrays, stress_many
from realinsights_finance.portfolio.stress_totals import StressTotals, stress_totals
from realinsights_platform.errors import Invalid

WIDEST = 10
"""So many loans with the widest gaps are listed."""


LARGEST_CAP_RATE_SHIFT = Decimal("0.1")

CONVENTION = (
    "Income x (1 + change), a loss x (1 - change). Value = stressed income / (the loan's own cap rate + shift, at "
    "least 0.01 %) x (1 + change). A fixed loan's debt service stays, and so does a hybrid's in its fixed years; a "
    "floating one's is a year's at max(index + shift, floor) + spread within its bounds, an adjustment of the index "
    "counted with the spread: a level payment on today's balance over the full amortization where it amortizes. The "
    "index is today's rate less the spread; where a floor or a ceiling binds it may be another, and those loans are "
    "named. The hedge in force today pays or costs a whole year's, however soon it ends: a cap above its strike, a "
    "collar below its floor too, a swap on both sides. A new loan is sized at the quote + shift, at least 0.01 %. "
    "What is due is what the schedule leaves of the recorded balance to the day on which the loan is expected to be "
    "repaid."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """A question: which loans, on which business date, under which shock, and with which new loans."""

    filters: Filters
    on: datetime.date
    ahead: bool
    shock: Shock
    new_loan: NewLoan
    by: Span
    explain: bool = False
    reverse: bool = False

    @property
    def refinancing(self) -> Refinancing:
        """The loan that would replace each; raises `Invalid` for figures that no lender has."""
        return refinancing_of(self.new_loan)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The parts of the shock, in the order of `StressPart`; raises `Invalid` for a shock that cannot be."""
        shock = self.shock
        if abs(shock.cap_rate_shift) > LARGEST_CAP_RATE_SHIFT:
            raise Invalid.field("capRateShift", f"must be from -{LARGEST_CAP_RATE_SHIFT} to {LARGEST_CAP_RATE_SHIFT}")
        with named_on_the_wire():
            return (
                Scenario(name=StressPart.BASE),
                Scenario(name=StressPart.RATE, rate_shift=shock.rate_shift),
                Scenario(name=StressPart.INCOME, income_change=shock.income_change),
                Scenario(name=StressPart.VALUE, cap_rate_shift=shock.cap_rate_shift, value_change=shock.value_change),
                Scenario(name=StressPart.JOINT, **msgspec.structs.asdict(shock)),
            )


def what_if(columns: Columns, asked: WhatIf, *, sequence: int) -> PortfolioStress:
    """Return the loans under the shock; raises `Invalid` for a shock or a new loan that cannot be."""
    checked_business_date(asked.on)
    if asked.filters.source is RatioSource.REPORTED:
        raise Invalid.field("source", "must be computed here: what servicers report as a ratio cannot be stressed")
    refinancing, scenarios = asked.refinancing, asked.scenarios
    columns = standing(columns, asked.on, ahead=asked.ahead)
    flags = selected(columns, asked.filters, asked.on)
    view = present(columns, flags, asked.filters.statement_basis, allocation_of(columns, asked.filters))
    some = Stressable(view, asked.on)
    arrays = stress_many(some.loans, scenarios, refinancing=refinancing)
    found = _Refinanced(some, arrays)
    totals = stress_totals(arrays)
    outcomes = tuple(map(found.outcome, StressPart, totals, range(len(scenarios))))
    question = Question(columns, [], asked.on, view, asked.filters.statement_basis, asked.filters.source)
    _leave_out(question, some, refinancing)
    bars, total = _wall(some, found, asked.by)
    return PortfolioStress(
        business_date=asked.on,
        sequence=sequence,
        filters=asked.filters,
        by=asked.by,
        shock=asked.shock,
        new_loan=assumptions_of(asked.new_loan),
        convention=CONVENTION,
        loans=int(np.count_nonzero(view.outstanding)),
        balance=_money(exact_total(view.owed)),
        measured=some.places.size,
        measured_balance=_money(exact_total(view.owed, some.measured)),
        rolled=summary(columns, flags),
        outcomes=outcomes,
        wall=bars,
        total=total,
        widest_gaps=_widest(some, found, refinancing),
        left_out=question.omitted,
        named=referred(columns, question.named),
        explained=explanations(outcomes[-1], totals[-1], total, asked.shock, asked.new_loan) if asked.explain else None,
        reverse=_reverse(some, refinancing) if asked.reverse else None,
    )


def _reverse(some: Stressable, refinancing: Refinancing) -> tuple[BreakingPoint, ...]:
    """Return what just keeps the lender's limits on the loans as they are today, each lever alone and two together."""
    tests = refinancing.tests
    found = reverse_stress(
        some.loans,
        minimum_dscr=tests.minimum_dscr,
        maximum_ltv=tests.maximum_ltv,
        minimum_debt_yield=tests.minimum_debt_yield,
    )
    return tuple(
        BreakingPoint(
            test=one.test,
            limit=str(one.limit),
            lever=one.lever,
            rate_shift=str(one.rate_shift),
            holds=one.holds,
            move=None if one.move is None else str(one.move),
            most=str(one.most),
        )
        for one in found
    )


class _Refinanced:
    """What new loans pay of the balloons in each scenario, by measured loan; zero where that is not known."""

    def __init__(self, some: Stressable, arrays: StressArrays) -> None:
        self.arrays = arrays
        self.sized: Flags = arrays.proceeds_known & some.known_balloons
        assert arrays.proceeds is not None  # noqa: S101 - a refinancing was given
        assert arrays.gap is not None  # noqa: S101 - as above
        self.balloon = np.where(self.sized, arrays.loans.balloon, 0)
        self.proceeds = np.where(self.sized, arrays.proceeds, 0)
        # A gap is no wider than the balloon: costs are a part of the proceeds.
        self.gap = np.where(self.sized, np.maximum(arrays.gap, 0), 0)

    def outcome(self, part: StressPart, totals: StressTotals, row: int) -> StressOutcome:
        """Return the sums of a scenario."""
        balloon, gap = exact_total(self.balloon), exact_total(self.gap[row])
        return StressOutcome(
            part=part,
            income=str(totals.income),
            value=str(totals.value),
            debt_service=str(totals.debt_service),
            cap_receipt=str(totals.cap_receipt),
            net_debt_service=str(totals.net_debt_service),
            dscr=_shown(totals.dscr),
            ltv=_shown(totals.ltv),
            debt_yield=_shown(totals.debt_yield),
            sized=int(np.count_nonzero(self.sized)),
            balloon=_money(balloon),
            proceeds=_money(exact_total(self.proceeds[row])),
            financeable=_money(balloon - gap),
            gap=_money(gap),
            gap_loans=int(np.count_nonzero(self.gap[row])),
        )


def _leave_out(question: Question, some: Stressable, refinancing: Refinancing) -> None:
    view, loans = some.view, some.loans
    income, value = (~loans.income_known, NO_INCOME), (loans.value <= 0, NO_VALUE)
    service = (some.unserviced, NO_DEBT_SERVICE)
    named: list[tuple[str, list[Obstacle]]] = [
        ("dscr", [income, service]),
        ("ltv", [value]),
        ("debtYield", [income]),
        ("capReceipt", some.unknown_hedges),
        ("index", [(some.bound, BOUND)]),
        ("refinance", some.refinance_obstacles(refinancing)),
    ]
    question.leave_out("measured", [omissions(view, some.within, NAMED_LOANS)], some.within.reasons)
    for name, obstacles in named:
        within = some.without(*obstacles)
        question.leave_out(name, [omissions(view, within, NAMED_LOANS)], within.reasons)


def _wall(some: Stressable, found: _Refinanced, span: Span) -> tuple[tuple[StressBar, ...], StressSums]:
    """Return the wall under the whole shock, and the sums of its bars."""
    view, width = some.view, MONTHS[span]
    outstanding = view.outstanding
    extended = _extended(some)
    due = np.where(outstanding, month_numbers(some.due) // width * width, -1)
    former = np.where(extended, month_numbers(view.fixed(LoanColumn.MATURITY)) // width * width, -1)
    starts, codes = np.unique(np.concatenate((due, former)), return_inverse=True)
    due_code, former_code = np.split(codes.reshape(-1), 2)
    size = starts.size
    scheduled, contractual = ~unknown(some.balloon), view.fixed(LoanColumn.BALLOON)
    balloon = np.where(outstanding & scheduled, some.balloon, 0)
    gap, sized = np.zeros(view.rows.size, np.int64), np.zeros(view.rows.size, np.int64)
    gap[some.places], sized[some.places] = found.gap[-1], found.balloon

    def by_due(values: Integers) -> list[int]:
        return totals_by_code(due_code, values, size)

    def by_former(values: Integers) -> list[int]:
        return totals_by_code(former_code, values, size)

    sums: dict[str, list[int]] = {
        "loans": counts_by_code(due_code, size, outstanding),
        "balance": by_due(view.owed),
        "balloon": by_due(balloon),
        "without_schedule": by_due(view.owed * ~scheduled),
        "financeable": by_due(sized - gap),
        "gap": by_due(gap),
        "gap_loans": counts_by_code(due_code, size, gap > 0),
        "not_sized": by_due(balloon - sized),
        "extended": by_former(np.where(extended & ~unknown(contractual), contractual, 0)),
        "extended_loans": counts_by_code(former_code, size, extended),
        "extended_without_schedule": by_former(view.owed * (extended & unknown(contractual))),
    }
    bars = []
    for place, start in enumerate(starts.tolist()):
        if start < 0:
            continue
        last = last_day(start + width - 1)
        bars.append(
            StressBar(
                key=bucket_key(start, span),
                first=first_day(start),
                last=last,
                past=last < some.on,
                **_told(sums, place),
            )
        )
    return tuple(bars), StressSums(**_told({name: [sum(each)] for name, each in sums.items()}, 0))


def _told(sums: dict[str, list[int]], place: int) -> dict[str, Any]:
    return {name: each[place] if name in _COUNTS else _money(each[place]) for name, each in sums.items()}


def _extended(some: Stressable) -> Flags:
    """Return the outstanding loans whose day of repayment is a later one by an exercised option."""
    view = some.view
    days = extended_days(view.columns.extensions, view.fixed, some.on)
    if days is None:
        return np.zeros(view.rows.size, np.bool_)
    return np.asarray(view.outstanding & (days > 0) & (some.due == days))


def _widest(some: Stressable, found: _Refinanced, refinancing: Refinancing) -> tuple[StressedLine, ...]:
    columns, rows, gaps = some.view.columns, some.view.rows[some.places], found.gap[-1]
    return tuple(
        _line(some, found, refinancing, place) for place in largest(columns, rows, gaps, WIDEST) if gaps[place] > 0
    )


def _line(some: Stressable, found: _Refinanced, refinancing: Refinancing, place: int) -> StressedLine:
    view, arrays = some.view, found.arrays
    at = int(some.places[place])
    row = int(view.rows[at])
    income, value, service = (int(amounts[-1, place]) for amounts in (arrays.income, arrays.value, arrays.debt_service))
    known = bool(arrays.income_known[place])
    worth = bool(arrays.value_known[place])
    balance = int(view.balance[at])
    collateral = Collateral(income=from_cents(income) if known else None, value=from_cents(value) if worth else None)
    sized = size(collateral, refinancing.tests, refinancing.shifted(arrays.scenarios[-1].rate_shift))
    return StressedLine(
        loan_id=view.columns.ids[row],
        number=view.columns.numbers[row],
        name=view.columns.titles[row],
        due_on=datetime.date.fromordinal(int(some.due[at])),
        balance=_money(balance),
        balloon=_money(int(found.balloon[place])),
        proceeds=_money(int(found.proceeds[-1, place])),
        gap=_money(int(found.gap[-1, place])),
        binding=sized.binding,
        dscr=_ratio(income, service) if known and arrays.service_known[place] else None,
        ltv=_ratio(balance, value) if worth else None,
        debt_yield=_ratio(income, balance) if known else None,
    )


def _ratio(numerator: int, denominator: int) -> str | None:
    return quotient_text(numerator, denominator, RATIO_PLACES) if denominator > 0 else None


def _shown(ratio: Decimal | None) -> str | None:
    return None if ratio is None else format(shown_ratio(ratio), "f")


def _money(cents: int) -> str:
    return text(cents, MONEY_PLACES)


_COUNTS = frozenset(("loans", "gap_loans", "extended_loans"))
