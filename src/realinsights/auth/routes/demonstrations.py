"""Routes of the demonstration: have it put in, see how far it is, have it taken out."""

from __future__ import annotations

from realinsights.auth.queries import undertakings
from realinsights.auth.queries.undertakings import DemonstrationView
from realinsights.auth.service import demonstrations
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import delete, get, post
from realinsights_platform.principal import Principal


@get("/demonstration", permission=Permission.PORTFOLIO_READ, cached=True)
async def read_demonstration(documents: Documents, principal: Principal) -> DemonstrationView:
    """Return whether the demonstration is here, and how far each service is with putting it in or taking it out."""
    return await undertakings.demonstration(documents, org=principal.org)


@post("/demonstration", permission=Permission.PORTFOLIO_WRITE, status=202)
async def put_demonstration(unit: Unit, identity: Identity) -> DemonstrationView:
    """Have the demonstration put into the organization; asked for twice, it is put in once."""
    return undertakings.demonstration_view(await demonstrations.ask_for_demonstration(unit=unit, identity=identity))


@delete("/demonstration", permission=Permission.PORTFOLIO_DELETE, status=202)
async def remove_demonstration(unit: Unit, identity: Identity) -> DemonstrationView:
    """Have what the demonstration put there taken out; what people have made stays, and is named once it is done."""
    return undertakings.demonstration_view(await demonstrations.ask_for_its_removal(unit=unit, identity=identity))
