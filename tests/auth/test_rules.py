"""Rules on values: nothing here touches a document, a clock or a thread."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.auth.model import emails, guessing, keys, passwords, people, sessions
from realinsights.auth.model.directory import Claim, Purpose, may_finish
from realinsights.auth.model.people import Organization, OrganizationDraft, OrganizationSettings, PostalAddress
from realinsights.auth.model.sessions import REFRESH_AGAIN, EndReason, Session, Verdict
from realinsights.contracts.permissions import PERMISSIONS, Permission, Role, permissions_of
from realinsights.contracts.tokens import ACCESS_TOKEN_LASTS, CLOCKS_DIFFER
from realinsights_platform.errors import Conflict, Faults, Invalid

NOW = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
KEY = b"k" * 32
SECRET = "A" * 43


def faults_of(check):
    faults = Faults()
    check(faults)
    try:
        faults.refuse("input")
    except Invalid as refused:
        return [field.field for field in refused.fields]
    return []


def a_session(**changes):
    session = Session(
        id="session",
        org="org",
        user="anna",
        created_at=NOW,
        used_at=NOW,
        expires_at=NOW + sessions.UNUSED_SESSION,
        address="10.0.0.1",
        client="pytest",
        secret_hash=sessions.hashed(SECRET),
    )
    return msgspec.structs.replace(session, **changes)


def a_token(generation=1, secret=SECRET):
    return sessions.issue(key=KEY, org="org", session="session", generation=generation, secret=secret)


class TestEmails:
    @pytest.mark.parametrize(
        "address",
        ["anna@example.com", "a.b+c@sub.example.co", "o'brien@example.com", "anna@münchen.de", "1@2.de"],
    )
    def test_that_mail_can_reach_are_taken(self, address):
        assert faults_of(lambda faults: emails.checked(address, faults)) == []

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "anna",
            "@example.com",
            "anna@",
            "anna@example",
            "anna@@example.com",
            "an na@example.com",
            "anna@exam ple.com",
            "anna@.com",
            "anna@example..com",
            "a..b@example.com",
            "anna@example.com\nBcc: all@example.com",
            "Anna <anna@example.com>",
            "anna@example.com,bo@example.com",
            f"{'a' * 65}@example.com",
            f"anna@{'a' * 250}.com",
            "anna\u200b@example.com",
        ],
    )
    def test_that_mail_cannot_reach_are_faults(self, address):
        assert faults_of(lambda faults: emails.checked(address, faults)) == ["email"]

    @given(st.emails())
    def test_are_the_same_person_in_any_case(self, address):
        assert emails.normalized(address.upper()) == emails.normalized(address.lower())
        assert emails.normalized(emails.normalized(address)) == emails.normalized(address)

    def test_in_compatibility_forms_are_the_same_person(self):
        assert emails.normalized("ａｎｎａ@example.com") == "anna@example.com"


class TestPasswords:
    @pytest.mark.parametrize(
        "password", ["correct horse battery staple", "Tr0ub4dor&3 and more", "пароль из многих слов"]
    )
    def test_that_are_long_and_varied_are_good(self, password):
        assert faults_of(lambda faults: passwords.check(password, faults, own_words=["Anna", "Adler"])) == []

    @pytest.mark.parametrize(
        "password",
        [
            "",
            "elevenchars",
            "aaaaaaaaaaaaaaaa",
            "abababababab",
            "Password1234",
            "x" * 257,
            "AnnaAdler2026",
            "12345678910a",
            "P@ssw0rd123456",
            "iloveyou12345",
            "letmein12345678",
            "monkeymonkey12",
            "Summer2024!!!!",
            "Welcome2024!!",
            "1qaz2wsx3edc$RFV",
            "qwertyuiop123!@#",
            "trustno1trustno1",
            "dragonball1234",
            "Real Insights 1",
            "Password2024Password",
        ],
    )
    def test_that_are_guessed_soon_are_not(self, password):
        assert faults_of(lambda faults: passwords.check(password, faults, own_words=["annaadler"])) == ["password"]

    def test_are_judged_in_a_moment_however_long(self):
        for text in ("4@8({[<3" * 32, "ab1!" * 64, "password" * 32, "12.31.1999" * 25):
            faults_of(lambda faults, text=text: passwords.check(text, faults))


class TestRefreshTokens:
    def test_read_as_they_are_written(self):
        token = a_token()
        assert sessions.parse(token.text()) == token

    @given(st.text())
    def test_are_nothing_else(self, text):
        assert sessions.parse(text) is None

    def test_of_this_generation_are_exchanged(self):
        assert sessions.judge(a_session(), a_token(), key=KEY, now=NOW) is Verdict.EXCHANGE

    def test_just_exchanged_may_be_exchanged_again_for_a_moment(self):
        session = a_session(generation=2)
        assert sessions.judge(session, a_token(1), key=KEY, now=NOW + REFRESH_AGAIN) is Verdict.REPEAT
        later = NOW + REFRESH_AGAIN + datetime.timedelta(microseconds=1)
        assert sessions.judge(session, a_token(1), key=KEY, now=later) is Verdict.END_FAMILY

    @given(st.integers(3, 1000), st.data())
    def test_of_an_older_generation_end_the_family(self, generation, data):
        old = data.draw(st.integers(1, generation - 2))
        assert sessions.judge(a_session(generation=generation), a_token(old), key=KEY, now=NOW) is Verdict.END_FAMILY

    @given(
        st.integers(1, 5),
        st.sampled_from(["seal", "secret", "generation", "key", "future"]),
    )
    def test_that_we_did_not_issue_end_nothing(self, generation, forged):
        session = a_session(generation=5)
        token = a_token(generation)
        key = KEY
        match forged:
            case "seal":
                token = msgspec.structs.replace(token, seal="0" * 64)
            case "secret":
                token = a_token(generation, secret="B" * 43)
            case "generation":
                token = msgspec.structs.replace(token, generation=generation + 1)
            case "key":
                key = b"l" * 32
            case _:
                token = a_token(5 + generation)
        assert sessions.judge(session, token, key=key, now=NOW) is Verdict.REFUSE

    def test_of_a_session_that_is_over_are_refused(self):
        over = sessions.ended(a_session(), reason=EndReason.SIGNED_OUT, now=NOW)
        assert sessions.judge(over, a_token(), key=KEY, now=NOW) is Verdict.REFUSE
        assert sessions.judge(a_session(), a_token(), key=KEY, now=NOW + sessions.UNUSED_SESSION) is Verdict.REFUSE

    @given(st.lists(st.integers(0, 15 * 24 * 3600), max_size=40))
    def test_never_let_two_holders_go_on_apart(self, pauses):
        """Only one generation at a time can be exchanged, and no session outlives its limit, whatever the pauses."""
        session, now = a_session(), NOW
        for pause in pauses:
            now += datetime.timedelta(seconds=pause)
            verdicts = [
                sessions.judge(session, a_token(generation), key=KEY, now=now)
                for generation in range(1, session.generation + 1)
            ]
            assert verdicts.count(Verdict.EXCHANGE) <= 1
            if Verdict.EXCHANGE not in verdicts:
                assert set(verdicts) == {Verdict.REFUSE}
                return
            session = sessions.carried_on(session, address="", client="", now=now)
            assert session.expires_at <= session.created_at + sessions.LONGEST_SESSION


class TestSurplusSessions:
    @given(st.integers(0, 2 * sessions.MOST_SESSIONS))
    def test_leave_room_for_one_more(self, count):
        stored = [
            a_session(id=str(number), used_at=NOW + datetime.timedelta(seconds=number)) for number in range(count)
        ]
        surplus = sessions.surplus(stored, now=NOW)
        assert count - len(surplus) + 1 <= max(sessions.MOST_SESSIONS, 1)
        assert [session.id for session in surplus] == [str(number) for number in range(len(surplus))]


class TestGuessing:
    @given(st.integers(0, 4_000_000_000))
    def test_windows_follow_one_another(self, seconds):
        moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        window = guessing.window(moment, guessing.WINDOW)
        assert 1 <= window.ends_in <= guessing.WINDOW.total_seconds()
        following = guessing.window(moment + datetime.timedelta(seconds=window.ends_in), guessing.WINDOW)
        assert following.number == window.number + 1

    def test_a_guarded_account_still_lets_everybody_try(self):
        assert guessing.attempts_allowed(known_device=False, wrong_before=10**9) >= 1
        assert guessing.attempts_allowed(known_device=True, wrong_before=10**9) == guessing.ATTEMPTS


class TestKeys:
    def test_stay_published_exactly_as_long_as_their_tokens_may_live(self):
        old = keys.SigningKey(kid="old", public="{}", private="", created_at=NOW)
        new = keys.SigningKey(kid="new", public="{}", private="", created_at=NOW)
        ring = keys.succeeded(keys.Keyring(id="signing", org="system", keys=(old,)), new, NOW)
        gone = NOW + ACCESS_TOKEN_LASTS + CLOCKS_DIFFER
        just_before = gone - datetime.timedelta(microseconds=1)
        assert [key.kid for key in keys.published(ring, just_before)] == ["new", "old"]
        assert [key.kid for key in keys.published(ring, gone)] == ["new"]

    def test_rotation_drops_only_what_nobody_needs(self):
        ring = keys.Keyring(
            id="signing", org="system", keys=(keys.SigningKey(kid="0", public="{}", private="", created_at=NOW),)
        )
        for number in range(1, 5):
            at = NOW + datetime.timedelta(minutes=5 * number)
            ring = keys.succeeded(ring, keys.SigningKey(kid=str(number), public="", private="", created_at=at), at)
        assert [key.kid for key in ring.keys] == ["4", "3", "2", "1"]

    def test_sign_once_they_were_published_long_enough_for_every_verifier_to_know(self):
        old = keys.SigningKey(kid="old", public="{}", private="", created_at=NOW)
        begins = NOW + keys.PUBLISHED_BEFORE
        new = keys.SigningKey(kid="new", public="{}", private="", created_at=NOW, signs_from=begins)
        ring = keys.succeeded(keys.Keyring(id="signing", org="system", keys=(old,)), new, NOW)
        just_before = begins - datetime.timedelta(microseconds=1)
        assert [keys.signing(ring, at).kid for at in (NOW, just_before, begins)] == ["old", "old", "new"]
        assert [key.kid for key in keys.published(ring, NOW)] == ["new", "old"]
        assert ring.keys[1].retired_at == begins

    def test_are_due_once_the_newest_has_signed_for_long_enough(self):
        begins = NOW + keys.PUBLISHED_BEFORE
        key = keys.SigningKey(kid="new", public="{}", private="", created_at=NOW, signs_from=begins)
        ring = keys.Keyring(id="signing", org="system", keys=(key,))
        assert not keys.is_due(ring, NOW + keys.KEY_SIGNS)
        assert keys.is_due(ring, begins + keys.KEY_SIGNS)


class TestPermissions:
    def test_grow_with_the_role(self):
        viewer, member, manager, administrator = (PERMISSIONS[role] for role in reversed(Role))
        assert viewer < member < manager < administrator == frozenset(Permission)

    def test_of_a_viewer_change_nothing(self):
        assert {permission.value.rpartition(".")[2] for permission in PERMISSIONS[Role.VIEWER]} == {"read"}

    def test_of_an_unknown_role_are_none(self):
        assert permissions_of("owner") == frozenset()


class TestOrganizations:
    def organization(self):
        return Organization(
            id="org",
            org="org",
            name="Harbor Capital",
            kind=people.OrganizationKind.OWNER,
            subscription_status=people.SubscriptionStatus.TRIAL,
            subscription_tier=people.SubscriptionTier.BASIC,
            created_at=NOW,
        )

    def faults(self, **details):
        given_details = OrganizationDraft(**{"name": "Harbor", "kind": people.OrganizationKind.FUND, **details})
        return faults_of(lambda faults: people.with_details(self.organization(), given_details, faults))

    def test_take_details_that_can_be(self):
        assert (
            self.faults(
                billing_email="billing@example.com",
                phone="+49 30 123456",
                website="https://example.com/about",
                tax_id="12-3456789",
                address=PostalAddress(street="1 Main St", city="Boston", state="MA", postal_code="02110", country="US"),
                settings=OrganizationSettings(currency="EUR", timezone="Europe/Berlin", locale="de-DE"),
            )
            == []
        )

    @pytest.mark.parametrize(
        ("field", "details"),
        [
            ("name", {"name": "   "}),
            ("name", {"name": "x" * 201}),
            ("name", {"name": "two\nlines"}),
            ("billingEmail", {"billing_email": "billing"}),
            ("phone", {"phone": "<script>"}),
            ("website", {"website": "javascript:alert(1)"}),
            ("website", {"website": "ftp://example.com"}),
            ("address.country", {"address": PostalAddress(country="USA")}),
            ("address.city", {"address": PostalAddress(city="x" * 201)}),
            ("settings.currency", {"settings": OrganizationSettings(currency="dollars")}),
            ("settings.timezone", {"settings": OrganizationSettings(timezone="Mars/Olympus")}),
            ("settings.timezone", {"settings": OrganizationSettings(timezone="../../etc/passwd")}),
            ("settings.timezone", {"settings": OrganizationSettings(timezone="America")}),
            ("settings.locale", {"settings": OrganizationSettings(locale="english")}),
        ],
    )
    def test_refuse_what_cannot_be(self, field, details):
        assert self.faults(**details) == [field]

    def test_keep_their_subscription_whatever_an_administrator_says(self):
        before = self.organization()
        details = OrganizationDraft(name="Harbor", kind=people.OrganizationKind.FUND)
        after = people.with_details(before, details, Faults())
        assert (after.subscription_status, after.subscription_tier) == (
            before.subscription_status,
            before.subscription_tier,
        )

    def test_are_named_alike_whatever_the_case_and_blanks(self):
        assert people.name_key(" Harbor  CAPITAL ") == people.name_key("harbor capital")


class TestTheLastAdministrator:
    def user(self, **changes):
        values = {
            "id": "anna",
            "org": "org",
            "email": "anna@example.com",
            "first_name": "Anna",
            "last_name": "Adler",
            "role": Role.ADMINISTRATOR,
            "created_at": NOW,
        }
        return people.User(**{**values, **changes})

    def test_may_not_go(self):
        with pytest.raises(Conflict):
            people.keep_somebody_in_charge(self.user(), [])

    def test_may_go_when_another_stays(self):
        people.keep_somebody_in_charge(self.user(), [self.user(id="bo")])

    @pytest.mark.parametrize("changes", [{"role": Role.MANAGER}, {"active": False}])
    def test_is_one_who_is_active_and_in_charge(self, changes):
        people.keep_somebody_in_charge(self.user(**changes), [])


class TestClaims:
    def test_are_finished_only_for_what_they_were_made(self):
        claim = Claim(id="key", org="system", owner_org="a", owner_user="u", purpose=Purpose.INVITATION, claimed_at=NOW)
        assert may_finish(claim, purpose=Purpose.INVITATION, org="a")
        assert not may_finish(claim, purpose=Purpose.INVITATION, org="b")
        assert not may_finish(claim, purpose=Purpose.REGISTRATION, org=None)
