"""The journal of the service as it is shown."""

from __future__ import annotations

from collections.abc import Collection

from realinsights.auth import store
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.journal_reading import JournalReader


async def _names(documents: Storage, org: str, users: Collection[str]) -> dict[str, str]:
    found = await documents.get_many(store.USER, org, list(users))
    names = {user.id: f"{user.first_name} {user.last_name}".strip() for user in found.values()}
    others = [one for one in users if one not in names and not one.startswith("system:")]
    programs_ = await documents.get_many(store.PROGRAM, org, others) if others else {}
    return names | {one.id: f"{one.name} (program)" for one in programs_.values()}


# Any kind that is not named here stays closed.
JOURNAL = JournalReader(
    kinds=(store.ORGANIZATION, store.USER, store.SESSION, store.INVITATION, store.ADDRESS_CHANGE, store.CREDENTIAL),
    hidden={
        store.ORGANIZATION.name: (),
        store.USER.name: (),
        store.SESSION.name: ("secretHash",),
        store.INVITATION.name: ("secretHash",),
        store.ADDRESS_CHANGE.name: (),
        store.CREDENTIAL.name: ("passwordHash",),
    },
    event_details=True,
    names=_names,
)
"""The journal as it is shown: who by name, never a hash or a secret."""
