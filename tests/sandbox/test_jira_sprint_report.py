"""The report of a sprint and the velocity of a board, told from the histories; quick filters and features."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from acme_site import DOING, DONE, NOW, POINTS, STORY, SUBTASK, TODO, Acme

from sandbox.jira import sprints, verbs
from sandbox.jira.entities import Sprint
from sandbox.jira.issue import Issue

HOME = "/rest/greenhopper/1.0"
START = NOW - timedelta(days=20)


class Story:
    """A sprint of ten days from START on, and what happens to issues in it."""

    def __init__(self) -> None:
        self.acme = Acme.make()
        self.sprint = sprints.create_sprint(self.acme.state, 1, "Second", at=START, ends_at=self.day(10))
        self.named: dict[str, str] = {}

    def day(self, number: float) -> datetime:
        return START + timedelta(days=number)

    def add(self, name: str, points: float | None, *, planned: float = -1, kind: int = STORY) -> Issue:
        issue = self.acme.create(kind, name, at=self.day(-5))
        self.named[issue.key] = name
        if points is not None:
            verbs.set_field(self.acme.state, issue, POINTS, points, by="ana", at=self.day(-4))
        sprints.put_in_sprint(self.acme.state, issue, self.sprint, by="ana", at=self.day(planned))
        return issue

    def begin(self) -> None:
        sprints.start_sprint(self.sprint, at=START)

    def turn(self, issue: Issue, status: int, day: float) -> None:
        verbs.transition(self.acme.state, issue, status, by="ana", at=self.day(day))

    def close(self, carry_to: Sprint | None = None) -> None:
        sprints.close_sprint(self.acme.state, self.sprint, by="ana", at=self.day(10), carry_to=carry_to)

    def report(self, who: str = "ana") -> Any:
        return self.acme.get(
            f"{HOME}/rapid/charts/sprintreport", who=who, rapidViewId=1, sprintId=self.sprint.id
        )

    def keys(self, listed: list[dict[str, Any]]) -> list[str]:
        return [self.named[entry["key"]] for entry in listed]


@pytest.fixture
def story() -> Story:
    told = Story()
    done, grown, carried = told.add("done", 3), told.add("grown", 5), told.add("carried", 8)
    early, dropped, bare = told.add("early", 2), told.add("dropped", 13), told.add("bare", None)
    told.add("below", None, kind=SUBTASK)
    told.turn(early, DONE, -1)
    told.begin()
    late = told.add("late", 1, planned=2)
    told.turn(done, DONE, 3)
    verbs.set_field(told.acme.state, grown, POINTS, 9.0, by="ana", at=told.day(4))
    told.turn(grown, DONE, 5)
    told.turn(late, DONE, 6)
    told.turn(carried, DOING, 6)
    told.turn(bare, DOING, 6)
    sprints.put_in_sprint(told.acme.state, dropped, None, by="ana", at=told.day(7))
    told.close(sprints.create_sprint(told.acme.state, 1, "Third", at=told.day(9)))
    told.turn(carried, DONE, 12)
    verbs.set_field(told.acme.state, done, POINTS, 100.0, by="ana", at=told.day(13))
    return told


def test_issues_stand_where_they_stood_when_the_sprint_was_closed(story: Story) -> None:
    contents = story.report()["contents"]
    assert story.keys(contents["completedIssues"]) == ["done", "grown", "late"]
    assert story.keys(contents["issuesNotCompletedInCurrentSprint"]) == ["carried", "bare"]
    assert story.keys(contents["puntedIssues"]) == ["dropped"]
    assert story.keys(contents["issuesCompletedInAnotherSprint"]) == ["early"]
    added = {story.named[key]: value for key, value in contents["issueKeysAddedDuringSprint"].items()}
    assert added == {"late": True}


def test_estimates_are_those_of_the_start_and_of_the_end(story: Story) -> None:
    contents = story.report()["contents"]
    sums = {name: value.get("value") for name, value in contents.items() if name.endswith("Sum")}
    assert sums == {
        "completedIssuesInitialEstimateSum": 9.0,
        "completedIssuesEstimateSum": 13.0,
        "issuesNotCompletedInitialEstimateSum": 8.0,
        "issuesNotCompletedEstimateSum": 8.0,
        "allIssuesEstimateSum": 23.0,
        "puntedIssuesInitialEstimateSum": 13.0,
        "puntedIssuesEstimateSum": 13.0,
        "issuesCompletedInAnotherSprintInitialEstimateSum": 2.0,
        "issuesCompletedInAnotherSprintEstimateSum": 2.0,
    }
    grown, bare = contents["completedIssues"][1], contents["issuesNotCompletedInCurrentSprint"][1]
    assert grown["estimateStatistic"]["statFieldValue"] == {"value": 5.0, "text": "5.0"}
    assert grown["currentEstimateStatistic"]["statFieldValue"]["value"] == 9.0
    assert bare["estimateStatistic"] == {"statFieldId": POINTS, "statFieldValue": {}}


def test_the_sprint_of_a_report_tells_its_dates(story: Story) -> None:
    sprint = story.report()["sprint"]
    assert (sprint["id"], sprint["state"], sprint["name"]) == (story.sprint.id, "CLOSED", "Second")
    assert datetime.fromisoformat(sprint["isoCompleteDate"]) == story.sprint.completed_at
    assert sprint["startDate"] == "18/Feb/26 9:00 PM"


def test_velocity_compares_what_was_promised_with_what_was_done(story: Story) -> None:
    chart = story.acme.get(f"{HOME}/rapid/charts/velocity", rapidViewId=1)
    entry = chart["velocityStatEntries"][str(story.sprint.id)]
    assert [sprint["id"] for sprint in chart["sprints"]] == [story.sprint.id]
    assert (entry["estimated"], entry["completed"]["value"]) == ({"value": 31.0, "text": "31.0"}, 13.0)
    assert {story.named[e["issueKey"]] for e in entry["completedEntries"]} == {"done", "grown", "late"}


def test_a_sprint_still_open_is_reported_as_it_is_now() -> None:
    told = Story()
    issue = told.add("open", 3)
    told.begin()
    told.turn(issue, DONE, 1)
    told.turn(issue, TODO, 2)
    assert told.keys(told.report()["contents"]["issuesNotCompletedInCurrentSprint"]) == ["open"]
    assert told.report()["sprint"]["completeDate"] == "None"


def test_what_a_login_may_not_see_is_not_in_its_report(story: Story) -> None:
    hidden = story.acme.issue(next(key for key, name in story.named.items() if name == "done"))
    hidden.security_id = 7
    assert story.keys(story.report("bob")["contents"]["completedIssues"]) == ["grown", "late"]


@pytest.mark.parametrize(("query", "status"), [({"rapidViewId": 9}, 404), ({"rapidViewId": 2}, 400)])
def test_boards_without_sprints_or_hidden_have_no_report(query: dict[str, int], status: int) -> None:
    answer = Acme.make().call("GET", f"{HOME}/rapid/charts/sprintreport", sprintId=1, **query)
    assert answer.status == status


def test_sprints_are_listed_by_board_and_future_ones_on_demand(story: Story) -> None:
    listed = story.acme.get(f"{HOME}/sprintquery/1")
    assert [sprint["state"] for sprint in listed["sprints"]] == ["CLOSED", "ACTIVE"]
    more = story.acme.get(f"{HOME}/sprintquery/1", includeFutureSprints="true")["sprints"]
    assert [sprint["state"] for sprint in more] == ["CLOSED", "ACTIVE", "FUTURE"]
    assert {view["id"] for view in story.acme.get(f"{HOME}/rapidview")["views"]} == {1, 2}


def test_boards_have_the_usual_quick_filters() -> None:
    acme = Acme.make()
    page = acme.get("/rest/agile/1.0/board/1/quickfilter")
    assert [(f["name"], f["position"]) for f in page["values"]] == [
        ("Only My Issues", 0),
        ("Recently Updated", 1),
    ]
    first = page["values"][0]
    assert acme.get(f"/rest/agile/1.0/board/1/quickfilter/{first['id']}") == first
    assert acme.call("GET", "/rest/agile/1.0/board/1/quickfilter/99").status == 404


def test_sprints_of_a_team_managed_board_can_be_switched_off() -> None:
    acme = Acme.make()
    board = acme.state.boards[2]
    board.kind, acme.state.users["ana"].admin = "simple", True
    body = {"boardId": 2, "feature": "SPRINTS", "enabling": False}
    answer = acme.call("PUT", "/rest/agile/1.0/board/2/features", body)
    states = {f["boardFeature"]: f["state"] for f in json.loads(answer.body)["features"]}
    assert (states["SPRINTS"], states["BACKLOG"]) == ("DISABLED", "ENABLED")
    assert acme.call("GET", "/rest/agile/1.0/board/2/sprint").status == 400
    assert acme.call("PUT", "/rest/agile/1.0/board/1/features", body).status == 400
