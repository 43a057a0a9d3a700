"""Extension of a loan: the tests that its option asks for, the fee, and the paydown with which they pass."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.credit.figures import InvalidFigure, nearest_cents, not_negative, positive
from realinsights_finance.credit.headroom import Headroom, debt_yield_headroom, dscr_headroom, ltv_headroom
from realinsights_finance.explain import Trace, Unit

_ZERO = Decimal("0.00")


class ExtensionCondition(StrEnum):
    """What an extension option may ask for."""

    NO_DEFAULT = "no_default"  # no event of default continues
    NOTICE = "notice"  # given within the window of days before maturity
    DSCR = "dscr"
    DEBT_YIELD = "debt_yield"
    LTV = "ltv"
    REPLACEMENT_CAP = "replacement_cap"  # a rate cap is bought, of a strike not above the one allowed


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionOption:
    """An option to extend: what is None is not asked for.

    Notice is given no earlier than `notice_earliest_days` and no later than `notice_latest_days` before maturity.
    `fee_rate` is a fraction of the balance before any paydown.
    """

    notice_earliest_days: int | None = None
    notice_latest_days: int | None = None
    minimum_dscr: Decimal | None = None
    minimum_debt_yield: Decimal | None = None
    maximum_ltv: Decimal | None = None
    maximum_cap_strike: Decimal | None = None
    fee_rate: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        earliest, latest = self.notice_earliest_days, self.notice_latest_days
        if earliest is not None and latest is not None and earliest < latest:
            raise InvalidFigure("notice_earliest_days", "must not be fewer than notice_latest_days")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionFacts:
    """What is known of a loan whose extension is tested; None is not known. Amounts in dollars, rates as fractions.

    `constant` is the loan constant at which a paydown re-amortizes, by default today's debt service over the balance.
    """

    balance: Decimal
    maturity: datetime.date
    income: Decimal | None = None
    value: Decimal | None = None
    annual_debt_service: Decimal | None = None
    constant: Fraction | None = None
    event_of_default: bool | None = None
    notice_given: datetime.date | None = None
    cap_strike: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionCheck:
    """One condition: whether it is met, None where that is not known, and the headroom of a financial test."""

    condition: ExtensionCondition
    passes: bool | None
    headroom: Headroom | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """An extension that was tested.

    `passes` is None where no condition fails but one is not known. `paydown` is the least that makes all financial
    tests pass, zero where they do; None where one of them lacks its figures, or where no balance would pass. Conditions
    that a paydown does not mend stay as they are.
    """

    passes: bool | None
    checks: tuple[ExtensionCheck, ...]
    fee: Decimal
    paydown: Decimal | None

    def check(self, condition: ExtensionCondition) -> ExtensionCheck | None:
        """Return one condition's check, or None where the option does not ask for it."""
        return next((check for check in self.checks if check.condition is condition), None)


def check_extension(option: ExtensionOption, facts: ExtensionFacts, *, trace: Trace | None = None) -> Extension:
    """Return every condition of an extension option with its result, the fee, and the paydown that passes.

    No event of default is always asked for. Raises InvalidFigure for impossible figures.
    """
    owed = positive("balance", facts.balance)
    checks = [ExtensionCheck(condition=ExtensionCondition.NO_DEFAULT, passes=_not(facts.event_of_default))]
    if option.notice_earliest_days is not None or option.notice_latest_days is not None:
        checks.append(ExtensionCheck(condition=ExtensionCondition.NOTICE, passes=_in_time(option, facts)))
    checks += _financial_checks(option, facts)
    if option.maximum_cap_strike is not None:
        strike = facts.cap_strike
        bought = None if strike is None else strike <= option.maximum_cap_strike
        checks.append(ExtensionCheck(condition=ExtensionCondition.REPLACEMENT_CAP, passes=bought))
    fee = nearest_cents(owed * not_negative("fee_rate", option.fee_rate))
    financial = [check for check in checks if check.condition in _FINANCIAL]
    paydown = _paydown(financial, facts.balance)
    if trace:
        _explain(trace, option, facts, checks)
        trace.step("paydown", paydown, Unit.DOLLARS)
        trace.step("fee", fee, Unit.DOLLARS)
    return Extension(passes=_all(checks), checks=tuple(checks), fee=fee, paydown=paydown)


def _financial_checks(option: ExtensionOption, facts: ExtensionFacts) -> list[ExtensionCheck]:
    checks = []
    if option.minimum_dscr is not None:
        room = None
        if facts.income is not None and facts.annual_debt_service is not None:
            room = dscr_headroom(
                facts.income,
                balance=facts.balance,
                annual_debt_service=facts.annual_debt_service,
                minimum=option.minimum_dscr,
                constant=facts.constant,
            )
        checks.append(_financial(ExtensionCondition.DSCR, room))
    if option.minimum_debt_yield is not None:
        room = None
        if facts.income is not None:
            room = debt_yield_headroom(facts.income, balance=facts.balance, minimum=option.minimum_debt_yield)
        checks.append(_financial(ExtensionCondition.DEBT_YIELD, room))
    if option.maximum_ltv is not None:
        room = None
        if facts.value is not None:
            room = ltv_headroom(facts.balance, value=facts.value, maximum=option.maximum_ltv)
        checks.append(_financial(ExtensionCondition.LTV, room))
    return checks


def _financial(condition: ExtensionCondition, room: Headroom | None) -> ExtensionCheck:
    return ExtensionCheck(condition=condition, passes=room.passes if room else None, headroom=room)


_FINANCIAL = frozenset({ExtensionCondition.DSCR, ExtensionCondition.DEBT_YIELD, ExtensionCondition.LTV})


def _paydown(financial: list[ExtensionCheck], balance: Decimal) -> Decimal | None:
    rooms = [check.headroom for check in financial]
    known = [room.paydown_that_passes for room in rooms if room is not None]
    if len(known) < len(rooms):
        return None
    most = max(known, default=_ZERO)
    return most if most < balance else None


def _in_time(option: ExtensionOption, facts: ExtensionFacts) -> bool | None:
    if facts.notice_given is None:
        return None
    before = (facts.maturity - facts.notice_given).days
    earliest, latest = option.notice_earliest_days, option.notice_latest_days
    return (earliest is None or before <= earliest) and (latest is None or before >= latest)


def _not(flag: bool | None) -> bool | None:
    return None if flag is None else not flag


def _all(checks: list[ExtensionCheck]) -> bool | None:
    results = [check.passes for check in checks]
    if False in results:
        return False
    return None if None in results else True


def _explain(trace: Trace, option: ExtensionOption, facts: ExtensionFacts, checks: list[ExtensionCheck]) -> None:
    trace.says(
        "passes where every condition of the option does; paydown = balance - the least balance that a test allows; "
        "fee = balance x fee rate",
        rounding="paydown up, fee half up, to the cent",
    )
    trace.input("balance", facts.balance, Unit.DOLLARS)
    trace.input("income", facts.income, Unit.DOLLARS)
    trace.input("value", facts.value, Unit.DOLLARS)
    trace.input("maturity", facts.maturity, Unit.DATE)
    trace.input("notice given", facts.notice_given, Unit.DATE)
    trace.input("fee rate", option.fee_rate, Unit.FRACTION)
    for check in checks:
        words = "not known" if check.passes is None else "passes" if check.passes else "fails"
        trace.step(check.condition.value, words, Unit.NAME)
