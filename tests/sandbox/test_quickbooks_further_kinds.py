"""The entities of the QuickBooks twin that fewer clients meet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from quickbooks_twin import REALM, Bench, identity

from sandbox.http import Request
from sandbox.quickbooks.invariants import broken_promises


class Shop(Bench):
    """A company with a card, and verbs for accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.card = self.account("Visa", "CreditCard")
        self.checking = "3"

    def account(self, name: str, kind: str, **fields: Any) -> str:
        made: dict[str, Any] = self.post("/account", {"Name": name, "AccountSubType": kind} | fields)
        return str(made["Account"]["Id"])

    def books(self, account: str) -> Decimal:
        return self.company.books.balance(account)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_card_is_paid_from_the_bank_and_answered_under_the_name_of_its_schema(shop: Shop) -> None:
    body = {
        "BankAccountRef": {"value": shop.checking},
        "CreditCardAccountRef": {"value": shop.card},
        "Amount": "40.00",
    }
    made = shop.post("/creditcardpayment", body)["CreditCardPaymentTxn"]
    assert (shop.books(shop.checking), shop.books(shop.card)) == (-40, 40)
    found = shop.query("SELECT * FROM CreditCardPayment")
    assert found["CreditCardPaymentTxn"][0]["Amount"] == Decimal("40.00")
    changed = shop.post("/creditcardpayment", made | {"Amount": "50.00"})["CreditCardPaymentTxn"]
    assert shop.books(shop.card) == 50
    shop.post("/creditcardpayment", identity(changed), operation="delete")
    assert shop.books(shop.card) == 0
    assert (
        shop.refused("/creditcardpayment", body | {"BankAccountRef": {"value": shop.card}})["code"] == "6430"
    )
    item = {"bId": "1", "operation": "create", "CreditCardPaymentTxn": body}
    (answer,) = shop.post("/batch", {"BatchItemRequest": [item]})["BatchItemResponse"]
    assert answer["CreditCardPaymentTxn"]["Amount"] == Decimal("40.00")
    del body["Amount"]
    assert shop.refused("/creditcardpayment", body)["code"] == "2020"
    assert not broken_promises(shop.state)


def test_a_template_is_written_read_and_removed_and_posts_nothing(shop: Shop) -> None:
    schedule = {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 1, "StartDate": "2026-04-01"}
    info = {"Name": "Rent out", "RecurType": "Automated", "Active": True, "ScheduleInfo": schedule}
    body = {"Invoice": shop.draft("80.00") | {"RecurringInfo": info}}
    answer = shop.post("/recurringtransaction", body)["RecurringTransaction"]
    made = answer["Invoice"]
    assert made["RecurringInfo"]["Name"] == "Rent out"
    assert "TxnDate" not in made
    assert "DocNumber" not in made
    assert shop.balance("Accounts Receivable") == 0
    read = shop.get(f"/recurringtransaction/{made['Id']}")["RecurringTransaction"]
    assert read["Invoice"] == made
    listed = shop.query("SELECT * FROM RecurringTransaction")["RecurringTransaction"]
    assert [each["Invoice"]["Id"] for each in listed] == [made["Id"]]
    changed = {"Invoice": made | {"RecurringInfo": info | {"Name": "Rent"}}}
    renamed = shop.post("/recurringtransaction", changed)["RecurringTransaction"]["Invoice"]
    assert (renamed["RecurringInfo"]["Name"], renamed["SyncToken"]) == ("Rent", "1")
    other = {"Bill": identity(renamed) | {"RecurringInfo": info}}
    assert shop.refused("/recurringtransaction", other)["code"]
    nameless = {"Invoice": shop.draft("80.00") | {"RecurringInfo": {"RecurType": "Automated"}}}
    assert shop.refused("/recurringtransaction", nameless)["code"] == "2020"
    shop.post("/recurringtransaction", {"Invoice": identity(renamed)}, operation="delete")
    assert shop.query("SELECT * FROM RecurringTransaction") == {}
    assert shop.invoice()["DocNumber"] == "1001"


def test_a_budget_has_a_name_of_its_own_and_days(shop: Shop) -> None:
    body = {"Name": "2027", "StartDate": "2027-01-01", "EndDate": "2027-12-31", "BudgetType": "ProfitAndLoss"}
    body |= {"BudgetDetail": [{"BudgetDate": "2027-01-01", "Amount": 5, "AccountRef": {"value": "7"}}]}  # type: ignore[dict-item]
    made = shop.post("/budget", body)["Budget"]
    assert made["BudgetDetail"][0]["Amount"] == 5
    assert (made["BudgetEntryType"], made["Active"]) == ("Monthly", True)
    assert shop.refused("/budget", body)["code"] == "6240"
    assert shop.refused("/budget", {"Name": "2028"})["code"] == "2020"
    assert shop.query("SELECT * FROM Budget WHERE Name = '2027'")["Budget"][0]["Id"] == made["Id"]


