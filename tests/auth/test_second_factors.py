"""Second factors: what a code is good for, how often, and who is let in or kept out by it."""

from __future__ import annotations

import re

import anyio
import pyotp
import pytest

from realinsights.auth import store
from realinsights.auth.model import guessing, second_factors
from realinsights.auth.model.people import SecondFactorPolicy, User
from realinsights.auth.queries import own_accounts
from realinsights.auth.queries.journal import JOURNAL
from realinsights.auth.service import accounts, members, organizations, signing_in
from realinsights.auth.service import second_factors as service
from realinsights.auth.service.signing_in import Caller, SignedIn
from realinsights.contracts.permissions import Role
from realinsights_platform.errors import Conflict, Invalid, NotFound, StepNeeded, TooMany, Unauthenticated

from .conftest import ANNA, GOOD_PASSWORD, World

BO = "bo@example.com"
WRONG = "000000"


class App:
    """A member's authenticator app, with the recovery codes that came with it."""

    def __init__(self, world: World, secret: str, codes: tuple[str, ...] = ()) -> None:
        self._world = world
        self._secret = secret
        self.codes = codes

    def code(self, *, steps: int = 0) -> str:
        """Return the code that it shows now, or so many steps later."""
        return pyotp.TOTP(self._secret).at(int(self._world.clock.now.timestamp()), counter_offset=steps)

    def no_code(self) -> str:
        """Return a code that it does not show now."""
        shown = {self.code(steps=steps) for steps in (-1, 0, 1)}
        return next(code for code in (f"{number:06}" for number in range(10)) if code not in shown)


async def begun(world: World, user: User, password: str = GOOD_PASSWORD) -> service.Beginning:
    return await world.does(
        user, service.begin, identity=world.identity, user=user.id, session_id="s", password=password
    )


async def confirm(world: World, user: User, code: str) -> tuple[str, ...]:
    return await world.does(user, service.confirm, identity=world.identity, user=user.id, session_id="s", code=code)


async def with_app(world: World, user: User, password: str = GOOD_PASSWORD) -> App:
    secret = (await begun(world, user, password)).secret
    codes = await confirm(world, user, App(world, secret).code())
    world.clock.advance(seconds=second_factors.STEP_SECONDS)  # the code that was shown is used up
    return App(world, secret, codes)


async def challenged(world: World, email: str = ANNA) -> str:
    with pytest.raises(StepNeeded) as step:
        await world.sign_in(email)
    return step.value.challenge


async def show(world: World, challenge: str, code: str, *, address: str = "10.0.0.1") -> SignedIn:
    caller = Caller(address=address, client="pytest")
    return await signing_in.sign_in_with_code(identity=world.identity, challenge=challenge, code=code, caller=caller)


@pytest.fixture
async def anna(world: World) -> User:
    return await world.registered(ANNA)


@pytest.fixture
async def app(world: World, anna: User) -> App:
    return await with_app(world, anna)


