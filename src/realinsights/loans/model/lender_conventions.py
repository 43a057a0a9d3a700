"""Conventions by which a loan's reported figures come out to the cent, where those of its terms do not. Pure.

Only a loan whose periods differ, for no reason that is known, is asked about. Its terms are taken for all that was
agreed: rate, principal, dates and amortization stay as they are, and the solver may look for how they were counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from realinsights.loans.model.floating_conventions import (
    FEWEST_OF_PART,
    reproducing_floating,
    stated_convention,
)
from realinsights.loans.model.floating_reconciliation import FloatingAccount
from realinsights.loans.model.lender_statements import Reproducing, due_date_in, known_of, statement_row
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.reconciliation import Outcome, PeriodReconciliation
from realinsights.loans.model.solutions import (
    ConventionView,
    DecisionView,
    SolutionView,
    solution_view,
    stated_words,
)
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.solver import (
    InvalidStatement,
    LenderStatement,
    Status,
    solve,
    statement,
)
from realinsights_finance.solver import Precision as SolverPrecision
from realinsights_finance.terms import LoanTerms

MOST_ASKED: Final = 200
"""Loans of one import, or of one answer, that the solver is asked about: two seconds of one core."""

MOST_PERIODS: Final = 240
"""Periods of a loan that is asked about."""

MOST_NAMED: Final = 6
"""Conventions that are named of a tie, each for all that agree with it on every installment to come."""

PARTLY: Final = "partly"


class Reproduction(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The conventions, other than the terms', that reproduce a loan's reported figures to the cent.

    `status` is `matched`, `tied` or `partly` (the first `installments` alone). Those that tie part at `decided_by`.
    `conventions` has one of each group that agrees on every installment to come; `fitting` counts all of them.
    """

    status: str
    conventions: tuple[ConventionView, ...]
    fitting: int
    installments: int
    decided_by: DecisionView | None = None

    @property
    def words(self) -> str:
        """Return in words by which convention figures match, or between which it is open."""
        named = dict.fromkeys(convention.words for convention in self.conventions)
        if self.decided_by is None:
            return next(iter(named))
        return f"tied (decided on {self.decided_by.due_date}): {' or '.join(named)}"


