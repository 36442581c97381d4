"""Translation of answers recorded from a real site (see the data folder beside the repository's reference)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.jira.convert import from_jira_issue, from_jira_sprint
from connectors.jira.history import Vocabulary, from_jira_histories
from connectors.jira.wire import History, WireSprint, issues_shape
from connectors.jira.worklogs import WorklogPage, from_jira_worklogs
from model.work import Board, Category, FieldInfo, Issue

DATA = Path(__file__).parents[3] / "shared" / "data"
POINTS = FieldInfo("customfield_10024", "Story Points", "number", None)

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the recorded answers of a real Jira site are not on this machine"
)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    categories: dict[str, Category] = {"1": "new", "10074": "indeterminate", "10068": "done"}
    return Vocabulary(categories, ("customfield_10020",), (POINTS,))


@pytest.fixture(scope="module")
def issues(words: Vocabulary) -> list[Issue]:
    raw = list(_lines("recorded-issues.jsonl"))
    decoded = issues_shape(words.asked).decode(json.dumps({"issues": raw}).encode()).issues
    histories = [msgspec.convert(it["changelog"]["histories"], type=list[History]) for it in raw]
    return [from_jira_issue(it, words, log) for it, log in zip(decoded, histories, strict=True)]


def test_every_recorded_issue_is_read(issues: list[Issue]) -> None:
    assert len(issues) == 33
    assert {issue.level for issue in issues} >= {0, -1}
    assert all(issue.created_at.utcoffset() is not None for issue in issues)
    assert {issue.resolution for issue in issues} == {None, "完成", "Won't Do"}


def test_odd_recorded_points_are_kept_as_they_are(issues: list[Issue]) -> None:
    points = {text for issue in issues for text in issue.fields.get(POINTS.id, ())}
    assert "-1" in points
    assert "2" in points


def test_recorded_sprint_moves_are_ids(issues: list[Issue]) -> None:
    """One recorded issue went through sprints 7, 9, none, 9 and 17."""
    moves = {
        issue.key: [change.new for change in issue.history if change.field == "sprint"] for issue in issues
    }
    assert moves["EE-17"] == ["7", "9", "", "9", "17"]


def test_recorded_histories_are_sorted(issues: list[Issue]) -> None:
    for issue in issues:
        order = [(change.at, int(change.id)) for change in issue.history]
        assert order == sorted(order)
    assert sum(len(issue.history) for issue in issues) > 100


def test_every_recorded_changelog_entry_is_read(words: Vocabulary) -> None:
    entries = [msgspec.convert(it["response"], type=History) for it in _lines("recorded-changelogs.jsonl")]
    changes = from_jira_histories(entries, words, "10003")
    assert len(entries) == 279
    assert {"status", "category", "resolution", "sprint"} <= {change.field for change in changes}


def test_every_recorded_worklog_and_version_is_read(issues: list[Issue]) -> None:
    found = []
    for raw in _lines("recorded-issues.jsonl"):
        page = msgspec.convert(raw["fields"]["worklog"], type=WorklogPage)
        assert page.max_results == 20
        worklogs = from_jira_worklogs(page.worklogs)
        assert sum(log.seconds for log in worklogs) == (raw["fields"]["timespent"] or 0)
        found += worklogs
    assert {log.id for log in found} == {"10006", "10007", "10008", "10009", "10010", "10218"}
    assert all(log.author_id and log.started_at <= log.created_at for log in found)
    assert sum(len(issue.version_ids) for issue in issues) >= 20


def test_every_recorded_worklog_was_written_into_the_history_of_its_issue_at_once() -> None:
    """What the search relies on for new time, as far as recordings go; edits and deletions are not among them."""
    for raw in _lines("recorded-issues.jsonl"):
        written = {
            item["to"]: datetime.fromisoformat(entry["created"])
            for entry in raw["changelog"]["histories"]
            for item in entry["items"]
            if item["field"] == "WorklogId"
        }
        for log in raw["fields"]["worklog"]["worklogs"]:
            after = written[log["id"]] - datetime.fromisoformat(log["created"])
            assert timedelta(0) <= after < timedelta(seconds=1)


def test_every_recorded_sprint_is_dated_by_its_completion() -> None:
    board = Board("8", "EE board", "scrum", None)
    sprints = [
        from_jira_sprint(msgspec.convert(it, type=WireSprint), board)
        for it in _lines("recorded-sprints.jsonl")
    ]
    assert len(sprints) == 30
    assert all(sprint.state == "closed" and sprint.completed_at for sprint in sprints)
    assert any(s.ends_at and s.completed_at and s.completed_at < s.ends_at for s in sprints)