class TestAdding:
    async def test_needs_the_password_and_the_first_code(self, world: World, anna: User) -> None:
        with pytest.raises(Invalid, match="currentPassword"):
            await begun(world, anna, password="wrong but long enough")
        secret = (await begun(world, anna)).secret
        with pytest.raises(Invalid, match="code"):
            await confirm(world, anna, App(world, secret).no_code())
        assert (await world.sign_in(ANNA)).user.id == anna.id, "nothing is needed before it is added"
        assert len(await confirm(world, anna, App(world, secret).code())) == second_factors.RECOVERY_CODES
        await challenged(world)

    async def test_tells_an_app_whose_account_it_is(self, world: World, anna: User) -> None:
        beginning = await begun(world, anna)
        read = pyotp.parse_uri(beginning.address)
        assert isinstance(read, pyotp.TOTP)
        assert (read.secret, read.name, read.issuer) == (
            beginning.secret,
            ANNA,
            "Real Insights (Harbor Capital)",
        )
        assert beginning.picture.startswith("data:image/svg+xml")

    async def test_begun_again_is_the_later_one(self, world: World, anna: User) -> None:
        first, second = [(await begun(world, anna)).secret for _ in range(2)]
        with pytest.raises(Invalid):
            await confirm(world, anna, App(world, first).code())
        assert await confirm(world, anna, App(world, second).code())

    async def test_not_begun_or_long_ago_is_refused(self, world: World, anna: User) -> None:
        with pytest.raises(Conflict, match="Begin again"):
            await confirm(world, anna, WRONG)
        secret = (await begun(world, anna)).secret
        world.clock.advance(minutes=16)
        with pytest.raises(Conflict, match="Begin again"):
            await confirm(world, anna, App(world, secret).code())

    async def test_a_second_one_is_refused(self, world: World, anna: User, app: App) -> None:
        with pytest.raises(Conflict, match="Remove it first"):
            await begun(world, anna)

    async def test_is_guessed_at_only_so_often(self, world: World, anna: User) -> None:
        secret = (await begun(world, anna)).secret
        for _ in range(guessing.ATTEMPTS):
            with pytest.raises(Invalid):
                await confirm(world, anna, App(world, secret).no_code())
        with pytest.raises(TooMany):
            await confirm(world, anna, App(world, secret).code())

    async def test_keeps_no_secret_and_no_code_in_the_open(self, world: World, anna: User) -> None:
        secret = (await begun(world, anna)).secret
        codes = await confirm(world, anna, App(world, secret).code())
        entries = await world.documents.entries(anna.org, limit=100)
        stored = b"".join(bytes(write.document or b"") for entry in entries for write in entry.writes)
        assert not any(text.encode() in stored for text in (secret, *codes, *(code.replace("-", "") for code in codes)))
        lines = await JOURNAL.lines(world.documents, org=anna.org, before=None, limit=100)
        assert any(write.kind == "second_factors" for line in lines.items for write in line.writes)
        for line in lines.items:
            entry = await JOURNAL.entry(world.documents, org=anna.org, sequence=str(line.sequence))
            assert all(write.document is None for write in entry.writes if write.kind == "second_factors")


