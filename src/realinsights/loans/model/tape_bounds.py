"""Bounds of what a tape says: a statement holds nothing that its loan, its properties or its period could not."""

from __future__ import annotations

from collections.abc import Sequence

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.property import Property
from realinsights.loans.model.quantities import checked
from realinsights.loans.model.tape import Statement
from realinsights.loans.model.terms import FloatingTerms, NoteTerms
from realinsights_platform.errors import Faults, FieldError


def out_of_bounds(statement: Statement) -> Sequence[FieldError]:
    """Return every field of a statement that nothing could be made of, for it lies outside its field's bounds.

    It is asked before anything is computed from the statement.
    """
    faults = Faults()
    checked(statement, faults, like=(NoteTerms, FloatingTerms, Loan, ReportedPeriod))
    for asset in statement.properties:
        checked(asset, faults, f"properties[{asset.number}].", like=(Property,))
    return faults.fields
