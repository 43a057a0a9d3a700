"""Access tokens: ours, for here, now, and not revoked."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey

from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.errors import Unauthenticated
from realinsights_platform.tokens import Revocation, Revocations, Verifier

ISSUER = "https://notes.test"


class Issuer:
    """Signs tokens, and verifies them as a service does."""

    def __init__(self, *, capacity: int = 100) -> None:
        self.now = 1_000_000.0
        self.keys = [OKPKey.generate_key("Ed25519", {"kid": "first"})]
        self.asked = 0
        self.revocations = Revocations(seconds=600, clock=lambda: self.now)
        self.verifier = Verifier(
            keys=self.published,
            issuer=ISSUER,
            audience="api",
            permissions=lambda role: frozenset({f"{role}.read"}),
            revocations=self.revocations,
            leeway=5,
            capacity=capacity,
            clock=lambda: self.now,
        )

    def published(self) -> KeySet:
        self.asked += 1
        return KeySet(list(self.keys))

    def token(self, *, key: Any = None, algorithm: str = "Ed25519", **claims: Any) -> bytes:
        key = key or self.keys[0]
        issued = {
            "iss": ISSUER, "aud": "api", "sub": "ana", "org": "acme", "sid": "s1", "role": "member",
            "iat": self.now, "exp": self.now + 600, **claims,
        }  # fmt: skip
        header = {"alg": algorithm, "kid": key.kid}
        text = jwt.encode(header, {k: v for k, v in issued.items() if v is not None}, key, algorithms=[algorithm])
        return b"Bearer " + text.encode()

    def refuses(self, authorization: bytes) -> bool:
        with pytest.raises(Unauthenticated):
            self.verifier.verify(authorization)
        return authorization not in self.verifier.verified


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


class TestVerify:
    def test_says_who_it_is_and_what_they_may(self, issuer: Issuer) -> None:
        principal = issuer.verifier.verify(issuer.token(role="manager"))
        assert (principal.user, principal.org, principal.session, principal.role) == ("ana", "acme", "s1", "manager")
        assert principal.permissions == {"manager.read"}
        assert principal.scope == "acme:manager"

    def test_knows_a_token_it_has_seen(self, issuer: Issuer) -> None:
        token = issuer.token()
        first = issuer.verifier.verify(token)
        assert issuer.verifier.verify(token) is first
        assert issuer.asked == 1

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
    def test_refuses_a_token_that_is_not_for_here_and_now(self, issuer: Issuer, claims: dict[str, Any]) -> None:
        assert issuer.refuses(issuer.token(**claims))

    def test_allows_for_clocks_that_differ_a_little(self, issuer: Issuer) -> None:
        issuer.verifier.verify(issuer.token(exp=issuer.now - 4.9))
        issuer.verifier.verify(issuer.token(iat=issuer.now + 4.9))

    def test_refuses_a_token_once_it_has_expired_although_it_has_seen_it(self, issuer: Issuer) -> None:
        token = issuer.token()
        issuer.verifier.verify(token)
        issuer.now += 605
        with pytest.raises(Unauthenticated, match="expired"):
            issuer.verifier.verify(token)

    def test_refuses_another_key_with_our_name(self, issuer: Issuer) -> None:
        assert issuer.refuses(issuer.token(key=OKPKey.generate_key("Ed25519", {"kid": "first"})))

    def test_refuses_a_secret_made_of_the_public_key(self, issuer: Issuer) -> None:
        public = issuer.keys[0].as_dict(private=False)
        forged = OctKey.import_key(json.dumps(public).encode(), {"kid": "first"})
        assert issuer.refuses(issuer.token(key=forged, algorithm="HS256"))

    def test_refuses_a_token_that_nobody_signed(self, issuer: Issuer) -> None:
        def part(value: dict[str, Any]) -> bytes:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

        _, payload, _ = issuer.token().removeprefix(b"Bearer ").split(b".")
        assert issuer.refuses(b"Bearer " + part({"alg": "none", "typ": "JWT"}) + b"." + payload + b".")

    @pytest.mark.parametrize(
        "authorization",
        [b"", b"Bearer", b"Bearer ", b"Bearer x", b"Bearer a.b.c", b"Basic YTpi",
         b"Bearer \xff\xfe", b"Bearer " + b"x" * 9000],
    )  # fmt: skip
    def test_refuses_what_is_no_token(self, issuer: Issuer, authorization: bytes) -> None:
        assert issuer.refuses(authorization)

    def test_refuses_a_token_whose_every_character_is_changed_in_turn(self, issuer: Issuer) -> None:
        token = issuer.token()
        for place in range(len(b"Bearer "), len(token) - 1, 17):
            changed = token[:place] + (b"A" if token[place : place + 1] != b"A" else b"B") + token[place + 1 :]
            assert issuer.refuses(changed)

    def test_takes_a_new_key_as_soon_as_it_is_published_and_an_old_one_while_it_is(self, issuer: Issuer) -> None:
        old = issuer.token()
        issuer.keys.insert(0, OKPKey.generate_key("Ed25519", {"kid": "second"}))
        issuer.verifier.verify(issuer.token())
        issuer.verifier.verify(old)
        del issuer.keys[1]
        assert issuer.refuses(Issuer.token(issuer, key=OKPKey.generate_key("Ed25519", {"kid": "first"})))

    def test_keeps_at_most_so_many_the_latest(self) -> None:
        issuer = Issuer(capacity=3)
        tokens = [issuer.token(sub=f"user-{number}") for number in range(6)]
        for token in tokens:
            issuer.verifier.verify(token)
        assert list(issuer.verifier.verified) == tokens[3:]


class TestRevocation:
    @pytest.mark.parametrize("what", [{"session": "s1"}, {"user": "ana"}])
    def test_voids_tokens_from_before_and_none_from_after(self, issuer: Issuer, what: dict[str, str]) -> None:
        seen, unseen = issuer.token(), issuer.token(jti="another")
        issuer.verifier.verify(seen)
        issuer.revocations.add(Revocation(at=issuer.now, **what))
        assert issuer.refuses(seen)
        assert issuer.refuses(unseen)
        issuer.now += 0.001
        issuer.verifier.verify(issuer.token())

    @pytest.mark.parametrize("what", [{"session": "s2"}, {"user": "ben"}])
    def test_leaves_others_alone(self, issuer: Issuer, what: dict[str, str]) -> None:
        token = issuer.token()
        issuer.verifier.verify(token)
        issuer.revocations.add(Revocation(at=issuer.now, **what))
        assert token in issuer.verifier.verified

    def test_is_not_undone_by_an_earlier_one_that_comes_late(self, issuer: Issuer) -> None:
        token = issuer.token()
        issuer.revocations.add(Revocation(at=issuer.now + 1, user="ana"))
        issuer.revocations.add(Revocation(at=issuer.now - 1, user="ana"))
        assert issuer.refuses(token)

    def test_is_kept_for_as_long_as_a_token_from_before_could_live(self, issuer: Issuer) -> None:
        issuer.revocations.add(Revocation(at=issuer.now, user="ana"))
        issuer.now += 599
        issuer.revocations.add(Revocation(at=issuer.now, user="ben"))
        assert issuer.revocations.covers(session="s", user="ana", issued=issuer.now - 599)
        issuer.now += 2
        issuer.revocations.add(Revocation(at=issuer.now, user="cleo"))
        assert not issuer.revocations.covers(session="s", user="ana", issued=issuer.now - 601)

    async def test_reaches_every_process_that_listens(self, issuer: Issuer) -> None:
        cache = MemoryCache()
        here, there = (Revocations(seconds=600, clock=lambda: issuer.now) for _ in range(2))
        here.listen(cache)
        there.listen(cache)
        await Revocations.announce(cache, Revocation(at=issuer.now, session="s1"))
        for revocations in (here, there):
            assert revocations.covers(session="s1", user="ana", issued=issuer.now)
