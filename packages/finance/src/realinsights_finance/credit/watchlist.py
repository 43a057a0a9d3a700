"""The watchlist: rules as data that put a loan on it, and take it off, in the order of how often they do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.credit.expressions import Expression, ExpressionError, Measures
from realinsights_finance.credit.figures import InvalidFigure


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchlistRule:
    """A rule over named measures.

    A loan comes onto the list where `adds` holds, and stays until `releases` holds; between the two nothing changes.
    `share_of_additions` is the fraction of additions to servicers' lists that the reason made up, None where unknown;
    it orders the rules and decides nothing.
    """

    code: str
    reason: str
    adds: Expression
    releases: Expression
    share_of_additions: Decimal | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls, code: str, reason: str, *, adds: str, releases: str, share_of_additions: Decimal | None = None
    ) -> WatchlistRule:
        """Return a rule from its texts. Raises an ExpressionError."""
        return cls(
            code=code,
            reason=reason,
            adds=Expression.condition(adds),
            releases=Expression.condition(releases),
            share_of_additions=share_of_additions,
        )


DEFAULT_RULES = (
    WatchlistRule.of(
        "dscr",
        "DSCR is low",
        adds="dscr < 1.10x",
        releases="dscr >= 1.20x",
        share_of_additions=Decimal("0.365"),
    ),
    WatchlistRule.of(
        "maturity",
        "Maturity or anticipated repayment date is near",
        adds="days_to_maturity <= 180",
        releases="days_to_maturity > 180",
        share_of_additions=Decimal("0.135"),
    ),
    WatchlistRule.of(
        "occupancy",
        "Occupancy is low",
        adds="occupancy < 80%",
        releases="occupancy >= 85%",
        share_of_additions=Decimal("0.095"),
    ),
    WatchlistRule.of(
        "major_tenant",
        "Leases of major tenants end within a year",
        adds="major_tenant_share_expiring >= 30%",
        releases="major_tenant_share_expiring < 30%",
        share_of_additions=Decimal("0.023"),
    ),
)
"""Rules to begin with, in the order of the reasons for which loans were added to servicers' watchlists in 2023.

The shares are CRED iQ's, of that year. The thresholds are ours, of the kind that servicers use; a lender replaces them
by its own. `days_to_maturity` counts to the anticipated repayment date where the loan has one;
`major_tenant_share_expiring` is the share of leased area of tenants whose leases end within twelve months.
"""


class WatchlistState(StrEnum):
    """What a rule says of a loan."""

    ADDED = "added"
    REMAINS = "remains"
    RELEASED = "released"
    CLEAR = "clear"
    NOT_KNOWN = "not_known"  # a measure that decides is missing; a loan on the list REMAINS on it


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchlistFinding:
    """What one rule says of a loan, and the measures that it looked at and that are not known."""

    rule: WatchlistRule
    state: WatchlistState
    unknown: tuple[str, ...]

    @property
    def listed(self) -> bool:
        """Tell whether the rule puts or keeps the loan on the list."""
        return self.state in {WatchlistState.ADDED, WatchlistState.REMAINS}


def watchlist(
    measures: Measures, *, rules: Iterable[WatchlistRule] = DEFAULT_RULES, listed: Collection[str] = ()
) -> tuple[WatchlistFinding, ...]:
    """Return what each rule says of a loan, in the order of the rules.

    `listed` are the codes of the rules for which the loan is on the list already. A measure that `measures` lacks
    counts as not known. Raises DivisionByZero and the like with the rule's code, InvalidFigure for two rules of one
    code.
    """
    findings: list[WatchlistFinding] = []
    codes: set[str] = set()
    for rule in rules:
        if rule.code in codes:
            raise InvalidFigure("rules", f"two rules have the code '{rule.code}'")
        codes.add(rule.code)
        try:
            findings.append(_finding(rule, measures, listed=rule.code in listed))
        except ExpressionError as error:
            error.add_note(f"watchlist rule '{rule.code}'")
            raise
    return tuple(findings)


def _finding(rule: WatchlistRule, measures: Measures, *, listed: bool) -> WatchlistFinding:
    names = (rule.releases if listed else rule.adds).names
    known = {name: measures.get(name) for name in names}
    unknown = tuple(name for name, value in known.items() if value is None)
    if listed:
        released = rule.releases.holds(known)
        state = WatchlistState.RELEASED if released else WatchlistState.REMAINS
    else:
        added = rule.adds.holds(known)
        state = _ADDED[added]
    return WatchlistFinding(rule=rule, state=state, unknown=unknown)


_ADDED = {True: WatchlistState.ADDED, False: WatchlistState.CLEAR, None: WatchlistState.NOT_KNOWN}
