"""Level payments of many loans, to the cent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import RATE_SCALE, TermsColumns
from realinsights_finance.level_payment import ABSOLUTE_ERROR, RELATIVE_ERROR
from realinsights_finance.money import in_cents


def level_payments(columns: TermsColumns) -> NDArray[np.int64]:
    """Return each loan's amortizing installment in cents, 0 where it has none, exactly as LoanTerms.level_payment does.

    Binary floats only choose between cents that are far from a tie; the few loans near one are computed in whole
    numbers.
    """
    payments = columns.payment.copy()
    loans = np.flatnonzero((columns.amortization_months > 0) & (columns.payment == 0))
    months = columns.amortization_months[loans]
    months = months - np.where(columns.amortization_from_closing[loans], columns.interest_only_months[loans], 0)
    step = columns.months[loans]
    periods = (months // step).astype(np.float64)
    principal = columns.principal[loans].astype(np.float64)
    rate = columns.rate[loans] / RATE_SCALE * step / 12
    rate *= np.where(columns.effective_rate[loans], 365 / 360, 1.0)
    share = np.divide(rate, -np.expm1(-periods * np.log1p(rate)), out=1 / periods, where=rate > 0)
    estimate = principal * share
    payments[loans] = np.floor(estimate + 0.5).astype(np.int64)
    distance = np.abs(estimate - np.floor(estimate) - 0.5)
    for loan in loans[distance <= estimate * RELATIVE_ERROR + ABSOLUTE_ERROR]:
        exact = columns.terms(int(loan)).level_payment()
        payments[loan] = 0 if exact is None else in_cents(exact)
    return payments
