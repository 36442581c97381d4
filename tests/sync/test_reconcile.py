"""Reconciling: every drift that no change tells is found, and repaired where recording it is all there is to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from outbox_steps import drain
from sync_bench import Bench, Epic, usd

from connectors.errors import Transient, Unknown
from sync.reconciling.drift import Kind
from sync.reconciling.reconcile import Reconciled, reconcile
from sync.store import Store


@pytest.fixture
def bench(store: Store) -> Bench:
    """Two closed epics, billed on a draft each."""
    made = Bench(store)
    made.close(1)
    made.close(2, "250.00")
    made.apply()
    made.wait(60)
    return made


def look(bench: Bench, *, repair: bool = False) -> Reconciled:
    return reconcile(bench.engine, repair=repair)


def unseen(bench: Bench) -> None:
    """The books' change feed forgets what happened: as after a fault of theirs, or a restored backup of ours."""
    bench.store.mirror.move(
        f"quickbooks:{bench.acme.company.realm}", str(len(bench.books._shelf.log)), bench.now
    )


def kinds(found: Reconciled) -> list[Kind]:
    return [each.kind for each in found.drifts]


def test_three_that_agree_are_whole(bench: Bench) -> None:
    found = look(bench)
    assert found.is_whole
    assert (found.issues, found.documents, found.repaired) == (2, 2, 0)
    assert [each.gap for each in found.sums] == [usd("0.00")] * 3
    assert {each.name for each in found.sums} == {"revised contract", "invoice 1001", "invoice 1002"}


DRIFTS: dict[str, tuple[Callable[[Bench], object], Kind]] = {
    "deletes": (lambda it: it.books.finance.delete("1"), Kind.DELETED),
    "voids": (lambda it: it.books.finance.void("1"), Kind.VOIDED),
    "sends": (lambda it: it.books.finance.send("1"), Kind.STATE),
    "is paid": (lambda it: it.books.finance.pay("1"), Kind.STATE),
    "removes our line": (lambda it: it.books.finance.remove_line("1", "1"), Kind.LINE_GONE),
    "lowers our line": (lambda it: it.books.finance.edit_line("1", "1", usd("80.00")), Kind.AMOUNT),
    "raises our line": (lambda it: it.books.finance.edit_line("1", "1", usd("120.00")), Kind.AMOUNT),
    "types a memo": (lambda it: it.books.finance.edit("1", memo="Thank you"), Kind.EDITED),
}


@pytest.mark.parametrize("doing", DRIFTS)
def test_what_finance_did_and_no_change_told_is_found_and_then_recorded(bench: Bench, doing: str) -> None:
    act, kind = DRIFTS[doing]
    act(bench)
    unseen(bench)
    found = look(bench)
    assert kinds(found) == [kind]
    assert (found.is_whole, found.repaired) == (False, 0)
    assert look(bench, repair=True).repaired == 1
    assert look(bench).is_whole
    assert len(bench.books.documents()) == 2  # recording writes nothing in QuickBooks


def test_a_lost_marker_is_for_a_person(bench: Bench) -> None:
    marker = bench.books.read("1").marker or ""
    bench.books.finance.edit("1", note="private")
    unseen(bench)
    found = look(bench)
    assert Kind.MARKER_LOST in kinds(found)
    assert marker in found.drifts[0].hint


def test_a_copy_of_a_document_of_ours_is_found_before_it_counts_twice(bench: Bench) -> None:
    copy = bench.books.by_hand("acme Corp", usd("100.00"))
    bench.books.finance.edit(copy.external_id, note=bench.books.read("1").marker)
    found = look(bench, repair=True)
    assert kinds(found) == [Kind.MARKER_TWICE]
    assert "would count twice" in found.drifts[0].reason
    assert not found.is_whole  # no repair for it


def test_a_document_of_another_ledger_is_found(bench: Bench) -> None:
    other = bench.books.by_hand("acme Corp", usd("100.00"))
    bench.books.finance.edit(other.external_id, note="[MP-AAAAAAAAAA]")
    assert kinds(look(bench)) == [Kind.STRANGER]


def test_a_write_whose_outcome_nobody_knows_is_listed(bench: Bench) -> None:
    bench.close(3)
    bench.books.fail_next = [Unknown("QuickBooks", "create invoice", "the connection was lost", sent=True)]
    bench.engine.enqueue(bench.plan())
    drain(bench)
    assert kinds(look(bench)) == [Kind.WRITE_OPEN]


def test_work_that_changed_without_a_word_is_found_and_recorded(bench: Bench) -> None:
    (issue,) = Epic(1, "130.00", bench.acme.epics[1].turns).issues("acme")
    bench.acme.tracker._issues[issue.id] = replace(issue, updated_at=bench.now)  # type: ignore[attr-defined]
    bench.wait(60)
    found = look(bench)
    assert [(each.kind, each.subject) for each in found.drifts] == [(Kind.WORK, "ACME-1")]
    assert look(bench, repair=True).repaired == 1
    assert [action.amount for action in bench.plan().actions] == [usd("130.00")]


def test_work_that_vanished_is_found_and_nothing_is_withdrawn_for_it(bench: Bench) -> None:
    bench.acme.tracker.hide_issue("10001")
    assert kinds(look(bench)) == [Kind.WORK_HIDDEN]
    look(bench, repair=True)
    assert look(bench).is_whole
    assert bench.plan().actions == ()


def test_books_that_cannot_be_reached_stop_only_their_own_side(bench: Bench) -> None:
    bench.acme.tracker.hide_issue("10001")
    found_before = bench.books.read
    bench.books.marked = _down  # type: ignore[method-assign]
    found = look(bench)
    assert [str(each.service) for each in found.trouble] == ["QuickBooks"]
    assert Kind.WORK_HIDDEN in kinds(found)
    assert not found.is_whole
    assert found_before("1").external_id == "1"


def _down(*_: object) -> tuple[()]:
    raise Transient("QuickBooks", "list documents", "it is down", sent=False)


def test_a_raised_line_is_told_and_no_gap(bench: Bench) -> None:
    bench.books.finance.edit_line("1", "1", usd("120.00"))
    found = look(bench)
    (raised,) = (each for each in found.sums if each.told)
    assert (raised.name, raised.told, raised.gap) == ("invoice 1001", usd("20.00"), usd("0.00"))


def test_a_gap_that_a_repair_left_is_never_whole(bench: Bench) -> None:
    found = look(bench)
    found.repaired, (first, *others) = 1, found.sums
    found.sums = [replace(first, whole=first.whole + usd("1.00")), *others]
    assert not found.is_whole
