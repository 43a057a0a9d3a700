"""What an undertaking is after each thing that can happen to it: answers, deadlines, an end and its undoing."""

from __future__ import annotations

import datetime

import pytest

from realinsights.auth.model.undertakings import (
    FIRST_DEADLINE,
    GRACE,
    LONGEST_DEADLINE,
    REMOVAL_GRACE,
    Asker,
    StepState,
    Undertaking,
    UndertakingState,
    carried_on,
    deletion,
    finished,
    heard,
    removal,
    undone,
)
from realinsights.contracts.undertakings import CHECK_DELETION, DELETE_ORGANIZATION, LET_GO_OF_MEMBER, REMOVAL
from realinsights_platform.errors import Conflict
from realinsights_platform.steps import StepAnswered, StepOutcome

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
BEGINS = NOW + GRACE
ANNA = Asker(id="anna", name="Anna Adler", email="anna@example.com")


def answer(task: str = DELETE_ORGANIZATION, outcome: StepOutcome = StepOutcome.DONE, *objections: str) -> StepAnswered:
    return StepAnswered(undertaking_id="u", task=task, outcome=outcome, objections=objections)


def asked_for() -> Undertaking:
    return deletion(undertaking_id="u", org="acme", asked_by=ANNA, now=NOW)[0]


def checked() -> Undertaking:
    return heard(asked_for(), "files", answer(CHECK_DELETION), NOW)[0]


def bo_is_to_leave() -> Undertaking:
    return removal(undertaking_id="u", org="acme", member="bo", asked_by=ANNA, now=NOW)


def begun() -> Undertaking:
    return carried_on(checked(), BEGINS)[0]


def done_by(undertaking: Undertaking, *services: str) -> Undertaking:
    for service in services:
        undertaking, _ = heard(undertaking, service, answer(), BEGINS)
    return undertaking


def state_of(undertaking: Undertaking, service: str) -> StepState:
    return next(step.state for step in undertaking.steps if step.service == service and step.wave)


class TestDeletion:
    def test_is_asked_of_every_service_that_keeps_something(self) -> None:
        assert {step.service for step in asked_for().steps} == {"files", "loans", "dashboard", "notifications"}

    def test_lets_files_say_at_once_what_is_under_a_legal_hold(self) -> None:
        _, asked = deletion(undertaking_id="u", org="acme", asked_by=ANNA, now=NOW)
        assert [(step.service, step.task) for step in asked] == [("files", CHECK_DELETION)]

    def test_begins_after_two_weeks_and_not_before(self) -> None:
        assert checked().due_at == NOW + datetime.timedelta(days=14)
        before, asked = carried_on(checked(), BEGINS - datetime.timedelta(seconds=1))
        assert (before.state, asked) == (UndertakingState.ASKED, ())

    def test_begins_with_files_alone(self) -> None:
        undertaking, asked = carried_on(checked(), BEGINS)
        assert [step.service for step in asked] == ["files"]
        assert undertaking.due_at == BEGINS + FIRST_DEADLINE

    def test_begins_also_where_files_have_not_said_anything_yet(self) -> None:
        _, asked = carried_on(asked_for(), BEGINS)
        assert [(step.service, step.task) for step in asked] == [("files", DELETE_ORGANIZATION)]

    def test_asks_the_next_services_once_all_before_them_are_done(self) -> None:
        after_files, asked = heard(begun(), "files", answer(), BEGINS)
        assert [step.service for step in asked] == ["loans"]
        after_loans, asked = heard(after_files, "loans", answer(), BEGINS)
        assert [step.service for step in asked] == ["dashboard", "notifications"]
        _, asked = heard(after_loans, "dashboard", answer(), BEGINS)
        assert asked == ()

    def test_is_for_auth_to_finish_once_every_service_is_done(self) -> None:
        undertaking = done_by(begun(), "files", "loans", "notifications", "dashboard")
        assert undertaking.state is UndertakingState.FINISHING
        assert undertaking.due_at is not None
        assert undertaking.due_at <= BEGINS


