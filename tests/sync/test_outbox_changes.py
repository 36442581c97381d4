"""Dispatch of updates and withdrawals over books that misbehave, with finance at work in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
import structlog
from outbox_steps import (
    LOST,
    OUTAGE,
    drain,
    only,
    queued,
    states,
    the_same_bytes,
    until_done,
)
from store_facts import rows
from sync_bench import SETTLE, START, Bench, usd

from connectors.ports import LineEdits, WriteRequest
from model.billing import Document, DocumentState

# ── an update and a withdrawal ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def raised(one: Bench) -> Bench:
    """A draft of 100.00 whose epic is worth 150.00 now, the update about to be sent."""
    assert drain(one).done == 1
    one.price(1, "150.00")
    assert one.engine.enqueue(one.plan()) == []
    one.books.sent.clear()
    return one


def test_an_update_writes_our_line_and_adds_the_difference_to_the_claim(raised: Bench) -> None:
    assert drain(raised).done == 1
    assert only(raised).total == usd("150.00")
    assert raised.sums() == {"billed": "150.00"}


def test_a_bug_that_would_write_a_document_of_finance_is_stopped_and_alarmed(
    raised: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = raised.books.finance.copy("1")
    render = raised.books.render_update

    def astray(current: Document, edits: LineEdits) -> WriteRequest:
        return replace(render(current, edits), target=theirs.external_id)

    monkeypatch.setattr(raised.books, "render_update", astray)
    with structlog.testing.capture_logs() as logs:
        assert drain(raised).refused == 1
    assert raised.books.sent == []
    (alarm,) = [line for line in logs if line["event"] == "write.forbidden"]
    assert (alarm["log_level"], alarm["target"]) == ("error", theirs.external_id)
    (intent,) = [row for row in rows(raised.store, "intent") if row["state"] == "refused"]
    assert "another document" in intent["problem"]


def test_a_draft_that_moved_after_planning_is_not_written(raised: Bench) -> None:
    raised.books.finance.edit("1", memo="Thank you")
    drained = drain(raised)
    assert (drained.dropped, raised.books.sent) == (1, [])
    assert only(raised).total == usd("100.00")


def test_a_draft_that_moves_between_reading_and_writing_is_not_written(raised: Bench) -> None:
    raised.books.before = lambda: raised.books.finance.edit("1", memo="Thank you") and None
    drained = drain(raised)
    assert (drained.dropped, len(raised.books.sent)) == (1, 1)
    assert only(raised).total == usd("100.00")


def test_what_moved_is_known_even_if_no_change_ever_tells_it(raised: Bench) -> None:
    """Another process read the change before it knew that the document is ours."""
    raised.books.finance.edit("1", memo="Thank you")
    realm = raised.acme.company.realm
    raised.store.mirror.move(f"quickbooks:{realm}", str(len(raised.books._shelf.log)), raised.now)
    assert drain(raised).dropped == 1
    (action,) = raised.plan().actions
    assert (action.kind, action.edited) == ("update", True)


def mail_silently(bench: Bench) -> None:
    """Finance mails the draft, and its version stays: whether QuickBooks raises it is unverified."""
    entry = bench.books._shelf.entries["1"]
    sent = bench.books.finance.send("1")
    bench.books._shelf.entries["1"] = replace(entry, document=replace(sent, version=entry.document.version))


def test_a_draft_that_was_mailed_under_the_same_version_is_not_written(raised: Bench) -> None:
    mail_silently(raised)
    assert (drain(raised).dropped, raised.books.sent) == (1, [])
    assert (only(raised).total, only(raised).state) == (usd("100.00"), DocumentState.SENT)


def test_bytes_that_waited_are_not_sent_to_what_was_mailed_meanwhile(raised: Bench) -> None:
    raised.books.fail_next = [OUTAGE]
    waiting = drain(raised).waiting_until
    assert waiting is not None
    mail_silently(raised)
    raised.now, tried = waiting, len(raised.books.sent)
    assert (drain(raised).dropped, len(raised.books.sent)) == (1, tried)
    assert (only(raised).total, only(raised).state) == (usd("100.00"), DocumentState.SENT)


def test_a_mail_that_no_version_tells_of_is_told_to_finance_when_a_write_lands_after_it(
    raised: Bench,
) -> None:
    raised.books.before = lambda: mail_silently(raised)
    assert drain(raised).done == 1
    assert (only(raised).total, only(raised).state) == (usd("150.00"), DocumentState.SENT)
    (contract,) = (each.plan for each in raised.plan().assessments)
    (told,) = [each for each in contract.findings if each.code == "write.overtaken"]
    assert (told.owner, "invoice 1" in told.subject, "client has it" in told.reason) == (
        "finance",
        True,
        True,
    )
    raised.books.before = lambda: None
    raised.books.finance.edit("1", memo="We talked")
    raised.plan()
    assert "write.overtaken" not in raised.codes()


def test_an_update_whose_answer_was_lost_is_seen_in_effect(raised: Bench) -> None:
    raised.books.lose_answers = 1
    drain(raised)
    assert states(raised) == ["done", "unknown"]
    assert until_done(raised).done == 1
    assert len(raised.books.sent) == 1
    assert raised.sums() == {"billed": "150.00"}
    raised.price(1, "160.00")
    assert raised.apply().drained["acme-books"].done == 1  # still untouched by anybody else


def test_an_update_that_never_came_is_sent_again_with_the_same_bytes(raised: Bench) -> None:
    raised.books.fail_next = [LOST]
    assert until_done(raised).done == 1
    assert the_same_bytes(raised, 2)
    assert raised.now >= START + SETTLE
    assert only(raised).total == usd("150.00")


def test_an_update_that_is_lost_and_worded_anew_by_finance_counts_once_and_keeps_their_words(
    raised: Bench,
) -> None:
    raised.books.lose_answers = 1
    drain(raised)
    raised.books.finance.edit_line("1", "1", usd("150.00"), "For the website")
    assert until_done(raised).done == 1
    raised.price(1, "170.00")
    raised.apply()
    (line,) = only(raised).lines
    assert (line.amount, line.text) == (usd("170.00"), "For the website")
    assert raised.sums() == {"billed": "170.00"}


def test_an_update_that_is_lost_under_another_amount_of_finance_is_left_to_a_person(raised: Bench) -> None:
    """Whether their 160.00 stands on our 150.00 or on the 100.00 before it, nobody can tell from the document."""
    raised.books.lose_answers = 1
    drain(raised)
    raised.books.finance.edit_line("1", "1", usd("160.00"))
    assert until_done(raised).parked == 1
    assert only(raised).total == usd("160.00")
    assert raised.apply().drained["acme-books"].done == 0


def test_a_reduction_that_waits_for_a_person_keeps_no_other_work_back(bench: Bench) -> None:
    """What was planned beside it waits with it; what is planned without it goes."""
    queued(bench, 1, 2)
    assert drain(bench).done == 2
    bench.price(1, "60.00")
    bench.price(2, "150.00")
    bench.books.lose_answers = 1
    assert bench.engine.enqueue(bench.plan()) == []
    assert drain(bench).dropped == 1
    bench.books.finance.edit_line("1", "1", usd("70.00"))
    bench.wait(SETTLE.total_seconds() + 60)
    drained = bench.apply().drained["acme-books"]
    assert (drained.parked, drained.done) == (1, 1)
    assert bench.books.read("2").total == usd("150.00")


def test_an_update_that_is_lost_and_edited_beside_our_line_is_merged(raised: Bench) -> None:
    raised.books.lose_answers = 1
    drain(raised)
    raised.books.finance.edit("1", memo="Thank you")
    assert until_done(raised).done == 1
    raised.price(1, "170.00")
    raised.apply()
    assert only(raised).total == usd("170.00")
    assert raised.books._shelf.entries["1"].memo == "Thank you"
    raised.price(1, "180.00")
    assert [action.edited for action in raised.plan().actions] == [True]  # once theirs, never ours again


@pytest.mark.parametrize("touch", ["mails", "pays", "queues"])
def test_an_update_that_is_lost_and_then_sent_to_the_client_is_counted_as_billed(
    raised: Bench, touch: str
) -> None:
    raised.books.lose_answers = 1
    drain(raised)
    finance = raised.books.finance
    {"mails": finance.send, "pays": finance.pay, "queues": finance.queue}[touch]("1")
    assert until_done(raised).done == 1
    assert raised.sums() == {"billed": "150.00"}


def test_a_lowered_draft_whose_answer_was_lost_is_not_taken_for_an_edit_of_finance(one: Bench) -> None:
    """Reading shows the lower line before the look-up does."""
    drain(one)
    one.price(1, "80.00")
    one.books.lose_answers = 1
    one.apply()
    one.apply(patience=600)
    assert only(one).total == usd("80.00")
    assert one.codes() == set()
    one.price(1, "100.00")
    one.apply()
    assert only(one).total == usd("100.00")
    assert one.sums() == {"billed": "100.00"}


def test_a_lowered_draft_whose_answer_was_lost_and_which_finance_lowered_more_is_waived_by_the_rest(
    one: Bench,
) -> None:
    drain(one)
    one.price(1, "80.00")
    one.books.lose_answers = 1
    one.apply()
    one.books.finance.edit_line("1", "1", usd("70.00"))
    one.apply(patience=600)
    assert only(one).total == usd("70.00")
    assert one.status().gap == 0
    (claim,) = one.store.accounts.claims()
    assert claim.amount - (claim.waived or usd("0.00")) == usd("70.00")


@pytest.fixture
def reopened(quick_store: object) -> Bench:
    """A draft of an epic that reopened, under a contract that withdraws, the void about to be sent."""
    from sync_bench import rules

    bench = Bench(quick_store, texts=[rules(reopened="withdraw")])  # type: ignore[arg-type]
    queued(bench, 1)
    assert drain(bench).done == 1
    bench.reopen(1)
    assert bench.engine.enqueue(bench.plan()) == []
    bench.books.sent.clear()
    return bench


def test_a_withdrawal_voids_the_draft_and_frees_its_charge(reopened: Bench) -> None:
    assert drain(reopened).done == 1
    assert only(reopened).state is DocumentState.VOIDED
    reopened.close(1, "120.00")
    reopened.apply()
    assert [str(document.total.decimal) for document in reopened.live()] == ["120.00"]
    assert reopened.sums() == {"billed": "120.00"}


@pytest.mark.parametrize("read_first", [False, True], ids=["looked up first", "read first"])
def test_a_withdrawal_whose_answer_was_lost_is_ours_and_not_declined_by_finance(
    reopened: Bench, *, read_first: bool
) -> None:
    reopened.books.lose_answers = 1
    drain(reopened)
    if read_first:
        reopened.engine.read()
    assert until_done(reopened).done == 1
    assert [claim.ended for claim in reopened.store.accounts.claims()] == ["withdrawn"]
    reopened.close(1, "120.00")
    reopened.apply()
    assert reopened.sums() == {"billed": "120.00"}


def test_a_withdrawal_that_never_came_is_sent_again_with_the_same_bytes(reopened: Bench) -> None:
    reopened.books.fail_next = [LOST]
    assert until_done(reopened).done == 1
    assert the_same_bytes(reopened, 2)
    assert only(reopened).state is DocumentState.VOIDED


def test_a_draft_that_finance_sends_is_not_voided_under_the_client(reopened: Bench) -> None:
    reopened.books.finance.send("1")
    drained = drain(reopened)
    assert (drained.dropped, reopened.books.sent) == (1, [])
    reopened.apply()
    assert only(reopened).state is DocumentState.SENT


def test_a_lost_withdrawal_of_what_finance_deleted_since_ends_as_declined(reopened: Bench) -> None:
    reopened.books.fail_next = [LOST]
    drain(reopened)
    reopened.books.finance.delete("1")
    reopened.apply(patience=600)
    assert [claim.ended for claim in reopened.store.accounts.claims()] == ["declined"]
    assert reopened.codes() == {"draft.declined"}


@pytest.mark.parametrize("stage", ["never left the process", "proved absent"])
def test_a_void_by_finance_is_theirs_when_nothing_came_of_ours(reopened: Bench, stage: str) -> None:
    """Nobody could mistake it for ours: it counts as declined, and the work is not drafted again by itself."""
    reopened.books.fail_next = [OUTAGE if stage == "never left the process" else LOST]
    drain(reopened)
    if stage == "proved absent":
        reopened.wait(600)
        assert drain(reopened).absent == 1
    reopened.books.finance.void("1")
    reopened.apply()
    assert [claim.ended for claim in reopened.store.accounts.claims()] == ["declined"]
    reopened.close(1)
    reopened.apply()
    assert reopened.live() == []
    assert reopened.sums() == {"held": "100.00"}


def test_what_another_write_gives_back_is_not_billed_before_that_is_done(bench: Bench) -> None:
    """A story may have moved from one epic to the other: were only the second write to arrive, both would bill it."""
    for number in (2, 1):
        bench.close(number)
    bench.apply()
    bench.books.sent.clear()
    bench.price(1, "140.00")
    bench.price(2, "60.00")
    assert bench.engine.enqueue(bench.plan()) == []
    bench.books.fail_next.append(LOST)
    drained = drain(bench)
    assert (drained.done, drained.dropped) == (0, 1)
    assert [request.target for request, _ in bench.books.sent] == [lowered(bench).external_id]
    until_done(bench)
    bench.apply()
    assert [document.total for document in bench.live()] == [usd("140.00"), usd("60.00")]


def lowered(bench: Bench) -> Document:
    """The draft of the second epic."""
    (found,) = (each for each in bench.live() if each.lines[0].text.startswith("ACME-2"))
    return found


def test_an_amount_that_finance_lowered_stays_and_more_goes_beside_it(one: Bench) -> None:
    drain(one)
    one.books.finance.edit_line("1", "1", usd("70.00"))
    one.price(1, "130.00")  # exactly what would put our own 100.00 back
    one.apply()
    assert [document.total for document in one.books.documents()] == [usd("70.00"), usd("30.00")]


def test_a_day_that_finance_cleared_is_not_put_back(one: Bench) -> None:
    drain(one)
    shelf = one.books._shelf
    entry = shelf.entries["1"]
    (line,) = entry.document.lines
    shelf.put(replace(entry, document=replace(entry.document, lines=(replace(line, service_on=None),))))
    one.price(1, "130.00")
    one.apply()
    first, more = one.books.documents()
    assert (first.lines[0].service_on, first.total, more.total) == (None, usd("100.00"), usd("30.00"))


@pytest.mark.parametrize("seen", ["paid", "sent"])
def test_what_the_client_once_had_is_never_ours_again(one: Bench, seen: str) -> None:
    drain(one)
    before = one.books._shelf.entries["1"]
    one.books.finance.pay("1") if seen == "paid" else one.books.finance.send("1")
    one.apply()
    one.books._shelf.put(before)  # the cheque bounced; the print mark was taken off
    one.price(1, "130.00")
    one.apply()
    assert [document.total for document in one.books.documents()] == [usd("100.00"), usd("30.00")]


def test_a_draft_that_finance_gave_to_another_client_is_billed_into_by_nobody(one: Bench) -> None:
    drain(one)
    entry = one.books._shelf.entries["1"]
    one.books._shelf.put(replace(entry, document=replace(entry.document, client_id="2")))
    one.price(1, "130.00")
    one.apply()
    assert [document.total for document in one.books.documents()] == [usd("100.00")]
    assert "draft.moved" in one.codes()
