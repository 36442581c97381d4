"""The three-way merge: every pattern of equal and different over its four fields, and lines as they live."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from model.billing import DocumentLine, DraftLine
from model.money import Money
from sync.planning.merge import Face, Written, merge, merge_line

# One value for each of base, actual and desired: every way in which three can be equal or differ.
PATTERNS = ("aaa", "aab", "aba", "abb", "abc")
VALUES = {
    "text": {letter: f"Work {letter}" for letter in "abc"},
    "quantity": {letter: Decimal(number) for number, letter in enumerate("abc", 1)},
    "unit_price": {letter: Decimal(number) for number, letter in enumerate("abc", 100)},
    "service_on": {letter: date(2026, 2, number) for number, letter in enumerate("abc", 1)},
}
GROUPS = (("text",), ("quantity", "unit_price"), ("service_on",))


def face(letters: dict[str, str]) -> Face:
    return Face(**{name: VALUES[name][letter] for name, letter in letters.items()})  # type: ignore[arg-type]


def test_every_pattern_over_four_fields_merges_by_the_rules() -> None:
    for patterns in product(PATTERNS, repeat=4):
        base, actual, desired = (
            face(dict(zip(VALUES, (pattern[which] for pattern in patterns), strict=True)))
            for which in range(3)
        )
        merged = merge(base, actual, desired)
        conflicting = {each.field for each in merged.conflicts}
        for names in GROUPS:
            three = [tuple(getattr(each, name) for name in names) for each in (base, actual, desired)]
            result = tuple(getattr(merged.face, name) for name in names)
            if three[1] == three[0] or three[1] == three[2]:
                assert result == three[2]
                assert not conflicting & set(names)
            elif three[2] == three[0]:
                assert result == three[1]
                assert set(names) <= merged.kept
            else:
                assert result == three[1]
                assert conflicting & set(names)


faces = st.builds(
    Face,
    st.sampled_from("xyz"),
    st.integers(1, 3).map(Decimal),
    st.integers(1, 3).map(Decimal),
    st.integers(1, 3).map(lambda day: date(2026, 2, day)),
)


@given(faces, faces, faces)
def test_no_difference_of_finance_is_lost_and_a_merge_repeated_changes_nothing(
    base: Face, actual: Face, desired: Face
) -> None:
    merged = merge(base, actual, desired)
    for names in GROUPS:
        theirs, result = (tuple(getattr(each, name) for name in names) for each in (actual, merged.face))
        ours, wanted = (tuple(getattr(each, name) for name in names) for each in (base, desired))
        assert theirs in (result, ours)
        assert result in (theirs, wanted)
    if not merged.conflicts:
        again = merge(base, merged.face, desired)
        assert again.face == merged.face
        assert not again.conflicts


LINE = DraftLine(
    "acme|1|fee", "client", Money(300_00, "USD"), Decimal(3), Decimal("100.00"), "Work, 3 points", "Consulting",
    None, None, date(2026, 2, 3), None, "epics", "v1",
)  # fmt: skip
MORE = replace(LINE, amount=Money(400_00, "USD"), quantity=Decimal(4), text="Work, 4 points")


def shown(line: DraftLine, **more: object) -> DocumentLine:
    made = DocumentLine("1", line.amount, line.text, line.quantity, line.unit_price, line.service_on)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_line_that_finance_left_alone_is_written_whole() -> None:
    merged = merge_line(Written(LINE, LINE, shown(LINE)), shown(LINE), MORE)
    assert (merged.face.text, merged.face.quantity, merged.kept, merged.conflicts) == (
        MORE.text,
        4,
        frozenset(),
        (),
    )


def test_another_spelling_by_the_answer_is_no_edit_of_finance() -> None:
    """QuickBooks may trim a text or write a figure another way: what it answered is what we wrote."""
    spelled = shown(LINE, text="Work, 3  points ", quantity=Decimal("3.0"))
    assert not merge_line(Written(LINE, LINE, spelled), spelled, MORE).conflicts


def test_a_text_that_finance_wrote_stays_theirs_through_every_later_write() -> None:
    same_text = replace(MORE, text=LINE.text)
    first = merge_line(Written(LINE, LINE, shown(LINE)), shown(LINE, text="For the website"), same_text)
    assert (first.face.text, first.face.quantity, first.kept) == ("For the website", 4, {"text"})
    sent = replace(same_text, text="For the website")
    again = merge_line(
        Written(same_text, sent, shown(sent)), shown(sent), replace(same_text, quantity=Decimal(5))
    )
    assert (again.face.text, again.face.quantity) == ("For the website", 5)


def test_a_text_that_both_changed_is_written_by_nobody() -> None:
    merged = merge_line(Written(LINE, LINE, shown(LINE)), shown(LINE, text="For the website"), MORE)
    (conflict,) = merged.conflicts
    assert (conflict.field, conflict.base, conflict.actual, conflict.desired) == (
        "text", LINE.text, "For the website", MORE.text,
    )  # fmt: skip


def test_figures_that_finance_changed_are_one_amount() -> None:
    merged = merge_line(Written(LINE, LINE, shown(LINE)), shown(LINE, unit_price=Decimal("90.00")), MORE)
    assert {each.field for each in merged.conflicts} == {"quantity", "unit_price"}
