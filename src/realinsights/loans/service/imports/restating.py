"""Lines of our own export that come back: what of them is new against the line the loan has today. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.tape import Statement, TapeLayout
from realinsights.loans.queries.exports import line_of
from realinsights.loans.service.imports.stored_state import StoredState
from realinsights.loans.tapes.csv_tape import statement_of_line

_PLACE: Final = frozenset({"number", "row", "line", "property_count"})
_REPAYMENT: Final = (
    *("amortization_months", "interest_only_months", "interest_only", "level_payment"),
    *("fixed_principal", "scheduled_principal"),
    *("pay_rate", "capitalizing_payment", "capitalization_limit"),
)
_OF_PROPERTIES: Final = frozenset({"properties", "roll_up"})
UNREAD_PROPERTIES: Final = "an export's line tells of properties in part only: change them where they are kept"


def news(
    said: Statement, loan: Loan, known: StoredState, layout: TapeLayout, *, same: Statement | None
) -> Statement | str | None:
    """Return what a line says that the loan's own line does not, over what was said of its period; None if nothing.

    A text says why the line cannot be taken: it changes what an export tells of properties.
    """
    own = statement_of_line(layout.header, layout.mapping, line_of(loan, _names(known), known.properties))
    if not isinstance(own, Statement):
        return said
    changed = {
        name: getattr(said, name)
        for name in Statement.__struct_fields__
        if name not in _PLACE and _bare(getattr(said, name)) != _bare(getattr(own, name))
    }
    if not changed:
        return None
    if changed.keys() & _OF_PROPERTIES:
        return UNREAD_PROPERTIES
    if changed.keys() & {*_REPAYMENT}:
        changed |= {name: getattr(said, name) for name in _REPAYMENT}
    if same is None:
        stated = known.statements.get(loan.id)
        whole = (
            said
            if not stated
            else Statement(
                number=said.number, row=0, line=0, period_end=said.period_end, ending_balance=said.ending_balance
            )
        )
        same = msgspec.structs.replace(whole, properties=(), roll_up=None, modified=loan.modified)
    return msgspec.structs.replace(same, row=said.row, line=said.line, **changed)


def _names(known: StoredState) -> Mapping[str, Mapping[str, str]]:
    return {
        "lender_id": {party.id: party.name for party in known.lenders.values()},
        "fund_id": {party.id: party.name for party in known.funds.values()},
        "portfolio_id": {party.id: party.name for party in known.portfolios.values()},
    }


def _bare(value: Any) -> Any:
    # Where in its file a building stood is nothing that it says.
    if isinstance(value, tuple):
        return tuple(msgspec.structs.replace(one, row=0) if hasattr(one, "row") else one for one in value)
    return value