class NamedConvention(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """A convention by which loans match, in words; `stated`: it is that of their terms, else it was found."""

    words: str
    stated: bool
    loans: int


class ConventionSearch(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The loans of a tape or of a deal that differ under their terms and that the solver was asked about.

    `matched` and `tied` are those of `asked` whose figures another convention reproduces, `partly` those of which it
    reproduces the first installments. `not_asked` are loans that differ and were left out: the bound was reached, they
    have too many periods, or their terms have changed. `named` are the conventions of all loans that match.
    """

    asked: int = 0
    matched: int = 0
    tied: int = 0
    partly: int = 0
    not_asked: int = 0
    named: tuple[NamedConvention, ...] = ()


NOTHING_FOUND: Final = ConventionSearch()


class Search:
    """A search among loans, one after the other, within its bound."""

    def __init__(self, before: ConventionSearch = NOTHING_FOUND) -> None:
        self._counts = {name: getattr(before, name) for name in ("asked", "matched", "tied", "partly", "not_asked")}
        self._named = {(each.words, each.stated): each.loans for each in before.named}

    @property
    def result(self) -> ConventionSearch:
        """Return what was found so far."""
        named = sorted(self._named.items(), key=lambda item: (-item[1], item[0]))
        return ConventionSearch(
            **self._counts,
            named=tuple(NamedConvention(words=words, stated=stated, loans=loans) for (words, stated), loans in named),
        )

    def look(
        self,
        loan: Loan,
        terms: LoanTerms | FloatingAccount | Unscheduled,
        statements: Sequence[tuple[Statement, Precision]],
        found: Sequence[PeriodReconciliation],
    ) -> tuple[list[PeriodReconciliation], Reproduction | None]:
        """Return a loan's periods, oldest first, with those matched that another convention reproduces, and it.

        `terms` are those of its schedule, or where it floats what its periods are held against.
        """
        periods = list(found)
        if isinstance(terms, Unscheduled) or not _unexplained(periods):
            return periods, None
        if not self._may_ask(loan, periods):
            self._counts["not_asked"] += 1
            return periods, None
        self._counts["asked"] += 1
        reproduction, places = _solved(loan, terms, statements)
        if reproduction is None:
            return periods, None
        settled = list(_settled(periods, places, reproduction))
        if settled == periods:
            return periods, None
        self._counts[reproduction.status] += 1
        return settled, reproduction

    def count(
        self,
        terms: LoanTerms | FloatingAccount | Unscheduled,
        last: PeriodReconciliation,
        found: Reproduction | None,
    ) -> None:
        """Count a loan whose period matches under the convention that it matches by."""
        if last.outcome is not Outcome.MATCHED or isinstance(terms, Unscheduled):
            return
        stated = last.convention is None or found is None
        own = stated_convention(terms).words if isinstance(terms, FloatingAccount) else stated_words(terms)
        words = own if stated or found is None else found.words
        self._named[words, stated] = self._named.get((words, stated), 0) + 1

    def _may_ask(self, loan: Loan, periods: Sequence[PeriodReconciliation]) -> bool:
        return self._counts["asked"] < MOST_ASKED and len(periods) <= MOST_PERIODS and not dated_changes(loan)


def _unexplained(periods: Sequence[PeriodReconciliation]) -> bool:
    """Tell whether the first period that differs does so for no reason that is known, and interest is reported."""
    differing = [period for period in periods if period.outcome is Outcome.DIFFERS]
    return bool(differing) and not differing[0].notes and any(period.interest is not None for period in differing)


def _solved(
    loan: Loan, terms: LoanTerms | FloatingAccount, statements: Sequence[tuple[Statement, Precision]]
) -> tuple[Reproduction | None, dict[datetime.date, int]]:
    """Return what reproduces a loan's statements, and the places of their periods among its installments."""
    if isinstance(terms, FloatingAccount):
        found = reproducing_floating(terms, statements)
    else:
        found = reproducing(loan, terms, statements)
    if found is None:
        return None, {}
    view = solution_view(loan.number, found.solution)
    reproduction = Reproduction(
        status=PARTLY if found.part else view.status,
        conventions=_one_of_each(view),
        fitting=len(view.conventions),
        installments=view.matched_rows,
        decided_by=view.decided_by,
    )
    return reproduction, found.places


def reproducing(loan: Loan, terms: LoanTerms, statements: Sequence[tuple[Statement, Precision]]) -> Reproducing | None:
    """Return every convention that reproduces a loan's statements, or their first installments; None if none does."""
    due: dict[datetime.date, Statement] = {}
    for period, _ in statements:
        day = due_date_in(period, first=terms.first_payment, day=terms.due_day, frequency=terms.frequency)
        if day is not None and period.beginning_balance != 0 and period.interest is not None:
            due[day] = period
    said = _statement(due, terms, precise=all(precision is Precision.CENTS for _, precision in statements))
    if said is None:
        return None
    known = replace(known_of(loan), complete=True)
    try:
        solution = solve(said, known)
        part = solution.status is Status.DIFFERS
        if part and solution.matched_rows >= FEWEST_OF_PART:
            said = replace(said, rows=said.rows[: solution.matched_rows])
            solution = solve(said, known)
    except InvalidStatement:
        return None
    if solution.status not in {Status.MATCHED, Status.TIED}:
        return None
    place_of = {row.due_date: place for place, row in enumerate(said.rows)}
    return Reproducing(
        solution, said, part, {period.period_end: place_of[day] for day, period in due.items() if day in place_of}
    )


def _statement(due: dict[datetime.date, Statement], terms: LoanTerms, *, precise: bool) -> LenderStatement | None:
    """Return the periods as a lender's statement; None where it does not tell of what its interest is."""
    if not due:
        return None
    first = min(due)
    opening = statement_row(first, due[first])
    followed = opening.ending_balance is not None and opening.principal is not None
    if opening.beginning_balance is None and not followed and first != terms.first_payment:
        return None
    precision = SolverPrecision.CENTS if precise else SolverPrecision.FLOAT32
    try:
        said = statement(
            (statement_row(day, period) for day, period in due.items()),
            precision=precision,
            frequency=terms.frequency,
        )
    except InvalidStatement:
        return None
    return replace(said, payment_day=terms.due_day)


def _one_of_each(view: SolutionView) -> tuple[ConventionView, ...]:
    """Return the most usual convention of each group."""
    first: dict[int, ConventionView] = {}
    for convention in view.conventions:
        first.setdefault(convention.group, convention)
    return tuple(first.values())[:MOST_NAMED]


def _settled(
    periods: Iterable[PeriodReconciliation], places: dict[datetime.date, int], found: Reproduction
) -> Iterator[PeriodReconciliation]:
    """Yield the periods, those matched that the convention reproduces; what differs still does since the first."""
    since: datetime.date | None = None
    for period in periods:
        if period.outcome is not Outcome.DIFFERS:
            since = None if period.outcome is Outcome.MATCHED else since
            yield period
        elif period.period_end in places:
            since = None
            yield msgspec.structs.replace(
                period,
                outcome=Outcome.MATCHED,
                convention=found.words,
                differing=(),
                since=None,
                carried=False,
                notes=(),
            )
        else:
            since = since or period.period_end
            yield msgspec.structs.replace(period, since=since)
