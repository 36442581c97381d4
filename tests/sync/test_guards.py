"""Guards around what is planned, queued and written: each is a way in which money went wrong once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sync_bench import START, Bench, company, rules, usd

from mappings.contract.rules import Contract
from model.billing import BookItem
from sync import assess
from sync.engine import Engine
from sync.planning.rivals import without_rivals
from sync.store import Store
from sync.store.seen import Reach

DEPOSIT = '\n[deposit]\namount = "1000.00"\nwhen = "start"\nitem = "{item}"\n'


def queued(bench: Bench) -> None:
    """A process stored its intents and died before it sent any."""
    assert bench.engine.enqueue(bench.plan()) == []
    assert bench.store.outbox.unfinished() == {"todo": 1}


def with_liability(bench: Bench) -> None:
    """The company also has an item for deposits."""
    books = bench.books._catalogue
    bench.books._catalogue = replace(
        books, items=(*books.items, BookItem("9", "Deposits", "Other Current Liability"))
    )


def test_a_queued_draft_of_work_that_reopened_is_taken_back(bench: Bench) -> None:
    bench.close(1)
    queued(bench)
    bench.reopen(1)
    bench.apply()
    assert bench.books.documents() == []
    assert bench.store.outbox.unfinished() == {}


def test_a_queued_draft_that_is_still_due_is_sent_as_it_was_stored(bench: Bench) -> None:
    bench.close(1)
    queued(bench)
    assert bench.apply().drained["acme-books"].done == 1
    assert [str(document.total) for document in bench.live()] == ["100.00 USD"]


def test_a_queued_draft_of_a_contract_that_was_renamed_is_not_sent_beside_the_new_one(bench: Bench) -> None:
    bench.close(1)
    queued(bench)
    bench.restart(rules().replace('id = "acme"', 'id = "acme-two"'))
    bench.apply()
    assert [str(document.total) for document in bench.live()] == ["100.00 USD"]


def test_a_lost_write_of_a_contract_that_was_renamed_is_not_made_again_under_the_new_name(
    bench: Bench,
) -> None:
    bench.close(1)
    bench.books.lose_answers = 1
    bench.apply()
    bench.restart(rules().replace('id = "acme"', 'id = "acme-two"'))
    bench.engine.enqueue(bench.plan())
    assert sum(bench.store.outbox.unfinished().values()) == 1
    assert len(bench.books.documents()) == 1


def test_a_process_with_superseded_rules_stores_nothing(bench: Bench) -> None:
    bench.close(1)
    old: Engine = bench.engine
    plan = bench.plan()
    bench.restart(rules(milestone=""))
    assert old.enqueue(plan) == ["acme"]
    assert bench.store.outbox.unfinished() == {}


def test_a_document_id_means_nothing_in_another_company(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.acme.company = company("acme-books", "7777", bench.books)
    bench.books._catalogue = replace(bench.books._catalogue, realm="7777")
    bench.restart()
    bench.price(1, "150.00")
    sent = len(bench.books.sent)
    bench.apply()
    assert len(bench.books.sent) == sent
    assert "company.changed" in bench.codes()


def test_work_that_only_a_search_shows_is_read_by_id_before_it_is_billed(bench: Bench) -> None:
    bench.close(1)
    bench.engine.read()
    bench.acme.tracker.hide_issue("10001")
    bench.apply()
    assert bench.books.documents() == []
    assert "work.hidden" in bench.codes()


def test_an_older_copy_never_replaces_a_newer_one(store: Store) -> None:
    bench = Bench(store)
    bench.close(1)
    (newer,) = bench.acme.epics[1].issues("acme")
    nobody = Reach({}, {})
    store.mirror.remember("acme-cloud", [newer], (), nobody, START)
    older = replace(newer, summary="As it was", updated_at=newer.updated_at - timedelta(seconds=1))
    assert store.mirror.remember("acme-cloud", [older], (), nobody, START) == 0


def test_a_deposit_on_an_income_item_is_held(bench: Bench) -> None:
    bench.restart(rules() + DEPOSIT.format(item="Consulting"))
    bench.apply()
    assert bench.books.documents() == []
    assert "item.account" in bench.codes()


def test_a_deposit_is_not_billed_again_under_a_new_contract_id(bench: Bench) -> None:
    with_liability(bench)
    text = rules() + DEPOSIT.format(item="Deposits")
    bench.restart(text)
    bench.apply()
    bench.restart(text.replace('id = "acme"', 'id = "acme-two"'))
    bench.apply()
    assert [str(document.total) for document in bench.live()] == ["1,000.00 USD"]


def test_of_two_contracts_that_bill_one_issue_in_one_go_only_the_first_does(bench: Bench) -> None:
    bench.close(1, child="done")
    (one,) = bench.plan().assessments
    other = (replace(one.contract, id="beta"), replace(one.plan, contract="beta"))
    first, second = without_rivals([(one.contract, one.plan), other])
    assert len(first.actions) == 1
    assert second.actions == ()
    assert [finding.code for finding in second.findings] == ["work.overlap"]


def test_a_contract_that_cannot_be_computed_stops_no_other(
    quick_stores: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(quick_stores(), "acme", "beta")
    bench.close(1)
    computed = assess.plan_contract

    def fails(contract: Contract, *more: object) -> object:
        if contract.id == "beta":
            raise ArithmeticError("a number nobody thought of")
        return computed(contract, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(assess, "plan_contract", fails)
    bench.apply()
    assert len(bench.live()) == 1
    assert "contract.failed" in bench.codes()


def test_a_rule_for_an_epic_that_was_never_seen_is_said(bench: Bench) -> None:
    named = """
[[milestone]]
rule = "named"
phase = "delivery"
work = { epic = "ACME-999" }
price = { fixed = "5.00" }
"""
    bench.restart(rules() + named)
    bench.engine.read()
    assert "rules.epic_unknown" in bench.codes()


def test_what_finance_bills_more_is_said_and_left(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    (document,) = bench.live()
    bench.books.finance.edit_line(document.external_id, document.lines[0].id, usd("120.00"))
    applied = bench.apply()
    assert applied.drained["acme-books"].done == 0
    assert "draft.raised" in bench.codes()


def test_what_finance_bills_more_is_said_still_once_a_later_document_bills_the_difference(
    bench: Bench,
) -> None:
    bench.close(1)
    bench.apply()
    (document,) = bench.live()
    bench.books.finance.edit_line(document.external_id, document.lines[0].id, usd("120.00"))
    bench.books.finance.send(document.external_id)
    bench.price(1, "150.00")
    bench.apply()
    change = bench.live()[-1].lines[0]
    assert (change.amount, change.text.partition(": ")[2]) == (
        usd("50.00"),
        "150.00 USD to date, less 100.00 USD of the 120.00 USD billed before",
    )
    bench.apply()
    assert "draft.raised" in bench.codes()