class TestSigningIn:
    async def test_takes_a_code_after_the_password(self, world: World, anna: User, app: App) -> None:
        signed_in = await show(world, await challenged(world), app.code())
        assert (signed_in.user.id, signed_in.device is not None) == (anna.id, True)
        assert (await world.refresh(signed_in.refresh_token.text())).user.id == anna.id

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    async def test_takes_a_code_of_a_clock_that_is_off_by_a_step(self, world: World, app: App, steps: int) -> None:
        world.clock.advance(minutes=5)
        assert await show(world, await challenged(world), app.code(steps=steps))

    @pytest.mark.parametrize("steps", [-2, 2, 10])
    async def test_takes_no_code_of_a_clock_that_is_off_by_more(self, world: World, app: App, steps: int) -> None:
        world.clock.advance(minutes=5)
        if app.code(steps=steps) not in {app.code(steps=near) for near in (-1, 0, 1)}:
            with pytest.raises(Unauthenticated):
                await show(world, await challenged(world), app.code(steps=steps))

    async def test_takes_each_code_once(self, world: World, app: App) -> None:
        code = app.code()
        challenge = await challenged(world)
        await show(world, challenge, code)
        for again in (challenge, await challenged(world)):
            with pytest.raises(Unauthenticated, match="used before"):
                await show(world, again, code)

    async def test_takes_no_earlier_code_after_a_later_one(self, world: World, app: App) -> None:
        world.clock.advance(minutes=5)
        earlier, later = app.code(steps=-1), app.code(steps=1)
        await show(world, await challenged(world), later)
        with pytest.raises(Unauthenticated):
            await show(world, await challenged(world), earlier)

    async def test_takes_a_code_once_from_two_at_the_same_moment(self, world: World, app: App) -> None:
        challenges, code, done = [await challenged(world) for _ in range(3)], app.code(), []

        async def try_it(challenge: str) -> None:
            try:
                done.append(await show(world, challenge, code))
            except Unauthenticated:
                done.append(None)

        async with anyio.create_task_group() as group:
            for challenge in challenges:
                group.start_soon(try_it, challenge)
        assert sum(one is not None for one in done) == 1

    @pytest.mark.parametrize("text", ["", "x", "1234567", "12345", "१२३४५६", "123456\n", "a" * 64, "------", " " * 10])
    async def test_takes_nothing_that_is_no_code(self, world: World, app: App, text: str) -> None:
        with pytest.raises(Unauthenticated):
            await show(world, await challenged(world), text)

    async def test_takes_a_recovery_code_once_however_it_is_written(self, world: World, anna: User, app: App) -> None:
        assert all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", code) for code in app.codes)
        code = app.codes[3]
        await show(world, await challenged(world), f" {code.upper().replace('-', ' ')} ")
        with pytest.raises(Unauthenticated):
            await show(world, await challenged(world), code)
        found = await own_accounts.second_factors(world.documents, org=anna.org, user=anna.id)
        assert found.recovery_codes_left == second_factors.RECOVERY_CODES - 1

    async def test_is_over_after_five_minutes(self, world: World, app: App) -> None:
        challenge = await challenged(world)
        world.clock.advance(minutes=5)
        with pytest.raises(Unauthenticated, match="Too much time"):
            await show(world, challenge, app.code())

    async def test_is_over_once_the_password_has_changed(self, world: World, anna: User, app: App) -> None:
        challenge = await challenged(world)
        await world.does(
            anna,
            accounts.change_password,
            identity=world.identity,
            user=anna.id,
            session_id="s",
            current=GOOD_PASSWORD,
            new="another horse and its staple",
        )
        with pytest.raises(Unauthenticated, match="Too much time"):
            await show(world, challenge, app.code())

    async def test_is_over_once_the_member_is_deactivated(self, world: World, anna: User) -> None:
        bo = await world.joined(anna, BO)
        app = await with_app(world, bo)
        challenge = await challenged(world, BO)
        await world.does(anna, members.deactivate, identity=world.identity, user=bo.id)
        with pytest.raises(Unauthenticated):
            await show(world, challenge, app.code())

    @pytest.mark.parametrize("text", ["", "x", "a.b.c.d.e", "é" * 10])
    async def test_takes_no_challenge_that_is_none(self, world: World, app: App, text: str) -> None:
        with pytest.raises(Unauthenticated):
            await show(world, text, app.code())

    async def test_takes_no_sealed_text_of_another_purpose(self, world: World, anna: User, app: App) -> None:
        factors = await world.documents.get(store.SECOND_FACTORS, anna.org, anna.id)
        assert factors is not None
        assert factors.authenticator is not None
        with pytest.raises(Unauthenticated):
            await show(world, factors.authenticator.secret, app.code())

    async def test_takes_no_code_of_another_member(self, world: World, anna: User, app: App) -> None:
        bo = await world.joined(anna, BO)
        other = await with_app(world, bo)
        for code in (other.code(), other.codes[0]):
            if code != app.code():
                with pytest.raises(Unauthenticated):
                    await show(world, await challenged(world), code)

    async def test_does_not_tell_of_a_factor_before_the_password_is_right(self, world: World, app: App) -> None:
        with pytest.raises(Unauthenticated) as refused:
            await world.sign_in(ANNA, password="wrong but long enough")
        assert not isinstance(refused.value, StepNeeded)


class TestGuessing:
    async def test_stops_an_address_and_lets_others_in(self, world: World, app: App) -> None:
        challenge = await challenged(world)
        for _ in range(guessing.ATTEMPTS):
            with pytest.raises(Unauthenticated):
                await show(world, challenge, app.no_code(), address="10.9.9.9")
        with pytest.raises(TooMany):
            await show(world, challenge, app.code(), address="10.9.9.9")
        assert await show(world, challenge, app.code())

    async def test_is_bounded_for_all_addresses_together_and_unlocked(self, world: World, anna: User, app: App) -> None:
        tried = 0
        for host in range(guessing.WRONG_CODES):
            with pytest.raises(Unauthenticated):
                await show(world, await challenged(world), app.no_code(), address=f"10.8.{host}.1")
            tried += 1
        assert tried == guessing.WRONG_CODES
        with pytest.raises(TooMany, match="your password"):
            await show(world, await challenged(world), app.code(), address="10.7.7.7")
        await world.does(anna, members.unlock, identity=world.identity, user=anna.id)
        assert await show(world, await challenged(world), app.code(), address="10.7.7.7")


