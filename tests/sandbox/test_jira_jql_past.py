"""Queries about the past of fields, about relations between issues, and queries as a subject."""

from __future__ import annotations

from datetime import timedelta

import pytest
from acme_site import DOING, DONE, NOW, STORY, TODO, Acme

from sandbox.jira import commenting, effort, verbs
from sandbox.jira.links import link_issues
from sandbox.jira.parts import LinkType
from sandbox.jira.settings import Filter, Group


@pytest.fixture(scope="module")
def site() -> Acme:
    """ACME-3: to do, then in progress by bob 9 days ago, done by ana 5 days ago, to do again 2 days ago."""
    acme = Acme.make()
    story = acme.issue("ACME-3")
    for days, status, who in ((9, DOING, "bob"), (5, DONE, "ana"), (2, TODO, "ana")):
        verbs.transition(acme.state, story, status, by=who, at=NOW - timedelta(days=days))
    verbs.set_field(acme.state, story, "assignee", "bob", by="ana", at=NOW - timedelta(days=8))
    verbs.set_field(acme.state, story, "assignee", None, by="ana", at=NOW - timedelta(days=1))
    blocks = acme.state.link_types[1] = LinkType(1, "Blocks", "is blocked by", "blocks")
    link_issues(acme.state, blocks, story, acme.issue("ACME-2"), by="ana", at=NOW)
    commenting.add_comment(acme.state, acme.issue("ACME-2"), "A unicorn", by="bob", at=NOW)
    effort.log_work(acme.state, acme.issue("ACME-2"), 3600, by="bob", at=NOW - timedelta(days=3))
    acme.state.groups["g1"] = Group("g1", "makers", {"bob"})
    acme.state.filters[500] = Filter(500, "Stories", "project = ACME AND type = 故事", "ana")
    acme.issue("ACME-1").watchers = ("ana",)
    return acme


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("status was Done", "2 3"),
        ("status was Done AND status != Done", "3"),
        ('status was "In Progress"', "3"),
        ('status was not "In Progress" AND project = ACME', "1 2"),
        ('status was in ("In Progress", Done)', "2 3"),
        ('status was not in ("In Progress", Done) AND project = ACME', "1"),
        ("status was Done BEFORE -20d", "2"),
        ("status was Done AFTER -6d", "2 3"),
        ("status was Done DURING (-4d, -3d)", "2 3"),
        ("status was Done ON -10d", "2"),
        ("status was Done BY bob", ""),
        ('status was "In Progress" BY bob', "3"),
        ('status was "In Progress" AFTER -4d', ""),
        ("status changed", "2 3"),
        ("NOT status changed AND project = ACME", "1"),
        ("status changed AFTER -3d", "3"),
        ("status changed BEFORE -20d", "2"),
        ("status changed BY bob", "3"),
        ("status changed TO Done", "2 3"),
        ("status changed FROM Done TO (\"To Do\")", "3"),
        ("status changed FROM Done TO \"In Progress\"", ""),
        ("status changed TO Done DURING (-6d, -4d)", "3"),
        ('status changed ON "2026-03-05"', "3"),
        ("resolution changed", "2 3"),
        ("resolution was Done AND resolution is EMPTY", "3"),
        ("assignee was bob", "3"),
        ("assignee was currentUser()", ""),
        ("assignee was EMPTY", "1 2 3 T1"),
        ("assignee changed FROM bob TO EMPTY", "3"),
        ("assignee was in membersOf(makers)", "3"),
        ("key in linkedIssues(ACME-2)", "3"),
        ('key in linkedIssues(ACME-2, "is blocked by")', "3"),
        ('key in linkedIssues(ACME-2, "blocks")', ""),
        ("issue in watchedIssues()", "1"),
        ("watcher = ana", "1"),
        ("watchers > 0", "1"),
        ("issue in updatedBy(bob)", "2 3"),
        ('issuekey in updatedBy(ana, "-3d") AND project = ACME', "2 3"),
        ("issue in parentEpic(ACME-1)", "1 2 3"),
        ("filter = Stories", "2 3"),
        ("filter = 500 AND status = Done", "2"),
        ("text ~ unicorn", "2"),
        ("comment ~ unicorn", "2"),
        ("worklogAuthor = bob", "2"),
        ("worklogDate >= -4d", "2"),
        ("worklogDate < -4d", ""),
    ],
)  # fmt: skip
def test_the_past_and_relations_are_found(site: Acme, jql: str, expected: str) -> None:
    names = [f"TEAM-{name[1:]}" if name.startswith("T") else f"ACME-{name}" for name in expected.split()]
    assert sorted(site.keys(jql)) == sorted(names)


def test_a_query_is_parsed_into_its_tree(site: Acme) -> None:
    jql = "project = ACME AND (status changed TO Done BY ana OR assignee in (currentUser(), EMPTY)) ORDER BY key DESC"
    (found,) = site.post("/rest/api/3/jql/parse", {"queries": [jql]})["queries"]
    where = found["structure"]["where"]
    assert where["operator"] == "and"
    assert where["clauses"][0] == {
        "field": {"name": "project"}, "operator": "=", "operand": {"value": "ACME"},
    }  # fmt: skip
    changed, assigned = where["clauses"][1]["clauses"]
    assert [p["operator"] for p in changed["predicates"]] == ["to", "by"]
    assert assigned["operand"]["values"] == [
        {"function": "currentUser", "arguments": []}, {"keyword": "empty"},
    ]  # fmt: skip
    assert found["structure"]["orderBy"]["fields"] == [{"field": {"name": "key"}, "direction": "desc"}]


def test_what_is_wrong_with_a_query_is_told_as_strictly_as_asked(site: Acme) -> None:
    body = {"queries": ["status = Nirvana", "status ="]}
    strict = site.post("/rest/api/3/jql/parse", body)["queries"]
    assert [bool(query.get("errors")) for query in strict] == [True, True]
    assert site.call("POST", "/rest/api/3/jql/parse", body, validation="x").status == 400
    lax = site.call("POST", "/rest/api/3/jql/parse", body, validation="none")
    assert lax.body.count(b'"errors"') == 1


def test_issues_are_matched_against_queries(site: Acme) -> None:
    body = {"issueIds": [10001, 10002, 99999], "jqls": ["status = Done", "nope = 1"]}
    first, second = site.post("/rest/api/3/jql/match", body)["matches"]
    assert first == {"matchedIssues": [10002], "errors": []}
    assert "does not exist" in second["errors"][0]


def test_a_filter_hides_from_those_it_is_not_shared_with(site: Acme) -> None:
    assert "does not exist for the field 'filter'" in site.refusal("filter = 500", who="bob")
    assert site.issue("ACME-3").type_id == STORY
