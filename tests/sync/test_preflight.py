"""What QuickBooks would refuse is held with the fix before it is sent, and everything else goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sync_bench import Bench, rules

from model.billing import BookClient, BooksCatalogue
from model.finding import Finding

CLOSED_ON = date(2026, 2, 28)  # after the day on which the bench's work is closed


def company(bench: Bench, **changed: Any) -> None:
    """The company is like that from now on."""
    bench.books._catalogue = replace(bench.books._catalogue, **changed)


def told(bench: Bench) -> dict[str, Finding]:
    """What an apply says, by code."""
    after = bench.apply().after
    return {one.code: one for each in after.assessments for one in each.plan.findings}


def held(bench: Bench) -> list[str]:
    """The works whose drafts wait."""
    return [each.action.subject for each in bench.engine.plan(bench.engine.last_read()).held]


def test_a_draft_in_closed_books_waits_until_they_are_open(bench: Bench) -> None:
    bench.close(1)
    company(bench, books_closed_on=CLOSED_ON)
    found = told(bench)["preflight.closed_books"]
    assert found.reason == "it would be dated 2026-02-03, and the books are closed through 2026-02-28"
    assert found.owner == "finance"
    assert bench.books.sent == []
    assert bench.sums() == {"held": "100.00"}
    company(bench, books_closed_on=None)
    bench.apply()
    assert bench.sums() == {"billed": "100.00"}


def test_a_contract_may_take_the_next_open_day_instead(bench: Bench) -> None:
    bench.restart(rules(more='closed_books = "next_open_day"'))
    bench.close(1)
    company(bench, books_closed_on=CLOSED_ON)
    (action,) = bench.plan().actions
    assert action.draft is not None
    assert (action.draft.invoice_date, action.lines[0].service_on) == (date(2026, 3, 1), date(2026, 2, 3))
    bench.apply()
    assert [each.invoice_date for each in bench.live()] == [date(2026, 3, 1)]


def test_the_closing_date_itself_is_closed(bench: Bench) -> None:
    bench.restart(rules(review_days=9))
    bench.close(1)
    company(bench, books_closed_on=date(2026, 2, 3))
    bench.apply()
    assert bench.books.sent == []
    company(bench, books_closed_on=None)
    bench.apply()
    company(bench, books_closed_on=date(2026, 2, 3))
    bench.price(1, "80.00")
    assert told(bench).keys() == {"amount.down"}
    assert len(bench.books.sent) == 1


def test_the_day_after_the_books_are_closed_is_open(bench: Bench) -> None:
    bench.close(1)
    company(bench, books_closed_on=date(2026, 2, 2))
    bench.apply()
    assert [each.invoice_date for each in bench.live()] == [date(2026, 2, 3)]


def test_a_draft_whose_books_were_closed_is_not_written_any_more(bench: Bench) -> None:
    bench.restart(rules(reopened="withdraw"))
    bench.close(1)
    bench.apply()
    company(bench, books_closed_on=CLOSED_ON)
    sent = len(bench.books.sent)
    bench.reopen(1)
    found = told(bench)["work.reopened"]
    assert "its date lies in closed books" in found.reason
    assert len(bench.books.sent) == sent
    bench.close(1, "80.00")
    assert told(bench).keys() == {"amount.down"}
    assert len(bench.books.sent) == sent


def test_more_for_work_in_closed_books_is_a_line_on_a_draft_of_an_open_day(bench: Bench) -> None:
    bench.restart(rules(review_days=90, more='closed_books = "next_open_day"'))
    bench.close(1)
    bench.apply()
    company(bench, books_closed_on=CLOSED_ON)
    bench.price(1, "130.00")
    bench.apply()
    shown = [(each.invoice_date, str(each.total)) for each in bench.live()]
    assert shown == [(date(2026, 2, 3), "100.00 USD"), (date(2026, 3, 1), "30.00 USD")]


@pytest.mark.parametrize(
    ("more", "changed", "code", "reason", "owner"),
    [
        (
            "",
            {"clients": ()},
            "client",
            "client “acme Corp” is not what Books of acme has: there is none",
            "admin",
        ),
        (
            "",
            {"clients": (BookClient("1", "ACME Corps", "USD"),)},
            "client",
            "client “acme Corp” is not what Books of acme has: there is none; did you mean “ACME Corps”?",
            "admin",
        ),
        (
            "",
            {"clients": (), "inactive": (("client", "Acme corp"),)},
            "client",
            "client “acme Corp” is inactive in QuickBooks",
            "finance",
        ),
        (
            "",
            {"items": (), "inactive": (("item", "Consulting"),)},
            "item",
            "item “Consulting” is inactive in QuickBooks",
            "finance",
        ),
        ('class = "West"', {}, "class", "class “West” is not what Books of acme has: there is none", "admin"),
        (
            'terms = "Net 30"',
            {"terms": (("Net 3", "1"),)},
            "terms",
            "terms “Net 30” is not what Books of acme has: there is none; did you mean “Net 3”?",
            "admin",
        ),
        (
            'location = "Oslo"',
            {"inactive": (("location", "Oslo"),)},
            "location",
            "location “Oslo” is inactive in QuickBooks",
            "finance",
        ),
        (
            'tax_code = "20.0% S"',
            {},
            "tax_code",
            "tax code “20.0% S” is not what Books of acme has: there is none",
            "admin",
        ),
        (
            'tax_code = "TAX"',
            {"sales_tax": False},
            "tax_off",
            "tax code “TAX” would be ignored: Books of acme computes no sales tax",
            "finance",
        ),
        (
            "",
            {"country": "GB", "sales_tax": True, "tax_codes": (("20.0% S", "1"),)},
            "tax_code",
            "a line without a tax code is refused by Books of acme, which computes tax in GB",
            "admin",
        ),
        (
            "",
            {"clients": (BookClient("1", "acme Corp", "EUR"),)},
            "currency",
            "client “acme Corp” is kept in EUR, the contract bills USD",
            "admin",
        ),
        (
            "",
            {"home_currency": "EUR"},
            "currency",
            "it bills USD, and Books of acme keeps books in EUR only",
            "admin",
        ),
        (
            "",
            {"ended": "CANCELLED"},
            "subscription",
            "the QuickBooks subscription of Books of acme has ended (CANCELLED): it takes no writes",
            "finance",
        ),
    ],
)
def test_what_quickbooks_would_refuse_is_held_and_never_sent(
    bench: Bench, more: str, changed: Mapping[str, object], code: str, reason: str, owner: str
) -> None:
    bench.restart(rules(more=more))
    bench.close(1)
    company(bench, **changed)
    found = told(bench)[f"preflight.{code}"]
    assert (found.reason, found.owner) == (reason, owner)
    assert found.hint
    assert bench.books.sent == []
    assert held(bench) == ["ACME-1 Work"]
    assert bench.sums() == {"held": "100.00"}


def test_estimates_may_be_dated_in_closed_books_and_need_a_company_that_makes_them(bench: Bench) -> None:
    text = rules(more='closed_books = "next_open_day"').replace('"unsent_invoice"', '"pending_estimate"')
    bench.restart(text)
    bench.close(1)
    company(bench, books_closed_on=CLOSED_ON, estimates=False)
    found = told(bench)["preflight.estimates"]
    assert found.reason == "it would be an estimate, and Books of acme has estimates switched off"
    assert bench.books.sent == []
    company(bench, estimates=True)
    bench.apply()
    assert [(each.kind, each.invoice_date) for each in bench.live()] == [("estimate", date(2026, 2, 3))]


def test_one_bad_name_holds_what_needs_it_and_the_rest_goes_on(bench: Bench) -> None:
    extra = """
