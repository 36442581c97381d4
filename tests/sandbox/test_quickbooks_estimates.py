"""Estimates and credits at the QuickBooks twin: what they move, what they link, how they end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, identity

from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.invariants import broken_promises


@pytest.fixture
def bench() -> Bench:
    return Bench()


def estimate(bench: Bench, *amounts: str, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = bench.post("/estimate", bench.draft(*amounts, **fields))["Estimate"]
    return made


def linked(estimate_id: str) -> dict[str, Any]:
    return {"LinkedTxn": [{"TxnId": estimate_id, "TxnType": "Estimate"}]}


def status(bench: Bench, estimate_id: str) -> tuple[str, list[str]]:
    body = bench.get(f"/estimate/{estimate_id}")["Estimate"]
    return body["TxnStatus"], [link["TxnId"] for link in body["LinkedTxn"]]


def test_an_estimate_moves_nothing_and_an_unsent_invoice_does(bench: Bench) -> None:
    made = estimate(bench, "100.00", ExpirationDate="2026-04-01")
    assert (made["TxnStatus"], made["TotalAmt"], made["DocNumber"]) == ("Pending", 100, "1001")
    assert "Balance" not in made
    assert bench.company.books.balances() == {}
    invoice = bench.invoice("100.00")
    assert (invoice["EmailStatus"], bench.balance("Income")) == ("NotSet", 100)


def test_an_invoice_linked_to_an_estimate_closes_it_and_its_deletion_opens_it_again(bench: Bench) -> None:
    made = estimate(bench)
    invoice = bench.invoice(**linked(made["Id"]))
    assert invoice["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Estimate"}]
    assert status(bench, made["Id"]) == ("Closed", [invoice["Id"]])
    kept = bench.change(invoice, PrivateNote="a sparse update keeps the link")
    assert kept["LinkedTxn"] == invoice["LinkedTxn"]
    bench.post("/invoice", identity(kept), operation="delete")
    assert status(bench, made["Id"]) == ("Pending", [])


def test_the_status_of_an_invoiced_estimate_is_a_knob() -> None:
    bench = Bench(Behaviour(estimate_when_invoiced="Converted"))
    made = estimate(bench)
    bench.invoice(**linked(made["Id"]))
    assert status(bench, made["Id"])[0] == "Converted"


def test_closed_estimates_are_ignored_and_wrong_ones_refused(bench: Bench) -> None:
    first, second, other = estimate(bench), estimate(bench), estimate(bench)
    bench.finance.decide_estimate(first["Id"], "Rejected")
    assert bench.invoice(**linked(first["Id"]))["LinkedTxn"] == []
    both = {"LinkedTxn": linked(second["Id"])["LinkedTxn"] + linked(other["Id"])["LinkedTxn"]}
    assert bench.refused("/invoice", bench.draft(**both))["code"] == "6000"
    bench.customer = starter.add_customer(bench.company, "Beta")
    assert bench.refused("/invoice", bench.draft(**linked(second["Id"])))["code"] == "620"
    assert bench.refused("/invoice", bench.draft(**linked("99")))["code"] == "2500"


def test_finance_converts_an_estimate_whole(bench: Bench) -> None:
    made = estimate(bench, "80.00", "20.00")
    invoice = bench.finance.convert_estimate(made["Id"])
    assert invoice.body["TotalAmt"] == 100
    assert status(bench, made["Id"]) == ("Closed", [invoice.id])


@pytest.mark.parametrize("kept", [True, False])
def test_the_private_note_goes_along_or_not(kept: bool) -> None:  # noqa: FBT001  a knob's two ways
    bench = Bench(Behaviour(conversion_keeps_note=kept))
    made = bench.post("/estimate", bench.draft("80.00", PrivateNote="MP-1a2b"))["Estimate"]
    invoice = bench.finance.convert_estimate(made["Id"])
    assert (invoice.body.get("PrivateNote") == "MP-1a2b") is kept


def test_finance_splits_an_estimate_over_invoices_until_nothing_is_left(bench: Bench) -> None:
    made = estimate(bench, "80.01", "20.00")
    first = bench.finance.convert_estimate(made["Id"], Decimal("0.5"))
    assert first.body["TotalAmt"] == Decimal("50.01")
    assert first.body["Line"][0]["LinkedTxn"][0]["TxnId"] == made["Id"]
    assert status(bench, made["Id"]) == ("Accepted", [first.id])
    second = bench.finance.convert_estimate(made["Id"], Decimal("0.5"))
    assert first.body["TotalAmt"] + second.body["TotalAmt"] == made["TotalAmt"]
    assert status(bench, made["Id"]) == ("Closed", [first.id, second.id])


def test_an_estimate_is_accepted_by_someone_and_deleted(bench: Bench) -> None:
    made = estimate(bench)
    row = bench.finance.decide_estimate(made["Id"], "Accepted", "Ann")
    assert (row.body["AcceptedBy"], row.body["AcceptedDate"]) == ("Ann", "2026-03-02")
    assert (
        bench.query("SELECT * FROM Estimate WHERE TxnStatus = 'Accepted'")["Estimate"][0]["Id"] == made["Id"]
    )
    assert bench.refused("/estimate", identity(made) | {"SyncToken": "1"}, operation="void")["code"] == "500"
    bench.post("/estimate", identity(made) | {"SyncToken": "1"}, operation="delete")
    assert bench.query("SELECT * FROM Estimate") == {}


def test_a_credit_memo_takes_back_income_and_is_used_up_by_a_payment_of_nothing(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    memo = bench.post("/creditmemo", bench.draft("30.00"))["CreditMemo"]
    assert (memo["Balance"], memo["RemainingCredit"]) == (30, 30)
    assert (bench.balance("Income"), bench.balance("Accounts Receivable")) == (70, 70)
    lines = [
        {"Amount": "30", "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]},
        {"Amount": "30", "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    payment = {"CustomerRef": {"value": bench.customer.id}, "TotalAmt": 0, "Line": lines}
    made = bench.post("/payment", payment)["Payment"]
    assert made["UnappliedAmt"] == 0
    assert bench.get(f"/invoice/{invoice['Id']}")["Invoice"]["Balance"] == 70
    used = bench.get(f"/creditmemo/{memo['Id']}")["CreditMemo"]
    assert (used["Balance"], used["RemainingCredit"]) == (0, 0)
    assert bench.refused("/creditmemo", identity(used), operation="delete")["code"] == "800"
    assert broken_promises(bench.state) == []


def test_finance_credits_an_invoice_and_open_credits_can_apply_themselves(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    memo = bench.finance.credit(invoice["Id"], Decimal(40), "agreed")
    assert memo.body["RemainingCredit"] == 0
    assert bench.get(f"/invoice/{invoice['Id']}")["Invoice"]["Balance"] == 60
    bench.company.preferences.body["SalesFormsPrefs"]["AutoApplyCredit"] = True
    bench.post("/creditmemo", bench.draft("25.00"))
    assert bench.company.find("Invoice", bench.invoice("100.00")["Id"]).body["Balance"] == 75  # type: ignore[union-attr]
    assert broken_promises(bench.state) == []


def test_a_payment_is_changed_moved_and_its_lines_are_all_or_none(bench: Bench) -> None:
    first, second = bench.invoice("100.00"), bench.invoice("50.00")

    def line(invoice: dict[str, Any], amount: str) -> dict[str, Any]:
        return {"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}

    sent = {"CustomerRef": {"value": bench.customer.id}, "TotalAmt": "120", "Line": [line(first, "100")]}
    made = bench.post("/payment", sent)["Payment"]
    kept = bench.post("/payment", identity(made) | {"sparse": True, "PrivateNote": "x"})["Payment"]
    assert (kept["Line"], kept["UnappliedAmt"]) == (made["Line"], 20)
    moved = bench.post("/payment", identity(kept) | sent | {"Line": [line(second, "50")]})["Payment"]
    assert moved["UnappliedAmt"] == 70
    balances = [bench.get(f"/invoice/{row['Id']}")["Invoice"]["Balance"] for row in (first, second)]
    assert balances == [100, 0]
    too_much = identity(moved) | sent | {"Line": [line(second, "51")]}
    assert bench.refused("/payment", too_much)["code"] == "6000"
    assert bench.get(f"/invoice/{second['Id']}")["Invoice"]["Balance"] == 0
    assert broken_promises(bench.state) == []


def test_deposited_money_cannot_be_changed_until_it_is_taken_out(bench: Bench) -> None:
    invoice = bench.invoice("100.00")
    payment = bench.finance.take_payment(invoice["Id"])
    bank = bench.company.named("Account", "Checking")
    assert bank is not None
    sent = {
        "DepositToAccountRef": {"value": bank.id},
        "Line": [{"Amount": "100", "LinkedTxn": [{"TxnId": payment.id, "TxnType": "Payment"}]}],
    }
    deposit = bench.post("/deposit", sent)["Deposit"]
    assert (bench.balance("Bank"), bench.balance("Other Current Asset")) == (100, 0)
    version = {"Id": payment.id, "SyncToken": str(payment.version)}
    assert bench.refused("/payment", version, operation="delete")["code"] == "6540"
    assert bench.refused("/deposit", sent)["code"] == "6540"
    bench.post("/deposit", identity(deposit), operation="delete")
    bench.post("/payment", version, operation="delete")
    assert bench.balance("Bank") == bench.balance("Other Current Asset") == 0


def test_a_bundle_brings_its_items_and_their_amounts(bench: Bench) -> None:
    bench.item.body["UnitPrice"] = Decimal("12.50")
    group = {"ItemGroupLine": [{"ItemRef": {"value": bench.item.id}, "Qty": 2}]}
    sent = {"Name": "Package", "Type": "Group", "ItemGroupDetail": group}
    bundle = bench.post("/item", sent)["Item"]
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": bundle["Id"]}, "Quantity": 3},
    }
    made = bench.post("/invoice", bench.draft() | {"Line": [line]})["Invoice"]
    (member,) = made["Line"][0]["GroupLineDetail"]["Line"]
    assert (made["TotalAmt"], member["Amount"], member["SalesItemLineDetail"]["Qty"]) == (75, 75, 6)
    assert bench.balance("Income") == 75
    assert bench.change(made, Line=made["Line"])["Line"] == made["Line"]
