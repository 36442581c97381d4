"""Functions of the query language that look beside the issue: versions, options, looks, people, properties."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from acme_site import EPIC, NOW, STORY, SUBTASK, Acme

from sandbox.jira import verbs
from sandbox.jira.defaults import open_site
from sandbox.jira.entities import CustomField, User, Version
from sandbox.jira.jql import Calendar, Context, check
from sandbox.jira.settings import Organization
from sandbox.jira.site import Site

PLACE, WHO, SERVED = "customfield_10070", "customfield_10071", "customfield_10072"


@pytest.fixture(scope="module")
def site() -> Acme:
    acme = Acme.make()
    state, shop = acme.state, acme.issue("ACME-1").project_id
    options = {"Europe": 1, "Europe\x1fSpain": 2, "Europe\x1fItaly": 3, "Asia": 4, "Asia\x1fItaly": 5}
    state.add_vocabulary(
        [
            Version(10000, shop, "v1", released=True),
            Version(10001, shop, "v2", released=True),
            Version(10002, shop, "v3"),
            Version(10003, shop, "v4"),
            CustomField(10070, "Place", "cascading", options=options),
            CustomField(10071, "Reviewers", "users"),
            CustomField(10072, "Organizations", "organizations"),
        ]
    )
    state.organizations[7] = Organization(7, "Fern & Oak", {"bob"})
    for key, version in (("ACME-1", 10000), ("ACME-2", 10001), ("ACME-3", 10002)):
        verbs.set_members(state, acme.issue(key), "fixVersions", (version,), by="ana", at=NOW)
    for key, place in (
        ("ACME-1", ("Europe",)),
        ("ACME-2", ("Europe", "Spain")),
        ("ACME-3", ("Asia", "Italy")),
    ):
        verbs.set_field(state, acme.issue(key), PLACE, place, by="ana", at=NOW)
    verbs.set_field(state, acme.issue("ACME-2"), WHO, ("bob", "ana"), by="ana", at=NOW)
    verbs.set_field(state, acme.issue("ACME-3"), SERVED, ("7",), by="ana", at=NOW)
    acme.create(SUBTASK, "below", parent_id=acme.issue("ACME-3").id)
    acme.issue("ACME-2").properties = {
        "bill": {"po": "PO-7", "cents": 1250, "open": True, "tags": ["x", "Y"]}
    }
    state.knobs.indexed_properties = ("bill",)
    acme.get("/rest/api/2/issue/ACME-2", updateHistory="true")
    acme.get("/rest/api/2/issue/ACME-3")
    return acme


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("fixVersion in releasedVersions()", "1 2"),
        ("fixVersion in unreleasedVersions(ACME)", "3"),
        ("fixVersion not in releasedVersions(ACME)", "3"),
        ("fixVersion = latestReleasedVersion(ACME)", "2"),
        ("fixVersion = earliestUnreleasedVersion(ACME)", "3"),
        ("Place in cascadeOption(Europe)", "1 2"),
        ("Place in cascadeOption(Europe, Spain)", "2"),
        ("Place in cascadeOption(Europe, none)", "1"),
        ("Place in cascadeOption(4)", "3"),
        ("Place = Italy", "3"),
        ('"Place[Select List (cascading)]" in cascadeOption(Asia, Italy)', "3"),
        ("Reviewers = bob", "2"),
        ('Organizations = "fern & oak"', "3"),
        ('Reviewers in organizationMembers("Fern & Oak")', "2"),
        ("issue in issueHistory()", "2"),
        ("lastViewed > -1d", "2"),
        ("lastViewed is not empty", "2"),
        ("key in childIssuesOf(ACME-1)", "2 3 4"),
        ("project in projectsLeadByUser() and type = Epic", "1"),
        ('project in projectsWhereUserHasPermission("Edit Issues") and type = Epic', "1"),
        ('project in projectsWhereUserHasRole("Administrators") and type = Epic', "1"),
        ("component in componentsLeadByUser()", ""),
        ("issue.property[bill].po = po-7", "2"),
        ("issue.property[bill].cents >= 1250", "2"),
        ("issue.property[bill].open = 'true'", "2"),
        ("issue.property[bill].tags in (y, z)", "2"),
        ("issue.property[bill].po is empty and fixVersion = v1", "1"),
        ('issue.property[bill].po ~ "PO*"', "2"),
    ],
)
def test_a_function_finds_what_it_stands_for(site: Acme, jql: str, expected: str) -> None:
    assert " ".join(key.removeprefix("ACME-") for key in sorted(site.keys(jql))) == expected


@pytest.mark.parametrize(
    ("jql", "text"),
    [
        (
            "fixVersion = releasedVersions()",
            "Operator '=' does not support the list value 'releasedVersions()'",
        ),
        ("fixVersion in latestReleasedVersion(ACME)", "does not support the non-list value"),
        ("assignee in bob", "Operator 'in' does not support the non-list value 'bob' for field 'assignee'."),
        ("fixVersion = latestReleasedVersion()", "expected '1' arguments but received '0'."),
        ("fixVersion in releasedVersions(NOWHERE)", "Could not resolve the project 'NOWHERE'"),
        ("Place in cascadeOption(Mars)", "The option 'Mars' for field 'Place' does not exist."),
        ("issue.property[other].po = x", "Field 'issue.property[other].po' does not exist"),
    ],
)
def test_a_function_in_the_wrong_place_is_refused(site: Acme, jql: str, text: str) -> None:
    assert text in site.refusal(jql)


def test_only_a_look_that_asks_for_it_enters_the_history(site: Acme) -> None:
    seen = site.get("/rest/api/3/issue/ACME-2")["fields"]["lastViewed"]
    assert seen.startswith("2026-03-10T20:00:00.000")
    assert site.get("/rest/api/3/issue/ACME-3")["fields"]["lastViewed"] is None


def test_the_editor_is_offered_every_function_and_told_which_are_lists(site: Acme) -> None:
    offered = site.get("/rest/api/3/jql/autocompletedata")["visibleFunctionNames"]
    lists = {entry["value"] for entry in offered if entry.get("isList") == "true"}
    assert {"releasedVersions()", 'cascadeOption("")', "issueHistory()"} <= lists
    assert 'latestReleasedVersion("")' in {entry["value"] for entry in offered} - lists


@pytest.mark.parametrize(
    "name", ["fixVersion", "component", "labels", "votes", "lastViewed", "statusCategory"]
)
def test_results_can_be_ordered_by(site: Acme, name: str) -> None:
    assert len(site.keys(f"project = ACME order by {name}, key")) == 4


def test_an_epics_family_reaches_down_to_its_sub_tasks() -> None:
    acme = Acme.make()
    top = acme.create(EPIC, "top")
    middle = acme.create(STORY, "middle", parent_id=top.id)
    leaf = acme.create(SUBTASK, "leaf", parent_id=middle.id)
    assert set(acme.keys(f"key in parentEpic({top.key})")) == {top.key, middle.key, leaf.key}
    assert json.loads(json.dumps(acme.keys(f"key in childIssuesOf({middle.key})"))) == [leaf.key]


def test_a_new_site_has_the_fields_that_users_filters_name() -> None:
    state = open_site(Site("cloud-1", "https://acme.test"))
    context = Context(state, User("ana", "Ana", "ana@acme.test"), Calendar(NOW, ZoneInfo("UTC")))
    for query in (
        "Flagged = Impediment",
        '"Start date" >= startOfMonth()',
        "Sprint is EMPTY",
        "Rank is EMPTY",
    ):
        assert check(query, context).where is not None
