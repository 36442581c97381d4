"""The people of the site: each action does what it says, at the clock's moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from acme_site import FIXED, NOW, POINTS, WONT_DO, Acme

from sandbox.jira import sprints
from sandbox.jira.people import Person


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.clock.advance(timedelta(hours=1))
    return acme


@pytest.fixture
def ana(acme: Acme) -> Person:
    return Person(acme.state, acme.clock, "ana")


def category(acme: Acme, key: str) -> str:
    return acme.state.statuses[acme.issue(key).status_id].category


def test_an_epic_is_closed_declined_and_reopened(acme: Acme, ana: Person) -> None:
    epic = ana.close("ACME-1")
    assert (category(acme, "ACME-1"), epic.resolution_id) == ("done", FIXED)
    assert epic.resolved_at == NOW + timedelta(hours=1)
    ana.reopen("ACME-1")
    assert (category(acme, "ACME-1"), epic.resolution_id) == ("new", None)
    assert ana.decline("ACME-1").resolution_id == WONT_DO
    ana.start("ACME-1")
    assert category(acme, "ACME-1") == "indeterminate"
    assert ana.close("ACME-1", resolution=None).resolution_id is None


def test_a_team_managed_issue_uses_its_own_statuses(acme: Acme, ana: Person) -> None:
    assert ana.close("TEAM-1").status_id == 20001
    assert ana.reopen("TEAM-1").status_id == 20000
    with pytest.raises(LookupError, match="no indeterminate status for TEAM-1"):
        ana.start("TEAM-1")


def test_scope_is_added_to_a_running_sprint_and_taken_out(acme: Acme, ana: Person) -> None:
    child = ana.add_child("ACME-1", "One more thing", points=3)
    assert child.values[POINTS] == 3
    assert child.parent_id == acme.issue("ACME-1").id
    ana.plan_into(child.key, "Sprint 1, the first")
    assert acme.keys("sprint in openSprints() order by key asc") == ["ACME-2", child.key]
    ana.take_out(child.key)
    assert acme.keys("sprint in openSprints()") == ["ACME-2"]


def test_an_estimate_goes_to_the_field_of_the_board(acme: Acme, ana: Person) -> None:
    assert ana.estimate("ACME-2", 13).values[POINTS] == 13
    with pytest.raises(LookupError, match="no board of TEAM-1 estimates"):
        ana.estimate("TEAM-1", 1)


def test_a_closed_sprint_hands_open_work_on(acme: Acme, ana: Person) -> None:
    ana.plan_into("ACME-3", "Sprint 1, the first")
    sprints.create_sprint(acme.state, 1, "Sprint 2", at=NOW)
    assert [issue.key for issue in ana.close_sprint("Sprint 1, the first", carry_to="Sprint 2")] == ["ACME-3"]
    assert acme.issue("ACME-3").sprint_ids == (1, 2)
    started = ana.start_sprint("Sprint 2", days=7)
    assert started.ends_at == acme.clock.now() + timedelta(days=7)


def test_a_moved_issue_takes_the_types_and_statuses_of_its_new_project(acme: Acme, ana: Person) -> None:
    moved = ana.move("ACME-2", "TEAM")
    assert (moved.key, moved.type_id, moved.status_id) == ("TEAM-2", 20001, 20001)
    back = ana.move("TEAM-2", "ACME")
    assert (back.key, back.type_id, back.status_id) == ("ACME-4", 10001, 10001)


def test_fields_are_set_by_name_and_hours_are_logged(acme: Acme, ana: Person) -> None:
    assert ana.set_field("ACME-1", "Client", "Fern").values["customfield_10050"] == "Fern"
    assert ana.set_field("TEAM-1", "Budget", 900.0).values["customfield_10060"] == 900.0
    assert ana.set_field("ACME-1", "summary", "Checkout, renamed").summary == "Checkout, renamed"
    ana.log_work("ACME-2", 1.5, "pairing")
    worklog = acme.issue("ACME-2").worklogs[0]
    assert (worklog.seconds, worklog.started_at) == (5400, acme.clock.now() - timedelta(minutes=90))


def test_a_deleted_issue_is_gone(acme: Acme, ana: Person) -> None:
    ana.delete("ACME-2")
    assert acme.state.issue("ACME-2") is None


@pytest.mark.parametrize(
    "act",
    [
        lambda ana: ana.close("NONE-1"),
        lambda ana: ana.close("ACME-1", "Perfect"),
        lambda ana: ana.plan_into("ACME-1", "Sprint 99"),
        lambda ana: ana.move("ACME-1", "NONE"),
        lambda ana: ana.hide_project("NONE", "bob"),
    ],
)
def test_what_does_not_exist_is_a_lookup_error(ana: Person, act: Callable[[Person], object]) -> None:
    with pytest.raises(LookupError):
        act(ana)
