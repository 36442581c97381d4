"""What the service fills in where a client is silent, as recorded answers show it."""

from __future__ import annotations

from decimal import Decimal

from quickbooks_sample_company import Sample
from quickbooks_twin import Bench

from sandbox.quickbooks.vocabulary.registry import KINDS


def test_money_goes_to_undeposited_funds_and_a_payment_tells_so_by_id_alone() -> None:
    bench = Bench()
    customer = {"value": bench.customer.id}
    payment = bench.post("/payment", {"CustomerRef": customer, "TotalAmt": 5})["Payment"]
    funds = bench.company.named("Account", "Undeposited Funds")
    assert funds is not None
    assert payment["DepositToAccountRef"] == {"value": funds.id}
    assert bench.post("/payment", payment)["Payment"]["DepositToAccountRef"] == {"value": funds.id}
    receipt = bench.post("/salesreceipt", bench.draft())["SalesReceipt"]
    assert receipt["DepositToAccountRef"] == funds.reference()


def test_what_is_owed_to_a_vendor_is_owed_on_the_payables() -> None:
    bench = Bench()
    vendor = {"value": bench.post("/vendor", {"DisplayName": "Stationer"})["Vendor"]["Id"]}
    account = {"value": bench.post("/account", {"Name": "Paper", "AccountType": "Expense"})["Account"]["Id"]}
    line = {
        "Amount": 40,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": account},
    }
    for path, kind in (
        ("bill", "Bill"),
        ("vendorcredit", "VendorCredit"),
        ("purchaseorder", "PurchaseOrder"),
    ):
        made = bench.post(f"/{path}", {"VendorRef": vendor, "Line": [line]})[kind]
        assert made["APAccountRef"]["name"] == "Accounts Payable (A/P)"
    assert bench.balance("Accounts Payable") == Decimal(0)


def test_a_new_customer_is_no_project_and_gets_nothing_by_mail() -> None:
    made = Bench().post("/customer", {"DisplayName": "Bea"})["Customer"]
    assert (made["IsProject"], made["PreferredDeliveryMethod"]) == (False, "None")


def test_a_currency_that_a_new_customer_brings_joins_the_list() -> None:
    bench = Bench(multicurrency=True)
    for name in ("Yen KK", "Second KK"):
        bench.post("/customer", {"DisplayName": name, "CurrencyRef": {"value": "JPY"}})
    listed = bench.query("select * from CompanyCurrency where Code = 'JPY'")["CompanyCurrency"]
    assert [entry["Name"] for entry in listed] == ["Japanese Yen"]


def test_nothing_changed_before_it_was_made() -> None:
    company = Sample().company
    rows = [row for kind in KINDS for row in company.rows(kind)]
    assert len(rows) > 200
    assert not [row for row in rows if row.changed_at < row.created_at]
