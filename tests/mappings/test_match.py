"""What a rule asks of a piece of work, clause by clause in its words, with what was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from acme import ACCEPTED, BILLING, CATALOGUE, NOW, day, epic, sprint, version

from mappings.contract.works import (
    AcceptanceWork,
    DateWork,
    EpicsWork,
    EpicWork,
    FieldTest,
    MatchTable,
    SprintsWork,
    VersionsWork,
    VersionWork,
)
from mappings.progress.fields import FieldIndex
from mappings.progress.match import clauses, like, reaches
from mappings.progress.subjects import Agreed
from mappings.progress.verdict import Clause

FIELDS = FieldIndex(CATALOGUE)
TABLE = MatchTable(
    projects=("BETA", "acme"),
    labels=("a", "b"),
    components=("Pump",),
    types=("epic",),
    statuses=("Done",),
    summary="pump*",
    fields=(FieldTest("Billing %", ("10",)), FieldTest("Client accepted", ("Yes", "OK"))),
)
WORK = replace(
    epic(1, closed=day(3), labels=("B", "c"), fields={BILLING: "10.0", ACCEPTED: "ok"}, summary="Pumping"),
    components=("pump",),
)


def test_every_clause_of_a_table_is_said_with_what_was_seen() -> None:
    assert clauses(EpicsWork(TABLE), WORK, FIELDS) == (
        Clause("project is 'BETA' or 'acme'", True, "ACME"),
        Clause("label is 'a' or 'b'", True, "B, c"),
        Clause("component is 'Pump'", True, "pump"),
        Clause("type is 'epic'", True, "Epic"),
        Clause("status is 'Done'", True, "Done"),
        Clause("summary is like 'pump*'", True, "Pumping"),
        Clause("'Billing %' is '10'", True, "10.0"),
        Clause("'Client accepted' is 'Yes' or 'OK'", True, "ok"),
    )
    bare = replace(epic(1), fields={}, summary="Tank", type_name="Bug", project_key="X", status="Open")
    found = clauses(EpicsWork(TABLE), bare, FIELDS)
    assert [clause.holds for clause in found] == [False] * 8
    assert [clause.saw for clause in found] == ["X", "nothing", "nothing", "Bug", "Open", "Tank"] + [
        "nothing"
    ] * 2


@pytest.mark.parametrize(("billing", "accepted"), [("1", "ok"), ("10.0", "no"), ("1", "no")])
def test_a_rule_reaches_no_work_of_which_one_field_has_another_value(billing: str, accepted: str) -> None:
    assert reaches(EpicsWork(TABLE), WORK, FIELDS)
    other = replace(WORK, fields={BILLING: (billing,), ACCEPTED: (accepted,)})
    assert not reaches(EpicsWork(TABLE), other, FIELDS)


def test_a_table_asks_nothing_that_is_not_written_in_it() -> None:
    bare = replace(TABLE, labels=(), components=(), types=(), statuses=(), summary=None, fields=())
    assert [clause.text for clause in clauses(EpicsWork(bare), WORK, FIELDS)] == [
        "project is 'BETA' or 'acme'"
    ]


def test_a_field_that_a_project_does_not_have_fails_and_says_why() -> None:
    asked = replace(TABLE, fields=(FieldTest("Billing", ("10",)),))
    last = clauses(EpicsWork(asked), WORK, FIELDS)[-1]
    assert (last.text, last.holds) == ("'Billing' is '10'", False)
    assert "Billing" in last.saw


@pytest.mark.parametrize(
    ("work", "subject", "said"),
    [
        (
            DateWork("go-live", date(2026, 3, 2)),
            Agreed("acme", "date", "Go-Live"),
            [("date is 'go-live'", "Go-Live")],
        ),
        (AcceptanceWork("plan"), Agreed("acme", "acceptance", "plan"), [("acceptance is 'plan'", "plan")]),
        (EpicWork("acme-1"), WORK, [("is epic 'acme-1'", "ACME-1")]),
        (
            SprintsWork("7", "Sprint *"),
            sprint(1, start=day(1), completed=NOW),
            [("board is '7'", "ACME board, 7"), ("name is like 'Sprint *'", "Sprint 1")],
        ),
        (
            VersionWork("acme", "1.0"),
            version(1, "1.0"),
            [("project is 'acme'", "ACME"), ("version is '1.0'", "1.0")],
        ),
        (
            VersionsWork("acme", "1.*"),
            version(1, "1.0"),
            [("project is 'acme'", "ACME"), ("version is like '1.*'", "1.0")],
        ),
    ],
)
def test_each_kind_of_work_has_its_clauses(
    work: object, subject: object, said: list[tuple[str, str]]
) -> None:
    assert reaches(work, subject, FIELDS)  # type: ignore[arg-type]
    found = clauses(work, subject, FIELDS)  # type: ignore[arg-type]
    assert found == tuple(Clause(text, True, saw) for text, saw in said)


def test_a_rule_for_another_kind_of_work_has_a_clause_that_fails() -> None:
    (clause,) = clauses(EpicWork("ACME-1"), sprint(1, start=day(1), completed=NOW), FIELDS)
    assert clause == Clause('is "work of this rule\'s kind"', False, "sprint")


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [
        ("ab", "*b", True),
        ("b", "*b", True),
        ("aab", "*ab", True),
        ("ab", "*", True),
        ("", "*?", False),
        ("axbxc", "a*b*c", True),
        ("abab", "*ab", True),
        ("ba", "*b", False),
    ],
)
def test_a_star_is_any_text_and_none(text: str, pattern: str, *, fits: bool) -> None:
    assert like(text, pattern) is fits
