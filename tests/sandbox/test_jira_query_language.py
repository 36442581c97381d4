"""The query language: what it finds, what it refuses, and in whose time zone it reads dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from acme_site import CLIENT, DONE, EPIC, NOW, POINTS, REGION, STORY, SUBTASK, WONT_DO, Acme

from sandbox.jira import sprints, verbs


@pytest.fixture(scope="module")
def site() -> Acme:
    acme = Acme.make()
    verbs.set_field(acme.state, acme.issue("ACME-2"), CLIENT, "Fern & Oak", by="ana", at=NOW)
    verbs.set_field(acme.state, acme.issue("ACME-3"), REGION, "North", by="ana", at=NOW)
    verbs.set_field(acme.state, acme.issue("ACME-3"), "customfield_10052", "2026-04-01", by="ana", at=NOW)
    verbs.set_field(acme.state, acme.issue("ACME-1"), "duedate", "2026-03-31", by="ana", at=NOW)
    verbs.set_field(acme.state, acme.issue("ACME-3"), "assignee", "bob", by="ana", at=NOW)
    verbs.set_members(acme.state, acme.issue("ACME-3"), "components", (10000,), by="ana", at=NOW)
    later = sprints.create_sprint(acme.state, 1, "Sprint 2", at=NOW)
    sprints.put_in_sprint(acme.state, acme.issue("ACME-3"), later, by="ana", at=NOW)
    gone = acme.create(SUBTASK, "Refuse it", at=NOW - timedelta(days=9), parent_id=acme.issue("ACME-3").id)
    verbs.transition(acme.state, gone, DONE, by="ana", at=NOW - timedelta(days=8), resolution_id=WONT_DO)
    return acme


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("project = ACME", "1 2 3 4"),
        ("project = 1", "1 2 3 4"),
        ("PROJECT IN (acme) And Type = Epic", "1"),
        ('project = "acme shop" AND key = ACME-2', "2"),
        ("project in (ACME, TEAM) and issuetype = Task", "T1"),
        ("project != ACME", "T1"),
        ("project = ACME AND hierarchyLevel = 1", "1"),
        ("issuetype = Epic", "1"),
        ("type in subTaskIssueTypes()", "4"),
        ("issuekey in (ACME-1, ACME-3)", "1 3"),
        ("id = 10002", "2"),
        ("key > ACME-2 and project = ACME", "3 4"),
        ('status = "In Progress"', ""),
        ("status = done", "2 4"),
        ("statusCategory = Done", "2 4"),
        ('statusCategory in ("To Do", 4)', "1 3 T1"),
        ("statusCategory != done and project = 1", "1 3"),
        ("resolution = Unresolved", "1 3 T1"),
        ("resolution is EMPTY", "1 3 T1"),
        ("resolution != Done", "4"),
        ('resolution in (Done, "Won\'t Do")', "2 4"),
        ("resolution not in (EMPTY, Done)", "4"),
        ("parent = ACME-1", "2 3"),
        ("parent = 10001", "2 3"),
        ('"Epic Link" = ACME-1', "2 3"),
        ("parent is null", "1 T1"),
        ("labels = billable", "1"),
        ("labels != other", "1"),
        ("NOT labels = other", "1"),
        ("labels is not empty", "1"),
        ("component = Shop", "3"),
        ("fixVersion = v1", ""),
        ("sprint = 1", "2"),
        ('sprint = "Sprint 1, the first"', "2"),
        ("sprint in openSprints()", "2"),
        ("sprint in futureSprints()", "3"),
        ("sprint in closedSprints()", ""),
        ("sprint is empty and project = ACME", "1 4"),
        ('assignee = "bob@acme.test"', "3"),
        ("assignee != bob", ""),
        ("assignee is empty and type = Epic", "1"),
        ("reporter = currentUser()", "1 2 3 4 T1"),
        ("summary ~ invoice", "3"),
        ('summary ~ "inv*"', "3"),
        ('text ~ "pay by" and summary !~ card', "3"),
        ('text ~ "\\"by card\\""', "2"),
        ("summary ~ inv", ""),
        ("Client ~ oak", "2"),
        ("cf[10050] ~ oak", "2"),
        ("Region = north", "3"),
        ("cf[10051] = 10100", "3"),
        ('"Story point estimate" = 5', "2"),
        ("cf[10016] > 4.5", "2"),
        ('"Story point estimate[Number]" <= 5 and cf[10016] is not EMPTY', "2"),
        ('"Go live" >= "2026-04-01"', "3"),
        ("due < 2026-04-01", "1"),
        ("duedate = 2026-03-31", "1"),
        ("due is empty and hierarchylevel = 1", ""),
        ("project = ACME and (key = ACME-1 or summary ~ card) and not status = Done", "1"),
        ("key = ACME-1 OR key = ACME-2 AND status = Done", "1 2"),
        ("project = ACME and not (status = Done or type = Epic)", "3"),
        ("project = ACME and not (status = Done and type in subTaskIssueTypes())", "1 2 3"),
        ("not (not key = ACME-1)", "1"),
        ("sprint not in openSprints()", "3"),
        ("timespent > 30m", ""),
        ("originalEstimate is empty and key = ACME-1", "1"),
        ("(key = ACME-1 OR key = ACME-2) AND status = Done", "2"),
        ("key = ACME-1 || key = ACME-2 && !(status = Done)", "1"),
    ],
)  # fmt: skip
def test_a_clause_finds_what_it_says(site: Acme, jql: str, expected: str) -> None:
    names = [f"TEAM-{name[1:]}" if name.startswith("T") else f"ACME-{name}" for name in expected.split()]
    assert sorted(site.keys(jql)) == sorted(names)


@pytest.mark.parametrize(
    ("jql", "text"),
    [
        ("", "Unbounded JQL queries are not allowed here."),
        ("order by created", "Unbounded JQL queries are not allowed here."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("status = Nirvana", "The value 'Nirvana' does not exist for the field 'status'."),
        ("flavour = sweet", "Field 'flavour' does not exist or you do not have permission to view it."),
        ("cf[99999] = 1", "Field 'cf[99999]' does not exist or you do not have permission to view it."),
        ("project ~ ACME", "The operator '~' is not supported by the 'project' field."),
        ("project > ACME", "The operator '>' is not supported by the 'project' field."),
        ("summary = x", "The operator '=' is not supported by the 'summary' field."),
        ("key = ACME-99", "An issue with key 'ACME-99' does not exist for field 'key'."),
        ("parent = ACME-99", "An issue with key 'ACME-99' does not exist for field 'parent'."),
        ("sprint = 99", "Sprint with id '99' does not exist or you do not have permission to view it."),
        ("sprint in lateSprints()", "Unable to find JQL function 'lateSprints()'."),
        ("updated > soon", "Date value 'soon' for field 'updated' is invalid."),
        ("updated > 2026-02-30", "Date value '2026-02-30' for field 'updated' is invalid."),
        ('updated > startOfDay("x")', "Date value 'x' for field 'updated' is invalid."),
        ("updated > tomorrow()", "Unable to find JQL function 'tomorrow()'."),
        ("cf[10016] = many", "is not a valid number."),
        ("summary was x", "The operator 'was' is not supported by the 'summary' field."),
        ("labels changed", "History searches do not support the 'labels' field."),
        ("status changed during (-1d)", "Incorrect number of operands for predicate 'during'."),
        ("status was Done from Done", "The predicates 'from' and 'to' are not supported"),
        ("status was Nirvana", "The value 'Nirvana' does not exist for the field 'status'."),
        ("key in linkedIssues(ACME-1, loves)", "Issue link type 'loves' could not be found"),
        ("assignee in membersOf(nobody)", "the group does not exist."),
        ("filter = 99", "The value '99' does not exist for the field 'filter'."),
        ("project = ACME\nAND status ! Done", "Expecting operator but got"),
        ("project = ACME\nAND (key = 1 key", "(line 2, character 14)"),
        ("project is ACME", "only supports 'EMPTY' and 'NULL'."),
        ("project", "Error in the JQL Query: Expecting operator before the end of the query."),
        ("project ACME", "Error in the JQL Query: Expecting operator but got 'ACME'."),
        ("project =", "Expecting either a value, list or function before the end of the query."),
        ("project = ACME status = Done", "Expecting either 'OR' or 'AND' but got 'status'."),
        ("(project = ACME", "Expecting ')' before the end of the query."),
        ("project in (ACME", "Expecting either ')' or ',' before the end of the query."),
        ("project = ACME AND", "Expecting a field name before the end of the query."),
        ("limit = 3", "'limit' is a reserved JQL word."),
        ('summary ~ "open', "The quoted string 'open' has not been completed. (line 1, character 11)"),
        ("updated > 2026/01/01", "The character '/' is a reserved JQL character."),
        ("project = ACME order created", "Expecting 'by' but got 'created'."),
        ("project = ACME order by flavour", "Field 'flavour' does not exist"),
        ("project = ACME order by key sideways", "Expecting ',' but got 'sideways'."),
        ("project = ACME order by " + ",".join(["key"] * 8), "JQL can be ordered by at most 7 fields."),
    ],
)
def test_what_is_not_understood_is_refused_in_jiras_words(site: Acme, jql: str, text: str) -> None:
    assert text in site.refusal(jql)


def test_escapes_and_quotes_reach_the_value(site: Acme) -> None:
    assert "'a\"b' does not exist" in site.refusal('project = "a\\"b"')
    assert "'it's' does not exist" in site.refusal("project = 'it\\'s'")
    assert "'a@b' does not exist" in site.refusal("project = a\\u0040b")


@pytest.mark.parametrize(
    "literal",
    [
        '"2026-03-01 09:00"',  # Tokyo, the zone of ana
        '"2026/03/01 09:00"',
        "1772323200000",
    ],
)
def test_every_date_literal_means_the_same_moment_to_its_caller(literal: str) -> None:
    acme, midnight_utc = Acme.make(), NOW.replace(month=3, day=1, hour=0)
    before = acme.create(STORY, "one minute before", at=midnight_utc - timedelta(minutes=1))
    at = acme.create(STORY, "at that minute", at=midnight_utc)
    assert acme.keys(f"created >= {literal} AND created < 2026-03-02") == [at.key]
    assert before.key in acme.keys(f"created < {literal}")


def test_the_same_literal_is_another_moment_in_another_zone() -> None:
    acme = Acme.make()
    issue = acme.create(STORY, "in between", at=NOW.replace(month=3, day=1, hour=4))
    assert acme.keys('created >= "2026-03-01 09:00"', who="ana") == [issue.key]  # 00:00 UTC
    assert acme.keys('created >= "2026-03-01 09:00"', who="bob") == []  # 09:00 UTC


@pytest.mark.parametrize(
    ("limit", "inside"),
    [
        ("-5m", timedelta(minutes=4)), ("-2d", timedelta(hours=47)), ('"-1w 2h"', timedelta(days=7, hours=1)),
        ("startOfDay()", timedelta(hours=20)), ('startOfDay("-1d")', timedelta(hours=44)),
        ("startOfMonth()", timedelta(days=9)), ("startOfYear()", timedelta(days=68)),
        ("now()", timedelta(0)),
    ],
)  # fmt: skip
def test_relative_dates_count_from_now_in_the_callers_zone(limit: str, inside: timedelta) -> None:
    acme = Acme.make()
    issue = acme.create(STORY, "recent", at=NOW - inside)
    assert issue.key in acme.keys(f"created >= {limit}")
    older = acme.create(STORY, "older", at=NOW - inside - timedelta(days=31))
    assert older.key not in acme.keys(f"created >= {limit} and created > -61d or created > now()")


@pytest.mark.parametrize(
    ("limit", "moment"),
    [
        ("endOfDay()", "2026-03-11 00:00"),
        ("endOfWeek()", "2026-03-15 00:00"),
        ("startOfWeek()", "2026-03-08 00:00"),
        ("endOfMonth()", "2026-04-01 00:00"),
        ("endOfYear()", "2027-01-01 00:00"),
        ("startOfMonth(-1)", "2026-02-01 00:00"),
        ("endOfMonth(-1M)", "2026-03-01 00:00"),
        ('startOfYear("+1y")', "2027-01-01 00:00"),
        ("1M", "2026-04-10 21:00"),
        ("-1y", "2025-03-10 21:00"),
    ],
)
def test_edges_of_days_and_months_are_those_of_the_callers_calendar(limit: str, moment: str) -> None:
    """At 21:00 on Tuesday 10 March 2026 in Tokyo; an end is the last millisecond before the next start."""
    acme = Acme.make()
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    if limit.startswith("end"):
        at -= timedelta(milliseconds=1)
    exact = acme.create(STORY, "exactly then", at=at)
    assert exact.key in acme.keys(f"created = {limit}")
    assert exact.key not in acme.keys(f"created < {limit} or created > {limit}")


def test_a_month_back_from_the_last_day_ends_on_the_last_day() -> None:
    acme = Acme.make()
    acme.clock.set(NOW.replace(day=31))
    issue = acme.create(STORY, "end of February", at=NOW.replace(month=2, day=28))
    assert issue.key in acme.keys("created = -1M")


def test_a_quiet_poll_looks_only_at_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = Acme.make()
    for _ in range(300):
        acme.create(STORY, "old", at=NOW - timedelta(days=1))
    new = acme.create(STORY, "new", at=NOW)
    looked_at: list[str] = []
    can_see = acme.state.can_see
    monkeypatch.setattr(
        acme.state, "can_see", lambda user, issue: looked_at.append(issue.key) or can_see(user, issue)
    )
    assert acme.keys("project in (1, 2) AND updated >= -5m ORDER BY updated ASC, key ASC") == [new.key]
    assert set(looked_at) == {new.key}


def test_issues_rank_as_they_were_made_until_somebody_drags_one() -> None:
    acme = Acme.make()
    assert acme.keys("project = ACME order by Rank") == ["ACME-1", "ACME-2", "ACME-3"]
    verbs.set_field(acme.state, acme.issue("ACME-3"), "customfield_10019", "0|a:", by="ana", at=NOW)
    assert acme.keys("project = ACME order by Rank asc") == ["ACME-3", "ACME-1", "ACME-2"]


def test_results_come_in_the_order_asked_for() -> None:
    acme = Acme.make()
    assert acme.keys("project = ACME order by created asc") == ["ACME-1", "ACME-2", "ACME-3"]
    assert acme.keys("project = ACME order by key desc") == ["ACME-3", "ACME-2", "ACME-1"]
    assert acme.keys("project = ACME order by updated, key") == ["ACME-2", "ACME-1", "ACME-3"]
    assert acme.keys("project = ACME order by updated, key desc") == ["ACME-2", "ACME-3", "ACME-1"]
    assert acme.keys("project = ACME order by cf[10016], key") == ["ACME-2", "ACME-1", "ACME-3"]
    assert acme.keys("project = ACME order by status desc, summary desc") == ["ACME-2", "ACME-3", "ACME-1"]


def test_keys_sort_by_number_not_by_letters() -> None:
    acme = Acme.make()
    for _ in range(8):
        acme.create(STORY, "more")
    assert acme.keys("project = ACME order by key asc")[-2:] == ["ACME-10", "ACME-11"]


def test_same_named_fields_answer_together(site: Acme) -> None:
    acme = Acme.make()
    acme.state.fields["customfield_10060"].name = "Story point estimate"
    verbs.set_field(acme.state, acme.issue("TEAM-1"), "customfield_10060", 8.0, by="ana", at=NOW)
    assert set(acme.keys('"Story point estimate" > 1')) == {"ACME-2", "TEAM-1"}
    assert "ACME-2" not in acme.keys('"Story point estimate" is empty')


def test_indexes_never_change_what_a_query_finds(site: Acme) -> None:
    """Each query through an index equals the same one that no index can help."""
    for clause in (
        "project = ACME",
        "sprint = 1",
        "parent = ACME-1",
        "key = ACME-2",
        'updated >= "2026-02-10"',
    ):
        assert site.keys(clause) == site.keys(
            f"({clause}) and created > 1000 or ({clause}) and created <= 1000"
        )
    assert site.issue("ACME-2").values[POINTS] == 5.0
    assert site.issue("ACME-1").type_id == EPIC
