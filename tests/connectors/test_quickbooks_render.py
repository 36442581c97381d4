from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from billing_examples import MARKER, a_catalogue, a_draft, a_line, an_invoice
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Rejected
from connectors.ports import LineEdits
from connectors.quickbooks import figures
from connectors.quickbooks.observe import from_quickbooks
from connectors.quickbooks.render import (
    MAX_LINE_TEXT,
    printable,
    to_quickbooks_create,
    to_quickbooks_update,
    to_quickbooks_withdrawal,
)
from model.billing import BookClient, BookItem, Document


def document(invoice: dict[str, Any]) -> Document:
    return from_quickbooks("invoice", invoice, "USD", ("Voided",))


def body_of(draft: Any, catalogue: Any = None) -> Any:
    return figures.parse(to_quickbooks_create(draft, catalogue or a_catalogue()).body)


def test_a_create_is_these_bytes_exactly() -> None:
    line = a_line(
        quantity=Decimal("8"),
        unit_price=Decimal("150.0000"),
        klass="Delivery:Web",
        tax_code="NON",
        text="Zürich: “go-live”",
    )
    request = to_quickbooks_create(a_draft(line), a_catalogue())
    assert (request.operation, request.target) == ("create", None)
    assert request.body == (
        b'{"CustomerRef":{"value":"1"},"TxnDate":"2026-02-03","SalesTermRef":{"value":"3"},'
        b'"Line":[{"Description":"Z\\u00fcrich: \\u201cgo-live\\u201d","Amount":1200.00,'
        b'"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":{"value":"7"},"Qty":8,'
        b'"UnitPrice":150.0000,"ServiceDate":"2026-02-03","ClassRef":{"value":"6"},"TaxCodeRef":{"value":"NON"}}}],'
        b'"EmailStatus":"NotSet","AllowOnlineACHPayment":false,"AllowOnlineCreditCardPayment":false,'
        b'"AllowIPNPayment":false,"PrivateNote":"[MP-0123456789]",'
        b'"CustomerMemo":{"value":"Thank you for working with us."}}'
    )


def test_a_foreign_client_gets_a_currency_and_never_a_rate() -> None:
    draft = a_draft(a_line("99.90", "EUR"), client="Globex", currency="EUR", terms=None)
    body = body_of(draft, a_catalogue(multicurrency=True))
    assert body["CurrencyRef"] == {"value": "EUR"}
    assert "ExchangeRate" not in body
    assert "SalesTermRef" not in body


def test_a_company_of_one_currency_is_sent_none() -> None:
    assert "CurrencyRef" not in body_of(a_draft())


def test_amounts_of_yen_and_dinars_keep_their_own_digits() -> None:
    clients = (BookClient("1", "Acme Corp", "JPY"), BookClient("2", "Globex", "KWD"))
    catalogue = a_catalogue(clients=clients, multicurrency=True)
    yen = to_quickbooks_create(a_draft(a_line("98765", "JPY"), currency="JPY"), catalogue)
    dinars = to_quickbooks_create(a_draft(a_line("1.234", "KWD"), currency="KWD", client="Globex"), catalogue)
    assert b'"Amount":98765,' in yen.body
    assert b'"Amount":1.234,' in dinars.body


def test_net_amounts_are_said_to_be_net_outside_the_us() -> None:
    catalogue = a_catalogue(country="GB", tax_codes=(("20.0% S", "4"),))
    body = body_of(a_draft(a_line(tax_code="20.0% S")), catalogue)
    assert body["GlobalTaxCalculation"] == "TaxExcluded"
    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "4"}


