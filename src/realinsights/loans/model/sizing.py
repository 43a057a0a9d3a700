"""Sizing of a loan: the most that every test allows, which of them binds, and what the loan would cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from realinsights.contracts.refinancing import named_on_the_wire
from realinsights.loans.model.explained import Explanation, explanation_of
from realinsights_finance.credit.new_loan import NewLoanPayments, new_loan_payments
from realinsights_finance.credit.sizing import Collateral, LendingTests, Limit, Quote, Sizing, SizingTest, size
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace
from realinsights_finance.money import EXACT, shown_ratio

NO_PAYMENT = "interest only on actual days: the payment varies with the days of the month"

_MINIMUMS = frozenset({SizingTest.DSCR, SizingTest.DEBT_YIELD, SizingTest.ICR})


class SizingRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a loan is sized on, in dollars and fractions; a test without its threshold is not made.

    `income` is a year's NOI (or NCF). Without `amortization_months` the loan is interest-only. The DSCR and ICR tests
    are made at no lower rate than `rate_floor`. With `multiple_of` the proceeds are rounded down to a multiple of it.
    """

    rate: Decimal
    amortization_months: Annotated[int, msgspec.Meta(ge=1, le=1200)] | None = None
    day_count: DayCount = DayCount.THIRTY_360
    income: Decimal | None = None
    value: Decimal | None = None
    cost: Decimal | None = None
    maximum_ltv: Decimal | None = None
    minimum_dscr: Decimal | None = None
    minimum_debt_yield: Decimal | None = None
    maximum_ltc: Decimal | None = None
    minimum_icr: Decimal | None = None
    rate_floor: Decimal | None = None
    multiple_of: Decimal | None = None

    @property
    def tests(self) -> LendingTests:
        """The lender's tests."""
        return LendingTests(
            maximum_ltv=self.maximum_ltv,
            minimum_dscr=self.minimum_dscr,
            minimum_debt_yield=self.minimum_debt_yield,
            maximum_ltc=self.maximum_ltc,
            minimum_icr=self.minimum_icr,
            rate_floor=self.rate_floor,
        )

    @property
    def quote(self) -> Quote:
        """The loan that is offered."""
        return Quote(rate=self.rate, amortization_months=self.amortization_months, day_count=self.day_count)


class SizingLimit(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A test that was made: its threshold, the most it allows, and what it alone would allow beyond the proceeds.

    `maximum` and `slack` are null where a test limits nothing, since the loan would cost nothing.
    """

    test: SizingTest
    threshold: Decimal
    maximum: Decimal | None
    slack: Decimal | None
    binding: bool


class SizedLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The largest loan, its limits in the order LTV, DSCR, debt yield, LTC, ICR, and its payments at the quoted rate.

    `rate` is that of the DSCR and ICR tests, `constant` its loan constant to 8 decimals. Where `payment`, a month's, is
    null, `no_payment` says why.
    """

    proceeds: Decimal
    binding: SizingTest
    limits: tuple[SizingLimit, ...]
    rate: Decimal
    constant: str
    payment: Decimal | None
    no_payment: str | None
    annual_debt_service: Decimal
    explained: dict[str, Explanation] | None = None


def sized_loan(asked: SizingRequest, *, explain: bool = False) -> SizedLoan:
    """Return the largest loan that passes every test; raises `Invalid` naming the field that cannot be."""
    traces = {name: Trace() for name in ("proceeds", "payment")} if explain else {}
    with named_on_the_wire():
        sized = size(
            Collateral(income=asked.income, value=asked.value, cost=asked.cost),
            asked.tests,
            asked.quote,
            multiple_of=asked.multiple_of,
            trace=traces.get("proceeds"),
        )
        payments = new_loan_payments(sized.proceeds, asked.quote, trace=traces.get("payment"))
    return told_loan(sized, payments, asked.tests, traces)


def told_loan(sized: Sizing, payments: NewLoanPayments, tests: LendingTests, traces: dict[str, Trace]) -> SizedLoan:
    """Return a sizing as it is told."""
    return SizedLoan(
        proceeds=sized.proceeds,
        binding=sized.binding,
        limits=tuple(_limit(limit, tests, sized) for limit in sized.limits),
        rate=sized.rate,
        constant=format(shown_ratio(sized.constant, 8), "f"),
        payment=payments.monthly,
        no_payment=NO_PAYMENT if payments.monthly is None else None,
        annual_debt_service=payments.annual,
        explained={name: explanation_of(trace) for name, trace in traces.items()} or None,
    )


def _limit(limit: Limit, tests: LendingTests, sized: Sizing) -> SizingLimit:
    kind = "minimum" if limit.test in _MINIMUMS else "maximum"
    return SizingLimit(
        test=limit.test,
        threshold=EXACT.plus(getattr(tests, f"{kind}_{limit.test.value}")),
        maximum=limit.maximum,
        slack=limit.slack,
        binding=limit.test is sized.binding,
    )
