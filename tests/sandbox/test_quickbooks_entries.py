"""The lists of the QuickBooks twin and their rules, and what finance does to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, error_of, identity

from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.market import market_rates
from sandbox.quickbooks.rules.terms import due_on


@pytest.fixture
def bench() -> Bench:
    return Bench()


def add(bench: Bench, path: str, **fields: Any) -> dict[str, Any]:
    answer = bench.post(f"/{path}", fields)
    made: dict[str, Any] = next(value for name, value in answer.items() if name != "time")
    return made


def test_a_name_is_taken_once_over_customers_vendors_and_employees_who_share_ids(bench: Bench) -> None:
    vendor = add(bench, "vendor", DisplayName="Globex")
    assert int(vendor["Id"]) == int(bench.customer.id) + 1
    assert bench.refused("/customer", {"DisplayName": "globex"})["code"] == "6240"
    assert (
        bench.refused("/employee", {"GivenName": "Glo", "FamilyName": "bex", "DisplayName": "Acme"})["code"]
        == "6240"
    )
    assert add(bench, "employee", GivenName="Ann", FamilyName="Lee")["DisplayName"] == "Ann Lee"


def test_customers_nest_four_levels_below_the_top_and_no_further(bench: Bench) -> None:
    above = bench.customer.id
    for level in range(1, 5):
        made = add(
            bench, "customer", DisplayName=f"L{level}", ParentRef={"value": above}, BillWithParent=True
        )
        assert (made["Level"], made["Job"], made["BillWithParent"]) == (level, True, True)
        above = made["Id"]
    assert made["FullyQualifiedName"] == "Acme:L1:L2:L3:L4"
    assert bench.refused("/customer", {"DisplayName": "L5", "ParentRef": {"value": above}})["code"] == "700"
    own = identity(made) | {"sparse": True, "ParentRef": {"value": made["Id"]}}
    assert bench.refused("/customer", own)["code"] == "900"
    top = {"Id": bench.customer.id, "SyncToken": "0", "sparse": True, "ParentRef": {"value": above}}
    assert bench.refused("/customer", top)["code"] == "700"


def test_a_form_for_a_sub_customer_names_it_without_its_parents(bench: Bench) -> None:
    portal = starter.add_customer(bench.company, "Portal", parent=bench.customer)
    made = bench.post("/invoice", bench.draft() | {"CustomerRef": {"value": portal.id}})["Invoice"]
    assert made["CustomerRef"] == {"value": portal.id, "name": "Portal"}


def test_renaming_a_parent_renames_what_is_below(bench: Bench) -> None:
    starter.add_customer(bench.company, "Portal", parent=bench.customer)
    bench.finance.rename_customer(bench.customer.id, "Acme Inc.")
    assert bench.query("SELECT * FROM Customer WHERE Job = true")["Customer"][0]["FullyQualifiedName"] == (
        "Acme Inc.:Portal"
    )


def test_open_balances_show_on_customers_and_their_parents(bench: Bench) -> None:
    parent, bench.customer = (
        bench.customer,
        starter.add_customer(bench.company, "Portal", parent=bench.customer),
    )
    bench.invoice("100.00")
    bench.post("/creditmemo", bench.draft("30.00"))
    sub, top = (bench.get(f"/customer/{row.id}")["Customer"] for row in (bench.customer, parent))
    assert (sub["Balance"], top["Balance"], top["BalanceWithJobs"]) == (70, 0, 70)
    found = bench.query("SELECT * FROM Customer WHERE Balance > '50' ORDERBY Balance DESC")["Customer"]
    assert [row["Id"] for row in found] == [bench.customer.id]


def test_a_project_is_a_sub_customer_that_finance_marks(bench: Bench) -> None:
    sub = starter.add_customer(bench.company, "Relaunch", parent=bench.customer)
    assert bench.refused("/invoice", bench.draft(ProjectRef={"value": sub.id}))["code"] == "6000"
    bench.finance.make_project(sub.id)
    assert bench.invoice(ProjectRef={"value": sub.id})["ProjectRef"]["value"] == sub.id
    ignored = add(bench, "customer", DisplayName="No project", IsProject=True)
    assert ignored["IsProject"] is False


def test_a_merged_customer_is_gone_and_its_documents_belong_to_the_other(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    other = starter.add_customer(bench.company, "Acme Inc.")
    bench.finance.merge_customers(other.id, bench.customer.id)
    assert error_of(bench.ask("GET", f"/customer/{bench.customer.id}"))["code"] == "610"
    assert bench.get(f"/invoice/{invoice['Id']}")["Invoice"]["CustomerRef"] == {
        "value": other.id,
        "name": "Acme Inc.",
    }
    feed = bench.get("/cdc", entities="Customer", changedSince="2026-03-01")["CDCResponse"][0][
        "QueryResponse"
    ][0]
    assert {"Deleted"} == {row["status"] for row in feed["Customer"] if row["Id"] == bench.customer.id}
    assert bench.refused("/invoice", bench.draft())["code"] == "2500"
    assert broken_promises(bench.state) == []


@pytest.mark.parametrize(("suffix", "name"), [(" (deleted)", "Acme (deleted)"), ("", "Acme")])
def test_an_inactive_entry_may_lose_its_name(suffix: str, name: str) -> None:
    bench = Bench(Behaviour(inactive_suffix=suffix))
    assert bench.finance.deactivate_customer(bench.customer.id).body["DisplayName"] == name
    assert bench.refused("/invoice", bench.draft())["code"] == "610"
    assert bench.finance.reactivate("Customer", bench.customer.id).body["DisplayName"] == "Acme"


BAD = [
    ("customer", {"DisplayName": "a:b"}, "6000"),
    ("customer", {"GivenName": "x" * 101}, "2050"),
    ("customer", {"DisplayName": "x", "PrimaryEmailAddr": {"Address": "nobody"}}, "2210"),
    ("customer", {"DisplayName": "x", "PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"),
    ("customer", {"DisplayName": "x", "BillAddr": {"City": "x" * 256}}, "2050"),
    ("customer", {"DisplayName": "x", "PreferredDeliveryMethod": "Pigeon"}, "2170"),
    ("employee", {"GivenName": "Bea", "FamilyName": "of: Acme"}, "6000"),
    ("vendor", {"DisplayName": "y", "PrintOnCheckName": "two\tnames"}, "6000"),
    ("item", {"Name": "Pump", "Type": "Inventory", "IncomeAccountRef": {"value": "7"}}, "2020"),
    ("account", {"Name": "x"}, "2020"),
    ("account", {"Name": "x", "AccountType": "Magic"}, "2170"),
    ("account", {"Name": 'a "b"', "AccountType": "Income"}, "6000"),
    ("term", {"Name": "x"}, "6000"),
    ("term", {"Name": "x", "DueDays": 1, "DayOfMonthDue": 1}, "6000"),
    ("term", {"Name": "x", "DueDays": 1000}, "2080"),
    ("term", {"Name": "x" * 32, "DueDays": 1}, "2050"),
    ("class", {"FullyQualifiedName": "x"}, "2020"),
    ("companycurrency", {"Code": "EUR"}, "6000"),
    ("exchangerate", {"SourceCurrencyCode": "EUR", "Rate": 1}, "6000"),
    ("timeactivity", {"NameOf": "Employee", "Hours": 1}, "2020"),
    ("taxservice/taxcode", {"TaxCode": "x", "TaxRateDetails": []}, "2020"),
    ("taxrate", {"Name": "x"}, "500"),
]


@pytest.mark.parametrize(("path", "body", "code"), BAD)
def test_an_entry_that_breaks_a_rule_is_refused(
    bench: Bench, path: str, body: dict[str, Any], code: str
) -> None:
    assert bench.refused(f"/{path}", body)["code"] == code


@pytest.mark.parametrize(
    ("detail", "kind", "classification"),
    [
        ("CashOnHand", "Bank", "Asset"),
        ("PrepaidExpenses", "Other Current Asset", "Asset"),
        ("SalesTaxPayable", "Other Current Liability", "Liability"),
        ("RetainedEarnings", "Equity", "Equity"),
        ("SalesOfProductIncome", "Income", "Revenue"),
        ("Travel", "Expense", "Expense"),
    ],
)
def test_an_account_without_a_type_has_that_of_its_detail_type(
    bench: Bench, detail: str, kind: str, classification: str
) -> None:
    made = bench.post("/account", {"Name": "New", "AccountSubType": detail})["Account"]
    assert (made["AccountType"], made["Classification"]) == (kind, classification)
    assert bench.refused("/account", {"Name": "Other", "AccountSubType": "Nonsense"})["code"] == "2020"


def test_a_social_security_number_goes_in_and_never_comes_out(bench: Bench) -> None:
    sent = {"GivenName": "John", "FamilyName": "Meyer", "SSN": "444-55-6666"}
    employee = bench.post("/employee", sent)["Employee"]
    assert employee["SSN"] == "XXX-XX-XXXX"
    assert b"444-55" not in bench.ask("GET", f"/employee/{employee['Id']}").body


def test_accounts_know_their_class_and_balance(bench: Bench) -> None:
    made = add(bench, "account", Name="Travel", AccountType="Expense")
    assert (made["Classification"], made["AccountSubType"]) == ("Expense", "OtherMiscellaneousServiceCost")
    bench.invoice("100.00")
    standing = bench.query("SELECT * FROM Account WHERE CurrentBalance > '0'")["Account"]
    assert [(row["Name"], row["CurrentBalance"]) for row in standing] == [("Accounts Receivable (A/R)", 100)]
    bench.post("/purchase", card_purchase(bench))
    owed = bench.query("SELECT * FROM Account WHERE CurrentBalance < '0'")["Account"]
    assert [(row["Name"], row["CurrentBalance"]) for row in owed] == [("Card", -20)]


def card_purchase(bench: Bench) -> dict[str, Any]:
    card = add(bench, "account", Name="Card", AccountType="Credit Card")["Id"]
    travel = bench.query("SELECT * FROM Account WHERE Name = 'Travel'")["Account"][0]["Id"]
    line = {"Amount": 20, "DetailType": "AccountBasedExpenseLineDetail"}
    line["AccountBasedExpenseLineDetail"] = {"AccountRef": {"value": travel}}
    return {"AccountRef": {"value": card}, "PaymentType": "CreditCard", "Line": [line]}


@pytest.mark.parametrize(
    ("term", "issued", "due"),
    [
        ({"DueDays": 30}, date(2026, 1, 31), date(2026, 3, 2)),
        ({"DayOfMonthDue": 20, "DueNextMonthDays": 5}, date(2026, 3, 15), date(2026, 3, 20)),
        ({"DayOfMonthDue": 20, "DueNextMonthDays": 5}, date(2026, 3, 16), date(2026, 4, 20)),
        ({"DayOfMonthDue": 31, "DueNextMonthDays": 0}, date(2026, 2, 3), date(2026, 2, 28)),
        ({"DayOfMonthDue": 1, "DueNextMonthDays": 0}, date(2026, 12, 5), date(2027, 1, 1)),
    ],
)
def test_due_dates_follow_the_terms(term: dict[str, Any], issued: date, due: date) -> None:
    assert due_on(term, issued) == due


def test_a_date_driven_term_is_made_and_used(bench: Bench) -> None:
    term = add(bench, "term", Name="20th", DayOfMonthDue=20, DueNextMonthDays=10)
    assert term["Type"] == "DATE_DRIVEN"
    assert bench.invoice(SalesTermRef={"value": term["Id"]})["DueDate"] == "2026-03-20"


def test_a_new_tax_code_taxes_invoices(bench: Bench) -> None:
    bench = Bench(sales_tax=True)
    agency = add(bench, "taxagency", DisplayName="City")
    rate = {"TaxRateName": "City tax", "RateValue": "2.5", "TaxAgencyId": agency["Id"]}
    made = bench.post("/taxservice/taxcode", {"TaxCode": "City", "TaxRateDetails": [rate]})
    code = {"TxnTaxCodeRef": {"value": made["TaxCodeId"]}}
    line = bench.line("100.00", TaxCodeRef={"value": "TAX"})
    assert bench.post("/invoice", bench.draft(TxnTaxDetail=code) | {"Line": [line]})["Invoice"][
        "TotalAmt"
    ] == Decimal("102.50")
    assert (
        bench.refused("/taxservice/taxcode", {"TaxCode": "City", "TaxRateDetails": [rate]})["code"] == "6240"
    )


@pytest.mark.parametrize(
    ("country", "currency", "code", "tax"),
    [
        ("GB", "GBP", "20.0% S", "20.00"),
        ("CA", "CAD", "GST/QST QC - 9.975", "14.98"),
        ("AU", "AUD", "GST", "10.00"),
    ],
)
def test_every_country_has_its_currency_and_codes(country: str, currency: str, code: str, tax: str) -> None:
    bench = Bench(country=country, sales_tax=True)
    row = bench.company.named("TaxCode", code)
    assert row is not None
    line = bench.line("100.00", TaxCodeRef={"value": row.id})
    made = bench.post("/invoice", bench.draft() | {"Line": [line]})["Invoice"]
    assert (made["CurrencyRef"]["value"], made["TxnTaxDetail"]["TotalTax"]) == (currency, Decimal(tax))


def test_automated_tax_goes_by_the_address_and_spares_the_exempt() -> None:
    bench = Bench(automated_tax=True)
    line = bench.line("100.00", TaxCodeRef={"value": "TAX"})

    def total(**fields: Any) -> Decimal:
        made: Decimal = bench.post("/invoice", bench.draft(**fields) | {"Line": [line]})["Invoice"][
            "TotalAmt"
        ]
        return made

    assert total(ShipAddr={"CountrySubDivisionCode": "AZ"}) == Decimal("109.10")
    assert total(ShipAddr={"CountrySubDivisionCode": "CA"}) == 108
    assert total(TxnTaxDetail={"UseAutomatedSalesTax": False, "TotalTax": "1.23"}) == Decimal("101.23")
    bench.customer.body["TaxExemptionReasonId"] = "9"
    assert total() == 100


def test_tax_after_a_discount_is_on_what_is_left() -> None:
    bench = Bench(sales_tax=True)
    code = bench.company.named("TaxCode", "California")
    assert code is not None
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        "Amount": "10",
    }
    lines = [bench.line("100.00", TaxCodeRef={"value": "TAX"}), discount]
    sent = bench.draft(TxnTaxDetail={"TxnTaxCodeRef": {"value": code.id}}) | {"Line": lines}
    assert bench.post("/invoice", sent)["Invoice"]["TotalAmt"] == 98
    assert bench.post("/invoice", sent | {"ApplyTaxAfterDiscount": True})["Invoice"]["TotalAmt"] == Decimal(
        "97.20"
    )


def test_finance_splits_a_line_off_to_another_invoice(bench: Bench) -> None:
    invoice = bench.invoice("80.00", "20.00")
    other = bench.finance.split(invoice["Id"], "2")
    assert other.body["TotalAmt"] == 20
    assert bench.get(f"/invoice/{invoice['Id']}")["Invoice"]["TotalAmt"] == 80
    assert bench.balance("Accounts Receivable") == 100


def test_a_cancelled_subscription_stops_everything_until_it_is_paid_again(bench: Bench) -> None:
    bench.finance.cancel_subscription()
    assert error_of(bench.ask("GET", "/preferences"))["code"] == "6190"
    assert bench.refused("/invoice", bench.draft())["code"] == "6190"
    bench.finance.resume_subscription()
    info = bench.get("/companyinfo/1")["CompanyInfo"]
    assert {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"} in info["NameValue"]


def test_preferences_are_changed_group_by_group(bench: Bench) -> None:
    sent = {"Id": "1", "SyncToken": "0", "SalesFormsPrefs": {"CustomTxnNumbers": True}}
    changed = bench.post("/preferences", sent)["Preferences"]
    assert changed["SalesFormsPrefs"]["AllowDiscount"] is True
    assert bench.refused("/preferences", sent)["code"] == "5010"
    assert bench.invoice().get("DocNumber") is None
    fixed = {"Id": "1", "SyncToken": "1", "CurrencyPrefs": {"HomeCurrency": {"value": "EUR"}}}
    assert bench.post("/preferences", fixed)["Preferences"]["CurrencyPrefs"]["HomeCurrency"]["value"] == "USD"


def test_a_rate_is_entered_for_a_day_and_used_by_invoices_of_that_day() -> None:
    bench = Bench(multicurrency=True)
    bench.customer = starter.add_customer(bench.company, "Lumière", currency="EUR")
    for on, rate in (("2026-02-01", "1.05"), ("2026-03-02", "1.10")):
        bench.post("/exchangerate", {"SourceCurrencyCode": "EUR", "Rate": rate, "AsOfDate": on})
    euro = {"CurrencyRef": {"value": "EUR"}}
    assert bench.invoice(TxnDate="2026-02-01", **euro)["ExchangeRate"] == Decimal("1.05")
    assert bench.invoice(**euro)["HomeTotalAmt"] == 110
    asked = bench.get("/exchangerate", sourcecurrencycode="EUR", asofdate="2026-02-01")["ExchangeRate"]
    assert (asked["Rate"], asked["TargetCurrencyCode"]) == (Decimal("1.05"), "USD")
    assert error_of(bench.ask("GET", "/exchangerate", sourcecurrencycode="ZZZ"))["code"] == "610"


def test_a_company_with_currencies_knows_what_the_market_pays_until_it_says_otherwise() -> None:
    bench = Bench(multicurrency=True)
    bench.post("/exchangerate", {"SourceCurrencyCode": "EUR", "Rate": "1.05"})
    rates = bench.query("SELECT * FROM ExchangeRate MAXRESULTS 1000")["ExchangeRate"]
    assert [rate["SourceCurrencyCode"] for rate in rates[:4]] == ["USD", "EUR", "AED", "ARS"]
    assert [rate["Rate"] for rate in rates[:2]] == [1, Decimal("1.05")]
    assert set(rates[2]) == {"SourceCurrencyCode", "TargetCurrencyCode", "Rate", "AsOfDate", "MetaData"}
    bench.customer = starter.add_customer(bench.company, "Maple", currency="CAD")
    sold = bench.invoice("100.00", CurrencyRef={"value": "CAD"})
    assert (sold["ExchangeRate"], sold["HomeTotalAmt"]) == (Decimal("0.76"), 76)
    assert error_of(Bench().ask("GET", "/exchangerate", sourcecurrencycode="CAD"))["code"] == "610"
    assert market_rates("JPY")["KWD"] == Decimal("360.175055")
    assert str(market_rates("AWG")["USD"]) == "1.799856"
    assert market_rates("ZZZ") == {}
