"""A process that registers and joins people is killed at random moments: nobody who was answered is lost."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST

from realinsights.auth import store
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.people import OrganizationDraft, OrganizationKind, ProfileDraft
from realinsights.auth.service import invitations, registration, signing_in
from realinsights.auth.service.identity import Identity, open_identity
from realinsights.auth.service.signing_in import Caller
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.port import Documents
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import NotFound
from realinsights_platform.password_hashing import Hasher
from realinsights_platform.secret import read_or_create_secret

REGISTRAR = Path(__file__).with_name("crashing_registrar.py")
PASSWORD = "correct horse battery staple"
KILLS = 6
PEOPLE_AT_A_TIME = 1000


@dataclass
class Heard:
    """What a killed process had said: who was answered, and what it was at when it died."""

    answered: list[str] = field(default_factory=list)
    registering: str | None = None
    accepting: tuple[str, str] | None = None


def killed_after(folder: Path, first: int, lines: int) -> Heard:
    heard = Heard()
    command = [sys.executable, str(REGISTRAR), str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += process.stdout.readlines()
    for line in said:
        match line.split() if line.endswith("\n") else []:
            case ["trying", email]:
                heard.registering = email
            case ["invited", token, email]:
                heard.accepting = (token, email)
            case ["done", email]:
                heard.answered.append(email)
                heard.registering = heard.accepting = None
    return heard


async def everybody_is_there(documents: Documents, identity: Identity, people: list[str]) -> None:
    for number, email in enumerate(people):
        caller = Caller(address=f"10.1.{number >> 8}.{number & 255}", client="pytest")
        signed_in = await signing_in.sign_in(identity=identity, email=email, password=PASSWORD, caller=caller)
        assert signed_in.user.email == email
        found = await verify(documents, signed_in.user.org)
        assert found.sound, found.reason
    assert (await verify(documents, SYSTEM)).sound


@pytest.mark.slow
async def test_nobody_who_was_answered_is_lost_and_the_rest_can_be_done_again(tmp_path):
    chance = random.Random(20260302)  # noqa: S311 - a moment to die at, not a secret
    answered = []
    for kill in range(KILLS):
        heard = killed_after(tmp_path, kill * PEOPLE_AT_A_TIME, chance.randint(1, 20))
        answered += heard.answered
        documents = SqliteDocuments.open(tmp_path / "auth.sqlite", service="auth", kinds=store.KINDS)
        identity = await open_identity(
            documents=documents,
            cache=MemoryCache(),
            secret=read_or_create_secret(tmp_path / "secret"),
            hasher=Hasher(parameters=CHEAPEST),
        )
        if heard.registering is not None:
            await registration.register(
                identity=identity,
                organization=OrganizationDraft(name="Once more", kind=OrganizationKind.OWNER),
                administrator=ProfileDraft(first_name="Anna", last_name="Adler"),
                email=heard.registering,
                password=PASSWORD,
                address="10.0.0.1",
            )
            answered.append(heard.registering)
        if heard.accepting is not None:
            token, email = heard.accepting
            # It may have been accepted, with nobody left to say so: then the member is there all the same.
            with contextlib.suppress(NotFound):
                await invitations.accept(
                    identity=identity,
                    token_text=token,
                    profile=ProfileDraft(first_name="Bo", last_name="Berg"),
                    password=PASSWORD,
                    address="10.0.0.1",
                )
            answered.append(email)
        last = kill == KILLS - 1
        await everybody_is_there(documents, identity, answered if last else heard.answered)
        await documents.close()
    assert len(answered) == len(set(answered)) > KILLS
