"""Preferences on two levels, mandatory topics, and what they change about mail and inbox."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.notifications.model.mails import MailState
from realinsights.notifications.model.preferences import PreferencesDraft, wishes
from realinsights.notifications.model.times import Digest
from realinsights.notifications.model.topics import DEFAULT_CHANNELS, MANDATORY, Channel, Topic

from .conftest import Caller, World
from .test_mails import Desk, Server

CHANNELS = st.dictionaries(
    st.sampled_from(list(Topic)), st.lists(st.sampled_from(list(Channel)), unique=True).map(tuple)
)


@pytest.fixture
async def ada(world: World) -> Caller:
    ada = await world.register("Harbor Capital", "ada@harbor.example")
    await world.confirm(ada)
    return ada


def channels_of(view: Any, topic: str) -> list[str]:
    (found,) = [one["channels"] for one in view["topics"] if one["topic"] == topic]
    return sorted(found)


@given(own=CHANNELS, shared=CHANNELS)
def test_one_s_own_choice_is_before_the_organization_s_and_mandatory_ones_are_before_both(
    own: dict[Topic, tuple[Channel, ...]], shared: dict[Topic, tuple[Channel, ...]]
) -> None:
    held = wishes(PreferencesDraft(channels=own), PreferencesDraft(channels=shared), time_zone="UTC")
    for topic in Topic:
        if topic in MANDATORY:
            assert held.channels[topic] == DEFAULT_CHANNELS[topic]
        elif topic in own:
            assert held.channels[topic] == set(own[topic])
        else:
            assert held.channels[topic] == set(shared.get(topic, DEFAULT_CHANNELS[topic]))


class TestOverHttp:
    async def test_begin_with_the_defaults_and_change_on_two_levels(self, world: World, ada: Caller) -> None:
        mia = await world.joined(ada, "mia@harbor.example", "member")
        began = await mia.get("/preferences")
        assert (began["version"], began["digest"], began["timeZone"]) == (0, "at_once", "America/New_York")
        assert channels_of(began, "import_ended") == ["inbox"]
        shared = {"channels": {"import_ended": ["inbox", "mail"]}, "digest": "daily", "digestHour": 7}
        await ada.put("/preferences/organization", shared, version=0)
        await mia.put("/preferences/organization", shared, version=1, status=403)
        after = await mia.get("/preferences")
        assert (channels_of(after, "import_ended"), after["digest"], after["digestHour"]) == (
            ["inbox", "mail"],
            "daily",
            7,
        )
        own = {"channels": {"import_ended": []}, "timeZone": "Europe/Berlin"}
        chosen = await mia.put("/preferences", own, version=0)
        assert (chosen["version"], channels_of(chosen, "import_ended")) == (1, [])
        assert (chosen["digest"], chosen["timeZone"]) == ("daily", "Europe/Berlin")
        await mia.put("/preferences", own, version=0, status=412)
        assert channels_of(await ada.get("/preferences"), "import_ended") == ["inbox", "mail"]

    @pytest.mark.parametrize(
        ("field", "body"),
        [
            ("channels.new_device", {"channels": {"new_device": ["inbox"]}}),
            ("channels.endpoint_disabled", {"channels": {"endpoint_disabled": []}}),
            ("timeZone", {"timeZone": "Mars/Olympus"}),
            ("quietHours.until", {"quietHours": {"since": "22:00:00", "until": "22:00:00"}}),
            ("digestHour", {"digestHour": 24}),
            ("digest", {"digest": "hourly"}),
        ],
    )
    async def test_that_cannot_be_are_refused_by_field(self, ada: Caller, field: str, body: dict[str, Any]) -> None:
        for path in ("/preferences", "/preferences/organization"):
            refused = await ada.put(path, body, version=0, status=422)
            assert refused["errors"][0]["field"] == field


class TestWhatTheyChange:
    async def test_a_topic_without_the_inbox_is_not_shown(self, world: World, ada: Caller) -> None:
        desk = Desk(world, Server().settings)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        await ada.put("/preferences", {"channels": {"critical_date": ["mail"]}}, version=0)
        await desk.tell(ada, "b")
        inbox = await ada.get("/inbox")
        assert (inbox["unread"], [item["title"] for item in inbox["items"] if item["state"] == "unread"]) == (
            1,
            ["Due: a"],
        )
        assert "Due: b" in await desk.mails(ada)

    async def test_a_digest_gathers_what_came_and_goes_once(self, world: World, ada: Caller) -> None:
        server = Server()
        server.start()
        try:
            desk = Desk(world, server.settings)
            chosen = {"digest": "daily", "digestHour": 8, "timeZone": "America/New_York"}
            await ada.put("/preferences", chosen, version=0)
            began = datetime.datetime.now(datetime.UTC).replace(hour=15, minute=0, second=0, microsecond=0)
            desk.now = began + datetime.timedelta(days=2)
            for key in ("a", "b", "c"):
                await desk.tell(ada, key)
                desk.now += datetime.timedelta(hours=1)
            assert await desk.send_due() == 0
            due = {mail.due_at for mail in (await desk.mails(ada)).values()}
            (desk.now,) = due
            await desk.send_due()
            await desk.send_due()
            (message,) = server.box.taken
            assert message["Subject"] == "3 notifications"
            plain = message.get_body(("plain",))
            assert plain is not None
            assert [line for line in plain.get_content().splitlines() if line.startswith("Due")] == [
                "Due: a",
                "Due: b",
                "Due: c",
            ]
            states = sorted(mail.state for mail in (await desk.mails(ada)).values())
            assert states == [MailState.GATHERED, MailState.GATHERED, MailState.SENT]
        finally:
            server.stop()

    async def test_quiet_hours_hold_back_all_but_what_is_mandatory(self, world: World, ada: Caller) -> None:
        desk = Desk(world, Server().settings)
        quiet = {"quietHours": {"since": "00:00:00", "until": "23:59:00"}, "timeZone": "UTC"}
        await ada.put("/preferences", quiet, version=0)
        desk.now = datetime.datetime.now(datetime.UTC).replace(hour=12) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        await desk.tell(ada, "b", Topic.NEW_DEVICE, "Device")
        mails = await desk.mails(ada)
        assert mails["Due: a"].due_at.time() == datetime.time(23, 59)
        assert mails["Device: b"].due_at == desk.now

    async def test_mail_that_is_not_wanted_any_more_is_dropped(self, world: World, ada: Caller) -> None:
        desk = Desk(world, Server().settings)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        await ada.put("/preferences", {"channels": {"critical_date": ["inbox"]}}, version=0)
        await desk.send_due()
        assert (await desk.mails(ada))["Due: a"].state is MailState.DROPPED


def test_the_digest_of_wishes_is_at_once_unless_somebody_chose() -> None:
    assert wishes(None, None, time_zone="Nowhere/Land").digest is Digest.AT_ONCE
