"""Joint stress of one loan: what rate, income, cap rate and value together do to coverage, leverage and refinance.

This is the rule, loan by loan; `stress_arrays` computes the same for many loans and scenarios at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.constant import loan_constant
from realinsights_finance.credit.figures import (
    InvalidFigure,
    annual_rate,
    exact,
    nearest_cents,
    not_negative,
    term_in_months,
)
from realinsights_finance.credit.sizing import Collateral, LendingTests, Quote, size
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.level_payment import level_payment
from realinsights_finance.money import EXACT, cents
from realinsights_finance.portfolio.share import WHOLE, checked_share
from realinsights_finance.rates.floating import bounded_rate
from realinsights_finance.ratios import debt_service_coverage, debt_yield, loan_to_value
from realinsights_finance.terms import RATE_DECIMALS

CHANGE_DECIMALS = 6
LARGEST_STRESSED = Decimal(10**10)
"""The largest balance, income and value of a loan in a stress, $10 billion."""
LARGEST_CHANGE = 3
LOWEST_CAP_RATE = Fraction(1, 10_000)
LOWEST_QUOTE = Decimal("0.0001")
_ZERO, _ONE = Decimal(0), Decimal(1)
_BOUNDS = {
    "maximum_ltv": (Fraction(1, 1000), 10),
    "minimum_dscr": (Fraction(1, 10), 100),
    "minimum_debt_yield": (Fraction(1, 1000), 1),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StressedRate:
    """The floating rate of a stressed loan: max(index, index floor) + spread, between the rate floor and the ceiling.

    All annual, as fractions, never below zero nor above 100 %; None where the note has none.
    """

    index: Decimal
    spread: Decimal
    index_floor: Decimal | None = None
    rate_floor: Decimal | None = None
    ceiling: Decimal | None = None

    def shifted(self, shift: Decimal) -> Decimal:
        """Return the all-in rate with the index moved by a shift."""
        _, rate, _ = bounded_rate(
            EXACT.add(self.index, shift),
            self.spread,
            index_floor=self.index_floor,
            rate_floor=self.rate_floor,
            ceiling=self.ceiling,
        )
        return min(max(rate, _ZERO), _ONE)


@dataclass(frozen=True, kw_only=True, slots=True)
class StressedLoan:
    """A loan to be stressed, in dollars and cents; None is not known.

    A fixed loan (`floating` None) has its year's `debt_service`, which no scenario changes. A floating one has it
    computed: over `amortization_months` 12 x the level payment on the balance, interest-only (None) balance x rate x
    365 / 360 on Actual/360, x 1 on other day counts. A purchased cap pays notional x max(index - strike, 0) on the same
    days; a hedge with a `floor_strike` owes notional x max(floor strike - index, 0) too: a collar, or a swap where both
    strikes are one. `balloon` is what is to be refinanced, by default the balance. `share` is the part that the
    portfolio owns.
    """

    balance: Decimal
    income: Decimal | None = None
    value: Decimal | None = None
    debt_service: Decimal | None = None
    floating: StressedRate | None = None
    amortization_months: int | None = None
    day_count: DayCount = DayCount.ACTUAL_360
    cap_notional: Decimal = Decimal("0.00")
    cap_strike: Decimal = _ONE
    floor_strike: Decimal | None = None
    balloon: Decimal | None = None
    share: Decimal = WHOLE

    def __post_init__(self) -> None:
        for name in ("balance", "income", "value", "debt_service", "cap_notional", "balloon"):
            amount = getattr(self, name)
            if amount is not None:
                _checked_amount(name, amount, signed=name == "income")
        if self.floating is not None:
            _check_rate(self.floating)
            if self.debt_service is not None:
                raise InvalidFigure("debt_service", "must not be stated for a floating loan: it is computed")
        if self.amortization_months is not None:
            term_in_months("amortization_months", self.amortization_months)
        annual_rate("cap_strike", self.cap_strike)
        if self.floor_strike is not None:
            annual_rate("floor_strike", self.floor_strike)
        checked_share(self.share)
        if self.balloon is None:
            object.__setattr__(self, "balloon", self.balance)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """What happens at once: to the index and to the rate of new loans, to income, to cap rates, and to values.

    `rate_shift` and `cap_rate_shift` are added, as fractions (0.01 is 100 bp). `income_change` and `value_change` are
    relative (-0.1 is ten percent less), from -1 to 3, with at most 6 decimals.
    """

    name: str = ""
    rate_shift: Decimal = _ZERO
    income_change: Decimal = _ZERO
    cap_rate_shift: Decimal = _ZERO
    value_change: Decimal = _ZERO

    def __post_init__(self) -> None:
        for name in ("rate_shift", "cap_rate_shift"):
            shift = exact(name, getattr(self, name))
            if abs(shift) > 1 or (shift * 10**RATE_DECIMALS).denominator != 1:
                raise InvalidFigure(name, f"must be a fraction from -1 to 1 with at most {RATE_DECIMALS} decimals")
        for name in ("income_change", "value_change"):
            change = exact(name, getattr(self, name))
            if not -1 <= change <= LARGEST_CHANGE or (change * 10**CHANGE_DECIMALS).denominator != 1:
                raise InvalidFigure(name, f"must be -1 to {LARGEST_CHANGE} with at most {CHANGE_DECIMALS} decimals")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refinancing:
    """The loan that would replace each balloon.

    The lender's tests, LTC and ICR apart; the quote, which moves with `rate_shift` though not below 0.01 %; the costs
    as a fraction of the proceeds.
    """

    tests: LendingTests
    quote: Quote
    cost_rate: Decimal = _ZERO

    def __post_init__(self) -> None:
        if self.tests.maximum_ltc is not None:
            raise InvalidFigure("tests.maximum_ltc", "is not made in a stress: a refinance has no cost to build")
        if self.tests.minimum_icr is not None:
            raise InvalidFigure("tests.minimum_icr", "is not made in a stress: the DSCR test is")
        stated = 0
        for name, (least, most) in _BOUNDS.items():
            ratio = getattr(self.tests, name)
            if ratio is None:
                continue
            fraction = exact(f"tests.{name}", ratio)
            if not least <= fraction <= most or (fraction * 10**CHANGE_DECIMALS).denominator != 1:
                message = f"must be {float(least)} to {most} with at most {CHANGE_DECIMALS} decimals"
                raise InvalidFigure(f"tests.{name}", message)
            stated += 1
        if not stated:
            raise InvalidFigure("tests", "no test limits the loan")
        if self.tests.rate_floor is not None:
            annual_rate("tests.rate_floor", self.tests.rate_floor)
        loan_constant(self.quote.rate, self.quote.amortization_months)
        cost = not_negative("cost_rate", self.cost_rate)
        if cost >= 1 or (cost * 10**CHANGE_DECIMALS).denominator != 1:
            raise InvalidFigure("cost_rate", f"must be a fraction below 1 with at most {CHANGE_DECIMALS} decimals")

    def shifted(self, shift: Decimal) -> Quote:
        """Return the quote in a scenario."""
        rate = min(max(EXACT.add(self.quote.rate, shift), LOWEST_QUOTE), _ONE)
        return Quote(rate=rate, amortization_months=self.quote.amortization_months, day_count=self.quote.day_count)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stressed:
    """A loan in a scenario, whole, in dollars and cents; None is not known.

    `debt_service` is what the lender bills, `cap_receipt` what a hedge pays (below zero: costs), `net_debt_service` the
    difference, rounded once itself: it may be a cent from that of the two rounded ones. `gap` is balloon + costs -
    `proceeds`: the equity that a refinance needs, below zero cash taken out.
    """

    balance: Decimal
    income: Decimal | None
    value: Decimal | None
    debt_service: Decimal | None
    cap_receipt: Decimal
    net_debt_service: Decimal | None
    proceeds: Decimal | None = None
    gap: Decimal | None = None
    dscr: Decimal | None = field(init=False)
    ltv: Decimal | None = field(init=False)
    debt_yield: Decimal | None = field(init=False)

    def __post_init__(self) -> None:
        known = None not in (self.income, self.debt_service)
        ratios = {
            "dscr": debt_service_coverage(self.income, self.debt_service) if known else None,  # type: ignore[arg-type]
            "ltv": None if self.value is None else loan_to_value(self.balance, self.value),
            "debt_yield": None if self.income is None else debt_yield(self.income, self.balance),
        }
        for name, ratio in ratios.items():
            object.__setattr__(self, name, ratio)


def stress(
    loan: StressedLoan,
    scenario: Scenario,
    *,
    refinancing: Refinancing | None = None,
    trace: Trace | None = None,
) -> Stressed:
    """Return a loan in a scenario.

    Income: income x (1 + change), a loss x (1 - change), at least zero: ten percent more
    is a smaller loss. Value: the stressed income at the loan's own cap rate (income / value) plus the
    shift, not below 0.01 %, then x (1 + value change); where there is no income to capitalize only the value change
    counts. Debt service as StressedLoan says, at the shifted rate. Every amount half up to the cent once.
    """
    income = None if loan.income is None else _income(loan.income, scenario)
    value = _value(loan, scenario)
    service, receipt = _debt_service(loan, scenario), _cap_receipt(loan, scenario)
    proceeds = gap = None
    if refinancing is not None:
        proceeds = _proceeds(income, value, refinancing, scenario)
        if proceeds is not None and loan.balloon is not None:
            costs = nearest_cents(Fraction(proceeds) * Fraction(refinancing.cost_rate))
            gap = EXACT.subtract(EXACT.add(loan.balloon, costs), proceeds)
    if trace:
        _explain(trace, loan, scenario)
        trace.step("stressed income", income, Unit.DOLLARS)
        trace.step("stressed value", value, Unit.DOLLARS)
        trace.step("stressed debt service", service, Unit.DOLLARS)
        trace.step("proceeds of a refinance", proceeds, Unit.DOLLARS)
    return Stressed(
        balance=loan.balance,
        income=income,
        value=value,
        debt_service=None if service is None else nearest_cents(service),
        cap_receipt=nearest_cents(receipt),
        net_debt_service=None if service is None else nearest_cents(service - receipt),
        proceeds=proceeds,
        gap=gap,
    )


def _income(income: Decimal, scenario: Scenario) -> Decimal:
    change = Fraction(scenario.income_change)
    return nearest_cents(Fraction(income) * (1 + change if income > 0 else max(1 - change, Fraction(0))))


def _value(loan: StressedLoan, scenario: Scenario) -> Decimal | None:
    if loan.value is None or loan.value <= 0:
        return None
    value, income = Fraction(loan.value), Fraction(loan.income or 0)
    if income > 0:
        cap_rate = max(income / value + Fraction(scenario.cap_rate_shift), LOWEST_CAP_RATE)
        value = income * (1 + Fraction(scenario.income_change)) / cap_rate
    return nearest_cents(value * (1 + Fraction(scenario.value_change)))


def _debt_service(loan: StressedLoan, scenario: Scenario) -> Fraction | None:
    """Return a year's debt service, unrounded where it is interest alone."""
    if loan.floating is None:
        return None if loan.debt_service is None else Fraction(loan.debt_service)
    rate = Fraction(loan.floating.shifted(scenario.rate_shift))
    if loan.amortization_months is None:
        return Fraction(loan.balance) * rate * loan.day_count.typical_year
    if not loan.balance:
        return Fraction(0)
    return 12 * Fraction(level_payment(loan.balance, rate / 12, loan.amortization_months))


