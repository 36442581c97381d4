from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from billing_examples import MARKER, an_invoice
from hypothesis import given
from hypothesis import strategies as st

from connectors.quickbooks import figures
from connectors.quickbooks.observe import content_of, from_quickbooks, marker_in
from model.billing import DocumentState
from model.money import Money


def state_of(**changes: Any) -> DocumentState:
    return from_quickbooks("invoice", an_invoice(**changes), "USD", ("Voided",)).state


def zeroed_lines() -> list[dict[str, Any]]:
    return [{**line, "Amount": 0} for line in an_invoice()["Line"]]


def test_an_invoice_becomes_a_document_word_by_word() -> None:
    document = from_quickbooks("invoice", an_invoice(Balance=Decimal("200.00")), "USD", ("Voided",))
    assert (document.external_id, document.version, document.number) == ("145", "0", "1037")
    assert (document.client_id, document.currency, document.marker) == ("1", "USD", MARKER)
    assert (document.total, document.balance) == (Money.of("1200", "USD"), Money.of("200", "USD"))
    assert [(line.id, line.text) for line in document.lines] == [("1", "Discovery (ACME-12)")]
    assert document.changed_at == datetime(2026, 2, 3, 17, 15, tzinfo=UTC)
    assert figures.parse(document.raw) == an_invoice(Balance=Decimal("200.00"))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, DocumentState.DRAFT),
        ({"EmailStatus": "NeedToSend"}, DocumentState.QUEUED),
        ({"EmailStatus": "EmailSent"}, DocumentState.SENT),
        (
            {"DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": "2026-02-04T09:00:00-08:00"}},
            DocumentState.SENT,
        ),
        ({"PrintStatus": "PrintComplete"}, DocumentState.SENT),
        ({"LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}]}, DocumentState.PAID),
        (
            {"LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}], "EmailStatus": "EmailSent"},
            DocumentState.PAID,
        ),
        ({"LinkedTxn": [{"TxnId": "9", "TxnType": "Estimate"}]}, DocumentState.DRAFT),
        ({"Balance": Decimal(0)}, DocumentState.DRAFT),
        (
            {"Balance": Decimal(0), "LinkedTxn": [{"TxnId": "9", "TxnType": "CreditMemo"}]},
            DocumentState.DRAFT,
        ),
        ({"TotalAmt": 0, "Line": zeroed_lines(), "PrivateNote": f"Voided - {MARKER}"}, DocumentState.VOIDED),
        ({"TotalAmt": 0, "Line": zeroed_lines()}, DocumentState.DRAFT),
        ({"PrivateNote": f"Voided - {MARKER}"}, DocumentState.DRAFT),
    ],
)
def test_the_state_is_what_quickbooks_shows(changes: dict[str, Any], state: DocumentState) -> None:
    assert state_of(**changes) is state


def test_a_company_of_another_language_voids_in_its_own_word() -> None:
    voided = an_invoice(TotalAmt=0, Line=zeroed_lines(), PrivateNote=f"Storniert {MARKER}")
    assert from_quickbooks("invoice", voided, "USD", ("Voided",)).state is DocumentState.DRAFT
    assert from_quickbooks("invoice", voided, "USD", ("Voided", "Storniert")).state is DocumentState.VOIDED


def changed(path: str, value: Any) -> dict[str, Any]:
    invoice = copy.deepcopy(an_invoice())
    *parents, last = path.split("/")
    place: Any = invoice
    for part in parents:
        place = place[int(part)] if part.isdigit() else place.setdefault(part, {})
    place[int(last) if last.isdigit() else last] = value
    return invoice


NOT_BY_HAND = [
    ("SyncToken", "5"),
    ("MetaData/LastUpdatedTime", "2026-03-01T10:00:00-08:00"),
    ("MetaData/LastModifiedByRef", {"value": "1"}),
    ("LinkedTxn", [{"TxnId": "9", "TxnType": "Payment"}]),
    ("Balance", Decimal("0")),
    ("EmailStatus", "EmailSent"),
    ("PrintStatus", "PrintComplete"),
    ("CustomerRef/name", "Acme Corporation"),
    ("Line/0/SalesItemLineDetail/ItemRef", {"value": "7", "name": "Advice"}),
    ("BillAddr/Lat", "INVALID"),
    ("BillAddr/Id", "95"),
    ("Line/0/Amount", Decimal("1200")),
    ("Line/0/SalesItemLineDetail/UnitPrice", Decimal("1200.0000000")),
    ("Line/0/LinkedTxn", []),
    ("Line/1/Amount", Decimal("1.00")),
    ("SomethingNew", {"added": "by the service"}),
    ("ShipAddr", {}),
    ("TrackingNum", ""),
    ("ClassRef", None),
    ("TxnTaxDetail/TaxLine", [{"Amount": 0}]),
    ("HomeTotalAmt", Decimal("1")),
]
BY_HAND = [
    ("DocNumber", "1038"),
    ("TxnDate", "2026-02-04"),
    ("DueDate", "2026-04-05"),
    ("SalesTermRef/value", "4"),
    ("CustomerRef/value", "2"),
    ("CustomerMemo/value", "Thanks"),
    ("PrivateNote", f"{MARKER} ask Bob"),
    ("BillEmail/Address", "cfo@acme.example"),
    ("BillEmailCc", {"Address": "x@acme.example"}),
    ("BillAddr/Line1", "2 Main St"),
    ("ClassRef", {"value": "5"}),
    ("DepartmentRef", {"value": "1"}),
    ("ExchangeRate", Decimal("1.1")),
    ("TxnTaxDetail/TotalTax", Decimal("96.00")),
    ("TxnTaxDetail/TxnTaxCodeRef", {"value": "9"}),
    ("CustomField/0/StringValue", "PO-1"),
    ("AllowOnlineACHPayment", True),
    ("Line/0/Amount", Decimal("1200.01")),
    ("Line/0/Description", "Discovery"),
    ("Line/0/Id", "2"),
    ("Line/0/SalesItemLineDetail/Qty", 2),
    ("Line/0/SalesItemLineDetail/ServiceDate", "2026-02-01"),
    ("Line/0/SalesItemLineDetail/ItemRef/value", "8"),
    ("Line/0/SalesItemLineDetail/ClassRef", {"value": "5"}),
    ("Line/0/SalesItemLineDetail/TaxCodeRef/value", "TAX"),
    ("Line", []),
    (
        "Line/1",
        {
            "Amount": Decimal(10),
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": False},
        },
    ),
]


@pytest.mark.parametrize(("path", "value"), NOT_BY_HAND)
def test_what_moves_without_a_person_leaves_the_content_alone(path: str, value: Any) -> None:
    invoice = changed(path, value)
    if path == "EmailStatus":  # sending writes the address itself, so it stops counting on both sides
        assert content_of(invoice) == content_of({**an_invoice(), "BillEmail": {}})
    else:
        assert content_of(invoice) == content_of(an_invoice())


@pytest.mark.parametrize(("path", "value"), BY_HAND)
def test_whatever_a_person_changes_shows_in_the_content(path: str, value: Any) -> None:
    assert content_of(changed(path, value)) != content_of(an_invoice())


def test_the_order_of_lines_is_finances_too() -> None:
    first, second = ({**an_invoice()["Line"][0], "Id": id_} for id_ in "12")
    assert content_of(an_invoice(Line=[first, second])) != content_of(an_invoice(Line=[second, first]))


@given(st.permutations(list(an_invoice())))
def test_the_order_of_fields_means_nothing(names: list[str]) -> None:
    invoice = an_invoice()
    assert content_of({name: invoice[name] for name in names}) == content_of(invoice)


@pytest.mark.parametrize(
    ("note", "marker"),
    [
        (MARKER, MARKER),
        (f"Voided - {MARKER}", MARKER),
        (f"see Bob\n{MARKER} thanks", MARKER),
        ("MP-0123456789", None),
        ("[MP-012345678]", None),
        ("", None),
    ],
)
def test_the_marker_is_found_wherever_it_stands(note: str, marker: str | None) -> None:
    assert marker_in(note) == marker


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"Id": "1"},
        an_invoice(TotalAmt="much"),
        an_invoice(TotalAmt=True),
        an_invoice(Line=None),
        an_invoice(CustomerRef=None),
        an_invoice(MetaData={"LastUpdatedTime": "2026-02-03T09:15:00"}),
        an_invoice(TxnDate="03.02.2026"),
    ],
)
def test_half_an_invoice_is_no_document(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each lacks something else
        from_quickbooks("invoice", broken, "USD", ("Voided",))


def test_numbers_written_as_texts_are_numbers() -> None:
    document = from_quickbooks("invoice", an_invoice(TotalAmt="1200.00", Balance="0"), "USD", ("Voided",))
    assert (document.total, document.balance) == (Money.of("1200", "USD"), Money.zero("USD"))


def test_an_invoice_without_currency_is_in_the_companys_own() -> None:
    invoice = an_invoice()
    del invoice["CurrencyRef"]
    assert from_quickbooks("invoice", invoice, "CAD", ("Voided",)).currency == "CAD"