class TestTakingAway:
    async def test_needs_the_password(self, world: World, anna: User, app: App) -> None:
        async def remove(password: str) -> None:
            await world.does(
                anna, service.remove, identity=world.identity, user=anna.id, session_id="s", password=password
            )

        with pytest.raises(Invalid):
            await remove("wrong but long enough")
        await remove(GOOD_PASSWORD)
        assert (await world.sign_in(ANNA)).user.id == anna.id

    async def test_makes_a_challenge_from_before_worthless(self, world: World, anna: User, app: App) -> None:
        bo = await world.joined(anna, BO, role=Role.ADMINISTRATOR)
        challenge, code = await challenged(world), app.code()
        await world.does(bo, service.reset, user=anna.id)
        with pytest.raises(Unauthenticated):
            await show(world, challenge, code)

    async def test_by_an_administrator_lets_a_member_in_by_the_password(self, world: World, anna: User) -> None:
        bo = await world.joined(anna, BO)
        await with_app(world, bo)
        await world.does(anna, service.reset, user=bo.id)
        assert (await world.sign_in(BO)).user.id == bo.id
        for user in (bo.id, "nobody"):
            with pytest.raises(NotFound):
                await world.does(anna, service.reset, user=user)

    async def test_recovery_codes_made_anew_replace_the_others(self, world: World, anna: User, app: App) -> None:
        codes = await world.does(
            anna,
            service.make_recovery_codes,
            identity=world.identity,
            user=anna.id,
            session_id="s",
            password=GOOD_PASSWORD,
        )
        with pytest.raises(Unauthenticated):
            await show(world, await challenged(world), app.codes[0])
        assert await show(world, await challenged(world), codes[0])


class TestRequired:
    async def require(self, world: World, user: User) -> None:
        known = await world.documents.get(store.ORGANIZATION, user.org, user.org)
        assert known is not None
        await world.does(
            user,
            organizations.set_second_factor,
            user=user.id,
            expected_version=known.version,
            policy=SecondFactorPolicy.REQUIRED,
        )

    async def test_by_somebody_who_has_none_is_refused(self, world: World, anna: User) -> None:
        with pytest.raises(Conflict, match="your own account first"):
            await self.require(world, anna)

    async def test_lets_whoever_has_none_do_nothing_but_add_one(self, world: World, anna: User, app: App) -> None:
        bo = await world.joined(anna, BO, role=Role.MANAGER)
        before = await world.sign_in(BO)
        await self.require(world, anna)
        verifier = world.verifier()
        for signed_in in (await world.sign_in(BO), await world.refresh(before.refresh_token.text())):
            principal = await verifier.verify(b"Bearer " + signed_in.access_token.text.encode())
            assert (principal.enrolls, principal.permissions) == (True, frozenset())
            assert principal.scope.endswith(":enrolls"), "no answer of another one's is given to it"
        bos = await with_app(world, bo)
        signed_in = await show(world, await challenged(world, BO), bos.code())
        principal = await verifier.verify(b"Bearer " + signed_in.access_token.text.encode())
        assert (principal.enrolls, "portfolio.write" in principal.permissions) == (False, True)

    async def test_cannot_be_taken_away_by_oneself(self, world: World, anna: User, app: App) -> None:
        await self.require(world, anna)
        with pytest.raises(Conflict, match="requires a second factor"):
            await world.does(
                anna,
                service.remove,
                identity=world.identity,
                user=anna.id,
                session_id="s",
                password=GOOD_PASSWORD,
            )
