"""Billable costs and hours of the QuickBooks twin on their way to an invoice, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, identity

from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.rules import sales
from sandbox.quickbooks.state import FINANCE_USER


class Work(Bench):
    """A company with a cost account, a vendor, and costs that its customer is to pay."""

    def __init__(self) -> None:
        super().__init__()
        account = self.post("/account", {"Name": "Materials", "AccountSubType": "SuppliesMaterials"})
        self.cost = account["Account"]["Id"]
        self.vendor = self.post("/vendor", {"DisplayName": "Supplier"})["Vendor"]["Id"]

    def cost_line(self, amount: str, status: str = "Billable", **fields: Any) -> dict[str, Any]:
        detail = {"AccountRef": {"value": self.cost}, "BillableStatus": status}
        detail |= {"CustomerRef": {"value": self.customer.id}}
        kind = "AccountBasedExpenseLineDetail"
        return {"Amount": amount, "DetailType": kind, kind: detail} | fields

    def bill(self, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
        body = {"VendorRef": {"value": self.vendor}, "Line": lines} | fields
        made: dict[str, Any] = self.post("/bill", body)["Bill"]
        return made

    def charges(self) -> list[dict[str, Any]]:
        found = self.query("SELECT * FROM ReimburseCharge ORDERBY Id")
        rows: list[dict[str, Any]] = found.get("ReimburseCharge", [])
        return rows

    def billed(self, kind: str, wanted: str) -> dict[str, Any]:
        """An invoice that bills one charge or time entry, as a person makes it."""
        body = self.draft("30.00", LinkedTxn=[{"TxnId": wanted, "TxnType": kind}])
        row = sales.create(self.company, "Invoice", body, by=FINANCE_USER)  # links to charges are a person's
        made: dict[str, Any] = self.get(f"/invoice/{row.id}")["Invoice"]
        return made

    def status(self, bill: dict[str, Any]) -> str:
        (line,) = self.get(f"/bill/{bill['Id']}")["Bill"]["Line"]
        shown: str = line["AccountBasedExpenseLineDetail"]["BillableStatus"]
        return shown


@pytest.fixture
def work() -> Work:
    return Work()


def test_each_billable_line_has_a_charge_that_follows_it(work: Work) -> None:
    made = work.bill(work.cost_line("30.00", Description="Seeds"), work.cost_line("5.00", "NotBillable"))
    (charge,) = work.charges()
    assert (charge["Amount"], charge["HasBeenInvoiced"]) == (Decimal("30.00"), False)
    assert charge["CustomerRef"]["value"] == work.customer.id
    assert charge["Line"][0]["Description"] == "Seeds"
    assert made["Line"][0]["LinkedTxn"][0]["TxnId"] == charge["Id"]
    assert work.get(f"/reimbursecharge/{charge['Id']}")["ReimburseCharge"] == charge
    lines = [work.cost_line("40.00", Id=made["Line"][0]["Id"])]
    changed = work.post("/bill", made | {"Line": lines})["Bill"]
    (again,) = work.charges()
    assert (again["Id"], again["Amount"]) == (charge["Id"], Decimal("40.00"))
    work.post("/bill", identity(changed), operation="delete")
    assert work.charges() == []
    assert not broken_promises(work.state)


def test_a_line_that_is_no_longer_billable_or_gone_leaves_no_charge(work: Work) -> None:
    made = work.bill(work.cost_line("30.00"), work.cost_line("5.00"))
    first, second = made["Line"]
    made = work.post(
        "/bill", made | {"Line": [first, work.cost_line("5.00", "NotBillable", Id=second["Id"])]}
    )["Bill"]
    assert [each["Amount"] for each in work.charges()] == [Decimal("30.00")]
    work.post("/bill", made | {"Line": [work.cost_line("7.00", "NotBillable")]})
    assert work.charges() == []


def test_clients_neither_write_charges_nor_bill_them(work: Work) -> None:
    work.bill(work.cost_line("30.00"))
    (charge,) = work.charges()
    link = [{"TxnId": charge["Id"], "TxnType": "ReimburseCharge"}]
    assert work.invoice(LinkedTxn=link)["LinkedTxn"] == []
    body = {"CustomerRef": {"value": work.customer.id}, "Amount": "1.00"}
    assert work.refused("/reimbursecharge", body)["code"]


@pytest.mark.parametrize("end", ["delete", "void", "unlink"])
def test_an_invoice_bills_a_charge_until_it_is_deleted_voided_or_unlinked(work: Work, end: str) -> None:
    bill = work.bill(work.cost_line("30.00"))
    (charge,) = work.charges()
    invoice = work.billed("ReimburseCharge", charge["Id"])
    (charge,) = work.charges()
    assert charge["HasBeenInvoiced"] is True
    assert charge["LinkedTxn"] == [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    assert work.status(bill) == "HasBeenBilled"
    if end == "unlink":
        sent = identity(invoice) | {"sparse": True, "LinkedTxn": []}
        sales.update(work.company, "Invoice", sent, by=FINANCE_USER)
    else:
        work.post("/invoice", identity(invoice), operation=end)
    assert work.charges()[0]["HasBeenInvoiced"] is False
    assert work.status(bill) == "Billable"
    assert not broken_promises(work.state)


def test_an_invoice_bills_hours(work: Work) -> None:
    employee = work.post("/employee", {"GivenName": "Ann", "FamilyName": "Lee"})["Employee"]
    body = {
        "NameOf": "Employee",
        "EmployeeRef": {"value": employee["Id"]},
        "CustomerRef": {"value": work.customer.id},
        "ItemRef": {"value": work.item.id},
        "BillableStatus": "Billable",
        "HourlyRate": 60,
        "Hours": 2,
        "Minutes": 30,
    }
    hours = work.post("/timeactivity", body)["TimeActivity"]
    draft = work.draft("150.00", LinkedTxn=[{"TxnId": hours["Id"], "TxnType": "TimeActivity"}])
    invoice = work.post("/invoice", draft)["Invoice"]
    shown = work.get(f"/timeactivity/{hours['Id']}")["TimeActivity"]
    assert shown["BillableStatus"] == "HasBeenBilled"
    work.post("/invoice", identity(invoice), operation="void")
    shown = work.get(f"/timeactivity/{hours['Id']}")["TimeActivity"]
    assert shown["BillableStatus"] == "Billable"
