"""What people read at a terminal: nothing is wider than it, a line goes on below its words, and no figure is torn."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from cli.wrapping import HangingLines, wrapped

WHY = "    why   closed on 2026-10-23; 12.5 % of 120,000.00 USD; 20.5 % to date = 24,600.00 USD, less 9,600.00 USD"


def at(width: int, text: str) -> list[str]:
    return [line.plain for line in wrapped(Text(text), width)]


def test_a_line_goes_on_below_the_words_of_its_label() -> None:
    assert at(60, WHY) == [
        "    why   closed on 2026-10-23; 12.5 % of 120,000.00 USD;",
        "          20.5 % to date = 24,600.00 USD, less 9,600.00 USD",
    ]
    assert at(30, "  • one two three four five six seven") == ["  • one two three four five", "    six seven"]
    assert at(24, "      no rule reaches it at all") == ["      no rule reaches it", "        at all"]


@pytest.mark.parametrize("width", range(40, 121))
def test_no_figure_is_torn_from_its_currency_or_its_sign(width: int) -> None:
    for line in at(width, WHY):
        assert re.search(r"(^|[ ;])(USD|%)", line.strip()[:3]) is None
        assert not re.search(r"\d$", line) or line.endswith(("23", "9,600.00 USD"))


@given(st.text(st.characters(exclude_categories=["C"]), max_size=200), st.integers(20, 130))
def test_every_line_fits_and_nothing_is_lost(text: str, width: int) -> None:
    lines = at(width, text.replace("\n", " "))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_console_wraps_lines_and_leaves_what_shall_be_copied() -> None:
    screen = Console(file=io.StringIO(), width=20, force_terminal=True, markup=False, highlight=False)
    screen.push_render_hook(HangingLines())
    screen.print("  one two three four five")
    screen.print(Text("milepost apply --plan 0123456789abcdef"), soft_wrap=True)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO above
    assert shown == "  one two three four\n    five\nmilepost apply --plan 0123456789abcdef\n"
