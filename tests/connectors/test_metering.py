"""The month's reads: counted, refused beyond the budget before they leave, and never in the way of a write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from billing_examples import a_draft
from quickbooks_bench import bench

from connectors.errors import Transient
from connectors.metering import ReadBudget, Spent, month_of
from connectors.quickbooks.client import QuickBooksBooks

LAST_HOUR = datetime(2026, 1, 31, 23, tzinfo=UTC)


def test_a_read_beyond_the_budget_is_refused_until_the_next_month() -> None:
    now = [LAST_HOUR]
    budget = ReadBudget(2, lambda: now[0])
    budget.spend()
    budget.spend()
    with pytest.raises(Spent) as refused:
        budget.spend()
    assert refused.value.wait == 3600
    now[0] += timedelta(hours=1)
    budget.spend()
    assert budget.take() == {"2026-01": 2, "2026-02": 1}
    assert budget.take() == {}


def test_what_others_took_counts_too() -> None:
    kept = {"2026-01": 5}
    budget = ReadBudget(7, lambda: LAST_HOUR, lambda month: kept.get(month, 0))
    budget.spend()
    kept["2026-01"] += 1 + budget.take()["2026-01"]  # ours, and one of another process
    with pytest.raises(Spent, match="budget of 7 reads is used up"):
        budget.spend()


def test_without_a_limit_reads_are_counted_alone() -> None:
    budget = ReadBudget(0, lambda: LAST_HOUR)
    for _ in range(1000):
        budget.spend()
    assert budget.take() == {month_of(LAST_HOUR): 1000}


def test_a_client_without_reads_left_still_writes_and_says_what_to_do() -> None:
    with bench() as shop:
        shop.client().catalogue()
        client = shop.client(budget=ReadBudget(12, shop.clock.now))
        request = client.render_create(a_draft())
        with pytest.raises(Transient, match="budget of 12 reads is used up") as refused:
            read_often(client)
        assert "raise reads_per_month" in refused.value.hint
        assert shop.slept == []
        reached = shop.posts()
        assert client.send(request, "a-request", shop.soon()).total == a_draft().total
        assert shop.posts() == reached + 1


def read_often(client: QuickBooksBooks) -> None:
    for _ in range(13):
        client.refresh()
        client.catalogue()
