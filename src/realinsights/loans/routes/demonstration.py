"""Routes of the demonstration portfolio: see it, add it, remove it. They take a collaborator `founding`."""

from __future__ import annotations

from realinsights.contracts.permissions import Permission
from realinsights.loans.queries.demonstration import DemonstrationState, demonstration_state
from realinsights.loans.service import demonstration as service
from realinsights.loans.service.demonstration import PortfolioCreator, RemovedDemonstration
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.principal import Principal


@get("/demonstration", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_demonstration(documents: Documents, principal: Principal) -> DemonstrationState:
    """Return whether the demonstration portfolio is here, and how many of each thing."""
    return await demonstration_state(documents, org=principal.org)


@post("/demonstration", permission=Permission.PORTFOLIO_WRITE)
async def put_demonstration(unit: Unit, documents: Documents, founding: PortfolioCreator) -> DemonstrationState:
    """Put the demonstration portfolio into the organization."""
    return await service.put_demonstration(unit=unit, documents=documents, founding=founding)


@delete("/demonstration", permission=Permission.PORTFOLIO_DELETE, status=200)
async def remove_demonstration(unit: Unit, documents: Documents) -> RemovedDemonstration:
    """Remove what the demonstration put there; what one's own loans refer to stays and is named."""
    return await service.remove_demonstration(unit=unit, documents=documents)
