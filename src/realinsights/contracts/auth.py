"""Events of the auth service, for other services and its own audit trail."""

from __future__ import annotations

import datetime

from realinsights.contracts.permissions import Permission, Role
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.events import Event, EventCodec
from realinsights_platform.principal import Scope
from realinsights_platform.steps import StepRequested


class OrganizationRegistered(Event, frozen=True, tag="auth.organization.registered.v1"):
    """An organization began; `user_id` is its first administrator, None where the command line made it."""

    name: str
    user_id: str | None


class OrganizationRecorded(Event, frozen=True, tag="auth.organization.recorded.v1"):
    """An organization began or was changed: what other services need to know of it, as it is now.

    `time_zone` is a name of the IANA database, such as `America/New_York`.
    """

    name: str
    time_zone: str


class MemberRecorded(Event, frozen=True, omit_defaults=True, tag="auth.member.recorded.v1"):
    """A member joined or was changed: what other services need to know of a person, as it is now.

    `limited` members may see only a part of the organization.
    """

    user_id: str
    email: str
    first_name: str
    last_name: str
    role: Role
    active: bool
    email_verified: bool
    limited: bool = False


class MemberInvited(Event, frozen=True, tag="auth.member.invited.v1"):
    """A link was made that lets somebody join."""

    invitation_id: str
    email: str
    role: Role


class InvitationWithdrawn(Event, frozen=True, tag="auth.invitation.withdrawn.v1"):
    """The link leads nowhere any more."""

    invitation_id: str


class MemberJoined(Event, frozen=True, tag="auth.member.joined.v1"):
    """Somebody became a member; `invitation_id` is None where no link was needed."""

    user_id: str
    email: str
    role: Role
    invitation_id: str | None


class MemberRoleChanged(Event, frozen=True, tag="auth.member.role_changed.v1"):
    """A member may do something else from now on."""

    user_id: str
    previous: Role
    role: Role


class MemberScopeChanged(Event, frozen=True, tag="auth.member.scope_changed.v1"):
    """A member may see another part of the organization from now on; None is all of it."""

    user_id: str
    previous: Scope | None
    scope: Scope | None


class MemberDeactivated(Event, frozen=True, tag="auth.member.deactivated.v1"):
    """A member may do nothing any more; every session ended."""

    user_id: str


class MemberReactivated(Event, frozen=True, tag="auth.member.reactivated.v1"):
    """A member may sign in again."""

    user_id: str


class MemberUnlocked(Event, frozen=True, tag="auth.member.unlocked.v1"):
    """Attempts to sign in as a member count anew: those before, right or wrong, were forgotten."""

    user_id: str


class MemberRemovalRequested(Event, frozen=True, tag="auth.member.removal_requested.v1"):
    """A member is to be removed: they may do nothing any more; until `begins_at` it can be undone."""

    undertaking_id: str
    user_id: str
    begins_at: datetime.datetime


class MemberRemovalUndone(Event, frozen=True, tag="auth.member.removal_undone.v1"):
    """A member is not removed after all."""

    undertaking_id: str
    user_id: str


class MemberRemoved(Event, frozen=True, tag="auth.member.removed.v1"):
    """No service keeps anything for a member any more; their name stays with what they did."""

    undertaking_id: str
    user_id: str


class PasswordChanged(Event, frozen=True, tag="auth.password.changed.v1"):
    """A member chose another password; every other session ended."""

    user_id: str


class SecondFactorAdded(Event, frozen=True, tag="auth.second_factor.added.v1"):
    """A member added an authenticator app: signing in needs its code from now on."""

    user_id: str


class SecondFactorRemoved(Event, frozen=True, tag="auth.second_factor.removed.v1"):
    """A member's authenticator app and recovery codes were taken away, by themselves or by an administrator."""

    user_id: str


class RecoveryCodesMade(Event, frozen=True, tag="auth.recovery_codes.made.v1"):
    """A member has other recovery codes; those before are good no more."""

    user_id: str


class RecoveryCodeUsed(Event, frozen=True, tag="auth.recovery_code.used.v1"):
    """A member signed in by a recovery code; so many are `left`."""

    user_id: str
    left: int


class SecondFactorPolicyChanged(Event, frozen=True, tag="auth.second_factor.policy_changed.v1"):
    """An administrator said whether members need a second factor: `optional` or `required`."""

    policy: str


class ProgramMade(Event, frozen=True, tag="auth.program.made.v1"):
    """A program may ask from now on, once it has a token."""

    program_id: str
    name: str
    permissions: tuple[Permission, ...]


class ProgramChanged(Event, frozen=True, tag="auth.program.changed.v1"):
    """A program is called otherwise or may do something else; one that was deleted may do nothing."""

    program_id: str
    name: str
    permissions: tuple[Permission, ...]
    active: bool


