"""One's organization."""

from __future__ import annotations

import msgspec

from realinsights.auth.model.people import Organization, OrganizationDraft, SecondFactorPolicy
from realinsights.auth.queries import people
from realinsights.auth.service import organizations
from realinsights.auth.service.identity import Identity
from realinsights.contracts.permissions import Permission
from realinsights_platform.documents.port import Documents, Unit
from realinsights_platform.http.routes.declaring import get, put
from realinsights_platform.principal import Principal


@get("/organization", permission=Permission.ORGANIZATION_MANAGE, cached=True)
async def read_organization(documents: Documents, principal: Principal) -> Organization:
    """Return one's organization with all its details."""
    return await people.organization(documents, org=principal.org)


@put("/organization", permission=Permission.ORGANIZATION_MANAGE)
async def change_organization(unit: Unit, identity: Identity, if_match: int, data: OrganizationDraft) -> Organization:
    """Change one's organization; the subscription is not among what it may change itself."""
    return await organizations.change_organization(
        unit=unit, identity=identity, expected_version=if_match, details=data
    )


class SignInPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What members need to sign in."""

    second_factor: SecondFactorPolicy


@put("/organization/sign-in", permission=Permission.ORGANIZATION_MANAGE)
async def change_sign_in(unit: Unit, principal: Principal, if_match: int, data: SignInPolicy) -> Organization:
    """Say whether members need a second factor; who has none may do nothing until they have added one."""
    return await organizations.set_second_factor(
        unit=unit, user=principal.user, expected_version=if_match, policy=data.second_factor
    )
