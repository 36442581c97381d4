"""Credit memos through the real engine: what is billed too much on what the client has is given back, never more."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_bench import TWO_PAYERS, Bench, rules, usd

from model.billing import Document
from sync.deciding.inbox import inbox
from sync.deciding.take import Taken, Wish, take
from sync.store import Store
from sync.telling.report import plan_json

EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "30"))
TERMS = """
[deposit]
amount = "300.00"
item = "Advances"
draw = "proportional"
[retainage]
hold = "10 %"
item = "Withheld"
release = 2026-12-20
"""


@pytest.fixture
def bench(quick_store: Store) -> Bench:
    """A contract whose first epic is billed with 100.00, and the client has the invoice."""
    bench = Bench(quick_store)
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    return bench


def decide(bench: Bench, choice: str, subject: str = "ACME-1") -> Taken:
    bench.apply()
    return take(bench.engine, Wish(subject, choice, "", "ada", "as agreed by phone"))


def credited(bench: Bench, choice: str = "credit") -> None:
    """Decided, and done."""
    decide(bench, choice)
    bench.apply()


def memos(bench: Bench) -> list[Document]:
    return [each for each in bench.live() if each.kind == "credit_memo"]


def billed(bench: Bench) -> str:
    """What all documents that live come to, credit memos counted down."""
    signed = [-each.total if each.kind == "credit_memo" else each.total for each in bench.live()]
    return str(sum(signed[1:], signed[0]).decimal)


def lines(document: Document) -> list[tuple[str, str]]:
    return [(line.text, str(line.amount.decimal)) for line in document.lines if line.amount]


def test_less_on_a_sent_invoice_is_a_proposal_with_its_lines_and_no_write(bench: Bench) -> None:
    bench.price(1, "60.00")
    bench.apply()
    plan = bench.plan()
    assert plan.actions == ()
    (held,) = plan.proposed
    memo = held.action
    assert memo.draft is not None
    assert (memo.draft.kind, memo.amount, memo.corrects) == (
        "credit_memo", usd("40.00"), "acme|acme-cloud/epic/10001|fee#1",
    )  # fmt: skip
    (line,) = memo.lines
    assert (line.text, line.amount, line.item) == (
        "Credit for invoice 1001: ACME-1 Work", usd("40.00"), "Consulting",
    )  # fmt: skip
    assert memo.draft.memo == "Credit for invoice 1001"
    assert plan_json(plan)["proposed"][0]["held_by"] == ["acme|acme-cloud/epic/10001|fee"]
    assert bench.codes() == {"amount.down"}
    assert bench.books.posts == 1


def test_a_decision_makes_the_credit_memo_once(bench: Bench) -> None:
    bench.price(1, "60.00")
    taken = decide(bench, "credit")
    assert [str(action.amount.decimal) for action in taken.actions] == ["40.00"]
    bench.apply()
    bench.apply()
    (memo,) = memos(bench)
    assert lines(memo) == [("Credit for invoice 1001: ACME-1 Work", "40.00")]
    assert memo.marker is not None
    assert bench.sums() == {"billed": "60.00"}
    assert (bench.codes(), bench.plan().proposed) == (set(), ())


def test_what_is_worth_more_again_after_a_credit_is_billed_again(bench: Bench) -> None:
    bench.price(1, "60.00")
    credited(bench)
    bench.price(1, "90.00")
    bench.apply()
    assert billed(bench) == "90.00"
    assert bench.sums() == {"billed": "90.00"}


def test_work_that_reopens_is_credited_whole_by_decision_and_billed_again_when_it_closes(
    bench: Bench,
) -> None:
    bench.reopen(1)
    bench.apply()
    assert bench.codes() == {"work.reopened"}
    credited(bench)
    assert (billed(bench), bench.sums(), bench.codes()) == ("0.00", {}, set())
    assert bench.status().gap == 0
    bench.wait(86_400)
    bench.close(1, "100.00")
    bench.apply()
    assert billed(bench) == "100.00"
    assert [str(each.total.decimal) for each in bench.live()] == ["100.00", "100.00", "100.00"]
    assert bench.sums() == {"billed": "100.00"}


def test_work_that_closes_again_before_a_decision_needs_no_credit(bench: Bench) -> None:
    bench.reopen(1)
    bench.apply()
    assert len(bench.plan().proposed) == 1
    bench.close(1)
    bench.apply()
    assert (bench.plan().proposed, bench.codes(), bench.books.posts) == ((), set(), 1)


def test_a_kept_finding_takes_its_proposal_along(bench: Bench) -> None:
    bench.price(1, "60.00")
    decide(bench, "keep")
    assert (bench.plan().proposed, bench.codes()) == ((), set())


def test_a_paid_invoice_is_credited_likewise(bench: Bench) -> None:
    bench.books.finance.pay("1")
    bench.price(1, "60.00")
    credited(bench)
    assert billed(bench) == "60.00"


@pytest.mark.parametrize("state", ["edited", "queued"])
def test_an_invoice_that_the_client_does_not_have_is_not_credited(quick_store: Store, state: str) -> None:
    bench = Bench(quick_store)
    bench.close(1, "100.00")
    bench.apply()
    if state == "queued":
        bench.books.finance.queue("1")
    else:
        bench.books.finance.edit("1", memo="Thank you")
    bench.price(1, "60.00")
    bench.apply()
    assert bench.plan().proposed == ()


def test_a_contract_that_says_so_issues_what_is_billed_too_much_by_itself_but_not_reopened_work(
    quick_store: Store,
) -> None:
    bench = Bench(quick_store, texts=[rules(more='credits = "issue"')])
    for number in (1, 2):
        bench.close(number, "100.00")
    bench.apply()
    for number in ("1", "2"):
        bench.books.finance.send(number)
    bench.price(1, "60.00")
    bench.reopen(2)
    bench.apply()
    assert [str(memo.total.decimal) for memo in memos(bench)] == ["40.00"]
    assert bench.codes() == {"work.reopened"}


def test_an_issued_credit_memo_that_finance_takes_back_is_not_made_again_by_itself(
    quick_store: Store,
) -> None:
    bench = Bench(quick_store, texts=[rules(more='credits = "issue"')])
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    bench.price(1, "60.00")
    bench.apply()
    bench.books.finance.delete(memos(bench)[0].external_id)
    bench.apply()
    assert (memos(bench), bench.codes(), len(bench.plan().proposed)) == ([], {"amount.down"}, 1)
    credited(bench)
    assert [str(memo.total.decimal) for memo in memos(bench)] == ["40.00"]


def test_what_finance_gives_back_less_than_proposed_stands(bench: Bench) -> None:
    bench.price(1, "60.00")
    credited(bench)
    (memo,) = memos(bench)
    bench.books.finance.edit_line(memo.external_id, "1", usd("25.00"))
    bench.apply()
    assert (billed(bench), bench.plan().proposed, bench.plan().actions) == ("75.00", (), ())


def test_a_credit_is_never_more_than_the_line_shows_whatever_was_credited_before(bench: Bench) -> None:
    bench.books.finance.edit_line("1", "1", usd("70.00"))
    bench.price(1, "10.00")
    bench.apply()
    (held,) = bench.plan().proposed
    assert held.action.amount <= usd("70.00")
    credited(bench)
    bench.reopen(1)
    bench.apply()
    credited(bench)
    assert billed(bench) == "0.00"


def test_retainage_and_draw_go_back_in_step_with_the_work(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more=TERMS)])
    bench.apply()
    bench.books.finance.pay("1")
    bench.wait(60)
    bench.close(1, "1000.00")
    bench.apply()
    invoice = bench.books.documents()[1]
    assert [amount for _, amount in lines(invoice)] == ["1000.00", "-100.00", "-3.00"]
    bench.books.finance.send(invoice.external_id)
    bench.price(1, "600.00")
    credited(bench)
    (memo,) = memos(bench)
    assert [amount for _, amount in lines(memo)] == ["400.00", "-40.00", "-1.20"]
    assert bench.codes() == set()
    bench.price(1, "1000.00")
    bench.apply()
    again = bench.books.documents()[-1]
    assert [amount for _, amount in lines(again)] == ["400.00", "-40.00", "-1.20"]


def test_two_payers_are_credited_on_their_own_invoices(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more=TWO_PAYERS)])
    bench.close(1, "100.00")
    bench.apply()
    for document in bench.live():
        bench.books.finance.send(document.external_id)
    bench.price(1, "60.00")
    bench.apply()
    for item in inbox(bench.store, bench.plan()):
        take(bench.engine, Wish(item.id, "credit", "", "ada", "agreed"))
    bench.apply()
    assert [(memo.client_id, str(memo.total.decimal)) for memo in memos(bench)] == [
        ("1", "26.67"),
        ("2", "13.33"),
    ]
    assert bench.sums() == {"billed": "60.00"}


def test_work_credited_in_full_says_so_in_what_it_bills(bench: Bench) -> None:
    bench.price(1, "60.00")
    credited(bench)
    (position,) = bench.status().positions
    assert "credit memo" in position.reason


TURNS = st.lists(
    st.tuples(st.sampled_from(["price", "send", "credit", "reopen", "close", "cut"]), st.integers(1, 90)),
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=EXAMPLES)
@given(TURNS)
def test_whatever_happens_no_line_gives_back_more_than_it_bills(
    quick_stores: Callable[[], Store], turns: list[tuple[str, int]]
) -> None:
    bench = Bench(quick_stores())
    bench.close(1, "100.00")
    bench.apply()
    for what, number in turns:
        _turn(bench, what, number)
        bench.apply()
        back: dict[str, int] = {}
        account = bench.store.accounts.account("acme", bench.now)
        for claim in account.claims:
            if claim.is_credit and claim.ended is None:
                back[claim.corrects] = back.get(claim.corrects, 0) - claim.net.minor
        for key, given_back in back.items():
            shown = account.heads[key].shown
            assert shown is not None
            assert 0 < given_back <= shown.total.minor
        assert bench.status().gap == 0


def _turn(bench: Bench, what: str, number: int) -> None:
    bench.wait(3600)
    invoices = [each for each in bench.live() if each.kind == "invoice"]
    last = invoices[number % len(invoices)]
    match what:
        case "price":
            bench.price(1, f"{number}.00")
        case "send":
            bench.books.finance.send(last.external_id)
        case "cut" if last.total > usd(f"{number}.00") and not memos(bench):
            bench.books.finance.edit_line(last.external_id, "1", usd(f"{number}.00"))
        case "credit":
            for held in bench.plan().proposed:
                about = (each for each in inbox(bench.store, bench.plan()) if each.finding.ref in held.by)
                item = next(each for each in about if "credit" in {choice.name for choice in each.choices})
                take(bench.engine, Wish(item.id, "credit", "", "ada", "agreed"))
        case "reopen" if bench.acme.epics[1].is_closed:
            bench.reopen(1)
        case "close":
            bench.close(1, bench.acme.epics[1].amount)
