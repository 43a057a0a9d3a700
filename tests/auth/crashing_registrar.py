"""A process that registers one person after another until it is killed, and says who was answered.

Run by `test_killed_registrations.py`: `python crashing_registrar.py FOLDER FIRST`.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from argon2.profiles import CHEAPEST

from realinsights.auth import store
from realinsights.auth.model.people import OrganizationDraft, OrganizationKind, ProfileDraft
from realinsights.auth.service import invitations, registration
from realinsights.auth.service.identity import open_identity
from realinsights.contracts.permissions import Role
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.secret import read_or_create_secret

PASSWORD = "correct horse battery staple"


async def work(folder: Path, first: int) -> None:
    identity = await open_identity(
        documents=SqliteDocuments.open(folder / "auth.sqlite", service="auth", kinds=store.KINDS),
        cache=MemoryCache(),
        secret=read_or_create_secret(folder / "secret"),
        hasher=Hasher(parameters=CHEAPEST),
    )
    for number in itertools.count(first):
        # Each from an address of its own, or the limit on registrations would end it.
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        print("trying", f"person{number}@example.com", flush=True)
        await registration.register(
            identity=identity,
            organization=OrganizationDraft(name=f"Organization {number}", kind=OrganizationKind.OWNER),
            administrator=ProfileDraft(first_name="Anna", last_name="Adler"),
            email=f"person{number}@example.com",
            password=PASSWORD,
            address=address,
        )
        print("done", f"person{number}@example.com", flush=True)
        org = await registration.ensure_organization(identity=identity, name=f"Organization {number}")
        day = identity.now().date()
        async with identity.documents.unit(org=org, actor=registration.COMMAND_LINE, business_date=day) as unit:
            _, token = await invitations.invite(
                unit=unit, identity=identity, email=f"guest{number}@example.com", role=Role.MEMBER
            )
        print("invited", token.text(), f"guest{number}@example.com", flush=True)
        await invitations.accept(
            identity=identity,
            token_text=token.text(),
            profile=ProfileDraft(first_name="Bo", last_name="Berg"),
            password=PASSWORD,
            address=address,
        )
        print("done", f"guest{number}@example.com", flush=True)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2])))
