"""The small things that must not be wrong: patterns, numbers, inert text, templates, fields by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from acme import CATALOGUE, POINTS, epic
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.works import EpicsWork, FieldTest, MatchTable
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.match import like, reaches
from mappings.words.mistakes import Mistake
from mappings.words.numbers import number_in, percent_in, plain
from mappings.words.template import EPIC, check_template, fill
from mappings.words.text import inert
from model.work import FieldInfo


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [
        ("Support 12", "Support *", True),
        ("support 12", "Support ??", True),
        ("Support 1", "Support ??", False),
        ("[ACME] x", "[ACME] *", True),
        ("A x", "[ACME] *", False),
        ("", "*", True),
        ("", "?", False),
        ("abcabd", "*abd", True),
        ("abc", "a*b", False),
        ("line\nbreak", "line*", True),
    ],
)
def test_a_pattern_knows_two_wildcards(text: str, pattern: str, *, fits: bool) -> None:
    assert like(text, pattern) is fits


def test_a_hostile_name_cannot_hang_a_pattern() -> None:
    assert not like("a" * 255, "*a" * 60 + "b")


@given(st.text(max_size=300))
def test_text_from_strangers_becomes_one_visible_line(text: str) -> None:
    line = inert(text, 50)
    assert len(line) <= 50
    assert line == line.strip()
    assert all(letter.isprintable() for letter in line), line
    assert inert(line, 50) == line


def test_bidi_and_zero_width_and_piled_marks_are_taken_out() -> None:
    assert inert("a\u202eb\u200bc\u2066d\ufeff\U000e0041") == "abcd"
    assert inert("e" + "\u0301" * 40) == "e\u0301\u0301"
    assert inert("Grüße, 世界 👍\t\n x") == "Grüße, 世界 👍 x"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", "10"),
        (" 10.50 ", "10.50"),
        ("-3", "-3"),
        *((text, None) for text in ("1e3", "1,000", "NaN", "", "١", "1.", ".5", "+1")),
    ],
)
def test_only_plain_numbers_are_numbers(text: str, number: str | None) -> None:
    assert number_in(text) == (None if number is None else Decimal(number))


def test_numbers_are_written_as_people_do() -> None:
    assert [plain(Decimal(text)) for text in ("10.500", "1E+2", "0", "0.10", "100")] == [
        "10.5",
        "100",
        "0",
        "0.1",
        "100",
    ]
    assert percent_in("12.5 %") == percent_in("12.5") == Decimal("12.5")


def test_placeholders_are_filled_once_and_never_evaluated() -> None:
    assert (
        fill("{epic.key}: {epic.summary}", {"epic.key": "A-1", "epic.summary": "{epic.key} {x}"})
        == "A-1: {epic.key} {x}"
    )
    check_template("{epic.key} on {closed_on}", EPIC)
    with pytest.raises(Mistake):
        check_template("{epic.key.__class__}", EPIC)


class TestFields:
    FIELDS = FieldIndex(
        replace(
            CATALOGUE,
            fields=(
                FieldInfo("f1", "Story Points", "float", None),
                FieldInfo("f2", "Story point estimate", "float", None),
                FieldInfo("f3", "Story point estimate", "float", "2"),
                FieldInfo("f4", "Team", "text", None),
                FieldInfo("f5", "Team", "text", None),
            ),
        )
    )

    def test_points_follow_the_style_of_the_project(self) -> None:
        assert self.FIELDS.points(None, "1") == "f1"
        assert self.FIELDS.points(None, "2") == "f3"

    def test_a_project_without_the_usual_field_uses_the_other(self) -> None:
        only = FieldIndex(replace(CATALOGUE, fields=(FieldInfo(POINTS, "Story Points", "float", None),)))
        assert only.points(None, "2") == POINTS
        assert isinstance(only.points("Size", "1"), FieldGap)

    def test_an_ambiguous_name_lists_its_ids_and_an_id_is_never_ambiguous(self) -> None:
        gap = self.FIELDS.resolve("team", "1")
        assert isinstance(gap, FieldGap)
        assert "f4, f5" in gap.reason
        assert self.FIELDS.resolve("f5", "1") == "f5"

    def test_an_unknown_name_is_met_with_a_near_one(self) -> None:
        gap = self.FIELDS.resolve("Taem", "1")
        assert isinstance(gap, FieldGap)
        assert gap.hint == "did you mean 'Team'?"

    def test_numbers_in_fields_compare_as_numbers(self) -> None:
        work = EpicsWork(MatchTable(("ACME",), fields=(FieldTest("Story Points", ("10",)),)))
        assert reaches(work, epic(1, fields={"f1": "10.0"}), self.FIELDS)
        assert not reaches(work, epic(1, fields={"f1": "100"}), self.FIELDS)
        assert not reaches(work, epic(1), self.FIELDS)


def test_a_line_that_a_spreadsheet_would_compute_begins_with_an_apostrophe() -> None:
    for title in ("=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)"):
        assert fill("{epic.summary}", {"epic.summary": title}) == f"'{title}"
    assert fill("{epic.key} {epic.summary}", {"epic.key": "A-1", "epic.summary": "=1"}) == "A-1 =1"
