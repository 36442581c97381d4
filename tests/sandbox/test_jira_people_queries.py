"""People by what they are to issues, what the caller watches, keys as they are written, the planning page."""

from __future__ import annotations

import pytest
from acme_site import DONE, Acme

from sandbox.jira import verbs

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    issue = acme.issue("ACME-3")
    issue.assignee, issue.watchers, issue.voters = "bob", ("bob",), ("bob",)
    verbs.transition(acme.state, acme.issue("TEAM-1"), 20001, by="bob", at=acme.clock.now())
    acme.state.users["bob"].properties["seat"] = {"office": {"city": "Sydney"}}
    return acme


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("is assignee of ACME", ["bob"]),
        ("is assignee of (ACME-3, TEAM-1)", ["bob"]),
        ("is reporter of ACME", ["ana"]),
        ("is reporter of ACME OR is watcher of ACME-3", ["ana", "bob"]),
        ("is reporter of ACME and is watcher of ACME-3", []),
        ("is voter of ACME-3", ["bob"]),
        ("is commenter of ACME", []),
        ("is transitioner of TEAM-1", ["bob"]),
        ('[seat].office.city is "Sydney"', ["bob"]),
        ('[seat].office.city is "Perth"', []),
    ],
)
def test_people_are_found_by_what_they_are(acme: Acme, query: str, found: list[str]) -> None:
    page = acme.get(f"{P}/user/search/query", query=query)
    assert [user["accountId"] for user in page["values"]] == found
    keys = acme.get(f"{P}/user/search/query/key", query=query)["values"]
    assert [entry["accountId"] for entry in keys] == found


@pytest.mark.parametrize("query", ["", "is friend of ACME", "is assignee of NONE", "everybody"])
def test_a_query_about_nobody_is_refused(acme: Acme, query: str) -> None:
    assert acme.call("GET", f"{P}/user/search/query", query=query).status == 400


def test_the_caller_learns_what_they_watch(acme: Acme) -> None:
    ids = [str(acme.issue(key).id) for key in ("ACME-1", "ACME-3")]
    watched = acme.post(f"{P}/issue/watching", {"issueIds": [*ids, "99999"]}, who="bob")
    assert watched["issuesIsWatching"] == {ids[0]: False, ids[1]: True, "99999": False}


def test_the_cloud_takes_project_keys_as_they_are_written(acme: Acme) -> None:
    assert acme.call("GET", f"{P}/project/acme").status == 404
    acme.state.site.deployment = "Server"
    assert acme.call("GET", "/rest/api/2/project/acme").status == 200


def test_the_planning_page_shows_open_issues_and_their_sprints(acme: Acme) -> None:
    home = "/rest/greenhopper/1.0"
    assert acme.get(f"{home}/rapidview/1")["name"] == "Acme board"
    plan = acme.get(f"{home}/xboard/plan/backlog/data", rapidViewId=1)
    assert [issue["key"] for issue in plan["issues"]] == ["ACME-3"]
    assert [sprint["name"] for sprint in plan["sprints"]] == ["Sprint 1, the first"]
    verbs.transition(acme.state, acme.issue("ACME-3"), DONE, by="ana", at=acme.clock.now())
    assert acme.get(f"{home}/xboard/plan/backlog/data", rapidViewId=1)["issues"] == []
    assert acme.call("GET", f"{home}/rapidview/99").status == 404
