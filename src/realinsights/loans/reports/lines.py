"""Lines of reports: what one loan shows, computed as its own page and the dashboard compute it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

import msgspec

from realinsights.contracts.loans import AmortizationType, DatedAmount
from realinsights.loans.model.collateral import CollateralFigures, collateral_figures, properties_of
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.falling_due import ExpectedMaturity, MaturityKind, expected_maturity, falling_due
from realinsights.loans.model.floating_reconciliation import KeptFixings
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.loan import GONE, Loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.property import Property
from realinsights.loans.model.ratios import LoanRatios, RatioBasis, ratios_of
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights_finance.due_dates import add_months


class LoansPage(msgspec.Struct, frozen=True, array_like=True):
    """Some loans of a report, with what is behind and beside them; `names` are those of parties by id.

    The others are for a report of changes. `former` are loans as they were before: those that changed, and those that
    are gone. `added` are the ids of those that were not there, `left` the loans that are no longer the report's, as
    they are now. `statements` are those of the loans, for a report of overcharges, and `fixings` of their indices.
    """

    loans: tuple[Loan, ...]
    properties: tuple[Property, ...] = ()
    beside: tuple[Loan, ...] = ()
    names: dict[str, str] = {}
    former: tuple[Loan, ...] = ()
    added: tuple[str, ...] = ()
    left: tuple[Loan, ...] = ()
    statements: tuple[TapeStatement, ...] = ()
    fixings: KeptFixings = KeptFixings()


class LoanLine:
    """One loan of a report, as of a day; `rolled` says whether balances are rolled forward to it."""

    def __init__(
        self,
        loan: Loan,
        *,
        properties: Mapping[str, Property],
        beside: Sequence[Loan],
        names: Mapping[str, str],
        on: datetime.date,
        rolled: bool,
    ) -> None:
        self.loan = loan
        self.on = on
        self._properties = properties
        self._beside = beside
        self._names = names
        self._rolled = rolled

    @property
    def is_owed(self) -> bool:
        """Tell whether the loan is outstanding."""
        return self.loan.status not in GONE

    @property
    def lender(self) -> str | None:
        """The lender's name."""
        return self._names.get(self.loan.lender_id or "")

    @property
    def fund(self) -> str | None:
        """The fund's name."""
        return self._names.get(self.loan.fund_id or "")

    @property
    def portfolio(self) -> str | None:
        """The portfolio's name."""
        return self._names.get(self.loan.portfolio_id or "")

    @cached_property
    def assets(self) -> tuple[Property, ...]:
        """The properties behind the loan."""
        return properties_of(self.loan, self._properties)

    @cached_property
    def _ahead(self) -> Decimal | None:
        loan = self.loan
        if not self._rolled or not self.is_owed or not loan.current_balance:
            return None
        if self.on <= add_months(loan.balance_as_of, 1):
            return None
        found = rolled_forward(loan, on=self.on)
        return None if isinstance(found, Unscheduled) else found

    @property
    def balance(self) -> Decimal:
        """What is owed: as last recorded, or rolled forward to the day of the report where that is asked for."""
        return self.loan.current_balance if self._ahead is None else self._ahead

    @property
    def balance_as_of(self) -> datetime.date:
        """The day of the balance."""
        return self.loan.balance_as_of if self._ahead is None else self.on

    @cached_property
    def maturity(self) -> ExpectedMaturity:
        """When the loan is expected to be repaid."""
        return expected_maturity(self.loan, on=self.on)

    @cached_property
    def balloon(self) -> Decimal | None:
        """The principal that its schedule leaves to the expected maturity; None where no schedule tells it."""
        due, kind = falling_due(self.loan), self.maturity.kind
        if kind is MaturityKind.ANTICIPATED_REPAYMENT:
            return due.anticipated_balloon
        # A schedule ends with the maturity it was computed to: beyond it only interest-only loans owe what they did.
        beyond = kind is MaturityKind.EXTENDED and self.loan.amortization_type is not AmortizationType.INTEREST_ONLY
        return None if beyond else due.balloon

    @cached_property
    def debt_service(self) -> Decimal | None:
        """The debt service of a year."""
        found = annual_debt_service(self.loan)
        return None if found is None else found.annual

    @cached_property
    def figures(self) -> CollateralFigures:
        """The figures of the properties taken together."""
        return collateral_figures(self.loan, self._properties)

    @cached_property
    def ratios(self) -> LoanRatios:
        """DSCR, LTV and debt yield on the latest statements."""
        return ratios_of(
            self.loan, self._properties, basis=RatioBasis.LATEST, business_date=self.on, beside=self._beside
        )


def words(value: str) -> str:
    """Return a code such as `non_recourse` in words."""
    return value.replace("_", " ")


def dated(amount: DatedAmount | None) -> tuple[Decimal | None, datetime.date | None]:
    """Return an amount and its day, both None where it is not known."""
    return (None, None) if amount is None else (amount.amount, amount.as_of)
