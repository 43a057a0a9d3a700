"""Commercial-real-estate loan mathematics: exact, pure, no clock, no I/O."""

from realinsights_finance.balloon import balloon_principal, unpaid_balance
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.day_count import DayCount
from realinsights_finance.debt_service import (
    DebtService,
    DebtServiceBasis,
    interest_only_debt_service,
    next_twelve_months,
    reported_debt_service,
)
from realinsights_finance.due_dates import Frequency, add_months
from realinsights_finance.level_payment import level_payment, unrounded_balance, unrounded_level_payment
from realinsights_finance.money import cents, from_cents, in_cents, shown_rate, shown_ratio
from realinsights_finance.schedule import (
    Installment,
    Schedule,
    Statement,
    balances,
    expected_installment,
    schedule,
    stub_interest,
)
from realinsights_finance.terms import InvalidTerms, LoanTerms, PaymentBasis, TermsProblem, interest, regular_start

__all__ = [
    "BusinessDayRule",
    "DayCount",
    "DebtService",
    "DebtServiceBasis",
    "Frequency",
    "HolidayCalendar",
    "Installment",
    "InvalidTerms",
    "LoanTerms",
    "PaymentBasis",
    "Schedule",
    "Statement",
    "TermsProblem",
    "add_months",
    "balances",
    "balloon_principal",
    "cents",
    "expected_installment",
    "from_cents",
    "in_cents",
    "interest",
    "interest_only_debt_service",
    "level_payment",
    "next_twelve_months",
    "regular_start",
    "reported_debt_service",
    "schedule",
    "shown_rate",
    "shown_ratio",
    "stub_interest",
    "unpaid_balance",
    "unrounded_balance",
    "unrounded_level_payment",
]
