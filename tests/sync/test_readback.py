"""What QuickBooks made of a document is read back: a number, a tax or a rate that is not as it should be is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sync_bench import START, company_of

from model.billing import Document, DocumentLine, DocumentState
from model.money import Money
from sync.planning.readback import expected_tax, read_back
from sync.planning.views import Head

REALM = "9000"
BOOKS = replace(
    company_of("acme", REALM),
    country="GB",
    home_currency="GBP",
    multicurrency=True,
    sales_tax=True,
    tax_rates=(("20", Decimal(20)), ("5", Decimal(5)), ("0", Decimal(0))),
)
NOTHING = Money.zero("GBP")


def shown(*lines: tuple[str, str], tax: str = "0.00", currency: str = "GBP") -> Document:
    """A document of lines of (amount, id of the tax code), as QuickBooks shows it."""
    made = tuple(
        DocumentLine(str(number), Money.of(amount, currency), "Work", code)
        for number, (amount, code) in enumerate(lines, 1)
    )
    return Document(
        "1", "0", "1001", DocumentState.DRAFT, "1", currency, NOTHING, NOTHING, date(2026, 2, 3), None, made,
        "", START, "", tax=Money.of(tax, currency), exchange_rate=Decimal("1.0"),
    )  # fmt: skip


def codes(document: Document, books=BOOKS, state: DocumentState = DocumentState.DRAFT) -> list[str]:  # type: ignore[no-untyped-def]
    """Codes of what is said of it."""
    head = Head("acme|1|fee#1", REALM, state, True, document, {})
    return [each.code for each in read_back([head], books)]


def test_tax_as_its_codes_make_it_is_nothing_to_say() -> None:
    assert codes(shown(("100.00", "20"), ("50.00", "5"), ("10.00", "0"), tax="22.50")) == []


def test_a_cent_a_line_is_rounding_and_more_is_a_finding() -> None:
    lines = (("100.00", "20"), ("50.00", "20"))
    assert codes(shown(*lines, tax="30.02")) == []
    assert codes(shown(*lines, tax="30.03")) == ["posted.tax"]
    assert codes(shown(*lines, tax="0.00")) == ["posted.tax"]


def test_a_code_of_unknown_rate_is_not_compared() -> None:
    assert codes(shown(("100.00", "elsewhere"), tax="7.00")) == []


def test_in_the_us_lines_that_are_not_taxed_bear_no_tax_and_others_what_their_address_says() -> None:
    us = replace(BOOKS, country="US", tax_rates=())
    assert codes(shown(("100.00", "NON"), tax="8.00"), us) == ["posted.tax"]
    assert codes(shown(("100.00", "TAX"), tax="8.00"), us) == []


@pytest.mark.parametrize("state", [DocumentState.EDITED, DocumentState.SENT, DocumentState.VOIDED])
def test_the_tax_of_what_finance_touched_is_theirs(state: DocumentState) -> None:
    assert codes(shown(("100.00", "20"), tax="3.00"), state=state) == []


@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["20", "5", "0"])), min_size=1, max_size=8
    )
)
def test_a_service_that_rounds_line_by_line_is_within_the_tolerance(lines: list[tuple[int, str]]) -> None:
    document = shown(*((str(Money(minor, "GBP").decimal), code) for minor, code in lines))
    by_line = sum(Money(minor, "GBP").times(Decimal(code) / 100).minor for minor, code in lines)
    assert codes(replace(document, tax=Money(by_line, "GBP"))) == []
    assert expected_tax(document, BOOKS) is not None


def test_a_rate_of_one_on_a_foreign_document_is_said_until_somebody_was_paid() -> None:
    euros = shown(("100.00", "0"), currency="EUR")
    for state in (DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED, DocumentState.SENT):
        assert codes(euros, state=state) == ["posted.exchange_rate"]
    assert codes(euros, state=DocumentState.PAID) == []
    assert codes(replace(euros, exchange_rate=Decimal("0.85"))) == []
    assert codes(replace(euros, exchange_rate=None)) == []
    assert codes(shown(("100.00", "0"))) == []


@pytest.mark.parametrize("number", [None, "", "AUTO_GENERATE"])
def test_a_document_without_a_number_is_said_where_the_company_gives_none(number: str | None) -> None:
    document = replace(shown(("100.00", "0")), number=number)
    assert codes(document, replace(BOOKS, own_numbers=True)) == ["posted.number"]
    assert codes(document) == []
    assert codes(shown(("100.00", "0")), replace(BOOKS, own_numbers=True)) == []


def test_a_document_of_another_company_is_not_judged_by_this_ones_settings() -> None:
    assert codes(shown(("1.00", "0"), currency="EUR"), replace(BOOKS, realm="other")) == []
