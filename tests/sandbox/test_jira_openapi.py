"""Every v3 and agile route of the published OpenAPI files: our requests and answers are valid by them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acme_site import CLIENT, NOW, POINTS, REGION, Acme
from openapi_check import Slip, Specification

from sandbox.http import Response
from sandbox.jira.parts import LinkType
from sandbox.jira.settings import Category, Filter, Group, Role, SecurityLevel

FILES = [
    Path(__file__).parents[3] / "shared" / "reference" / f"{name}.openapi.json"
    for name in ("jira-platform-v3", "jira-software")
]
P, A = "/rest/api/3", "/rest/agile/1.0"
DOCUMENT = {
    "type": "doc", "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Text"}]}],
}  # fmt: skip
SLIPS = (
    Slip(
        r"^GET .*/remotelink$",
        r"answer: \.: \[",
        "the file gives the answer for one globalId; without it the list is an array",
    ),
    Slip(
        "issuetype",
        "'untranslatedName' was unexpected",
        "localized sites tell the untranslated name, as recorded answers show",
    ),
    Slip(
        "issue|changelog|search/jql",
        r"/items/\*/(from|to|fromString|toString): None is not of type 'string'",
        "recorded histories hold null where a value was or became empty",
    ),
    Slip(
        r"board/\{boardId\}/configuration",
        "location: Additional properties are not allowed",
        "the file shows what a request takes; answers name the project in full",
    ),
)


@pytest.fixture(scope="module")
def spec() -> Specification:
    missing = [file.name for file in FILES if not file.exists()]
    if missing:
        pytest.skip(f"the published OpenAPI files do not lie beside this checkout: {', '.join(missing)}")
    return Specification.load(FILES, SLIPS)


class Checked:
    """A site whose every exchange is held against the files."""

    def __init__(self, spec: Specification) -> None:
        self.spec, self.acme, self.problems = spec, Acme.make(), list[str]()
        state = self.acme.state
        state.users["ana"].admin = True
        state.users["ana"].security_levels.add(7)
        state.security_levels[7] = SecurityLevel(7, "Board only")
        state.link_types[1] = LinkType(1, "Blocks", "is blocked by", "blocks")
        state.roles[1] = Role(1, "Developers", people={1: {"bob"}})
        state.groups["g1"] = Group("g1", "makers", {"bob"})
        state.categories[1] = Category(1, "Clients")
        state.projects[1].category_id = 1
        state.filters[500] = Filter(500, "Acme", "project = ACME", "ana")

    def __call__(self, method: str, path: str, body: object = None, **query: object) -> Any:
        response = self.acme.call(method, path, body, **query)
        self.problems += self.spec.check(method, path, body, response)
        return _value(response)


def _value(response: Response) -> Any:
    return json.loads(response.body) if response.body.startswith((b"{", b"[")) else None


@pytest.fixture
def do(spec: Specification) -> Checked:
    return Checked(spec)


def issues(do: Checked) -> None:
    """Issues written and read."""
    fields = {
        "project": {"key": "ACME"}, "issuetype": {"id": "10001"}, "summary": "New", "description": DOCUMENT,
        "labels": ["a"], "priority": {"name": "High"}, "assignee": {"accountId": "bob"}, CLIENT: "Fern",
        REGION: {"value": "North"}, POINTS: 3, "timetracking": {"originalEstimate": "1d"},
        "components": [{"name": "Shop"}], "fixVersions": [{"name": "v1"}], "security": {"id": "7"},
        "parent": {"key": "ACME-1"}, "environment": DOCUMENT, "duedate": "2026-04-01",
    }  # fmt: skip
    do("POST", f"{P}/issue", {"fields": fields})
    do("POST", f"{P}/issue", {"fields": {"summary": ""}})
    one = f"{P}/issue/ACME-4"
    do("POST", f"{one}/worklog", {"timeSpent": "1h", "comment": DOCUMENT})
    do("POST", f"{one}/worklog", {"timeSpent": "x"})
    comment = do("POST", f"{one}/comment", {"body": DOCUMENT})
    do("POST", f"{one}/comment", {})
    do("POST", f"{P}/issueLink", {"type": {"name": "Blocks"}, "inwardIssue": {"key": "ACME-4"},
                                  "outwardIssue": {"key": "ACME-2"}})  # fmt: skip
    do("PUT", one, {"fields": {"summary": "Newer"}, "update": {"labels": [{"add": "b"}]}})
    do("PUT", one, {"fields": {"summary": ""}})
    do("PUT", one, {"fields": {"summary": "Newest"}}, returnIssue="true")
    do("GET", one, expand="names,schema,changelog,transitions,editmeta,operations,renderedFields",
       properties="billed")  # fmt: skip
    do("GET", f"{P}/issue/NONE-1")
    do("GET", f"{one}/transitions", expand="transitions.fields")
    do("POST", f"{one}/transitions", {"transition": {"id": "31"}, "fields": {"resolution": {"id": "10000"}}})
    do("POST", f"{one}/transitions", {"transition": {"id": "77"}})
    for part in ("changelog", "comment", "worklog", "remotelink", "properties", "transitions"):
        do("GET", f"{one}/{part}")
        do("GET", f"{P}/issue/NONE-1/{part}")
    assert comment["body"] == DOCUMENT
    do("POST", f"{P}/issue/bulkfetch", {"issueIdsOrKeys": ["ACME-1", "ACME-4"], "fields": ["*all"],
                                        "expand": ["names", "changelog"]})  # fmt: skip
    do("POST", f"{P}/issue/bulkfetch", {"issueIdsOrKeys": []})
    do("POST", f"{P}/changelog/bulkfetch", {"issueIdsOrKeys": ["ACME-1", "ACME-4"], "maxResults": 1})
    do("POST", f"{P}/changelog/bulkfetch", {"issueIdsOrKeys": []})
    do.acme.clock.advance(timedelta(minutes=2))
    do("GET", f"{P}/worklog/updated", since=0)
    do("POST", f"{P}/worklog/list", {"ids": [10001]})
    do("POST", f"{P}/worklog/list", {"ids": []})
    do("DELETE", f"{one}/worklog", ids="10001")
    do.acme.clock.advance(timedelta(minutes=2))
    do("GET", f"{P}/worklog/deleted", since=0)
    do("DELETE", one)
    do("DELETE", one)


def links_and_properties(do: Checked) -> None:
    """Remote links and entity properties."""
    link = {"globalId": "inv=1", "application": {"name": "QuickBooks"}, "relationship": "billed by",
            "object": {"url": "https://books.test/1", "title": "Invoice 1", "status": {"resolved": True}}}  # fmt: skip
    path = f"{P}/issue/ACME-1/remotelink"
    made = do("POST", path, link)
    do("POST", path, link)
    do("POST", path, {"object": {"url": "https://books.test", "title": ""}})
    do("GET", path)
    do("GET", path, globalId="inv=1")
    do("GET", f"{path}/{made['id']}")
    do("PUT", f"{path}/{made['id']}", link)
    do("DELETE", f"{path}/{made['id']}")
    do("DELETE", f"{path}/{made['id']}")
    do("POST", path, link)
    do("DELETE", path, globalId="inv=1")
    for holder in (f"{P}/issue/ACME-1", f"{P}/project/ACME"):
        do("PUT", f"{holder}/properties/billed", {"invoice": 7})
        do("PUT", f"{holder}/properties/billed", {"invoice": 8})
        do("GET", f"{holder}/properties/billed")
        do("GET", f"{holder}/properties")
        do("DELETE", f"{holder}/properties/billed")
        do("GET", f"{holder}/properties/billed")


def site(do: Checked) -> None:
    """What the site says of itself, its words and its projects."""
    for name in ("serverInfo", "myself", "field", "status", "statuscategory", "issuetype", "resolution",
                 "priority", "project/search", "project/ACME", "project/NONE"):  # fmt: skip
        do("GET", f"{P}/{name}")
    do("GET", f"{P}/project/search", expand="description,lead,issueTypes,url", maxResults=1)
    do("GET", f"{P}/mypermissions", permissions="BROWSE_PROJECTS,ADMINISTER")
    do("GET", f"{P}/mypermissions")
    do("POST", f"{P}/field", {"name": "Budget", "description": "", "searcherKey":
       "com.atlassian.jira.plugin.system.customfieldtypes:exactnumber",
       "type": "com.atlassian.jira.plugin.system.customfieldtypes:float"})  # fmt: skip
    do("POST", f"{P}/issuetype", {"name": "Chore", "type": "standard"})
    do("POST", f"{P}/priority", {"name": "Blocker", "statusColor": "#ff0000"})
    do("POST", f"{P}/resolution", {"name": "Duplicate"})
    do("PUT", f"{P}/project/ACME", {"name": "Acme Shops", "description": "All of them"})
    do("PUT", f"{P}/project/ACME", {"name": ""})
    do("DELETE", f"{P}/project/TEAM")
    do("DELETE", f"{P}/project/TEAM")


def searching(do: Checked) -> None:
    """Search, by both methods, and its count."""
    do(
        "GET",
        f"{P}/search/jql",
        jql="project = ACME",
        fields="*all",
        maxResults=2,
        expand="names,schema,changelog",
    )
    do(
        "POST",
        f"{P}/search/jql",
        {"jql": "project = ACME", "fields": ["*all"], "expand": "names", "maxResults": 9},
    )
    do("POST", f"{P}/search/jql", {"jql": "project ="})
    do("GET", f"{P}/search/jql", jql="")
    do("POST", f"{P}/search/approximate-count", {"jql": "project = ACME"})
    do("POST", f"{P}/search/approximate-count", {"jql": ""})


def agile(do: Checked) -> None:
    """Boards, sprints and epics."""
    do("GET", f"{A}/board")
    board = do("POST", f"{A}/board", {"name": "New", "type": "scrum", "filterId": 500,
                                      "location": {"type": "project", "projectKeyOrId": "ACME"}})  # fmt: skip
    do("POST", f"{A}/board", {"name": "", "type": "scrum", "filterId": 500})
    for part in ("", "/configuration", "/epic", "/project", "/sprint"):
        do("GET", f"{A}/board/1{part}")
        do("GET", f"{A}/board/99{part}")
    do("GET", f"{A}/board/2/sprint")
    sprint = do("POST", f"{A}/sprint", {"name": "Next", "originBoardId": 1, "goal": "Ship"})
    one = f"{A}/sprint/{sprint['id']}"
    do("POST", f"{one}/issue", {"issues": ["ACME-3"], "rankBeforeIssue": "ACME-2"})
    do("GET", f"{one}/issue")
    do("POST", one, {"state": "active"})
    dates = {"startDate": "2026-03-10T12:00:00.000Z", "endDate": "2026-03-24T12:00:00.000Z"}
    do("POST", one, {"state": "active", **dates})
    do("PUT", one, {"name": "Next", "state": "active", "goal": "Ship it", **dates})
    do("GET", one)
    do("DELETE", one)
    do("GET", one)
    do("GET", f"{A}/epic/ACME-1")
    do("POST", f"{A}/epic/ACME-1", {"name": "Pay", "done": True, "color": {"key": "color_2"}})
    do("POST", f"{A}/epic/ACME-1/issue", {"issues": ["ACME-2"]})
    do("GET", f"{A}/epic/ACME-1/issue")
    do("GET", f"{A}/epic/ACME-2")
    do("DELETE", f"{A}/board/{board['id']}")


def webhooks(do: Checked) -> None:
    """Dynamic webhooks of an app."""
    do.acme.state.knobs.dynamic_webhooks_for_all = True
    path = f"{P}/webhook"
    hook = {"events": ["jira:issue_updated"], "jqlFilter": "project = ACME"}
    made = do(
        "POST", path, {"url": "http://127.0.0.1:9/hook", "webhooks": [hook, {**hook, "jqlFilter": "x"}]}
    )
    ids = [
        entry["createdWebhookId"]
        for entry in made["webhookRegistrationResult"]
        if "createdWebhookId" in entry
    ]
    do("GET", path)
    do("PUT", f"{path}/refresh", {"webhookIds": ids})
    do("GET", f"{path}/failed")
    do("DELETE", path, {"webhookIds": ids})
    do.acme.state.knobs.dynamic_webhooks_for_all = False
    do("GET", path)


PARTS = (issues, links_and_properties, site, searching, agile, webhooks)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_exchange_is_valid_by_the_published_files(do: Checked, part: Any) -> None:
    part(do)
    assert sorted(set(do.problems)) == []


def test_every_operation_of_the_files_is_exercised_with_a_success(spec: Specification) -> None:
    do = Checked(spec)
    for part in PARTS:
        part(do)
        do = Checked(spec)
    done = {(method, template) for method, template, status in spec.seen if status < 300}
    assert spec.operations() - done == set()
    assert do.acme.clock.now() == NOW


def test_every_listed_slip_of_the_files_still_is_one(spec: Specification) -> None:
    for part in PARTS:
        part(Checked(spec))
    assert {slip.reason for slip in SLIPS} == spec.excused
