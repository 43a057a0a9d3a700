"""Prepayment phases in words, for exports and reports: what is stated, and no more. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from realinsights.loans.model.terms import NoteTerms, PrepaymentPhase


def prepayment_in_words(terms: NoteTerms) -> tuple[str, ...]:
    """Return a line for each phase: "yield maintenance until 2030-05-31: formula annual factor, floor 0.01"."""
    return tuple(phase_in_words(phase) for phase in terms.prepayment)


def phase_in_words(phase: PrepaymentPhase) -> str:
    """Return a phase with its end and what it asks."""
    asks = ", ".join(_asks(phase))
    return f"{_plain(phase.kind)}{_ends(phase)}{f': {asks}' if asks else ''}"


def _ends(phase: PrepaymentPhase) -> str:
    begins = f" from {phase.from_date}" if phase.from_date is not None else ""
    if phase.until is not None:
        return f"{begins} until {phase.until}"
    if phase.months is not None:
        return f"{begins} for {phase.months} months"
    if phase.months_before_maturity is not None:
        return f"{begins} until {phase.months_before_maturity} months before maturity"
    return begins


_SAID = (
    *("formula", "discounting", "matched_to", "between_maturities", "yield_decimals", "measured_to", "months_left"),
    *("penalty", "spread", "floor", "months_each", "counted_from", "minimum_interest", "minimum_interest_months"),
)


def _asks(phase: PrepaymentPhase) -> Iterator[str]:
    if phase.percentages:
        yield f"percentages {' '.join(str(each) for each in phase.percentages)}"
    for name in _SAID:
        value = getattr(phase, name)
        if value is not None:
            yield f"{_plain(name)} {_plain(value)}"
    for fee in phase.fees:
        yield f"{fee.name} {fee.amount if fee.amount is not None else fee.percentage}"


def _plain(value: object) -> str:
    return str(value).replace("_", " ")