class TestRemoval:
    def test_asks_nobody_for_a_week_and_then_every_service_at_once(self) -> None:
        undertaking = bo_is_to_leave()
        assert undertaking.due_at == NOW + datetime.timedelta(days=7)
        assert carried_on(undertaking, NOW + datetime.timedelta(days=6)) == (undertaking, ())
        _, asked = carried_on(undertaking, NOW + REMOVAL_GRACE)
        assert [(step.service, step.task) for step in asked] == [(service, LET_GO_OF_MEMBER) for service in REMOVAL]

    def test_is_of_one_member_at_once(self) -> None:
        assert bo_is_to_leave().open_as == "member_removal:bo"

    def test_is_for_auth_to_finish_once_every_service_is_done_and_then_it_has_ended(self) -> None:
        later = NOW + REMOVAL_GRACE
        undertaking, _ = carried_on(bo_is_to_leave(), later)
        for service in REMOVAL:
            assert undertaking.state is UndertakingState.UNDER_WAY
            undertaking, _ = heard(undertaking, service, answer(LET_GO_OF_MEMBER), later)
        assert (undertaking.state, undertaking.due_at) == (UndertakingState.FINISHING, later)
        over = finished(undertaking, now=later)
        assert (over.state, over.due_at, over.open_as) == (UndertakingState.DONE, None, None)

    def test_asks_a_service_again_that_refuses(self) -> None:
        later = NOW + REMOVAL_GRACE
        undertaking, _ = carried_on(bo_is_to_leave(), later)
        undertaking, _ = heard(undertaking, "files", answer(LET_GO_OF_MEMBER, StepOutcome.REFUSED, "no"), later)
        assert undertaking.state is UndertakingState.UNDER_WAY
        undertaking, asked = carried_on(undertaking, later + FIRST_DEADLINE)
        assert "files" in [step.service for step in asked]

    def test_cannot_be_undone_once_it_has_begun(self) -> None:
        with pytest.raises(Conflict, match="The removal has begun"):
            undone(bo_is_to_leave(), by="anna", now=NOW + REMOVAL_GRACE)


class TestHeard:
    def test_takes_an_answer_that_comes_twice_for_one(self) -> None:
        once, _ = heard(begun(), "files", answer(), BEGINS)
        assert heard(once, "files", answer(), BEGINS) == (once, ())

    def test_passes_over_an_answer_to_what_was_not_asked(self) -> None:
        assert heard(begun(), "loans", answer(), BEGINS) == (begun(), ())

    def test_passes_over_an_answer_that_comes_after_the_end(self) -> None:
        over = undone(checked(), by="bo", now=NOW)
        assert heard(over, "files", answer(), BEGINS) == (over, ())

    @pytest.mark.parametrize("task", [CHECK_DELETION, DELETE_ORGANIZATION])
    def test_ends_with_what_files_object(self, task: str) -> None:
        undertaking = asked_for() if task == CHECK_DELETION else begun()
        refused, asked = heard(undertaking, "files", answer(task, StepOutcome.REFUSED, "Lease: a lawsuit"), BEGINS)
        assert (refused.state, refused.objections, asked) == (UndertakingState.REFUSED, ("Lease: a lawsuit",), ())
        assert (refused.open_as, refused.due_at) == (None, None)

    def test_asks_again_for_a_task_that_a_service_does_not_know_yet(self) -> None:
        undertaking, _ = heard(begun(), "files", answer(outcome=StepOutcome.NOT_UNDERSTOOD), BEGINS)
        assert state_of(undertaking, "files") is StepState.NOT_UNDERSTOOD
        undertaking, asked = carried_on(undertaking, BEGINS + FIRST_DEADLINE)
        assert [step.service for step in asked] == ["files"]
        assert state_of(done_by(undertaking, "files"), "files") is StepState.DONE

    def test_brings_what_was_begun_to_its_end_whoever_objects_then(self) -> None:
        undertaking = done_by(begun(), "files")
        after, _ = heard(undertaking, "loans", answer(DELETE_ORGANIZATION, StepOutcome.REFUSED, "no"), BEGINS)
        assert (after.state, state_of(after, "loans")) == (UndertakingState.UNDER_WAY, StepState.ASKED)


class TestDeadlines:
    def test_say_who_has_not_answered_and_ask_again(self) -> None:
        undertaking, asked = carried_on(begun(), BEGINS + FIRST_DEADLINE)
        (step,) = asked
        assert (step.service, step.late, step.attempts) == ("files", True, 2)
        assert undertaking.due_at == BEGINS + 3 * FIRST_DEADLINE

    def test_become_longer_up_to_six_hours(self) -> None:
        undertaking, now = begun(), BEGINS
        for _ in range(12):
            due = undertaking.due_at
            assert due is not None
            now, waited = due, due - now
            undertaking, _ = carried_on(undertaking, now)
        assert waited == LONGEST_DEADLINE

    def test_leave_those_in_peace_that_have_answered(self) -> None:
        undertaking = done_by(begun(), "files", "loans", "notifications")
        _, asked = carried_on(undertaking, BEGINS + FIRST_DEADLINE)
        assert [step.service for step in asked] == ["dashboard"]


class TestUndone:
    def test_ends_it(self) -> None:
        over = undone(checked(), by="bo", now=NOW)
        assert (over.state, over.ended_by, over.due_at, over.open_as) == (UndertakingState.UNDONE, "bo", None, None)
        assert carried_on(over, BEGINS) == (over, ())

    @pytest.mark.parametrize("undertaking", [begun(), undone(checked(), by="bo", now=NOW)])
    def test_is_refused_once_it_has_begun_or_ended(self, undertaking: Undertaking) -> None:
        with pytest.raises(Conflict, match="cannot be undone"):
            undone(undertaking, by="bo", now=NOW)

    def test_is_refused_from_the_moment_on_at_which_it_begins(self) -> None:
        with pytest.raises(Conflict):
            undone(checked(), by="bo", now=BEGINS)
