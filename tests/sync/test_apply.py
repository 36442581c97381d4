"""An apply: exactly what was approved, patience that ends, and what moved is planned again at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from store_facts import LASTS, dump, rows
from sync_bench import Bench, rules, usd

from connectors.errors import Rejected, Transient, Unknown
from model.billing import DocumentState
from sync.apply import Patience, apply
from sync.plans import StalePlan
from sync.runner import Runner
from sync.store import Store
from sync.store.outbox import lease_name

ELSEWHERE = "elsewhere/boot/pid:[1]/7/100#x"
OUTAGE = Transient("the books", "post", "no route to host")
LOST = Unknown("the books", "post", "the connection was lost", sent=True)
REFUSED = Rejected("the books", "post", "no such item", code="2500", sent=True)


def shown(bench: Bench) -> str:
    """The digest of a plan that was shown to a person, and kept."""
    plan = bench.plan()
    bench.store.journal.save_plan(plan.digest, [each.plan for each in plan.assessments], bench.now)
    return plan.digest


def refusal(bench: Bench, approved: str) -> str:
    """What an apply of a stale plan says; it must write nothing."""
    posts = len(bench.books.sent)
    with pytest.raises(StalePlan) as caught:
        bench.apply(approved)
    assert len(bench.books.sent) == posts
    assert bench.store.outbox.unfinished() == {}
    assert caught.value.approved == approved
    return "\n".join(caught.value.moved)


def test_an_approved_plan_is_done_as_it_was_shown(bench: Bench) -> None:
    bench.close(1)
    applied = bench.apply(shown(bench))
    assert applied.drained["acme-books"].done == 1
    assert [str(document.total) for document in bench.live()] == ["100.00 USD"]


def test_the_beginning_of_a_digest_is_enough(bench: Bench) -> None:
    bench.close(1)
    assert bench.apply(shown(bench)[:8]).drained["acme-books"].done == 1


def test_a_stale_plan_names_the_epic_that_came_in(bench: Bench) -> None:
    bench.close(1)
    digest = shown(bench)
    bench.close(2, "70.00")
    assert refusal(bench, digest).startswith("ACME-2 Work came in (70.00 USD): closed on 2026-02-03")


def test_a_stale_plan_names_the_epic_that_changed(bench: Bench) -> None:
    bench.close(1)
    digest = shown(bench)
    bench.price(1, "130.00")
    said = "ACME-1 Work changed: 100.00 USD was shown, it is 130.00 USD now"
    assert refusal(bench, digest) == said


def test_a_stale_plan_names_the_epic_that_is_not_to_be_written_any_more(bench: Bench) -> None:
    bench.close(1)
    digest = shown(bench)
    bench.reopen(1)
    assert refusal(bench, digest) == "ACME-1 Work is not to be written any more"


def test_a_plan_is_stale_when_finance_moved_the_document_first(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.price(1, "130.00")
    digest = shown(bench)
    bench.books.finance.edit("1", memo="Thank you")
    assert refusal(bench, digest) == "the document of ACME-1 Work was changed in QuickBooks since then"


def test_a_plan_is_stale_when_the_client_got_the_document_first(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.price(1, "130.00")
    digest = shown(bench)
    bench.books.finance.send("1")
    told = refusal(bench, digest)
    assert "ACME-1 Work is not to be written any more" in told
    assert "ACME-1 Work came in (30.00 USD)" in told


def test_a_plan_is_stale_when_the_rules_were_edited(bench: Bench) -> None:
    bench.close(1)
    digest = shown(bench)
    bench.restart(rules(review_days=3))
    assert "ACME-1 Work" in refusal(bench, digest)


def test_a_plan_that_was_done_already_is_stale(bench: Bench) -> None:
    bench.close(1)
    digest = shown(bench)
    bench.apply(digest)
    assert refusal(bench, digest) == "ACME-1 Work is not to be written any more"


@pytest.mark.parametrize("digest", ["0000000000000000", "%%%%%%", "______"])
def test_a_digest_that_was_never_shown_is_refused(bench: Bench, digest: str) -> None:
    bench.close(1)
    assert refusal(bench, digest) == "no plan with this digest was ever shown"


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_digest_that_could_be_any_is_refused(bench: Bench, length: int) -> None:
    bench.close(1)
    assert refusal(bench, shown(bench)[:length]) == "a digest is named by at least 6 characters"


def test_an_approval_covers_what_was_shown_and_nothing_that_comes_up_meanwhile(bench: Bench) -> None:
    """A document that moves under the write sends planning round again: not with work nobody approved."""
    bench.close(1)
    bench.apply()
    bench.price(1, "130.00")
    digest = shown(bench)

    def meanwhile() -> None:
        bench.books.before = lambda: None
        bench.books.finance.edit("1", memo="Thank you")
        bench.close(2)

    bench.books.before = meanwhile
    applied = bench.apply(digest)
    assert applied.drained["acme-books"].dropped == 1
    assert len(bench.books.documents()) == 1


def test_what_the_books_moved_first_is_planned_again_in_the_same_apply(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.price(1, "130.00")

    def meanwhile() -> None:
        bench.books.before = lambda: None
        bench.books.finance.edit("1", memo="Thank you")
        bench.close(2)

    bench.books.before = meanwhile
    applied = bench.apply()
    assert applied.after.actions == ()
    assert sorted(document.total for document in bench.live()) == [usd("100.00"), usd("130.00")]
    assert bench.codes() == set()


def test_a_document_that_never_rests_is_left_for_later(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.price(1, "130.00")
    edits = iter(range(100))
    # Changed and changed back: an untouched draft each time that it is planned, never when it is written.
    note = bench.books._shelf.entries["1"].note

    def restless() -> None:
        bench.books.finance.edit("1", note=f"{note} {next(edits)}")
        bench.books.finance.edit("1", note=note)

    bench.books.before = restless
    applied = bench.apply()
    assert len(bench.books.sent) == 4
    assert applied.drained["acme-books"].dropped == 1
    assert len(applied.after.actions) == 1
    assert bench.store.outbox.unfinished() == {}


def test_a_refused_draft_is_tried_once_in_an_apply_and_again_in_the_next(bench: Bench) -> None:
    bench.close(1)
    bench.books.fail_next = [REFUSED]
    applied = bench.apply()
    assert (applied.drained["acme-books"].refused, len(bench.books.sent)) == (1, 1)
    assert bench.sums() == {"failed": "100.00"}
    bench.wait(60)
    assert bench.apply().drained["acme-books"].done == 1
    assert bench.sums() == {"billed": "100.00"}


def test_an_apply_has_the_patience_that_it_was_given(bench: Bench) -> None:
    bench.close(1)
    bench.books.fail_next = [LOST]
    began = bench.now
    applied = bench.apply(patience=60)
    assert applied.drained["acme-books"].done == 0
    assert timedelta(0) < bench.now - began <= timedelta(seconds=60)
    assert applied.drained["acme-books"].waiting_until is not None
    applied = bench.apply(patience=600)
    assert applied.drained["acme-books"].done == 1
    assert bench.now - began < timedelta(seconds=300)


def test_an_apply_without_patience_does_not_sleep(bench: Bench) -> None:
    bench.close(1)
    bench.books.fail_next = [OUTAGE]

    def never(_seconds: float) -> None:
        raise AssertionError("it sleeps")

    applied = apply(bench.engine, Patience(timedelta(0), never))
    assert applied.drained["acme-books"].waiting_until is not None
    assert applied.trouble == [OUTAGE]


def test_an_apply_that_waits_says_why_and_naps_shortly(bench: Bench) -> None:
    bench.close(1)
    bench.books.fail_next = [OUTAGE, OUTAGE]
    told: list[str] = []
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        bench.wait(seconds)

    apply(bench.engine, Patience(timedelta(minutes=5), nap, told.append))
    assert [text.partition("UTC ")[2] for text in told] == [
        "(no route to host); stopping now loses nothing"
    ] * 2
    assert sum(naps) == 30
    assert max(naps) <= 5


def test_an_apply_waits_for_another_that_posts_to_the_same_company(bench: Bench) -> None:
    bench.close(1)
    name = lease_name(bench.acme.company.realm)
    bench.store.leases.acquire(name, ELSEWHERE, bench.now, LASTS)
    told: list[str] = []
    applied = apply(bench.engine, Patience(timedelta(seconds=90), bench.wait, told.append))
    assert applied.drained["acme-books"].done == 1
    assert set(told) == {"another milepost is posting to this company; waiting for it"}
    bench.close(2)
    bench.store.leases.acquire(name, ELSEWHERE, bench.now, LASTS)
    applied = bench.apply(patience=30)
    assert applied.drained["acme-books"].busy
    assert bench.store.outbox.unfinished() == {"todo": 1}


def test_a_second_apply_with_nothing_changed_writes_nothing_at_all(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.apply()
    before = dump(bench.store)
    applied = bench.apply()
    assert (applied.plan.actions, applied.drained["acme-books"].done) == ((), 0)
    after = dump(bench.store)
    for table in ("work_observation", "claim", "intent", "attempt", "document_observation", "waiver"):
        assert after[table] == before[table]
    assert len(bench.books.sent) == 1


def test_claims_say_which_observations_they_were_computed_from(bench: Bench) -> None:
    bench.close(1, child="done")
    bench.apply()
    (claim,) = rows(bench.store, "claim")
    seen = {f"issue/{row['work_id']}": row["observation"] for row in rows(bench.store, "work")}
    assert claim["inputs"] == seen
    assert set(seen) == {"issue/10001", "issue/10501"}


def test_a_draft_may_be_written_until_the_companys_day_ends(quick_stores: Callable[[], Store]) -> None:
    """New York is five hours behind UTC in winter: the day ends at five in the morning UTC."""
    moments = ((0, -1, ["130.00"]), (0, 1, ["100.00", "30.00"]), (2, 2 * 24 * 60 - 1, ["130.00"]))
    for days, minutes, totals in moments:
        bench = Bench(quick_stores(), texts=[rules(review_days=days)])
        bench.close(1)
        bench.apply()
        bench.now = bench.now.replace(day=4, hour=5) + timedelta(minutes=minutes)
        bench.price(1, "130.00")
        bench.apply()
        assert [document.total for document in bench.live()] == [usd(total) for total in totals]


def test_a_contract_whose_site_is_down_is_left_alone_while_others_proceed(quick_store: Store) -> None:
    bench = Bench(quick_store, "acme", "beta")
    bench.close(1)
    beta = bench.clients["beta"]
    beta.show(bench.acme.epics[1])
    bench.acme.tracker.failure = Transient("Jira", "read issues", "no route to host")
    applied = bench.apply()
    assert [str(error) for error in applied.trouble] == [str(bench.acme.tracker.failure)]
    assert bench.books.documents() == []
    assert len(beta.books.documents()) == 1
    bench.acme.tracker.failure = None
    bench.apply()
    assert len(bench.books.documents()) == 1
    assert len(beta.books.documents()) == 1


def test_what_is_queued_waits_for_a_plan_that_still_holds_it(quick_store: Store) -> None:
    bench = Bench(quick_store)
    bench.close(1)
    bench.books.fail_next = [Transient("QuickBooks", "create invoice", "no connection")]
    bench.apply()
    bench.wait(86_400)
    bench.acme.tracker.failure = Transient("Jira", "read issues", "no route to host")
    runner = Runner(bench.engine, timedelta(seconds=60), timedelta(days=365))
    bench.apply()
    runner.tick()
    assert (bench.books.posts, bench.store.outbox.unfinished()) == (0, {"todo": 1})
    bench.acme.tracker.failure = None
    bench.wait(86_400)
    runner.tick()
    assert (bench.books.posts, bench.store.outbox.unfinished()) == (1, {})


def test_a_company_that_is_down_delays_no_other(quick_store: Store) -> None:
    bench = Bench(quick_store, "acme", "beta")
    bench.close(1)
    bench.clients["beta"].show(bench.acme.epics[1])
    bench.books.trouble = [OUTAGE]
    applied = bench.apply()
    assert applied.trouble == [OUTAGE]
    assert bench.books.documents() == []
    assert len(bench.clients["beta"].books.documents()) == 1


def test_a_project_that_disappears_holds_everything_and_withdraws_nothing(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(reopened="withdraw")])
    bench.close(1)
    bench.apply()
    bench.close(2)
    bench.acme.tracker.hide_project("1")
    bench.apply()
    assert [document.state for document in bench.books.documents()] == [DocumentState.DRAFT]
    assert bench.codes() == {"work.hidden"}
    bench.acme.tracker.show_project("1")
    bench.apply()
    assert bench.sums() == {"billed": "200.00"}
    assert bench.codes() == set()
