"""Access tokens: ours, for here, now, and not revoked."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.cache.port import CacheAway
from realinsights_platform.errors import Unauthenticated, Unavailable
from realinsights_platform.key_sets import KeySet
from realinsights_platform.principal import Scope
from realinsights_platform.revoking import revoke
from realinsights_platform.token_register import KEY_SET_LASTS, TOKENS_LAST, Claims, Revocation, SharedRegister
from realinsights_platform.tokens import Revocations, Verifier

ISSUER = "https://notes.test"


class Issuer:
    """Signs tokens, and verifies them as a service does."""

    def __init__(self, *, capacity: int = 100) -> None:
        self.now = 1_000_000.0
        self.key = OKPKey.generate_key("Ed25519", {"kid": "first"})
        self.keys = [self.key]
        self.away = False
        self.cache = MemoryCache()
        self.register = SharedRegister(self.cache, self.published)
        self.capacity = capacity
        self.verifier = self.another()

    def another(self) -> Verifier:
        """Return a verifier as another process has it."""
        revocations = Revocations(clock=lambda: self.now)
        revocations.listen(self.cache)
        return Verifier(
            register=self.register,
            issuer=ISSUER,
            audience="api",
            permissions=lambda role: frozenset({f"{role}.read"}),
            revocations=revocations,
            leeway=5,
            capacity=self.capacity,
            clock=lambda: self.now,
        )

    async def published(self) -> bytes:
        if self.away:
            raise ConnectionError
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    def token(self, *, key: Any = None, algorithm: str = "Ed25519", **claims: Any) -> bytes:
        key = key or self.key
        issued = {
            "iss": ISSUER, "aud": "api", "sub": "ana", "org": "acme", "sid": "s1", "role": "member",
            "iat": self.now, "exp": self.now + 600, **claims,
        }  # fmt: skip
        header = {"alg": algorithm, "kid": key.kid}
        text = jwt.encode(header, {k: v for k, v in issued.items() if v is not None}, key, algorithms=[algorithm])
        return b"Bearer " + text.encode()

    async def refuses(self, authorization: bytes) -> bool:
        with pytest.raises(Unauthenticated):
            await self.verifier.verify(authorization)
        return authorization not in self.verifier.verified


@pytest.fixture
async def issuer() -> Issuer:
    return Issuer()


class TestVerify:
    async def test_says_who_it_is_and_what_they_may(self, issuer: Issuer) -> None:
        principal = await issuer.verifier.verify(issuer.token(role="manager"))
        assert (principal.user, principal.org, principal.session, principal.role) == ("ana", "acme", "s1", "manager")
        assert principal.permissions == {"manager.read"}
        assert principal.scope == "acme:manager"
        assert principal.limited_to is None

    async def test_says_what_part_of_the_organization_they_may_see(self, issuer: Issuer) -> None:
        limited = {"portfolioIds": ["p2", "p1"], "propertyIds": ["a"]}
        principal = await issuer.verifier.verify(issuer.token(limited_to=limited))
        assert principal.limited_to == Scope(portfolio_ids=("p2", "p1"), property_ids=("a",))
        assert principal.scope == 'acme:member:[["p1","p2"],[],["a"]]'

    async def test_answers_are_shared_by_those_who_may_see_the_same_alone(self, issuer: Issuer) -> None:
        limits = [None, {}, {"portfolioIds": ["a"]}, {"fundIds": ["a"]}, {"portfolioIds": ["a", "b"]}]
        tokens = [issuer.token(limited_to=limited) for limited in limits]
        for token in tokens:
            await issuer.verifier.verify(token)
        assert len({issuer.verifier.verified[token].audience for token in tokens}) == len(limits)
        again = issuer.token(sub="bo", limited_to={"portfolioIds": ["b", "a", "b"]})
        await issuer.verifier.verify(again)
        assert issuer.verifier.verified[again].audience == issuer.verifier.verified[tokens[-1]].audience

    @pytest.mark.parametrize("limited", [{"loanIds": ["a"]}, {"portfolioIds": "a"}, {"portfolioIds": [1]}, [], "", 0])
    async def test_a_scope_that_it_cannot_read_is_no_scope_at_all(self, issuer: Issuer, limited: Any) -> None:
        assert await issuer.refuses(issuer.token(limited_to=limited))

    async def test_knows_a_token_it_has_seen(self, issuer: Issuer) -> None:
        token = issuer.token()
        first = await issuer.verifier.verify(token)
        assert await issuer.verifier.verify(token) is first

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://elsewhere.test"},
            {"aud": "other"},
            {"exp": 999_995.0},
            {"exp": None},
            {"iat": 1_000_006.0},
            {"iat": None},
            {"sub": None},
            {"org": None},
            {"org": 7},
            {"sid": None},
            {"role": None},
        ],
    )
    async def test_refuses_a_token_that_is_not_for_here_and_now(self, issuer: Issuer, claims: dict[str, Any]) -> None:
        assert await issuer.refuses(issuer.token(**claims))

    async def test_allows_for_clocks_that_differ_a_little(self, issuer: Issuer) -> None:
        await issuer.verifier.verify(issuer.token(exp=issuer.now - 4.9))
        await issuer.verifier.verify(issuer.token(iat=issuer.now + 4.9))

    async def test_refuses_a_token_once_it_has_expired_although_it_has_seen_it(self, issuer: Issuer) -> None:
        token = issuer.token()
        await issuer.verifier.verify(token)
        issuer.now += 605
        with pytest.raises(Unauthenticated, match="expired"):
            await issuer.verifier.verify(token)

    async def test_refuses_another_key_with_our_name(self, issuer: Issuer) -> None:
        assert await issuer.refuses(issuer.token(key=OKPKey.generate_key("Ed25519", {"kid": "first"})))

    async def test_refuses_a_secret_made_of_the_public_key(self, issuer: Issuer) -> None:
        public = issuer.key.as_dict(private=False)
        forged = OctKey.import_key(json.dumps(public).encode(), {"kid": "first"})
        assert await issuer.refuses(issuer.token(key=forged, algorithm="HS256"))

    async def test_refuses_a_token_that_nobody_signed(self, issuer: Issuer) -> None:
        def part(value: dict[str, Any]) -> bytes:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

        _, payload, _ = issuer.token().removeprefix(b"Bearer ").split(b".")
        assert await issuer.refuses(b"Bearer " + part({"alg": "none", "typ": "JWT"}) + b"." + payload + b".")

    @pytest.mark.parametrize(
        "authorization",
        [b"", b"Bearer", b"Bearer ", b"Bearer x", b"Bearer a.b.c", b"Basic YTpi",
         b"Bearer \xff\xfe", b"Bearer " + b"x" * 9000],
    )  # fmt: skip
    async def test_refuses_what_is_no_token(self, issuer: Issuer, authorization: bytes) -> None:
        assert await issuer.refuses(authorization)

    async def test_refuses_a_token_whose_every_character_is_changed_in_turn(self, issuer: Issuer) -> None:
        token = issuer.token()
        for place in range(len(b"Bearer "), len(token) - 1, 17):
            changed = token[:place] + (b"A" if token[place : place + 1] != b"A" else b"B") + token[place + 1 :]
            assert await issuer.refuses(changed)

    async def test_keeps_the_newest_up_to_so_many(self) -> None:
        issuer = Issuer(capacity=3)
        tokens = [issuer.token(sub=f"user-{number}") for number in range(6)]
        for token in tokens:
            await issuer.verifier.verify(token)
        assert list(issuer.verifier.verified) == tokens[3:]
        await revoke(issuer.cache, Revocation(at=issuer.now, user="user-0"))
        assert list(issuer.verifier.verified) == tokens[3:]


class Unheard(MemoryCache):
    """A cache that is away: it stores nothing, says nothing, and does not know what it has."""

    away = False

    async def get_surely(self, key: str) -> bytes | None:
        if self.away:
            raise CacheAway
        return await super().get_surely(key)

    async def set(self, key: str, value: bytes, *, seconds: float) -> bool:
        return not self.away and await super().set(key, value, seconds=seconds)

    async def announce(self, channel: str, message: bytes) -> bool:
        return not self.away and await super().announce(channel, message)


class Believing:
    """A trust that a test sets."""

    def __init__(self) -> None:
        self.at = 50.0
        self.since = 0.0
        self.until = 100.0

    def now(self) -> float:
        return self.at

    def trusts(self, learned: float, now: float) -> bool:
        return learned >= self.since and now < self.until


class TestTrust:
    async def test_of_what_was_checked_lasts_while_revocations_are_heard(self, issuer: Issuer) -> None:
        trust = Believing()
        issuer.verifier.trust = trust
        token = issuer.token()
        first = await issuer.verifier.verify(token)
        assert await issuer.verifier.verify(token) is first
        trust.until = 50
        again = await issuer.verifier.verify(token)
        assert again == first
        assert again is not first, "the register was asked again"

    async def test_ends_with_a_revocation_that_nobody_could_announce(self, issuer: Issuer) -> None:
        trust = Believing()
        issuer.verifier.trust = trust
        token = issuer.token()
        await issuer.verifier.verify(token)
        # Stored where the register looks, but not announced.
        await issuer.cache.set("auth.revoked:ana:s1", b"1000000.0", seconds=TOKENS_LAST)
        await issuer.verifier.verify(token)
        trust.at = trust.since = 60
        assert await issuer.refuses(token)

    async def test_ends_for_whoever_has_written_more_than_when_they_were_checked(self, issuer: Issuer) -> None:
        issuer.verifier.trust = Believing()
        token = issuer.token()
        first = await issuer.verifier.verify(token, written=3)
        # Stored where the register looks, and its announcement still on the way.
        await issuer.cache.set("auth.revoked:ana:s1", b"1000000.0", seconds=TOKENS_LAST)
        assert await issuer.verifier.verify(token) is first
        assert await issuer.verifier.verify(token, written=3) is first
        with pytest.raises(Unauthenticated, match="ended"):
            await issuer.verifier.verify(token, written=4)
        assert token not in issuer.verifier.verified

    async def test_with_the_shared_cache_away_answers_that_it_cannot_tell(self, issuer: Issuer) -> None:
        cache = Unheard()
        issuer.register = SharedRegister(cache, issuer.published)
        verifier = issuer.another()
        cache.away = True
        with pytest.raises(Unavailable, match="Try again"):
            await verifier.verify(issuer.token())
        cache.away = False
        await verifier.verify(issuer.token())

    async def test_a_revocation_that_cannot_be_announced_raises_nothing(self) -> None:
        cache = Unheard()
        cache.away = True
        await revoke(cache, Revocation(at=1.0, user="ana"))


class TestRevocation:
    async def test_of_a_user_voids_tokens_from_before_and_none_from_after(self, issuer: Issuer) -> None:
        seen, unseen = issuer.token(), issuer.token(jti="another")
        await issuer.verifier.verify(seen)
        await revoke(issuer.cache, Revocation(at=issuer.now, user="ana"))
        assert await issuer.refuses(seen)
        assert await issuer.refuses(unseen)
        issuer.now += 0.001
        await issuer.verifier.verify(issuer.token())

    async def test_of_a_session_voids_all_of_its_tokens_and_no_other_session_s(self, issuer: Issuer) -> None:
        seen, later = issuer.token(), issuer.token(iat=issuer.now + 4)  # by a machine whose clock is ahead
        other = issuer.token(sid="s2")
        for token in (seen, later, other):
            await issuer.verifier.verify(token)
        await revoke(issuer.cache, Revocation(at=issuer.now, user="ana", session="s1"))
        assert await issuer.refuses(seen)
        assert await issuer.refuses(later)
        await issuer.verifier.verify(other)

    async def test_of_somebody_else_leaves_others_alone(self, issuer: Issuer) -> None:
        token = issuer.token()
        await issuer.verifier.verify(token)
        await revoke(issuer.cache, Revocation(at=issuer.now, user="ben"))
        assert token in issuer.verifier.verified

    @pytest.mark.parametrize("session", [None, "s1"])
    async def test_holds_in_every_process_in_those_that_start_later_too(
        self, issuer: Issuer, session: str | None
    ) -> None:
        token = issuer.token()
        there = issuer.another()
        await there.verify(token)
        await revoke(issuer.cache, Revocation(at=issuer.now, user="ana", session=session))
        for verifier in (issuer.verifier, there, issuer.another()):
            with pytest.raises(Unauthenticated, match="ended"):
                await verifier.verify(token)

    async def test_that_is_announced_while_a_token_is_looked_up_is_not_missed(self, issuer: Issuer) -> None:
        class Slow(SharedRegister):
            async def is_revoked(self, claims: Claims) -> bool:
                revoked = await super().is_revoked(claims)
                await revoke(issuer.cache, Revocation(at=issuer.now, user="ana", session="s1"))
                return revoked

        issuer.register, register = Slow(issuer.cache, issuer.published), issuer.register
        verifier = issuer.another()
        issuer.register = register
        with pytest.raises(Unauthenticated, match="ended"):
            await verifier.verify(issuer.token())

    async def test_is_not_undone_by_an_earlier_one_that_comes_late(self) -> None:
        revocations = Revocations(clock=lambda: 1_000.0)
        revocations.add(Revocation(at=1_000.0, user="ana"))
        revocations.add(Revocation(at=990.0, user="ana"))
        assert revocations.covers(some_claims(iat=999.0))

    async def test_is_kept_for_as_long_as_a_token_from_before_could_live(self) -> None:
        now = 1_000.0
        revocations = Revocations(clock=lambda: now)
        revocations.add(Revocation(at=now, user="ana"))
        now += TOKENS_LAST
        revocations.add(Revocation(at=now, user="ben"))
        assert revocations.covers(some_claims(iat=1_000.0))
        now += 1
        revocations.add(Revocation(at=now, user="cleo"))
        assert not revocations.covers(some_claims(iat=1_000.0))


def some_claims(*, iat: float) -> Claims:
    return Claims(iss=ISSUER, aud="api", sub="ana", org="acme", sid="s1", role="member", iat=iat, exp=iat + 600)


class TestKeys:
    async def test_are_read_again_when_a_token_names_one_that_is_not_known(self, issuer: Issuer) -> None:
        old = issuer.token()
        await issuer.verifier.verify(old)
        second = OKPKey.generate_key("Ed25519", {"kid": "second"})
        issuer.keys.insert(0, second)
        issuer.now += 5
        await issuer.verifier.verify(issuer.token(key=second))
        await issuer.another().verify(old)

    async def test_are_not_read_for_every_name_that_somebody_makes_up(self, issuer: Issuer) -> None:
        reads = 0

        async def published() -> list[dict[str, Any]]:
            nonlocal reads
            reads += 1
            return [issuer.key.as_dict(private=False)]

        keys = KeySet(published, clock=lambda: issuer.now)
        for number in range(100):
            assert await keys.key(f"made-up-{number}") is None
        assert await keys.key("first") is not None
        assert reads == 1
        issuer.now += 5
        await asyncio.gather(*(keys.key(f"made-up-{number}") for number in range(100)))
        assert reads == 2

    async def test_that_are_published_no_more_are_forgotten_in_the_background(self, issuer: Issuer) -> None:
        keys = KeySet(issuer.register.keys, clock=lambda: issuer.now)
        assert await keys.key("first") is not None
        issuer.keys = [OKPKey.generate_key("Ed25519", {"kid": "second"})]
        issuer.now += KEY_SET_LASTS
        assert await keys.key("first") is not None
        await asyncio.sleep(0)
        assert await keys.key("first") is None
        assert await keys.key("second") is not None

    async def test_go_on_being_used_where_none_can_be_read(self, issuer: Issuer) -> None:
        token = issuer.token()
        await issuer.verifier.verify(token)
        issuer.away = True
        issuer.now += 2 * KEY_SET_LASTS
        await issuer.verifier.verify(issuer.token(jti="another"))
        await asyncio.sleep(0)
        await issuer.verifier.verify(issuer.token(jti="a third"))
