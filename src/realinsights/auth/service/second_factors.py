"""Use cases of second factors: add an authenticator, make recovery codes anew, take both away, show a code."""

from __future__ import annotations

import base64
import datetime
from dataclasses import dataclass

import msgspec
import segno
import structlog
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from realinsights.auth import store
from realinsights.auth.model import emails, second_factors
from realinsights.auth.model.people import Credential, SecondFactorPolicy, User
from realinsights.auth.model.second_factors import Authenticator, SecondFactors
from realinsights.auth.service.confirming import require_password
from realinsights.auth.service.identity import Identity
from realinsights.contracts.auth import RecoveryCodesMade, RecoveryCodeUsed, SecondFactorAdded, SecondFactorRemoved
from realinsights_platform.documents.port import Unit
from realinsights_platform.errors import Conflict, Invalid, NotFound, StepNeeded, Unauthenticated

CHALLENGE_LASTS = datetime.timedelta(minutes=5)
NEEDED = "Give the code of your authenticator app, or a recovery code."
WRONG = "The code is wrong, or was used before."
TOO_LATE = "Too much time has passed. Sign in again."

_SEALED = {"alg": "dir", "enc": "A256GCM"}
_HEAD = base64.urlsafe_b64encode(msgspec.json.encode(_SEALED)).decode().rstrip("=") + ".."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What an authenticator app is given: the secret, the address that holds it, and a picture of that, an SVG."""

    secret: str
    address: str
    picture: str
    expires_at: datetime.datetime


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a right password is answered with: who has still to show a second factor, and until when.

    `password_changed_at` is that of the password that was shown. `key` is the address's `email_key`.
    """

    org: str
    user: str
    key: str
    password_changed_at: datetime.datetime
    expires_at: datetime.datetime


async def needed(unit: Unit, identity: Identity, user: User, credential: Credential) -> None:
    """Raise `StepNeeded` where a user who has shown their password has a second factor to show."""
    factors = await unit.get(store.SECOND_FACTORS, user.id)
    if factors is None or not factors.active:
        return
    challenge = Challenge(
        org=user.org,
        user=user.id,
        key=emails.email_key(user.email),
        password_changed_at=credential.password_changed_at,
        expires_at=identity.now() + CHALLENGE_LASTS,
    )
    raise StepNeeded(NEEDED, challenge=_seal(identity, msgspec.json.encode(challenge)))


def opened(identity: Identity, text: str) -> Challenge:
    """Return the challenge that a text stands for; raises `Unauthenticated` for one that is over, or none of ours."""
    if not text.startswith(_HEAD):
        raise Unauthenticated(TOO_LATE)  # a header that somebody made up is not even read
    try:
        challenge = msgspec.json.decode(_open(identity, text), type=Challenge)
    except (JoseError, ValueError) as error:
        raise Unauthenticated(TOO_LATE) from error
    if identity.now() >= challenge.expires_at:
        raise Unauthenticated(TOO_LATE)
    return challenge


async def use_code(unit: Unit, identity: Identity, user: User, code: str) -> bool:
    """Use a code of a user's second factors up; tell whether it was a good one."""
    factors = await unit.get(store.SECOND_FACTORS, user.id)
    if factors is None or factors.authenticator is None:
        return False
    secret = _open(identity, factors.authenticator.secret).decode()
    used = second_factors.with_code(factors, code, secret=secret, now=identity.now())
    if used is None:
        return False
    unit.put(store.SECOND_FACTORS, used)
    left = len(used.recovery_hashes)
    if left < len(factors.recovery_hashes):
        unit.emit(RecoveryCodeUsed(user_id=user.id, left=left))
        log.info("second_factor.recovery_code_used", org=user.org, user=user.id, left=left)
    return True


async def begin(*, unit: Unit, identity: Identity, user: str, session_id: str, password: str) -> Beginning:
    """Begin to add an authenticator, in place of one that was begun and told no code.

    Raises `Conflict` where there is one, `Invalid` for a wrong password and `TooMany`.
    """
    owner, factors = await _confirmed(unit, identity, user, session_id, password)
    if factors.active:
        raise Conflict("There is an authenticator already. Remove it first.")
    organization = await unit.get(store.ORGANIZATION, unit.org)
    secret = second_factors.new_secret()
    beginning = Authenticator(secret=_seal(identity, secret.encode()), since=identity.now())
    unit.put(store.SECOND_FACTORS, msgspec.structs.replace(factors, beginning=beginning))
    name = "" if organization is None else organization.name
    address = second_factors.address_of(secret, email=owner.email, organization=name)
    return Beginning(
        secret=secret,
        address=address,
        picture=segno.make(address, error="m").svg_data_uri(scale=4),
        expires_at=beginning.since + second_factors.ENROLLMENT_LASTS,
    )


