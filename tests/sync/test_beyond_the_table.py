"""What moves around a bill and is no cell of the table: each is told by a story, a case or a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

from plan_cases import cases
from story_page import stories

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "beyond-the-table.md").read_text("utf-8")
ROWS = [
    line
    for line in PAGE.splitlines()
    if line.startswith("| ") and "---" not in line and "Told by" not in line
]


def told_by(row: str) -> str:
    return row.strip("| ").rsplit(" | ", 1)[1]


def test_every_story_and_case_on_the_page_is_there() -> None:
    there = {str(each) for each in (*stories(), *cases())}
    named = {name for row in ROWS for name in re.findall(r"`([a-z]+: [^`]+)`", told_by(row))}
    assert named - there == set()
    assert len(named) >= 50


def test_every_test_on_the_page_is_there() -> None:
    named = re.findall(r"`(tests/\S+\.py)` `(test_\w+)`", PAGE)
    assert [each for each in named if f"def {each[1]}(" not in (ROOT / each[0]).read_text("utf-8")] == []
    assert len(named) == len(re.findall(r"`test_\w+`", PAGE))


def test_every_row_says_what_then_and_is_told() -> None:
    for row in ROWS:
        _, document, then, told = row.strip("|").split(" | ")
        assert document.strip(), row
        assert then.strip(), row
        assert told.count("`") >= 2, row
