"""The loans of a view as a joint stress takes them, and the reasons why it leaves loans out.

A stress is of loans that stand alone on their properties: what a new loan may take of a property that another loan
stands on too, or what a note is of a larger debt, is not computed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from realinsights.contracts.loans import RateType
from realinsights.dashboard.model.codes import RATE_TYPES
from realinsights.dashboard.model.columns import LoanColumn
from realinsights.dashboard.model.coverage import Coverage, Obstacle, coverage
from realinsights.dashboard.model.due_days import balloons, due_days
from realinsights.dashboard.model.exact import RATE_PLACES, Flags, Integers
from realinsights.dashboard.model.floats import Floats, Hedges, floats_of
from realinsights.dashboard.model.own_ratios import DEFEASED, NOTE_NAMES, POSITION_REASONS
from realinsights.dashboard.model.view import View, unknown
from realinsights_finance.money import in_cents
from realinsights_finance.portfolio.stress import LARGEST_STRESSED, Refinancing
from realinsights_finance.portfolio.stress_columns import NO_FLOOR_STRIKE, RATE_SCALE, SHARE_SCALE, StressColumns
from realinsights_finance.portfolio.stress_columns import UNKNOWN as NOT_KNOWN
from realinsights_finance.terms import RATE_DECIMALS

SHARED = "other loans stand on its properties: what a new loan may take of them is not computed"
TOO_LARGE = f"an amount of it exceeds {LARGEST_STRESSED:,}, which no stress takes"
NO_INCOME = "no net operating income is known"
NO_VALUE = "no property value is known"
NO_DEBT_SERVICE = "no debt service is known: its terms do not tell it, or not how its rate floats"
NO_BALLOON = "no schedule says what is due at maturity"
HEDGES = {
    Hedges.SEVERAL: "several hedges are in force: what they pay together is not computed",
    Hedges.NOT_TOLD: "its collar states no floor: what it costs below that is not known",
    Hedges.NO_INDEX: "its rate is fixed now, and its hedge is not: today's index does not follow from its rate",
}
BOUND = "a floor or a ceiling binds: its rate does not tell its index, and a rise costs at most what is shown"

_BARS = (
    *(f"{name}: it cannot be held against the whole property alone" for name in NOTE_NAMES.values()),
    DEFEASED,
    *POSITION_REASONS,
)
_FLOATING = RATE_TYPES.code(RateType.FLOATING)
_LARGEST = in_cents(LARGEST_STRESSED)
_RATE_FACTOR = 10 ** (RATE_DECIMALS - RATE_PLACES)
_NO_CAP_STRIKE = RATE_SCALE


@dataclass(frozen=True, eq=False)
class Stressable:
    """The loans of a view on a business date as a stress sees them; all arrays but `loans` are by place in the view.

    `measured` are those that it is about, `places` where they are, and `loans` their columns.
    """

    view: View
    on: datetime.date

    @cached_property
    def due(self) -> Integers:
        """The day number on which each loan is expected to be repaid."""
        return due_days(self.view.columns, self.view.fixed, self.on)

    @cached_property
    def balloon(self) -> Integers:
        """The cents of principal that fall due then, `UNKNOWN` where no schedule says it."""
        return balloons(self.view.columns, self.view.fixed, self.on)

    @cached_property
    def floating(self) -> Flags:
        """The loans whose rate floats."""
        return np.equal(self.view.fixed(LoanColumn.RATE_TYPE), _FLOATING)

    @cached_property
    def floats(self) -> Floats:
        """What the rates of all loans of the organization follow from, by row."""
        return floats_of(self.view.columns, self.on)

    @cached_property
    def within(self) -> Coverage:
        """The loans that a stress is about, and why others are left out."""
        view = self.view
        amounts = (view.balance, view.value, view.noi, view.debt_service, self.balloon)
        large = np.logical_or.reduce([~unknown(values) & (np.abs(values) > _LARGEST) for values in amounts])
        bars: list[Obstacle] = [(np.equal(view.bars, code), reason) for code, reason in enumerate(_BARS, 1)]
        return coverage(view.outstanding, [*bars, (view.shared, SHARED), (large, TOO_LARGE)])

    @property
    def measured(self) -> Flags:
        """The loans that a stress is about."""
        return self.within.covered

    @cached_property
    def places(self) -> Integers:
        """Where the measured loans are in the view."""
        return np.flatnonzero(self.measured)

    @cached_property
    def known_balloons(self) -> Flags:
        """Of the measured loans, those of which a schedule says what is due at maturity."""
        return ~unknown(self.balloon[self.places])

    @cached_property
    def loans(self) -> StressColumns:
        """The measured loans. A balloon that is not known is 0 here: see `known_balloons`."""
        view, places = self.view, self.places
        rows, floats = view.rows[places], self.floats
        floating = self.floating[places] & floats.told[rows]
        income, value, service = view.noi[places], view.value[places], view.debt_service[places]
        spread = floats.spread[rows]
        capped = floating & (floats.hedges[rows] == Hedges.KNOWN)
        notional = view.part(floats.cap_notional[rows], places)
        return StressColumns(
            balance=view.balance[places],
            income=np.where(unknown(income), 0, income),
            income_known=~unknown(income),
            value=np.where(value > 0, value, NOT_KNOWN),
            debt_service=np.where(self.floating[places] | (service < 0), NOT_KNOWN, service),
            floating=floating,
            # What the loan bears today less its spread: where a floor binds, the highest that the index may be.
            index=np.where(floating, np.clip(view.rate[places] * _RATE_FACTOR - spread, -RATE_SCALE, RATE_SCALE), 0),
            spread=np.where(floating, spread, 0),
            index_floor=np.where(floating, floats.index_floor[rows], -RATE_SCALE),
            rate_floor=np.where(floating, floats.rate_floor[rows], -RATE_SCALE),
            ceiling=np.where(floating, floats.ceiling[rows], RATE_SCALE),
            amortization_months=np.where(floating, floats.amortization_months[rows], 0),
            actual_360=floating & floats.actual_360[rows],
            cap_notional=np.where(capped, notional, 0),
            cap_strike=np.where(capped, floats.cap_strike[rows], _NO_CAP_STRIKE),
            floor_strike=np.where(capped, floats.floor_strike[rows], NO_FLOOR_STRIKE),
            balloon=np.where(self.known_balloons, self.balloon[places], 0),
            share=np.full(places.size, SHARE_SCALE, np.int64),
        )

    def without(self, *obstacles: Obstacle) -> Coverage:
        """Return the coverage of a figure of the measured loans; the obstacles' flags are by measured loan."""
        return coverage(self.measured, [(self._spread_out(flags), reason) for flags, reason in obstacles])

    def refinance_obstacles(self, refinancing: Refinancing) -> list[Obstacle]:
        """Return by measured loan what keeps it from being sized."""
        found: list[Obstacle] = []
        tests, loans = refinancing.tests, self.loans
        if tests.minimum_dscr is not None or tests.minimum_debt_yield is not None:
            found.append((~loans.income_known, NO_INCOME))
        if tests.maximum_ltv is not None:
            found.append((loans.value <= 0, NO_VALUE))
        return [*found, (~self.known_balloons, NO_BALLOON)]

    @property
    def unserviced(self) -> Flags:
        """Of the measured loans, those whose debt service is not known."""
        return np.asarray(~self.loans.floating & np.equal(self.loans.debt_service, NOT_KNOWN))

    @property
    def unknown_hedges(self) -> list[Obstacle]:
        """Of the measured loans, those of which it is not known what their hedges pay, and why."""
        loans, hedges = self.loans, self.floats.hedges[self.view.rows[self.places]]
        return [(np.asarray(loans.floating & (hedges == code)), reason) for code, reason in HEDGES.items()]

    @property
    def bound(self) -> Flags:
        """Of the measured loans, those that float within a bound today."""
        loans, rates = self.loans, self.view.rate[self.places] * _RATE_FACTOR
        low = (rates <= loans.rate_floor) | (rates - loans.spread <= loans.index_floor)
        fixed = self.floats.fixed[self.view.rows[self.places]]
        return np.asarray(loans.floating & ~fixed & (low | (rates >= loans.ceiling)))

    def _spread_out(self, flags: Flags) -> Flags:
        found = np.zeros(self.view.rows.size, np.bool_)
        found[self.places] = flags
        return found