class ProgramTokenMade(Event, frozen=True, tag="auth.program.token_made.v1"):
    """A program has one more token."""

    program_id: str
    token_id: str


class ProgramTokenRevoked(Event, frozen=True, tag="auth.program.token_revoked.v1"):
    """A program's token was taken away."""

    program_id: str
    token_id: str


class PasswordLinkMade(Event, frozen=True, tag="auth.password_link.made.v1"):
    """A link was made by which a member can choose another password."""

    user_id: str


class SessionsEnded(Event, frozen=True, tag="auth.sessions.ended.v1"):
    """Sessions of a member ended; `reason` is the session's own word for why."""

    user_id: str
    session_ids: tuple[str, ...]
    reason: str


class RefreshTokenReused(Event, frozen=True, tag="auth.refresh_token.reused.v1"):
    """A refresh token came twice, so one of two holders is not the member: the session ended for both."""

    user_id: str
    session_id: str
    address: str


class SignInRefused(Event, frozen=True, tag="auth.sign_in.refused.v1"):
    """Somebody tried to sign in and may not; `user_id` is None where no account has the e-mail address."""

    user_id: str | None
    address: str


class SignedInFromNewDevice(Event, frozen=True, tag="auth.sign_in.from_new_device.v1"):
    """A member signed in from a device that the account was not known to have; `client` is what it calls itself."""

    user_id: str
    session_id: str
    address: str
    client: str


class RegistrationRefused(Event, frozen=True, tag="auth.registration.refused.v1"):
    """Somebody tried to begin anew with an e-mail address that has an account, which stayed as it was."""

    user_id: str | None
    address: str


class LinkRequested(Event, frozen=True, tag="auth.link.requested.v1"):
    """A sealed link is to be mailed; who mails it makes its token (`sealed_links`), which stands nowhere.

    `request_id` is the same however often this comes. `user_id` is the member whom it concerns, or who invites.
    """

    request_id: str
    purpose: LinkPurpose
    subject: str
    once: str
    email: str
    user_id: str
    expires_at: datetime.datetime


class PasswordForgotten(Event, frozen=True, tag="auth.password.forgotten.v1"):
    """Somebody asked for a new password; `email_key` is the hash of an address that may have no account."""

    email_key: str


class AddressVerified(Event, frozen=True, tag="auth.address.verified.v1"):
    """A member used a link that was mailed to their address: it is theirs."""

    user_id: str
    email: str


class AddressChanged(Event, frozen=True, tag="auth.address.changed.v1"):
    """A member has another e-mail address, which a link proved to be theirs; `undone` where it is the former one."""

    user_id: str
    previous: str
    email: str
    undone: bool


class OrganizationDeletionRequested(Event, frozen=True, tag="auth.organization.deletion_requested.v1"):
    """An administrator asked that the organization be deleted; until `begins_at` it can be undone."""

    undertaking_id: str
    user_id: str
    begins_at: datetime.datetime


class OrganizationDeletionUndone(Event, frozen=True, tag="auth.organization.deletion_undone.v1"):
    """The organization is not deleted after all: `user_id` took it back."""

    undertaking_id: str
    user_id: str


class OrganizationDeletionRefused(Event, frozen=True, tag="auth.organization.deletion_refused.v1"):
    """The organization cannot be deleted: a service objects, and nothing was deleted."""

    undertaking_id: str
    objections: tuple[str, ...]


class OrganizationDeleted(Event, frozen=True, tag="auth.organization.deleted.v1"):
    """All that any service kept of the organization is gone; the certificate of its deletion has this id."""

    undertaking_id: str


AUTH_EVENTS: EventCodec[Event] = EventCodec(
    (
        OrganizationRegistered,
        OrganizationRecorded,
        MemberRecorded,
        MemberInvited,
        InvitationWithdrawn,
        MemberJoined,
        MemberRoleChanged,
        MemberScopeChanged,
        MemberDeactivated,
        MemberReactivated,
        MemberUnlocked,
        MemberRemovalRequested,
        MemberRemovalUndone,
        MemberRemoved,
        PasswordChanged,
        SecondFactorAdded,
        SecondFactorRemoved,
        RecoveryCodesMade,
        RecoveryCodeUsed,
        SecondFactorPolicyChanged,
        ProgramMade,
        ProgramChanged,
        ProgramTokenMade,
        ProgramTokenRevoked,
        PasswordLinkMade,
        SessionsEnded,
        RefreshTokenReused,
        SignInRefused,
        SignedInFromNewDevice,
        RegistrationRefused,
        LinkRequested,
        PasswordForgotten,
        AddressVerified,
        AddressChanged,
        OrganizationDeletionRequested,
        OrganizationDeletionUndone,
        OrganizationDeletionRefused,
        OrganizationDeleted,
        StepRequested,
        JournalClosed,
    )
)
"""Every event of the service, as its journal and the stream carry them."""
