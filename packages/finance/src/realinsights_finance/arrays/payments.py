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
    periods = amortization_periods(columns)[loans].astype(np.float64)
    rate = columns.rate[loans] / RATE_SCALE * columns.months[loans] / 12
    rate *= np.where(columns.effective_rate[loans], 365 / 360, 1.0)
    principal = columns.principal[loans].astype(np.float64)
    found, near = estimated_payments(principal, rate, periods, columns.payment_rounding[loans])
    payments[loans] = found
    for loan in loans[near]:
        exact = columns.terms(int(loan)).level_payment()
        payments[loan] = 0 if exact is None else in_cents(exact)
    return payments


def amortization_periods(columns: TermsColumns) -> NDArray[np.int64]:
    """Return the number of installments over which each loan's level payment is computed, 0 where it has no term."""
    months = columns.amortization_months
    months = months - np.where(columns.amortization_from_closing, columns.interest_only_months, 0)
    return np.asarray(months // columns.months)


def estimated_payments(
    principal: NDArray[np.float64],
    rate: NDArray[np.float64],
    periods: NDArray[np.float64],
    rounding: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return level payments in whole cents, and where an estimate is too near to where its rounding turns to be sure.

    `principal` is cents, `rate` that of a period as a fraction, `rounding` the position in `PaymentRounding`.
    """
    # Of a payment the share is rate / (1 - (1 + rate)^-periods); here with its sign turned.
    share = np.log1p(rate)
    share *= -periods
    np.expm1(share, out=share)
    nothing = rate == 0
    if nothing.any():
        share = np.where(nothing, -1 / periods, rate / np.where(nothing, 1.0, share))
    else:
        np.divide(rate, share, out=share)
    share *= principal
    estimate = np.negative(share, out=share)
    if not rounding.any():
        shifted = estimate - 0.5
        whole = np.ceil(shifted)
    else:
        # In the units that each is rounded to; it goes up from half a unit on, or from nothing.
        estimate /= _UNITS[rounding]
        shifted = np.where(_UP[rounding], estimate, estimate - 0.5)
        whole = np.ceil(shifted) * _UNITS[rounding]
    distance = np.abs(shifted - np.rint(shifted))
    estimate *= RELATIVE_ERROR
    estimate += ABSOLUTE_ERROR
    return whole, distance <= estimate
