"""Route of the convention solver: an uploaded statement in, the conventions that reproduce it out."""

from __future__ import annotations

from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.loans.model.overcharges import SolvedUpload
from realinsights.loans.model.tape import Precision
from realinsights.loans.model.texts import Reference
from realinsights.loans.queries.history import read
from realinsights.loans.service import solving
from realinsights.loans.service.imports.reading_process import Readers
from realinsights.loans.store import LOANS
from realinsights_platform.documents.port import Documents
from realinsights_platform.http.routes.declaring import post
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


@post(
    "/reconcile",
    permission=Permission.PORTFOLIO_READ,
    status=200,
    idempotent=False,
    streamed=True,
    max_body=solving.LARGEST,
    cost=200,
)
async def solve_statement(
    *,
    request: Request,
    documents: Documents,
    principal: Principal,
    readers: Readers,
    file_name: FileName,
    loan_id: Reference | None = None,
    precision: Precision | None = None,
) -> SolvedUpload:
    """Find by which conventions a lender computed the statement in the request's body; nothing is stored.

    It is a CSV with dueDate, beginningBalance, interest, principal and endingBalance (any but the date may be blank; a
    column `loan` parts several loans), an EX-102, or a CSV of the periods of ABS-EE. With `loanId` a CSV of one loan is
    solved with that loan's terms as what is known, and the answer has what was billed beside what they say.
    """
    loan = None
    if loan_id is not None:
        loan = await read(documents, LOANS, org=principal.org, document_id=loan_id)
    return await solving.solve_upload(
        readers=readers,
        org=principal.org,
        content=request.stream(),
        file_name=file_name,
        loan=loan,
        precision=precision,
    )
