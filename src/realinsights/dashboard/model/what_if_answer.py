"""The answer to a what-if: a shock, what the loans are under each part of it, and the wall of balloons."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from realinsights.contracts.explained import Explanation
from realinsights.contracts.filters import Filters
from realinsights.contracts.refinancing import Assumption
from realinsights.dashboard.model.figure import LeftOut, LoanReference
from realinsights.dashboard.model.maturities import Span
from realinsights.dashboard.model.rolling import RolledForward
from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.portfolio import Lever


class Shock(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What happens at once: to indices and the rate of new loans, to income, to cap rates, and to values.

    `rate_shift` and `cap_rate_shift` are added, as fractions: 0.01 is 100 bp. `income_change` and `value_change` are
    relative: -0.1 is ten percent less.
    """

    rate_shift: Decimal = Decimal(0)
    income_change: Decimal = Decimal(0)
    cap_rate_shift: Decimal = Decimal(0)
    value_change: Decimal = Decimal(0)


class StressPart(StrEnum):
    """A part of a shock: nothing of it, its rates alone, its income alone, its cap rates and values alone, or all."""

    BASE = "base"
    RATE = "rate"
    INCOME = "income"
    VALUE = "value"
    JOINT = "joint"


class StressOutcome(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """The measured loans under a part of the shock: sums, and ratios that are sums over sums.

    An amount is that of the loans that have it, a ratio of those that have both of its figures. Of the `sized` loans,
    whose refinance is known, `balloon` falls due: new loans of `proceeds` pay `financeable` of it, and `gap` is the
    equity that is missing, costs included in what is needed. `gap_loans` of them have one.
    """

    part: StressPart
    income: str
    value: str
    debt_service: str
    cap_receipt: str
    net_debt_service: str
    dscr: str | None
    ltv: str | None
    debt_yield: str | None
    sized: int
    balloon: str
    proceeds: str
    financeable: str
    gap: str
    gap_loans: int


class StressSums(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What falls due in a period.

    `balance` is owed today by all loans that are expected to be repaid then, `balloon` is the principal that their
    schedules leave to that day, and `without_schedule` what those owe today whose balloon is not known.
    Under the whole shock `balloon` is `financeable` + `gap` + `not_sized`. `extended` would have been due but for an
    exercised option: it stands again where it is due now, and is in no other sum; `extended_without_schedule` is owed
    today by extended loans whose balloon is not known.
    """

    loans: int
    balance: str
    balloon: str
    without_schedule: str
    financeable: str
    gap: str
    gap_loans: int
    not_sized: str
    extended: str
    extended_loans: int
    extended_without_schedule: str


class StressBar(StressSums, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A bar of the wall of balloons, by the day that loans are expected to be repaid on."""

    key: str
    first: datetime.date
    last: datetime.date
    past: bool


class StressedLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A loan with a gap under the whole shock; `binding` is the test that limits the new loan."""

    loan_id: str
    number: str
    name: str
    due_on: datetime.date
    balance: str
    balloon: str
    proceeds: str
    gap: str
    binding: SizingTest
    dscr: str | None
    ltv: str | None
    debt_yield: str | None


class BreakingPoint(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The largest move of a lever with which a limit of the measured loans holds; a step of 0.0001 more breaks it.

    `income` is the fraction of income that is lost, `rate` is added to indices, `cap_rate` to each loan's own cap rate;
    meanwhile rates have risen by `rate_shift`. `holds` tells of no move at all, null where the ratio is not known.
    `move` is null where it does not hold, and where no move up to `most` breaks it.
    """

    test: SizingTest
    limit: str
    lever: Lever
    rate_shift: str
    holds: bool | None
    move: str | None
    most: str


class PortfolioStress(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The loans that match under a shock, part by part, with the wall of balloons under all of it.

    `loans` are outstanding and owe `balance`; `measured` of them, with `measured_balance`, are stressed. `left_out`
    says what is not, and why: `measured` of all, the others of the figure of their name. `named` are the loans that it
    names. `explained` and `reverse` are there where they were asked for.
    """

    business_date: datetime.date
    sequence: int
    filters: Filters
    by: Span
    shock: Shock
    new_loan: tuple[Assumption, ...]
    convention: str
    loans: int
    balance: str
    measured: int
    measured_balance: str
    rolled: RolledForward | None
    outcomes: tuple[StressOutcome, ...]
    wall: tuple[StressBar, ...]
    total: StressSums
    widest_gaps: tuple[StressedLine, ...]
    left_out: dict[str, LeftOut]
    named: dict[str, LoanReference]
    explained: dict[str, Explanation] | None = None
    reverse: tuple[BreakingPoint, ...] | None = None
