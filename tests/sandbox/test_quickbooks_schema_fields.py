"""What the public schema lets clients write is kept and given back, whoever describes it."""

from __future__ import annotations

from typing import Any

import pytest
from quickbooks_twin import Bench

from sandbox.quickbooks.behaviour import Behaviour

_ON_SALES = {
    "PONumber": "PO-77",
    "FOB": "Oakland",
    "TransactionLocationType": "WithinFrance",
    "GovtTxnRefIdentifier": "NF-1",
    "SalesRepRef": {"value": "5"},
    "FinanceCharge": False,
    "BillEmailCc": {"Address": "cc@acme.example"},
}
_EVERYWHERE = [
    ("customer", {"DisplayName": "Bea"}, {"ContactName": "B", "Source": "QBCommerce", "CreditLimit": 5}),
    (
        "vendor",
        {"DisplayName": "Vic"},
        {"T4AEligible": True, "GSTIN": "1", "OtherContactInfo": {"Type": "x"}},
    ),
    ("item", {"Name": "Bolt"}, {"ManPartNum": "M1", "UQCId": "7", "ServiceType": "ADVT"}),
    ("account", {"Name": "Fees", "AccountType": "Income"}, {"AccountAlias": "F", "BankNum": "9"}),
]


@pytest.mark.parametrize("kind", ["Invoice", "Estimate", "CreditMemo"])
def test_a_sales_form_keeps_what_only_the_schema_knows(kind: str) -> None:
    bench = Bench()
    sent = {name: value for name, value in _ON_SALES.items() if (kind, name) != ("CreditMemo", "BillEmailCc")}
    made = bench.post(f"/{kind}", bench.draft() | sent)[kind]
    assert {name: made[name] for name in sent} == sent
    sparse = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, "FOB": "Berkeley"}
    changed = bench.post(f"/{kind}", sparse)[kind]
    assert {name: changed[name] for name in sent} == sent | {"FOB": "Berkeley"}
    full = {name: value for name, value in changed.items() if name not in sent}
    assert not sent.keys() & bench.post(f"/{kind}", full)[kind].keys()


@pytest.mark.parametrize(("path", "body", "more"), _EVERYWHERE)
def test_a_list_entry_keeps_what_only_the_schema_knows(
    path: str, body: dict[str, Any], more: dict[str, Any]
) -> None:
    bench = Bench()
    if path == "item":
        body = body | {"IncomeAccountRef": bench.item.body["IncomeAccountRef"]}
    (made,) = (value for name, value in bench.post(f"/{path}", body | more).items() if name != "time")
    assert {name: made[name] for name in more} == more
    assert made in bench.get(f"/{path}/{made['Id']}").values()


def test_what_the_service_works_out_or_keeps_to_itself_is_not_taken() -> None:
    bench = Bench()
    own = {"invoiceStatus": "PAID", "TxnStatus": "Draft", "InvoiceEx": {"x": 1}, "AutoDocNumber": False}
    assert not own.keys() & bench.post("/invoice", bench.draft() | own)["Invoice"].keys()


def test_what_only_the_schema_knows_is_dropped_when_the_knob_says_so() -> None:
    bench = Bench(Behaviour(undocumented_field="ignore"))
    made = bench.post("/invoice", bench.draft(SalesRepRef={"value": "5"}, FOB="Oakland"))["Invoice"]
    assert "SalesRepRef" not in made
    assert made["FOB"] == "Oakland"


def test_a_number_can_be_asked_for_whatever_the_company_prefers() -> None:
    bench = Bench()
    bench.company.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True
    assert "DocNumber" not in bench.post("/invoice", bench.draft())["Invoice"]
    assert bench.post("/invoice", bench.draft(AutoDocNumber=True))["Invoice"]["DocNumber"] == "1001"


def test_only_the_end_of_a_tax_number_is_shown() -> None:
    bench = Bench()
    made = bench.post("/customer", {"DisplayName": "Bea", "PrimaryTaxIdentifier": "123-45-6789"})["Customer"]
    assert made["PrimaryTaxIdentifier"] == "XXXXXX-6789"
    assert bench.post("/customer", made)["Customer"]["PrimaryTaxIdentifier"] == "XXXXXX-6789"


def test_the_number_of_a_card_is_masked() -> None:
    bench = Bench()
    charge = {"CreditChargeInfo": {"Number": "4111111111111111", "CcExpiryYear": 2030}}
    payment = {"CustomerRef": {"value": bench.customer.id}, "TotalAmt": 5, "CreditCardPayment": charge}
    made = bench.post("/payment", payment)["Payment"]["CreditCardPayment"]["CreditChargeInfo"]
    assert made == {"Number": "xxxxxxxxxxxx1111", "CcExpiryYear": 2030}


def test_a_form_goes_to_any_address_a_person_has_a_real_one() -> None:
    bench = Bench()
    assert bench.post("/invoice", bench.draft(BillEmail={"Address": "nobody"}))["Invoice"]["Id"]
    error = bench.refused("/customer", {"DisplayName": "Bea", "PrimaryEmailAddr": {"Address": "bea@acme"}})
    assert error["code"] == "2210"


@pytest.mark.parametrize(
    ("company", "told"),
    [
        ({"country": "GB", "sales_tax": True}, "TaxExcluded"),
        ({"country": "AU", "sales_tax": False}, "NotApplicable"),
        ({}, None),
    ],
)
def test_outside_the_us_every_form_tells_its_tax_model(company: dict[str, Any], told: str | None) -> None:
    bench = Bench(**company)
    draft = bench.draft()
    if told == "TaxExcluded":
        draft["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "1"}
    assert bench.post("/invoice", draft)["Invoice"].get("GlobalTaxCalculation") == told


def test_what_a_form_is_owed_on_must_be_an_account_of_receivables() -> None:
    bench = Bench()
    owed = next(
        row for row in bench.company.rows("Account") if row.body["AccountType"] == "Accounts Receivable"
    )
    income = bench.item.body["IncomeAccountRef"]
    assert bench.invoice(ARAccountRef={"value": owed.id})["ARAccountRef"] == owed.reference()
    assert bench.refused("/invoice", bench.draft(ARAccountRef=income))["code"] == "6430"
    assert bench.refused("/invoice", bench.draft(ARAccountRef={"value": "999"}))["code"] == "2500"


@pytest.mark.parametrize(
    ("path", "field", "code"),
    [("creditmemo", {"DueDate": "soon"}, "2030"), ("creditmemo", {"SalesRepRef": "5"}, "2010")],
)
def test_what_only_the_schema_knows_has_its_shape(path: str, field: dict[str, Any], code: str) -> None:
    bench = Bench()
    assert bench.refused(f"/{path}", bench.draft() | field)["code"] == code
