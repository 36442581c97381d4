"""Work billed anew, or by a store that knows less than the books: what is there already is not billed again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sync_bench import Bench, rules, usd

from connectors.errors import Transient
from sync.apply import Patience
from sync.deciding.inbox import Item, inbox
from sync.deciding.take import Wish, take
from sync.deciding.undo import undo
from sync.reconciling.drift import Kind
from sync.reconciling.reconcile import reconcile
from sync.store import Store

POSTING = 'invoice_date = "posting"'
CREDITED = POSTING + '\ncredits = "issue"'
A_YEAR = 365 * 86_400


def asked(bench: Bench) -> list[Item]:
    """What an apply leaves to be asked about as billed already."""
    bench.apply()
    found = inbox(bench.store, bench.engine.plan(bench.engine.last_read()))
    return [item for item in found if item.finding.code == "looks_billed"]


def decide(bench: Bench, choice: str, subject: str = "ACME-1", needed: str = "") -> None:
    take(bench.engine, Wish(subject, choice, needed, "ada", "looked it up"))


def copied(store: Store, folder: Path) -> Store:
    """The store as a backup has it."""
    path = folder / "backup.db"
    with (
        closing(sqlite3.connect(str(store.engine.url.database))) as live,
        closing(sqlite3.connect(path)) as to,
    ):
        live.backup(to)
    return Store(f"sqlite:///{path}")


def test_a_store_restored_from_a_backup_bills_nothing_that_was_billed_since(
    quick_store: Store, tmp_path: Path
) -> None:
    bench = Bench(quick_store, texts=[rules(more=POSTING)])
    bench.close(1, "100.00")
    bench.apply()
    with closing(copied(quick_store, tmp_path)) as backup:
        bench.wait(86_400)
        bench.close(2, "70.00")
        bench.apply()
        bench.books.finance.edit_line("2", "1", usd("55.00"), "as agreed")
        bench.store = backup
        bench.restart(rules(more=POSTING))
        bench.wait(A_YEAR)
        (item,) = asked(bench)
        assert bench.books.posts == 2
        assert "the marker of this very draft" in item.finding.reason
        decide(bench, "same", "ACME-2", "1002")
        assert asked(bench) == []
        assert (bench.books.posts, bench.sums()) == (2, {"billed": "170.00"})


def test_an_empty_store_looks_through_all_that_its_clients_ever_had_once(
    quick_stores: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(quick_stores(), texts=[rules(more=POSTING)])
    bench.close(1, "100.00")
    bench.apply()
    bench.wait(A_YEAR)
    bench.store = quick_stores()
    bench.restart(rules(more=POSTING))
    asked_since = []
    touched = bench.books.touched

    def watched(client: str, since: datetime, *kinds: object) -> object:
        asked_since.append(since)
        return touched(client, since, *kinds)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.books, "touched", watched)
    (item,) = asked(bench)
    assert bench.books.posts == 1
    assert "names ACME-1, made by another Milepost ledger" in item.finding.reason
    first = len(asked_since)
    assert {str(each)[:4] for each in asked_since[:1]} == {"1970"}
    assert len(asked(bench)) == 1
    assert all(each >= bench.now - timedelta(days=1) for each in asked_since[first:])


def test_a_write_that_was_given_up_is_not_sent_again_beside_what_looked_like_it(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.books.lose_answers = 1
    bench.apply()
    bench.books.finance.edit("1", note="")
    bench.wait(200)
    bench.apply()
    decide(bench, "abandon")
    bench.apply()
    decide(bench, "rebill")
    (item,) = asked(bench)
    assert "invoice 1001" in item.finding.reason
    decide(bench, "same", needed="1001")
    assert asked(bench) == []
    assert (bench.books.posts, bench.sums()) == (1, {"billed": "100.00"})


def test_an_undone_estimate_that_was_converted_all_the_same_is_found_before_its_work_is_billed_anew(
    quick_store: Store,
) -> None:
    bench = Bench(quick_store, texts=[rules(draft="pending_estimate")])
    bench.close(1, "100.00")
    run = bench.apply().plan.digest
    undo(bench.engine, run, "ada", "wrong rate", Patience(timedelta(0), bench.wait))
    bench.books.finance.convert("1")
    bench.apply()
    (item,) = [each for each in inbox(bench.store, bench.plan()) if each.finding.code == "estimate.taken_up"]
    assert "100.00 USD of it counts nowhere" in item.finding.reason
    found = reconcile(bench.engine, repair=False)
    assert [each.kind for each in found.drifts] == [Kind.TWICE]
    assert [str(each.told.decimal) for each in found.sums if each.told] == ["100.00"]
    decide(bench, "rebill")
    (held,) = asked(bench)
    assert "invoice 1002" in held.finding.reason
    decide(bench, "same", "ACME-1", "1002")
    assert asked(bench) == []
    assert (len(bench.live()), bench.sums()) == (2, {"billed": "100.00"})
    assert reconcile(bench.engine, repair=False).is_whole


def test_an_estimate_expired_and_billed_anew_counts_twice_as_soon_as_its_client_accepts_it(
    quick_store: Store,
) -> None:
    bench = Bench(quick_store, texts=[rules(draft="pending_estimate")])
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.set_expiry("1", bench.now.date())
    bench.wait(3 * 86_400)
    bench.apply()
    decide(bench, "rebill")
    bench.apply()
    bench.books.finance.set_expiry("1", None)
    found = reconcile(bench.engine, repair=False)
    assert not found.is_whole
    assert [(each.kind, each.subject) for each in found.drifts] == [(Kind.TWICE, "estimate 1001")]


def test_what_was_billed_beside_a_draft_since_the_backup_is_not_added_to_it_again(
    quick_store: Store, tmp_path: Path
) -> None:
    text = rules(more=POSTING, review_days=3)
    bench = Bench(quick_store, texts=[text])
    bench.close(1, "100.00")
    bench.apply()
    bench.wait(86_400)
    close_books(bench, bench.now.date() - timedelta(days=1))
    with closing(copied(quick_store, tmp_path)) as backup:
        bench.close(1, "160.00")
        bench.apply()
        close_books(bench, None)
        bench.store = backup
        bench.restart(text)
        (item,) = asked(bench)
        assert "invoice 1002" in item.finding.reason
        assert "the marker of a later document of the same work" in item.finding.reason
        assert billed_amounts(bench) == ["100.00", "60.00"]
        decide(bench, "same", "ACME-1", "1002")
        assert asked(bench) == []
        assert (billed_amounts(bench), bench.sums()) == (["100.00", "60.00"], {"billed": "160.00"})


def test_a_credit_memo_that_waited_when_the_backup_was_made_is_not_made_again_after_it(
    quick_store: Store, tmp_path: Path
) -> None:
    bench = Bench(quick_store, texts=[rules(more=CREDITED)])
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    bench.books.fail_next = [Transient("QuickBooks", "create credit memo", "no connection")]
    bench.close(1, "60.00")
    bench.apply()
    with closing(copied(quick_store, tmp_path)) as backup:
        bench.wait(A_YEAR)
        bench.apply()
        assert billed_amounts(bench) == ["100.00", "40.00"]
        bench.store = backup
        bench.restart(rules(more=CREDITED))
        (item,) = asked(bench)
        assert billed_amounts(bench) == ["100.00", "40.00"]
        assert "the marker of this very draft" in item.finding.reason
        decide(bench, "same", "ACME-1", "2")
        assert asked(bench) == []
        assert (billed_amounts(bench), bench.sums()) == (["100.00", "40.00"], {"billed": "60.00"})


def close_books(bench: Bench, until: date | None) -> None:
    """Finance closes the books up to that day, or opens them."""
    bench.books._catalogue = replace(bench.books.catalogue(), books_closed_on=until)


def billed_amounts(bench: Bench) -> list[str]:
    """What the documents of the first client come to, those that give back included."""
    return [str(each.total.decimal) for each in bench.live()]