def test_a_payment_settles_what_a_journal_or_a_deposit_left_open(shop: Shop) -> None:
    def line(amount: str, side: str, account: str, **fields: Any) -> dict[str, Any]:
        detail = {"PostingType": side, "AccountRef": {"value": account}} | fields
        kind = "JournalEntryLineDetail"
        return {"Amount": amount, "DetailType": kind, kind: detail}

    entity = {"Type": "Customer", "EntityRef": {"value": shop.customer.id}}
    lines = [line("90.00", "Debit", "1", Entity=entity), line("90.00", "Credit", "7")]
    journal = shop.post("/journalentry", {"Line": lines})["JournalEntry"]
    assert shop.get(f"/customer/{shop.customer.id}")["Customer"]["Balance"] == 90
    link = [{"TxnId": journal["Id"], "TxnType": "JournalEntry"}]
    body = {"CustomerRef": {"value": shop.customer.id}, "TotalAmt": "90.00"}
    body |= {"Line": [{"Amount": "90.00", "LinkedTxn": link}]}
    payment = shop.post("/payment", body)["Payment"]
    assert payment["UnappliedAmt"] == 0
    assert shop.get(f"/customer/{shop.customer.id}")["Customer"]["Balance"] == 0
    assert shop.refused("/payment", body)["code"]
    shop.post("/payment", identity(payment), operation="delete")
    assert shop.get(f"/customer/{shop.customer.id}")["Customer"]["Balance"] == 90
    assert not broken_promises(shop.state)


def test_some_of_a_deposit_is_kept_in_cash(shop: Shop) -> None:
    drawer = shop.account("Drawer", "CashOnHand")
    kind = "DepositLineDetail"
    line = {"Amount": "50.00", "DetailType": kind, kind: {"AccountRef": {"value": "7"}}}
    back = {"Amount": "20.00", "AccountRef": {"value": drawer}}
    body = {"DepositToAccountRef": {"value": shop.checking}, "Line": [line], "CashBack": back}
    made = shop.post("/deposit", body)["Deposit"]
    assert made["TotalAmt"] == 30
    assert (shop.books(shop.checking), shop.books(drawer), shop.books("7")) == (30, 20, -50)
    assert not broken_promises(shop.state)


def test_names_and_accounts_bring_their_opening_balances(shop: Shop) -> None:
    customer = shop.post("/customer", {"DisplayName": "Old", "Balance": 75, "OpenBalanceDate": "2026-01-31"})
    assert customer["Customer"]["Balance"] == 75
    (invoice,) = shop.query("SELECT * FROM Invoice")["Invoice"]
    assert (invoice["TxnDate"], invoice["TotalAmt"], invoice["Balance"]) == ("2026-01-31", 75, 75)
    vendor = shop.post("/vendor", {"DisplayName": "Older", "Balance": 20})["Vendor"]
    assert vendor["Balance"] == 20
    savings = shop.account("Savings", "Savings", OpeningBalance=100, OpeningBalanceDate="2026-01-01")
    assert shop.books(savings) == 100
    assert not broken_promises(shop.state)


def test_a_detail_type_belongs_to_one_account_type(shop: Shop) -> None:
    body = {"Name": "Odd", "AccountType": "Bank", "AccountSubType": "SuppliesMaterials"}
    assert shop.refused("/account", body)["element"] == "AccountSubType"
    assert shop.account("Odder", "Savings", AccountType="Bank")


def test_what_the_company_has_subscribed_to_is_told_in_xml(shop: Shop) -> None:
    headers = {"authorization": f"Bearer {shop.token}", "accept": "application/json"}
    answer = shop.app(Request("GET", f"/manage/entitlements/v3/{REALM}", (), headers, b""))
    root = ET.fromstring(answer.body)  # noqa: S314  the sandbox wrote it
    assert (answer.status, root.tag, root.findtext("QboCompany")) == (200, "EntitlementsResponse", "true")
    names = {entry.findtext("name"): entry.findtext("currentCount") for entry in root.iter("threshold")}
    assert names["ACCOUNTS"] == str(len(shop.company.rows("Account")))
    assert shop.app(Request("GET", f"/manage/entitlements/v3/{REALM}", (), {}, b"")).status == 401


def test_tax_classifications_form_a_tree(shop: Shop) -> None:
    found = shop.get("/taxclassification")["QueryResponse"]["TaxClassification"]
    parents = [each for each in found if each["level"] == "1"]
    assert parents
    one = parents[0]["id"]
    assert shop.get(f"/taxclassification/{one}")["TaxClassification"] == parents[0]
    below = shop.get(f"/taxclassification/{one}/children")["QueryResponse"]["TaxClassification"]
    assert below == [each for each in found if each.get("ParentRef", {}).get("value") == one]
    assert shop.get("/taxclassification", level="1")["QueryResponse"]["TaxClassification"] == parents
    assert shop.ask("GET", "/taxclassification/none").status == 400


def test_journals_have_codes_in_france_alone(shop: Shop) -> None:
    assert shop.refused("/journalcode", {"Name": "VT", "Type": "Sales"})["code"] == "5030"
    french = Bench(country="FR")
    found = french.query("SELECT * FROM JournalCode WHERE Type = 'Sales'")["JournalCode"]
    assert [each["Name"] for each in found] == ["VT"]
    assert french.post("/journalcode", {"Name": "VE", "Type": "Sales"})["JournalCode"]["Active"] is True
    assert french.refused("/journalcode", {"Name": "VT", "Type": "Sales"})["code"] == "6240"


def test_customers_are_of_types_that_people_enter(shop: Shop) -> None:
    kind = shop.finance.add_customer_type("Wholesale")
    assert shop.get(f"/customertype/{kind.id}")["CustomerType"]["Name"] == "Wholesale"
    assert shop.refused("/customertype", {"Name": "Retail"})["code"] == "500"
    body = {"DisplayName": "Typed", "CustomerTypeRef": {"value": kind.id}}
    made = shop.post("/customer", body)["Customer"]
    assert made["CustomerTypeRef"]["value"] == kind.id
    assert shop.query("SELECT * FROM CustomerType")["CustomerType"][0]["Id"] == kind.id
