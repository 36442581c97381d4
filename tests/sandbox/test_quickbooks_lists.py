"""Customers, items and payments written through the QuickBooks twin's API, and the lists one only reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import REALM, Bench, error_of, identity

from sandbox.quickbooks import starter


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_customer_is_made_changed_and_put_to_rest(bench: Bench) -> None:
    made = bench.post("/customer", {"DisplayName": "Beta", "PrimaryEmailAddr": {"Address": "b@x.example"}})[
        "Customer"
    ]
    assert (made["Active"], made["CurrencyRef"]) == (True, {"value": "USD", "name": "United States Dollar"})
    sub = bench.post(
        "/customer", {"DisplayName": "Project", "ParentRef": {"value": made["Id"]}, "Job": True}
    )["Customer"]
    assert sub["FullyQualifiedName"] == "Beta:Project"
    rest = bench.post("/customer", identity(made) | {"sparse": True, "Active": False})["Customer"]
    assert (rest["Active"], rest["SyncToken"]) == (False, "1")
    assert rest["PrimaryEmailAddr"] == {"Address": "b@x.example"}
    full = bench.post("/customer", identity(rest) | {"DisplayName": "Beta Ltd"})["Customer"]
    assert "PrimaryEmailAddr" not in full


def test_a_name_is_unique_in_any_case(bench: Bench) -> None:
    error = bench.refused("/customer", {"DisplayName": "ACME"})
    assert error["code"] == "6240"
    assert f"Id={bench.customer.id}" in error["Detail"]
    account = starter.add_account(bench.company, "Fees", "Income")
    taken = {"Name": "development", "IncomeAccountRef": {"value": account.id}}
    assert bench.refused("/item", taken)["code"] == "6240"
    same = {
        "Id": bench.customer.id,
        "SyncToken": "0",
        "DisplayName": "Acme",
        "Notes": "itself is no duplicate",
    }
    assert bench.post("/customer", same)["Customer"]["Notes"] == "itself is no duplicate"


@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("customer", {}, "2020"),
        ("customer", {"DisplayName": "A:B"}, "6000"),
        ("customer", {"DisplayName": "x" * 501}, "2050"),
        ("customer", {"DisplayName": "B", "ParentRef": {"value": "99"}}, "2500"),
        ("customer", {"DisplayName": "B", "CurrencyRef": {"value": "EUR"}}, "6000"),
        ("item", {"Name": "No account"}, "2020"),
        ("item", {"Name": "B", "Type": "Magic", "IncomeAccountRef": {"value": "7"}}, "2170"),
        ("payment", {"CustomerRef": {"value": "1"}}, "6000"),
        ("payment", {"TotalAmt": 5}, "2020"),
        ("payment", {"TotalAmt": 5, "CustomerRef": {"value": "99"}}, "2500"),
    ],
)
def test_a_bad_list_entry_is_refused(bench: Bench, entity: str, body: dict[str, Any], code: str) -> None:
    assert bench.refused(f"/{entity}", body)["code"] == code


def test_a_customers_currency_never_changes() -> None:
    bench = Bench(multicurrency=True)
    made = bench.post("/customer", {"DisplayName": "Lumière", "CurrencyRef": {"value": "EUR"}})["Customer"]
    other = identity(made) | {"sparse": True, "CurrencyRef": {"value": "USD", "name": "United States Dollar"}}
    assert bench.refused("/customer", other)["code"] == "6000"
    assert bench.post("/customer", identity(made) | {"sparse": True, "Notes": "x"})["Customer"][
        "CurrencyRef"
    ] == {"value": "EUR", "name": "Euro"}


def test_an_item_shows_its_account_and_price(bench: Bench) -> None:
    account = starter.add_account(bench.company, "Fees", "Income")
    sent = {"Name": "Audit", "UnitPrice": "1.2345678", "IncomeAccountRef": {"value": account.id}}
    made = bench.post("/item", sent)["Item"]
    assert made["IncomeAccountRef"] == {"value": account.id, "name": "Fees"}
    assert (made["UnitPrice"], made["Type"]) == (Decimal("1.2345678"), "Service")


def paying(bench: Bench, invoice_id: str, amount: str, total: str) -> dict[str, Any]:
    link = {"TxnId": invoice_id, "TxnType": "Invoice"}
    return {
        "CustomerRef": {"value": bench.customer.id},
        "TotalAmt": total,
        "Line": [{"Amount": amount, "LinkedTxn": [link]}],
    }


def test_a_payment_through_the_api_settles_invoices_and_can_be_taken_back(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    payment = bench.post("/payment", paying(bench, invoice["Id"], "60.00", "75.00"))["Payment"]
    assert payment["UnappliedAmt"] == 15
    assert bench.get("/invoice/1")["Invoice"]["Balance"] == 40
    voided = bench.post("/payment", identity(payment) | {"sparse": True}, operation="update", include="void")
    assert (voided["Payment"]["TotalAmt"], voided["Payment"]["Line"]) == (0, [])
    assert bench.get("/invoice/1")["Invoice"]["Balance"] == 100
    assert (
        bench.post("/payment", identity(voided["Payment"]), operation="delete")["Payment"]["status"]
        == "Deleted"
    )
    assert error_of(bench.ask("GET", f"/payment/{payment['Id']}"))["code"] == "610"


@pytest.mark.parametrize(("amount", "total"), [("100.01", "200"), ("60", "59.99"), ("0", "10"), ("-5", "10")])
def test_a_payment_applies_no_more_than_is_open_and_received(bench: Bench, amount: str, total: str) -> None:
    invoice = bench.invoice("100.00")
    assert bench.refused("/payment", paying(bench, invoice["Id"], amount, total))["code"] == "6000"
    assert bench.company.rows("Payment") == []


def test_a_payment_pays_only_its_own_customers_invoices(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    bench.customer = starter.add_customer(bench.company, "Beta")
    assert bench.refused("/payment", paying(bench, invoice["Id"], "1", "1"))["code"] == "2500"


def test_company_and_preferences_are_read_at_their_own_addresses() -> None:
    bench = Bench(country="GB", home_currency="GBP", zone="Europe/London")
    info = bench.get(f"/companyinfo/{REALM}")["CompanyInfo"]
    assert (info["CompanyName"], info["Country"], info["DefaultTimeZone"]) == (
        "Fernwood Digital",
        "GB",
        "Europe/London",
    )
    assert {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"} in info["NameValue"]
    preferences = bench.get("/preferences")["Preferences"]
    assert preferences["CurrencyPrefs"]["HomeCurrency"] == {"value": "GBP", "name": "British Pound Sterling"}
    assert error_of(bench.ask("GET", "/companyinfo/2"))["code"] == "610"


@pytest.mark.parametrize(
    "entity", ["account", "term", "class", "department", "taxcode", "taxrate", "item", "customer"]
)
def test_every_list_is_read_by_id_and_by_query(bench: Bench, entity: str) -> None:
    starter.add_class(bench.company, "Delivery")
    starter.add_department(bench.company, "Berlin")
    (name, rows), *_ = bench.query(" ".join(("SELECT * FROM", entity))).items()
    assert bench.get(f"/{entity}/{rows[0]['Id']}") == {name: rows[0], "time": "2026-03-02T12:00:00.000-08:00"}
