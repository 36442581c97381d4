"""A short soak on every run, and proof that the invariants it checks notice what breaks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from benchmarks.soak import CLIENTS, soak
from sandbox.http import Call, CallLog
from sandbox.quickbooks.ledger.books import Posting
from sandbox.world.generate import World, build
from sandbox.world.invariants import problems_of

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_ten_clients_and_faults_leave_the_world_whole_and_nothing_behind():
    found = soak(3000, seconds=12, laps=3)
    assert found.problems == []
    assert len(found.laps) >= 2
    for lap in found.laps:
        assert lap.requests >= 1000
        assert min(lap.over_http, lap.writes, lap.repeats) >= CLIENTS
    first, *_, last = found.laps
    assert (last.threads, last.files) == (first.threads, first.files)
    assert last.megabytes < first.megabytes * 1.25
    assert last.blocks < first.blocks * 1.02  # what Python holds, apart from what its allocator keeps in hand


def _issue(world: World):
    return next(issue for issue in world.jira.issues.values() if issue.sprint_ids and issue.worklogs)


def _unbalance(world: World) -> None:
    invoice = world.company.rows("Invoice")[0]
    invoice.body["Balance"] += Decimal("0.01")


def _misplace(world: World) -> None:
    issue = _issue(world)
    world.jira.by_sprint[issue.sprint_ids[0]].discard(issue.id)
    world.jira.by_project[issue.project_id].discard(issue.id)


def _forget_postings(world: World) -> None:
    world.company.books.remove(("Invoice", "1"))


def _rewrite_history(world: World) -> None:
    issue = next(issue for issue in world.jira.issues.values() if len(issue.histories) > 2)
    issue.histories.reverse()


def _age(world: World) -> None:
    issue = next(issue for issue in world.jira.issues.values() if issue.histories)
    issue.updated_at -= timedelta(days=900)


def _work_twice(world: World) -> None:
    issue = _issue(world)
    issue.worklogs.append(issue.worklogs[0])


def _take_a_key(world: World) -> None:
    first, second = list(world.jira.issues.values())[:2]
    second.key = first.key


def _double_line(world: World) -> None:
    body = world.company.rows("Invoice")[0].body
    body["Line"] = [body["Line"][0], *body["Line"]]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_unbalance, "open where"),
        (_misplace, "is missing from its project"),
        (_forget_postings, "is not posted"),
        (_rewrite_history, "history out of order"),
        (_age, "changed after its last update"),
        (_work_twice, "other time spent than its worklogs"),
        (_take_a_key, "is the key of two issues"),
        (_double_line, "a line id twice"),
    ],
)
def test_what_is_broken_is_noticed(harm: Callable[[World], None], said: str):
    world = build(7, UNTIL)
    assert problems_of(world) == []
    harm(world)
    found = problems_of(world)
    assert any(said in problem for problem in found)


def test_books_out_of_balance_are_noticed(monkeypatch):
    world = build(7, UNTIL)
    books = world.company.books
    postings = books.postings(("Invoice", "1"))
    lopsided = (replace(postings[0], amount=postings[0].amount + 1), *postings[1:])
    assert all(isinstance(posting, Posting) for posting in lopsided)
    with pytest.raises(ArithmeticError, match="out of balance"):
        books.post(("Invoice", "1"), UNTIL.date(), lopsided)
    monkeypatch.setattr(books, "trial_balance", lambda: (Decimal(2), Decimal(1)))
    assert any("trial balance is off: 2 against 1" in problem for problem in problems_of(world))


def test_a_server_that_runs_for_months_keeps_its_last_calls_only(monkeypatch):
    monkeypatch.setattr(CallLog, "KEPT", 3)
    log = CallLog()
    for number in range(5):
        log.record(Call("GET", f"/{number}", (), 200))
    assert [call.path for call in log] == ["/2", "/3", "/4"]