[[milestone]]
rule = "other epics"
phase = "delivery"
work = { epics = { project = "ACME", label = "other" } }
price = { amount = { field = "Amount" } }
item = "Gone"
"""
    bench.restart(rules() + extra)
    bench.close(1, "100.00")
    bench.close(2, "40.00", labels=("other",))
    bench.close(3, "50.00", labels=("other",))
    found = bench.apply().after.assessments[0].plan.findings
    assert [(one.code, one.subject) for one in found] == [("preflight.item", "Gone")]  # once, for both drafts
    assert bench.sums() == {"billed": "100.00", "held": "90.00"}


def test_names_are_asked_anew_before_a_service_writes_what_it_learnt_long_ago(bench: Bench) -> None:
    asked: list[BooksCatalogue] = []
    bench.apply()
    known, bench.books.refresh = bench.books._catalogue, lambda: asked.append(known)  # type: ignore[method-assign]
    bench.apply()
    assert asked == []  # nothing is written
    bench.close(1)
    bench.plan()
    assert asked == []  # it was just read
    bench.wait(16 * 60)
    reading = bench.engine.read()
    plan = bench.engine.plan(reading)
    company(bench, books_closed_on=CLOSED_ON)
    plan = bench.engine.confirmed(plan, reading)
    assert len(asked) == 1
    assert plan.actions == ()
    assert [each.action.subject for each in plan.held] == ["ACME-1 Work"]