def test_lines_in_the_us_take_no_tax_code_but_tax_and_non() -> None:
    catalogue = a_catalogue(tax_codes=(("TAX", "TAX"), ("NON", "NON"), ("California", "9")))
    with pytest.raises(Rejected, match="California"):
        to_quickbooks_create(a_draft(a_line(tax_code="California")), catalogue)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client": "Acme Crop"}, "client “Acme Crop”: there is none; did you mean “Acme Corp”?"),
        ({"terms": "Net 03"}, "terms “Net 03”: there is none; did you mean “Net 30”?"),
        (
            {"lines": (a_line(item="Consultign"),)},
            "item “Consultign”: there is none; did you mean “Consulting”?",
        ),
        ({"lines": (a_line(klass="Zzz"),)}, "class “Zzz”: there is none"),
        ({"client": "Globex"}, "client “Globex” is kept in EUR, the contract bills USD"),
    ],
)
def test_a_name_the_company_does_not_have_is_refused_with_what_was_meant(change: Any, said: str) -> None:
    with pytest.raises(Rejected) as refused:
        to_quickbooks_create(a_draft(**change), a_catalogue())
    assert said in str(refused.value)


def test_an_ambiguous_name_is_refused_with_its_candidates() -> None:
    items = (BookItem("7", "Web:Design", "Income"), BookItem("8", "Print:Design", "Income"))
    with pytest.raises(Rejected, match=r"2 are called so: “Print:Design”, “Web:Design”"):
        to_quickbooks_create(a_draft(a_line(item="Design")), a_catalogue(items=items))


def test_names_match_in_any_case_and_by_their_last_part_when_that_is_clear() -> None:
    body = body_of(a_draft(a_line(item="CONSULTING ", klass="web"), client="acme corp"))
    assert body["Line"][0]["SalesItemLineDetail"]["ClassRef"] == {"value": "6"}


@pytest.mark.parametrize(
    "line",
    [
        a_line(quantity=Decimal("14.50"), unit_price=Decimal("128.350"), amount="1861.07"),
        a_line(unit_price=Decimal("1200.00000001")),
    ],
)
def test_figures_quickbooks_would_refuse_are_refused_before_the_post(line: Any) -> None:
    with pytest.raises(Rejected, match="QuickBooks' arithmetic"):
        to_quickbooks_create(a_draft(line), a_catalogue())


def test_a_half_cent_goes_up_as_quickbooks_has_it() -> None:
    line = a_line(quantity=Decimal("14.50"), unit_price=Decimal("128.350"), amount="1861.08")
    assert body_of(a_draft(line))["Line"][0]["Amount"] == Decimal("1861.08")


def test_hostile_text_becomes_plain_text_of_bounded_length() -> None:
    hostile = "=cmd|' /C calc'!A0\x00\x1b[31m \u202egnp.exe \ud83d " + "x" * 5000
    body = body_of(a_draft(a_line(text=hostile), memo="m\r\n" * 900))
    text = body["Line"][0]["Description"]
    assert text.startswith("=cmd|' /C calc'!A0[31m gnp.exe  xxx")
    assert len(text) == MAX_LINE_TEXT
    assert text.endswith("…")
    assert len(body["CustomerMemo"]["value"]) == 1000


def test_text_keeps_its_lines_and_every_printable_sign() -> None:
    assert printable("Ünïted 👩‍👩‍👧\r\n\tsecond", 100) == "Ünïted 👩‍👩‍👧\n\tsecond"


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert to_quickbooks_create(a_draft(), a_catalogue()) == to_quickbooks_create(a_draft(), a_catalogue())


def test_a_marker_that_could_not_be_found_again_is_a_defect() -> None:
    with pytest.raises(ValueError, match="not a marker"):
        to_quickbooks_create(a_draft(marker="MP-1"), a_catalogue())


def test_a_location_is_named_by_its_id_and_an_unknown_one_is_refused() -> None:
    known = a_catalogue(locations=(("Berlin", "3"), ("Oslo", "4")))
    sent = figures.parse(to_quickbooks_create(a_draft(location="Oslo"), known).body)
    assert sent["DepartmentRef"] == {"value": "4"}
    assert "DepartmentRef" not in body_of(a_draft())
    with pytest.raises(Rejected, match="location “Paris”"):
        to_quickbooks_create(a_draft(location="Paris"), known)


