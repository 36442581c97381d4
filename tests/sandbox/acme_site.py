"""A small, hand-made Jira site for the tests of its twin, and a caller that speaks to it in process."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.jira import sprints, verbs
from sandbox.jira.app import JiraApp
from sandbox.jira.entities import (
    Board,
    Column,
    Component,
    CustomField,
    IssueType,
    Priority,
    Project,
    Resolution,
    Status,
    User,
    Version,
)
from sandbox.jira.issue import Issue
from sandbox.jira.site import Site
from sandbox.jira.state import JiraState

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TODO, DOING, DONE = 10000, 3, 10001
EPIC, STORY, SUBTASK = 10000, 10001, 10003
FIXED, WONT_DO = 10000, 10001
SPRINT, POINTS, CLIENT, REGION = (
    "customfield_10020",
    "customfield_10016",
    "customfield_10050",
    "customfield_10051",
)


def empty_site() -> JiraState:
    """Two projects of both kinds with their vocabulary and a board each; ana sees all, in Tokyo; bob too."""
    state = JiraState(Site("cloud-1", "https://acme.test", "Acme", "Asia/Shanghai"))
    state.add_user(User("ana", "Ana", "ana@acme.test", "ana-token", "ana-pat", "Asia/Tokyo"))
    state.add_user(User("bob", "Bob", "bob@acme.test", "bob-token"))
    state.add_vocabulary(
        [
            Status(TODO, "To Do", "new"),
            Status(DOING, "In Progress", "indeterminate"),
            Status(DONE, "Done", "done"),
            Status(20000, "Offen", "new", project_id=2),
            Status(20001, "Fertig", "done", project_id=2),
            IssueType(EPIC, "Epic", 1),
            IssueType(STORY, "故事", 0, untranslated="Story"),
            IssueType(SUBTASK, "Sub-task", -1),
            IssueType(20000, "Epic", 1, project_id=2),
            IssueType(20001, "Task", 0, project_id=2),
            Resolution(FIXED, "Done"),
            Resolution(WONT_DO, "Won't Do"),
            Priority(2, "High"),
            Priority(3, "Medium"),
            CustomField(10011, "Epic Name", "epic_name"),
            CustomField(10014, "Epic Link", "epic_link"),
            CustomField(10016, "Story point estimate", "story_points_estimate"),
            CustomField(10018, "Parent Link", "parent_link"),
            CustomField(10019, "Rank", "rank"),
            CustomField(10020, "Sprint", "sprint"),
            CustomField(10050, "Client", "text"),
            CustomField(10051, "Region", "option", options={"North": 10100, "South": 10101}),
            CustomField(10052, "Go live", "date"),
            CustomField(10060, "Budget", "number", project_id=2),
            Version(10000, 1, "v1"),
            Component(10000, 1, "Shop"),
        ]
    )
    state.add_project(Project(1, "ACME", "Acme Shop", lead="ana"))
    state.add_project(Project(2, "TEAM", "Team Work", "next-gen"))
    columns = (
        Column("To do", (TODO,)),
        Column("Doing", (DOING,)),
        Column("Done", (DONE,)),
        Column("Later", ()),
    )
    state.add_board(Board(1, "Acme board", "scrum", 1, columns, 500, POINTS))
    state.add_board(Board(2, "Team flow", "kanban", 2, (Column("Fertig", (20001,)),), 501))
    return state


@dataclass
class Acme:
    """The small site with a little work: epic ACME-1 over stories ACME-2 (done) and ACME-3, TEAM-1 beside."""

    state: JiraState
    clock: Clock
    app: JiraApp

    @classmethod
    def make(cls) -> Acme:
        state, clock = empty_site(), Clock.at(NOW)
        site = cls(state, clock, JiraApp(state, clock))
        start = NOW - timedelta(days=30)
        epic = site.create(EPIC, "Checkout", at=start, labels=("Billable",))
        first = site.create(STORY, "Pay by card", at=start + timedelta(hours=1), parent_id=epic.id)
        site.create(STORY, "Pay by invoice", at=start + timedelta(hours=2), parent_id=epic.id)
        site.create(20001, "Team task", at=start + timedelta(hours=3), project_id=2)
        sprint = sprints.create_sprint(state, 1, "Sprint 1, the first", at=start, ends_at=NOW)
        sprints.put_in_sprint(state, first, sprint, by="ana", at=start + timedelta(days=1))
        sprints.start_sprint(sprint, at=start + timedelta(days=2))
        verbs.set_field(state, first, POINTS, 5.0, by="ana", at=start + timedelta(days=3))
        verbs.transition(state, first, DONE, by="ana", at=start + timedelta(days=4))
        return site

    def create(
        self, type_id: int, summary: str, *, at: datetime = NOW, project_id: int = 1, **more: Any
    ) -> Issue:
        """A new issue by ana."""
        return verbs.create_issue(self.state, project_id, type_id, summary, by="ana", at=at, **more)

    def issue(self, key: str) -> Issue:
        """The issue with this key."""
        found = self.state.issue(key)
        assert found is not None
        return found

    def call(
        self, method: str, path: str, body: object = None, *, who: str = "ana", **query: object
    ) -> Response:
        """One request; a list in the query repeats its argument, `who` "" sends no credentials."""
        pairs = [(k, str(v)) for k, vs in query.items() for v in (vs if isinstance(vs, list) else [vs])]
        token = base64.b64encode(f"{who}@acme.test:{who}-token".encode()).decode()
        headers = {"authorization": f"Basic {token}"} if who else {}
        data = b"" if body is None else json.dumps(body).encode()
        return self.app(Request(method, path, tuple(pairs), headers, data))

    def get(self, path: str, *, who: str = "ana", **query: object) -> Any:
        """The JSON of a GET that succeeds."""
        return answer(self.call("GET", path, who=who, **query))

    def post(self, path: str, body: object, *, who: str = "ana") -> Any:
        """The JSON of a POST that succeeds."""
        return answer(self.call("POST", path, body, who=who))

    def keys(self, jql: str, *, who: str = "ana") -> list[str]:
        """The keys a query finds, in order."""
        found = self.get("/rest/api/2/search/jql", who=who, jql=jql, fields="key", maxResults=5000)
        return [issue["key"] for issue in found["issues"]]

    def refusal(self, jql: str, *, who: str = "ana") -> str:
        """The text with which a query is refused."""
        response = self.call("GET", "/rest/api/3/search/jql", who=who, jql=jql)
        assert response.status == 400, response.body
        return str(json.loads(response.body)["errorMessages"][0])


def answer(response: Response) -> Any:
    """The JSON of a response that is a success."""
    assert response.status in (200, 201), response.body
    return json.loads(response.body)
