"""The team by forms beyond closing and estimating: late work, sprints as webhooks hear of them, hidden issues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from sandbox.jira.webhooks import Hook
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sandbox.world.site import LOGIN, TOKEN

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox(build(7, UNTIL)) as running:
        yield running


def post(url: str, **form: str) -> requests.Response:
    return requests.post(url, data=form, timeout=5)


def test_work_is_logged_late_for_the_day_it_was_done(sandbox):
    here = f"{sandbox.jira_url}/sandbox/issues/HPO-3"
    issue = sandbox.world.jira.issue("HPO-3")
    count = len(issue.worklogs)
    assert post(f"{here}/log", hours="1.5", on="2026-10-02", comment="forgotten").status_code == 200
    assert post(f"{here}/log", hours="2", on="").status_code == 200
    late, present = issue.worklogs[count:]
    assert (late.started_at, late.created_at) == (datetime(2026, 10, 2, 9, tzinfo=UTC), UNTIL)
    assert (late.seconds, late.comment) == (5400, "forgotten")
    assert present.started_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
    for wrong in ("soon", "2026-13-01", "2026-1-1x"):
        assert post(f"{here}/log", hours="1", on=wrong).status_code == 409
    assert len(issue.worklogs) == count + 2


def test_a_hidden_issue_is_gone_for_the_login_and_comes_back(sandbox):
    here = f"{sandbox.jira_url}/sandbox/issues/HPO-3"
    api = f"{sandbox.jira_url}/rest/api/3/issue/HPO-3"

    def seen() -> int:
        return requests.get(api, auth=(LOGIN, TOKEN), timeout=5).status_code

    assert "pill hidden" in post(f"{here}/hide").text
    assert seen() == 404
    assert "pill hidden" not in post(f"{here}/show").text
    assert seen() == 200


def test_an_issue_goes_into_a_sprint_and_out_again(sandbox):
    state, cast = sandbox.world.jira, sandbox.world.cast
    sprint = state.sprints[cast.next_sprint]
    project = state.boards[sprint.board_id].project_id
    issue = next(
        i for i in state.issues.values() if i.project_id == project and not i.sprint_ids and i.parent_id
    )
    here = f"{sandbox.jira_url}/sandbox/issues/{issue.key}"
    assert f"/sandbox/sprints/{sprint.id}" in post(f"{here}/plan", sprint=str(sprint.id)).text
    assert issue.id in state.by_sprint[sprint.id]
    post(f"{here}/unplan")
    assert issue.id not in state.by_sprint[sprint.id]
    for wrong in ("", "x", "999999"):
        assert post(f"{here}/plan", sprint=wrong).status_code == 409


def test_webhooks_hear_what_is_done_to_a_sprint_at_its_page(sandbox):
    state, cast = sandbox.world.jira, sandbox.world.cast
    events = ("sprint_started", "sprint_closed", "sprint_updated")
    state.webhooks.hooks[1] = Hook(1, "http://127.0.0.1:9/", events, "", "")
    for number, act, form in (
        (cast.running_sprint, "close", {}),
        (cast.running_sprint, "reopen", {}),
        (cast.next_sprint, "start", {"days": "10"}),
    ):
        assert post(f"{sandbox.jira_url}/sandbox/sprints/{number}/{act}", **form).status_code == 200
    told = [
        entry.body.decode().partition('"webhookEvent":"')[2].partition('"')[0]
        for entry in state.webhooks.outbox
    ]
    assert told == ["sprint_closed", "sprint_updated", "sprint_started"]


def test_addresses_of_data_center_lead_to_the_pages_from_below_its_path():
    world = build(7, UNTIL)
    world.jira.site.deployment, world.jira.site.context_path = "Server", "/jira"
    with RunningSandbox(world, only="jira") as sandbox:
        root = sandbox.jira_url.removesuffix("/jira")
        assert (
            requests.get(f"{sandbox.jira_url}/browse/HPO-1", timeout=5).url == f"{root}/sandbox/issues/HPO-1"
        )
        for bare in ("/jira", "/jira/"):
            shown = requests.get(root + bare, headers={"Accept": "text/html"}, timeout=5)
            assert shown.url == f"{root}/sandbox"