def test_an_update_changes_our_line_and_passes_everything_else_through() -> None:
    invoice = an_invoice(SyncToken="3")
    edits = LineEdits({"1": a_line("1500.00", text="Discovery, revised")})
    request = to_quickbooks_update(document(invoice), edits, a_catalogue())
    sent = figures.parse(request.body)
    line = sent["Line"][0]
    assert (request.operation, request.target) == ("update", "145")
    assert (line["Amount"], line["Description"]) == (Decimal("1500.00"), "Discovery, revised")
    assert line["SalesItemLineDetail"] == {
        **invoice["Line"][0]["SalesItemLineDetail"],
        "Qty": 1,
        "UnitPrice": Decimal("1500.00"),
    }
    assert sent.pop("sparse") is True
    assert {**sent, "Line": []} == {key: value for key, value in invoice.items() if key != "sparse"} | {
        "Line": []
    }
    assert sent["Line"][1:] == invoice["Line"][1:]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.decimals(-(10**9), 10**9, places=4)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=6,
)
unknown_fields = st.dictionaries(st.text(min_size=1).map(lambda name: f"x{name}"), json_values, max_size=4)


@given(header=unknown_fields, detail=unknown_fields, other=unknown_fields, order=st.permutations(range(3)))
def test_no_unknown_field_or_line_is_lost_in_an_update(
    header: dict[str, Any], detail: dict[str, Any], other: dict[str, Any], order: list[int]
) -> None:
    ours, subtotal = an_invoice()["Line"]
    theirs = {
        "Id": "9",
        "Amount": 5,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": other,
        **other,
    }
    lines = [{**ours, **detail}, theirs, subtotal]
    invoice = an_invoice(**header, Line=[lines[place] for place in order])
    request = to_quickbooks_update(document(invoice), LineEdits({"1": a_line("1500.00")}), a_catalogue())
    sent = figures.parse(request.body)
    expected = {**invoice, "sparse": True}
    for line in expected["Line"]:
        if line.get("Id") == "1":
            line |= {"Amount": Decimal("1500.00")}
            line["SalesItemLineDetail"] = {
                **line["SalesItemLineDetail"],
                "Qty": 1,
                "UnitPrice": Decimal("1500.00"),
            }
    assert sent == expected


def test_a_new_line_goes_before_the_subtotal_and_what_finance_put_behind_it() -> None:
    discount = {"Amount": 5, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}
    invoice = an_invoice()
    invoice["Line"].append(discount)
    request = to_quickbooks_update(document(invoice), LineEdits(added=(a_line("70.00"),)), a_catalogue())
    kinds = [line["DetailType"] for line in figures.parse(request.body)["Line"]]
    assert kinds == ["SalesItemLineDetail", "SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]


def test_outside_the_us_an_update_leaves_the_tax_to_be_computed_anew() -> None:
    current, edits = document(an_invoice()), LineEdits({"1": a_line()})
    assert b"TxnTaxDetail" not in to_quickbooks_update(current, edits, a_catalogue(country="GB")).body
    assert b"TxnTaxDetail" in to_quickbooks_update(current, edits, a_catalogue()).body


def test_a_line_that_finance_took_out_is_never_put_back() -> None:
    with pytest.raises(Rejected, match="its line 4 is no longer there"):
        to_quickbooks_update(document(an_invoice()), LineEdits({"4": a_line()}), a_catalogue())


def test_an_update_in_another_currency_is_refused() -> None:
    with pytest.raises(Rejected, match="kept in USD"):
        to_quickbooks_update(document(an_invoice()), LineEdits({"1": a_line(currency="EUR")}), a_catalogue())


def test_a_void_names_the_version_that_was_read() -> None:
    request = to_quickbooks_withdrawal(replace(document(an_invoice()), version="7"))
    assert request.body == b'{"Id":"145","SyncToken":"7"}'


def test_the_note_holds_the_marker_and_nothing_else() -> None:
    assert body_of(a_draft(memo=""))["PrivateNote"] == MARKER
    assert "CustomerMemo" not in body_of(a_draft(memo=""))