def _cap_receipt(loan: StressedLoan, scenario: Scenario) -> Fraction:
    if loan.floating is None:
        return Fraction(0)
    index = Fraction(loan.floating.index) + Fraction(scenario.rate_shift)
    paid = max(index - Fraction(loan.cap_strike), Fraction(0))
    if loan.floor_strike is not None:
        paid -= max(Fraction(loan.floor_strike) - index, Fraction(0))
    return Fraction(loan.cap_notional) * paid * loan.day_count.typical_year


def _proceeds(
    income: Decimal | None, value: Decimal | None, refinancing: Refinancing, scenario: Scenario
) -> Decimal | None:
    tests = refinancing.tests
    if income is None and not (tests.minimum_dscr is None and tests.minimum_debt_yield is None):
        return None
    if value is None and tests.maximum_ltv is not None:
        return None
    quote = refinancing.shifted(scenario.rate_shift)
    return size(Collateral(income=income, value=value), tests, quote).proceeds


def _checked_amount(name: str, amount: Decimal, *, signed: bool) -> None:
    fraction = exact(name, amount) if signed else not_negative(name, amount)
    if abs(fraction) > LARGEST_STRESSED:
        raise InvalidFigure(name, f"must not exceed {LARGEST_STRESSED:,}")
    if amount != cents(amount):
        raise InvalidFigure(name, "must be whole cents")


