"""Undoing a run takes back exactly what is still as it wrote it, by name, and the work waits for a decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from outbox_steps import OUTAGE
from sqlalchemy import update
from sync_bench import Bench, rules, usd

from model.billing import DocumentState
from sync.apply import Patience
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Wish, take
from sync.deciding.undo import Undoing, Undone, look, undo
from sync.store.schema import intent

WITH_DRAW = '[deposit]\namount = "100.00"\nwhen = "start"\ndraw = "full"\nitem = "Advances"\n'


@pytest.fixture
def ran(bench: Bench) -> str:
    """A run that drafted three epics; its digest."""
    for number in (1, 2, 3):
        bench.close(number)
    return bench.apply().plan.digest


def undone(bench: Bench, run: str) -> Undone:
    return undo(bench.engine, run, "ada", "wrong rate", Patience(timedelta(0), bench.wait))


def names(drafts: object) -> list[str]:
    return [draft.name.removeprefix("invoice ") for draft in drafts]  # type: ignore[attr-defined]


def reasons(undoing: Undoing) -> dict[str, str]:
    return {draft.name.removeprefix("invoice "): draft.reason for draft in undoing.others}


def states(bench: Bench) -> list[DocumentState]:
    return [document.state for document in bench.books.documents()]


def test_what_finance_touched_stays_and_the_rest_is_voided(bench: Bench, ran: str) -> None:
    bench.books.finance.edit("2", memo="Thank you")
    bench.books.finance.send("3")
    shown = look(bench.engine, ran[:8])
    assert names(shown.drafts) == ["1001"]
    assert reasons(shown) == {"1002": "finance edited it", "1003": "the client has it"}
    assert states(bench)[0] is DocumentState.DRAFT
    done = undone(bench, ran[:8])
    assert (names(done.undoing.drafts), done.waiting) == (["1001"], ())
    assert states(bench) == [DocumentState.VOIDED, DocumentState.DRAFT, DocumentState.SENT]
    assert bench.sums() == {"billed": "200.00", "held": "100.00"}


def test_the_work_of_an_undone_run_is_held_by_name_until_a_person_bills_it(bench: Bench, ran: str) -> None:
    undone(bench, ran)
    for _ in range(2):
        after = bench.apply().after
    assert bench.live() == []
    found = [one for each in after.assessments for one in each.plan.findings]
    assert [one.code for one in found] == ["work.undone"] * 3
    assert "its draft was undone by ada on 2026-02-03: wrong rate" in found[0].reason
    take(bench.engine, Wish("ACME-2", "rebill", "", "ada", "it was right"))
    bench.apply()
    assert [(document.number, document.total) for document in bench.live()] == [("1004", usd("100.00"))]


def test_edited_rules_bill_the_work_of_an_undone_run_anew(bench: Bench, ran: str) -> None:
    undone(bench, ran)
    bench.restart(rules(more='memo = "Corrected"'))
    bench.apply()
    assert [document.total for document in bench.live()] == [usd("100.00")] * 3


def test_what_edited_rules_bill_on_the_draft_that_was_left_stays_there(quick_store) -> None:  # type: ignore[no-untyped-def]
    bench = Bench(quick_store, texts=[rules(more='group = "phase"')])
    bench.close(1)
    run = bench.apply().plan.digest
    bench.books.fail_next = [OUTAGE] * 3
    undone(bench, run)  # it is decided, and not done yet
    bench.close(2)
    bench.restart(rules(more='group = "phase"\nmemo = "Corrected"'))
    for _ in range(6):
        bench.wait(3600)
        last = bench.apply()
    assert last.plan.actions == ()
    assert [document.total for document in bench.live()] == [usd("200.00")]


def test_undoing_twice_is_undoing_once(bench: Bench, ran: str) -> None:
    undone(bench, ran)
    decisions, posts = bench.store.decisions.of("acme"), len(bench.books.sent)
    again = undone(bench, ran)
    assert again.undoing.drafts == ()
    assert set(reasons(again.undoing).values()) == {"its draft was undone by ada on 2026-02-03: wrong rate"}
    assert (bench.store.decisions.of("acme"), len(bench.books.sent)) == (decisions, posts)


def test_what_an_outage_left_is_taken_back_by_the_next_try_or_the_next_apply(bench: Bench, ran: str) -> None:
    bench.books.fail_next = [OUTAGE] * 3
    first = undone(bench, ran)
    assert len(bench.live()) == 3
    assert first.undoing.drafts
    bench.wait(3600)
    bench.apply()
    assert bench.live() == []
    assert len(bench.store.decisions.of("acme")) == 3


def test_nothing_else_that_is_due_is_written(bench: Bench, ran: str) -> None:
    bench.close(4)
    undone(bench, ran)
    assert bench.live() == []
    bench.apply()
    assert [document.number for document in bench.live()] == ["1004"]


def test_a_draft_on_which_a_later_run_wrote_stays(bench: Bench, ran: str) -> None:
    bench.price(1, "150.00")
    later = bench.apply().plan.digest
    shown = look(bench.engine, ran)
    assert names(shown.drafts) == ["1002", "1003"]
    assert reasons(shown) == {"1001": f"a later run ({later}) wrote on it"}
    assert reasons(look(bench.engine, later)) == {
        "1001": "an earlier run made it, and this one only changed it"
    }


def test_a_draft_whose_work_reopened_is_taken_back_too(bench: Bench, ran: str) -> None:
    bench.reopen(1)
    assert names(undone(bench, ran).undoing.drafts) == ["1001", "1002", "1003"]
    assert bench.live() == []


def test_a_draft_after_its_review_window_stays(bench: Bench, ran: str) -> None:
    bench.wait(2 * 86400)
    assert set(reasons(look(bench.engine, ran)).values()) == {"its review window has passed"}


def test_a_run_is_named_by_a_digest_that_is_known_and_long_enough(bench: Bench, ran: str) -> None:
    with pytest.raises(Undecidable, match="no run that wrote anything"):
        look(bench.engine, "feedfacecafebeef")
    for named in (ran[:5], ""):
        with pytest.raises(Undecidable, match="at least 6 characters"):
            look(bench.engine, named)
    with pytest.raises(Undecidable, match="neither may be missing"):
        undo(bench.engine, ran, "ada", " ", Patience(timedelta(0), bench.wait))


def test_a_beginning_that_fits_two_runs_is_refused_with_both(bench: Bench, ran: str) -> None:
    bench.close(4)
    bench.apply()
    digests = [f"{ran[:8]}{end}" for end in ("00000000", "11111111")]
    with bench.store.engine.begin() as connection:
        for number, digest in zip((1, 4), digests, strict=True):
            connection.execute(update(intent).where(intent.c.seq == number).values(plan_digest=digest))
    with pytest.raises(
        Undecidable, match=f"more than one run is called '{ran[:8]}'.*{digests[0]}.*{digests[1]}"
    ):
        look(bench.engine, ran[:8])
    assert names(look(bench.engine, digests[1]).drafts) == ["1004"]


def test_without_a_look_at_both_sides_nothing_is_undone(bench: Bench, ran: str) -> None:
    bench.books.trouble = [OUTAGE] * 5
    with pytest.raises(Moved, match="no route to host"):
        undone(bench, ran)
    assert len(bench.live()) == 3
    assert bench.store.decisions.of("acme") == ()


def test_a_whole_draft_goes_with_what_is_drawn_on_it(quick_store) -> None:  # type: ignore[no-untyped-def]
    bench = Bench(quick_store, texts=[rules(more=WITH_DRAW)])
    bench.apply()
    bench.books.finance.pay("1")
    bench.close(1, "300.00")
    run = bench.apply().plan.digest
    assert [document.total for document in bench.live()] == [usd("100.00"), usd("200.00")]
    undone(bench, run)
    assert [document.number for document in bench.live()] == ["1001"]
    bench.close(2, "400.00")
    bench.apply()
    assert [document.total for document in bench.live()] == [usd("100.00"), usd("300.00")]
