"""Level payments of many loans, to the cent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.arrays.columns import PAYMENT_ROUNDINGS, RATE_SCALE, TermsColumns
from realinsights_finance.level_payment import ABSOLUTE_ERROR, RELATIVE_ERROR
from realinsights_finance.money import in_cents

_UNITS = np.array([rounding.unit for rounding in PAYMENT_ROUNDINGS])
_UP = np.array([rounding.up for rounding in PAYMENT_ROUNDINGS])


def level_payments(columns: TermsColumns) -> NDArray[np.int64]:
    """Return each loan's amortizing installment in cents, 0 where it has none, exactly as LoanTerms.level_payment does.

    Binary floats only choose between amounts that are far from where rounding turns; the few loans near are computed
    in whole numbers.
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
    # In the units that each is rounded to; it goes up from half a unit on, or from nothing.
    rounding = columns.payment_rounding[loans]
    estimate = principal * share / _UNITS[rounding]
    shifted = np.where(_UP[rounding], estimate, estimate - 0.5)
    payments[loans] = np.ceil(shifted).astype(np.int64) * _UNITS[rounding]
    distance = np.abs(shifted - np.rint(shifted))
    for loan in loans[distance <= estimate * RELATIVE_ERROR + ABSOLUTE_ERROR]:
        exact = columns.terms(int(loan)).level_payment()
        payments[loan] = 0 if exact is None else in_cents(exact)
    return payments
