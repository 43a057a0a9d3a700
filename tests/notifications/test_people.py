"""People: what a member may be told, and one who is limited to a part of the organization."""

from __future__ import annotations

import msgspec
import pytest

from realinsights.contracts.permissions import Permission, Role
from realinsights.notifications.model.people import Person
from realinsights.notifications.model.topics import Topic

BO = Person(
    id="bo",
    org="acme",
    email="bo@example.com",
    first_name="Bo",
    last_name="Berg",
    role=Role.MANAGER,
    active=True,
    email_verified=True,
)
LIMITED = msgspec.structs.replace(BO, limited=True)


@pytest.mark.parametrize("topic", Topic)
def test_whoever_is_limited_hears_of_their_own_account_alone(topic: Topic) -> None:
    assert BO.may_hear(topic)
    assert LIMITED.may_hear(topic) == (topic in {Topic.ACCOUNT, Topic.NEW_DEVICE})
    assert not msgspec.structs.replace(BO, active=False).may_hear(topic)


def test_whoever_is_limited_sees_to_nothing_of_the_whole_organization() -> None:
    assert BO.may(Permission.PORTFOLIO_WRITE)
    assert not any(LIMITED.may(permission) for permission in Permission)