async def confirm(*, unit: Unit, identity: Identity, user: str, session_id: str, code: str) -> tuple[str, ...]:
    """Add the authenticator that was begun, which its first code proves; return the recovery codes.

    Raises `Conflict` where none was begun lately, `Invalid` for a wrong code and `TooMany`.
    """
    owner = await _owner(unit, user)
    factors = await unit.get(store.SECOND_FACTORS, user)
    beginning = None if factors is None else factors.beginning
    if factors is None or beginning is None or identity.now() - beginning.since > second_factors.ENROLLMENT_LASTS:
        raise Conflict("No authenticator was begun in the last 15 minutes. Begin again.")
    now = identity.now()
    # Tries have a count of their own: whoever got hold of an access token has not many.
    account = f"{emails.email_key(owner.email)}:code"
    attempt = await identity.guesses.begin_in_session(account=account, session=session_id, now=now)
    secret = _open(identity, beginning.secret).decode()
    step = second_factors.step_of(code.replace(" ", ""), secret=secret, after=0, now=now)
    if step is None:
        await identity.guesses.wrong(attempt, now=now)
        raise Invalid.field("code", "is wrong: check that the clock of your device is right")
    await identity.guesses.right(attempt)
    codes = second_factors.new_recovery_codes()
    unit.put(
        store.SECOND_FACTORS,
        msgspec.structs.replace(
            factors,
            authenticator=Authenticator(secret=beginning.secret, since=now, accepted_step=step),
            beginning=None,
            recovery_hashes=tuple(second_factors.recovery_hash(one) for one in codes),
            recovery_codes_made_at=now,
        ),
    )
    unit.emit(SecondFactorAdded(user_id=user))
    log.info("second_factor.added", org=unit.org, user=user)
    return codes


async def make_recovery_codes(
    *, unit: Unit, identity: Identity, user: str, session_id: str, password: str
) -> tuple[str, ...]:
    """Make recovery codes anew; those before are good no more. Raises `Conflict` where there is no authenticator."""
    _, factors = await _confirmed(unit, identity, user, session_id, password)
    if not factors.active:
        raise Conflict("Add an authenticator first.")
    codes = second_factors.new_recovery_codes()
    hashes = tuple(second_factors.recovery_hash(one) for one in codes)
    unit.put(
        store.SECOND_FACTORS,
        msgspec.structs.replace(factors, recovery_hashes=hashes, recovery_codes_made_at=identity.now()),
    )
    unit.emit(RecoveryCodesMade(user_id=user))
    return codes


async def remove(*, unit: Unit, identity: Identity, user: str, session_id: str, password: str) -> None:
    """Take one's own authenticator and recovery codes away. Raises `Conflict` where the organization requires one."""
    _, factors = await _confirmed(unit, identity, user, session_id, password)
    organization = await unit.get(store.ORGANIZATION, unit.org)
    if organization is not None and organization.second_factor is SecondFactorPolicy.REQUIRED:
        raise Conflict("Your organization requires a second factor. An administrator can reset yours for another app.")
    await _take_away(unit, factors)


async def reset(*, unit: Unit, user: str) -> None:
    """Take another member's second factors away: they sign in by their password, and add one anew where it is required.

    Raises `NotFound` where there are none, and `Conflict` for oneself: an access token alone does not prove the
    password.
    """
    if user == unit.actor:
        raise Conflict("This is your own account. Remove the authenticator there, with your password.")
    await _owner(unit, user)
    factors = await unit.get(store.SECOND_FACTORS, user)
    if factors is None or not factors.active:
        raise NotFound("This member has no second factor.")
    await _take_away(unit, factors)


async def take_back(*, unit: Unit, user: str, since: datetime.datetime) -> None:
    """Take away what was added to a user's factors since a moment: an authenticator, or recovery codes alone.

    For an account that somebody else had: its owner could not sign in by the other's app.
    """
    factors = await unit.get(store.SECOND_FACTORS, user)
    if factors is None or factors.authenticator is None:
        return
    if factors.authenticator.since >= since:
        await _take_away(unit, factors)
    elif factors.recovery_codes_made_at is not None and factors.recovery_codes_made_at >= since:
        unit.put(store.SECOND_FACTORS, msgspec.structs.replace(factors, recovery_hashes=()))


async def _take_away(unit: Unit, factors: SecondFactors) -> None:
    unit.put(
        store.SECOND_FACTORS,
        msgspec.structs.replace(factors, authenticator=None, beginning=None, recovery_hashes=()),
    )
    unit.emit(SecondFactorRemoved(user_id=factors.id))
    log.info("second_factor.removed", org=unit.org, user=factors.id, by=unit.actor)


async def _owner(unit: Unit, user: str) -> User:
    owner = await unit.get(store.USER, user)
    if owner is None:
        raise NotFound("There is no such member.")
    return owner


async def _confirmed(
    unit: Unit, identity: Identity, user: str, session_id: str, password: str
) -> tuple[User, SecondFactors]:
    """Return a member who knows their password, with their factors."""
    owner, credential = await _owner(unit, user), await unit.get(store.CREDENTIAL, user)
    if credential is None:
        raise NotFound("There is no such member.")
    await require_password(
        identity=identity, owner=owner, credential=credential, session_id=session_id, password=password
    )
    return owner, await unit.get(store.SECOND_FACTORS, user) or SecondFactors(id=user, org=unit.org)


def _seal(identity: Identity, content: bytes) -> str:
    return jwe.encrypt_compact(_SEALED, content, OctKey.import_key(identity.secret.key("second factors")))


def _open(identity: Identity, text: str) -> bytes:
    key = OctKey.import_key(identity.secret.key("second factors"))
    content = jwe.decrypt_compact(text, key, algorithms=[*_SEALED.values()]).plaintext
    return content or b""
