"""What a world holds beside issues and sprints: the releases that its teams ship, and the time they log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.world.generate import World, build

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=[1, 7, 8])
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param, UNTIL)


@pytest.mark.parametrize("key", ["HPO", "KES"])
def test_a_team_that_releases_has_work_in_each_version_and_all_of_it_is_done_in_those_released(
    world: World, key: str
) -> None:
    state = world.jira
    project = state.project(key)
    assert project is not None
    versions = [it for it in state.versions.values() if it.project_id == project.id]
    assert len(versions) == 4
    for version in versions:
        held = [issue for issue in state.issues.values() if version.id in issue.fix_version_ids]
        assert held
        assert all(issue.project_id == project.id for issue in held)
        assert version.release_on is not None
        assert version.released == (version.release_on <= UNTIL.date())
        categories = {state.statuses[issue.status_id].category for issue in held}
        assert not version.released or categories == {"done"}
    assert 0 < sum(version.released for version in versions) < 4


def test_teams_that_deliver_as_they_go_have_no_versions(world: World) -> None:
    with_versions = {version.project_id for version in world.jira.versions.values()}
    keys = {world.jira.projects[project_id].key for project_id in with_versions}
    assert keys == {"HPO", "KES"}


def test_time_was_worked_by_many_on_many_days(world: World) -> None:
    logs = [log for issue in world.jira.issues.values() for log in issue.worklogs]
    assert len(logs) > 200
    assert len({log.author for log in logs}) > 5
    assert len({log.started_at.date() for log in logs}) > 30
    assert all(log.created_at <= UNTIL for log in logs)


def test_a_larger_past_has_the_same_versions() -> None:
    assert build(7, UNTIL, 6).jira.versions == build(7, UNTIL).jira.versions
