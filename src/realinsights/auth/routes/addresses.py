"""Routes of e-mail addresses: have a link mailed, see what it leads to, and use it."""

from __future__ import annotations

import msgspec

from realinsights.auth.routes import browsers
from realinsights.auth.routes.invitations import Token
from realinsights.auth.routes.signing_in import Email, Message, Password
from realinsights.auth.service import addresses
from realinsights.auth.service.addresses import Found
from realinsights.auth.service.identity import Identity
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.documents.port import Unit
from realinsights_platform.http.routes.declaring import SIGNED_IN, post
from realinsights_platform.http.routes.requests import Request
from realinsights_platform.principal import Principal

SENT = "A link is on its way to your address. It is good for seven days."
SENT_TO_NEW = "A link is on its way to the new address. Until it is used, within a day, your address stays as it is."


class NewAddress(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The address to have, and the password there is."""

    email: Email
    current_password: Password


class AddressLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A link's token."""

    token: Token


class AddressLinkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a link leads to, for whoever holds it; `email` is the address that the member has once it is used."""

    purpose: LinkPurpose
    organization_name: str
    current_email: str
    email: str


@post("/auth/me/verification", permission=SIGNED_IN, scoped="unaffected", status=202)
async def ask_for_verification(unit: Unit, identity: Identity, principal: Principal) -> Message:
    """Have the link mailed again by which one shows that one's address is one's own."""
    await addresses.ask_for_verification(unit=unit, identity=identity, user=principal.user)
    return Message(message=SENT)


@post("/auth/me/address", permission=SIGNED_IN, scoped="unaffected", status=202, idempotent=False)
async def ask_for_another_address(unit: Unit, identity: Identity, principal: Principal, data: NewAddress) -> Message:
    """Have a link mailed to another address, which is one's own once the link is used."""
    await addresses.ask_for_change(
        unit=unit,
        identity=identity,
        user=principal.user,
        session_id=principal.session,
        email=data.email,
        password=data.current_password,
    )
    return Message(message=SENT_TO_NEW)


@post("/auth/addresses/look-up", public=True, status=200, limit="sign-in")
async def look_up_address_link(identity: Identity, request: Request, data: AddressLink) -> AddressLinkView:
    """Return what a link about an address leads to."""
    browsers.refuse_other_sites(request)
    return _view(await addresses.look_up(identity=identity, token_text=data.token))


@post("/auth/addresses/use", public=True, status=200, limit="sign-in")
async def use_address_link(identity: Identity, request: Request, data: AddressLink) -> AddressLinkView:
    """Verify an address, change it, or have the former one back, after which every session has ended."""
    browsers.refuse_other_sites(request)
    return _view(await addresses.use(identity=identity, token_text=data.token))


def _view(found: Found) -> AddressLinkView:
    return AddressLinkView(
        purpose=found.purpose,
        organization_name=found.organization.name,
        current_email=found.user.email,
        email=found.email,
    )
