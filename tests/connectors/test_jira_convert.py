"""Translation of issues, values and history, on samples written by hand in the shapes that Jira sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.jira.convert import from_jira_issue
from connectors.jira.history import Vocabulary, from_jira_histories
from connectors.jira.values import SprintRef, number_text, sprints_of, texts_of
from connectors.jira.wire import BulkHistory, History, issues_shape
from connectors.jira.worklogs import WorklogPage, from_jira_worklogs
from model.work import Change, FieldInfo, Issue, Worklog

GOLDEN = Path(__file__).parents[1] / "golden"
FIELDS = tuple(
    FieldInfo(f"customfield_{number}", name, kind, None)
    for number, name, kind in (
        (10016, "Story Points", "number"),
        (10050, "Billing %", "number"),
        (10051, "Client accepted", "option"),
        (10052, "Colours", "array:option"),
        (10053, "Place", "option-with-child"),
        (10054, "Owner", "user"),
        (10055, "Target date", "date"),
        (10056, "Releases", "array:version"),
        (10057, "Note", "string"),
        (10058, "Empty", "string"),
        (10059, "Organizations", "array:sd-customerorganization"),
    )
)
WORDS = Vocabulary(
    categories={"3": "indeterminate", "10001": "done", "10009": "done", "1": "new"},
    sprint_fields=("customfield_10020",),
    fields=FIELDS,
)


def _golden() -> Issue:
    (raw,) = issues_shape(WORDS.asked).decode((GOLDEN / "jira_issue_cloud.json").read_bytes()).issues
    return from_jira_issue(raw, WORDS, _histories())


def _histories() -> list[History]:
    sample = msgspec.json.decode((GOLDEN / "jira_history_bulk.json").read_bytes(), type=BulkHistory)
    return sample.issue_change_logs[0].change_histories


def test_an_issue_of_cloud_is_told_in_our_words() -> None:
    issue = _golden()
    assert (issue.id, issue.key, issue.project_id, issue.project_key) == ("10042", "ACME-12", "10001", "ACME")
    assert (issue.type_name, issue.level, issue.parent_id) == ("Epic", 1, "10007")
    assert (issue.status, issue.category, issue.resolution) == ("Erledigt", "done", "Done")
    assert (issue.labels, issue.components) == (("billable", "phase-1"), ("Portal, web",))
    assert (issue.sprint_ids, issue.version_ids) == (("7", "9"), ("10026", "10027"))
    assert issue.created_at == datetime(2026, 1, 20, 9, 5, 54, 426_000, tzinfo=UTC)
    assert issue.updated_at == datetime(2026, 2, 3, 3, 40, 0, 1000, tzinfo=UTC)
    assert issue.updated_at.tzinfo is UTC


def test_every_type_of_field_becomes_texts() -> None:
    assert _golden().fields == {
        "customfield_10016": ("0.1",),
        "customfield_10050": ("12.5",),
        "customfield_10051": ("Yes",),
        "customfield_10052": ("Red", "Blue"),
        "customfield_10053": ("Europe", "Berlin"),
        "customfield_10054": ("Ana",),
        "customfield_10055": ("2026-03-31",),
        "customfield_10056": ("1.0",),
        "customfield_10057": ("PO 7781\nfirst\n@Ana\nsecond",),
        "customfield_10059": ("Harbor & Pine", "Östra Hamnen AB"),
    }


def test_logged_time_of_cloud_and_of_data_center_is_told_in_our_words() -> None:
    """People have account ids in Cloud; in Data Center a key that stays and a name that may change."""
    page = msgspec.json.decode((GOLDEN / "jira_worklogs.json").read_bytes(), type=WorklogPage)
    day = datetime(2026, 2, 5, tzinfo=UTC)
    assert from_jira_worklogs([*page.worklogs, page.worklogs[0]]) == (
        Worklog("100029", "JIRAUSER10100", "Old Hand", day.replace(hour=1), 60, day, day),
        Worklog("9", "", "", day.replace(hour=8), 12_600, day, day),
        Worklog(
            "100028", "5b10a2844c20165700ede21g", "Ana \ufffd", day.replace(hour=8), 36_000,
            day.replace(hour=9, microsecond=302_000), day.replace(hour=9, microsecond=302_000),
        ),
    )  # fmt: skip


def test_history_is_told_in_our_words_by_time_and_number() -> None:
    def line(number: str, at: datetime, by: str, field: str, old: str, new: str) -> Change:
        return Change(number, at, by, field, old, new)

    early, noon = datetime(2026, 2, 3, 3, 40, tzinfo=UTC), datetime(2026, 2, 3, 4, 30, tzinfo=UTC)
    assert _golden().history == (
        line("999", early, "person-2", "sprint", "7", "7,9"),
        line("1000", early, "person-1", "resolution", "", "Done"),
        line("1000", early, "person-1", "status", "In Arbeit", "Erledigt"),
        line("1000", early, "person-1", "category", "indeterminate", "done"),
        line("10001", early, "", "customfield_10050", "", "12.5"),
        line("10001", early, "", "customfield_10055", "", "2026-03-31"),
        line("10001", early, "", "customfield_10051", "No", "Yes"),
        line("1002", noon, "person-1", "status", "Erledigt", "Archiviert"),
        line("1003", noon.replace(day=4), "old-login", "status", "Archiviert", "Gone"),
        line("1003", noon.replace(day=4), "old-login", "category", "done", "unknown"),
    )


def test_the_order_of_arrival_does_not_matter_and_repeats_fall_away() -> None:
    entries = _histories()
    forward = from_jira_histories(entries, WORDS, "10001")
    assert from_jira_histories([*reversed(entries), *entries], WORDS, "10001") == forward


def test_a_field_without_id_means_the_projects_own_before_the_sites() -> None:
    own = FieldInfo("customfield_20000", "Story Points", "number", "10003")
    words = Vocabulary({}, (), (FIELDS[0], own))
    entry = msgspec.json.decode(
        b'{"id":"1","created":1770090000,"items":[{"field":"story points","toString":"3"}]}', type=History
    )
    fields = {
        project: from_jira_histories([entry], words, project)[0].field for project in ("10001", "10003")
    }
    assert fields == {"10001": "customfield_10016", "10003": "customfield_20000"}
    assert from_jira_histories([entry], Vocabulary({}, (), (own,)), "10001") == ()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10, "10"),
        (Decimal("10.0"), "10"),
        (Decimal("0.10"), "0.1"),
        (Decimal("-1.0"), "-1"),
        (Decimal("-0.0"), "0"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.1234567890123456789012345678901"), "0.1234567890123456789012345678901"),
        (Decimal("1E+999999"), "1E+999999"),
        (123456789012345678901234567890, "123456789012345678901234567890"),
    ],
)
def test_numbers_are_exact_and_plain(number: int | Decimal, text: str) -> None:
    assert number_text(number) == text
    assert Decimal(text) == number


def test_no_number_passes_through_a_float() -> None:
    body = (GOLDEN / "jira_issue_cloud.json").read_bytes().replace(b": 12.50,", b": 1234567890.0123456789,")
    (raw,) = issues_shape(WORDS.asked).decode(body).issues
    assert from_jira_issue(raw, WORDS, ()).fields["customfield_10050"] == ("1234567890.0123456789",)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        ({}, ()),
        ({"hasEpicLinkFieldDependency": False}, ()),
        (True, ("true",)),
        ("nul\x00 byte", ("nul\ufffd byte",)),
        (["a", None, "b", [["deep"]]], ("a", "b")),
        ({"name": "old-login", "key": "jira-1"}, ("old-login",)),
        ({"value": "Europe", "child": {"value": None}}, ("Europe",)),
        ({"type": "doc", "content": []}, ()),
    ],
)
def test_odd_values_are_harmless(value: Any, texts: tuple[str, ...]) -> None:
    assert texts_of(value) == texts


def test_a_document_of_any_depth_is_read() -> None:
    node: dict[str, Any] = {"type": "text", "text": "bottom"}
    for _ in range(50_000):
        node = {"type": "blockquote", "content": [node]}
    assert texts_of({"type": "doc", "content": [node]}) == ("bottom",)


DC = "com.atlassian.greenhopper.service.sprint.Sprint@1bf75fd"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, ()),
        ([{"id": 7, "boardId": 8}, {"id": 9, "originBoardId": 3}, {"id": 7}], (("7", None), ("9", "3"))),
        ([{"name": "no id"}, 5, None], ()),
        (
            [f"{DC}[id=1,rapidViewId=2,state=CLOSED,name=One, id=9, [x],startDate=<null>,sequence=1]"],
            (("1", "2"),),
        ),
        ([f"{DC}[completeDate=<null>,id=12,name=id=5,sequence=12]"], (("12", None),)),
        ([f"{DC}[name=x]", "nothing"], ()),
    ],
)
def test_sprints_are_read_from_objects_and_texts(value: Any, found: Iterable[tuple[str, str | None]]) -> None:
    assert sprints_of(value) == tuple(SprintRef(*pair) for pair in found)


@pytest.mark.parametrize(
    "damage",
    [
        (b'"id": "10042"', b'"id": "10042) OR project in (1"'),
        (b'"2026-01-20T17:05:54.426+0800"', b'"2026-01-20T17:05:54.426"'),
        (b'"2026-01-20T17:05:54.426+0800"', b'"yesterday"'),
        (b'"summary"', b'"gone"'),
    ],
)
def test_what_is_not_an_issue_is_not_read_as_one(damage: tuple[bytes, bytes]) -> None:
    body = (GOLDEN / "jira_issue_cloud.json").read_bytes()
    assert damage[0] in body
    with pytest.raises(msgspec.ValidationError):
        issues_shape(WORDS.asked).decode(body.replace(*damage))


def test_what_data_center_leaves_out_is_not_needed() -> None:
    body = (
        b'{"issues":[{"id":"1","key":"A-1","fields":{"summary":null,"status":{"id":"1","name":"Open"},'
        b'"issuetype":{"name":"Sub-task","subtask":true},"project":{"id":"2","key":"A"},"parent":null,'
        b'"labels":null,"resolution":null,"created":"2026-01-20T17:05:54.426+0800",'
        b'"updated":"2026-01-20T17:05:54.426+0800"}}]}'
    )
    (raw,) = issues_shape(()).decode(body).issues
    issue = from_jira_issue(raw, Vocabulary({}, (), ()), ())
    assert (issue.level, issue.category, issue.summary, issue.labels) == (-1, "unknown", "", ())