def _check_rate(floating: StressedRate) -> None:
    for name in ("index", "spread", "index_floor"):
        rate = getattr(floating, name)
        if rate is not None and (abs(exact(name, rate)) > 1 or (Fraction(rate) * 10**RATE_DECIMALS).denominator != 1):
            raise InvalidFigure(name, f"must be a fraction from -1 to 1 with at most {RATE_DECIMALS} decimals")
    for name in ("rate_floor", "ceiling"):
        rate = getattr(floating, name)
        if rate is not None:
            annual_rate(name, rate)


def _explain(trace: Trace, loan: StressedLoan, scenario: Scenario) -> None:
    trace.says(
        "income x (1 + income change); value = stressed income / (income / value + cap rate shift) x (1 + value "
        "change); debt service at the shifted rate",
        convention="a fixed loan's debt service does not change; the cap rate is not below 0.01 %",
        rounding="each amount half up to the cent once",
    )
    trace.input("balance", loan.balance, Unit.DOLLARS)
    trace.input("income", loan.income, Unit.DOLLARS)
    trace.input("value", loan.value, Unit.DOLLARS)
    trace.input("rate shift", scenario.rate_shift, Unit.FRACTION)
    trace.input("income change", scenario.income_change, Unit.FRACTION)
    trace.input("cap rate shift", scenario.cap_rate_shift, Unit.FRACTION)
    trace.input("value change", scenario.value_change, Unit.FRACTION)
    if loan.floating is not None:
        trace.step("all-in rate", loan.floating.shifted(scenario.rate_shift), Unit.FRACTION)
