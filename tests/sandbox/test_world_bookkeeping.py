"""The past of the books: as much as the factor asks, whole, in order of time, and the present untouched."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.pages.invoices import standing
from sandbox.quickbooks.state import Row
from sandbox.world.generate import World, build
from sandbox.world.invariants import problems_of

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return build(7, UNTIL, 8)


def past(world: World) -> list[Row]:
    return world.company.rows("Invoice")[:-5]


def test_the_factor_decides_how_many_invoices_there_are(world):
    assert len(past(world)) == 420
    assert len(build(7, UNTIL).company.rows("Invoice")) == 5
    assert problems_of(world) == []


def test_the_present_of_the_books_is_the_same_at_every_factor(world):
    small = build(7, UNTIL).company.rows("Invoice")
    large = world.company.rows("Invoice")[-5:]
    for one, other in zip(small, large, strict=True):
        differing = {name for name in one.body if one.body[name] != other.body[name]}
        assert differing <= {"DocNumber"}
        assert (one.created_at, one.changed_at) == (other.created_at, other.changed_at)


def test_everything_of_the_past_happened_in_order_and_long_ago(world):
    rows = past(world)
    assert [row.created_at for row in rows] == sorted(row.created_at for row in rows)
    assert [int(row.id) for row in rows] == sorted(int(row.id) for row in rows)
    assert max(row.changed_at for row in rows) <= UNTIL - timedelta(days=120)
    numbers = [int(row.body["DocNumber"]) for row in world.company.rows("Invoice")]
    assert numbers == list(range(1001, 1001 + len(numbers)))
    assert world.company.info.created_at < rows[0].created_at


def test_old_invoices_are_nearly_all_paid_and_none_is_a_draft(world):
    words = Counter(standing(world.company, row) for row in past(world))
    assert set(words) == {"paid", "part paid", "sent", "voided"}
    assert words["paid"] > 0.75 * len(past(world))
    assert {row.body["CurrencyRef"]["value"] for row in past(world)} == {"USD", "EUR"}
    assert {len(row.body["Line"]) - 1 for row in past(world)} == {1, 2, 3, 4}
