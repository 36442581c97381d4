"""Whatever people and clients do to the QuickBooks twin, in whatever order, its books stay right."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, encoded

from sandbox.quickbooks import starter
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.refusals import Refusal


class Crowd:
    """Random people and clients at work on one company in two currencies."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311  a test wants the same dice each time
        self.bench = Bench(multicurrency=True, sales_tax=True)
        company = self.bench.company
        company.exchange_rates["EUR"] = Decimal("1.0850")
        foreign = starter.add_customer(company, "Lumière", currency="EUR")
        child = starter.add_customer(company, "Portal", parent=self.bench.customer)
        self.customers = [self.bench.customer, foreign, child]
        code = company.named("TaxCode", "California")
        self.tax = {"TxnTaxCodeRef": {"value": code.id if code else ""}}
        self.refusals = 0
        self.done = 0

    def amount(self) -> Decimal:
        return Decimal(self.dice.randint(1, 99999)) / 100

    def draft(self) -> dict[str, Any]:
        bench = self.bench
        bench.customer = self.dice.choice(self.customers)
        lines = [
            bench.line(str(self.amount()), TaxCodeRef={"value": self.dice.choice(("TAX", "NON"))})
            for _ in range(self.dice.randint(1, 3))
        ]
        currency = bench.customer.body["CurrencyRef"]
        return bench.draft(CurrencyRef=currency, TxnTaxDetail=self.tax) | {"Line": lines}

    def pick(self, kind: str) -> Any:
        rows = self.bench.company.rows(kind)
        return self.dice.choice(rows) if rows else None

    def post(self, path: str, body: Any, **query: str) -> None:
        answer = self.bench.ask("POST", path, encoded(body), **query)
        assert answer.status in (200, 400), answer.body
        self.refusals += answer.status == 400
        self.done += answer.status == 200

    def create(self) -> None:
        kind = self.dice.choice(("invoice", "invoice", "creditmemo", "estimate", "salesreceipt"))
        self.post(f"/{kind}", self.draft())

    def change(self) -> None:
        row = self.pick(self.dice.choice(("Invoice", "CreditMemo")))
        if row is not None:
            lines = [self.bench.line(str(self.amount())), *row.body["Line"][:1]]
            sent = {"Id": row.id, "SyncToken": str(row.version), "sparse": True, "Line": lines}
            self.post(f"/{row.kind.lower()}", sent)

    def end(self) -> None:
        kind = self.dice.choice(("Invoice", "CreditMemo", "Payment", "Estimate", "SalesReceipt"))
        row = self.pick(kind)
        if row is not None:
            sent = {"Id": row.id, "SyncToken": str(row.version)}
            self.post(f"/{kind.lower()}", sent, operation=self.dice.choice(("void", "delete")))

    def pay(self) -> None:
        row = self.pick("Invoice")
        if row is not None and row.body["Balance"]:
            part = min(self.amount(), row.body["Balance"])
            line = {"Amount": part, "LinkedTxn": [{"TxnId": row.id, "TxnType": "Invoice"}]}
            total = part + self.dice.choice((Decimal(0), Decimal("3.33")))
            sent = {"CustomerRef": row.body["CustomerRef"], "TotalAmt": total, "Line": [line]}
            self.post("/payment", sent)

    def deposit(self) -> None:
        row, bank = self.pick("Payment"), self.bench.company.named("Account", "Checking")
        if row is not None and bank is not None:
            line = {"Amount": row.body["TotalAmt"], "LinkedTxn": [{"TxnId": row.id, "TxnType": "Payment"}]}
            self.post("/deposit", {"DepositToAccountRef": {"value": bank.id}, "Line": [line]})

    def person(self) -> None:
        finance, invoice, estimate = self.bench.finance, self.pick("Invoice"), self.pick("Estimate")
        actions: list[Callable[[], object]] = []
        if invoice is not None and invoice.body["Balance"]:
            actions.append(lambda: finance.credit(invoice.id, min(self.amount(), invoice.body["Balance"])))
        if estimate is not None:
            share = self.dice.choice((Decimal(1), Decimal("0.5"), Decimal("0.3")))
            actions.append(lambda: finance.convert_estimate(estimate.id, share))
        try:
            if actions:
                self.dice.choice(actions)()
                self.done += 1
        except (Refusal, StopIteration):
            self.refusals += 1


@pytest.mark.parametrize("seed", range(6))
def test_the_books_stay_right_under_any_mix_of_work(seed: int) -> None:
    crowd = Crowd(seed)
    work = (
        crowd.create,
        crowd.create,
        crowd.change,
        crowd.end,
        crowd.pay,
        crowd.pay,
        crowd.deposit,
        crowd.person,
    )
    for _ in range(120):
        crowd.dice.choice(work)()
        assert broken_promises(crowd.bench.state) == []
    assert crowd.done > 50
    assert crowd.refusals


def receivable(crowd: Crowd) -> Decimal:
    """What is open of all documents, in home currency at their own rates."""
    total = Decimal(0)
    for kind, field, sign in (
        ("Invoice", "Balance", 1),
        ("CreditMemo", "Balance", -1),
        ("Payment", "UnappliedAmt", -1),
    ):
        for row in crowd.bench.company.rows(kind):
            total += sign * row.body[field] * row.body.get("ExchangeRate", Decimal(1))
    return total


def test_the_receivables_of_the_ledger_are_what_is_open_of_the_documents() -> None:
    crowd = Crowd(99)
    for _ in range(150):
        crowd.dice.choice((crowd.create, crowd.change, crowd.end, crowd.pay, crowd.person))()
        off = abs(receivable(crowd) - crowd.bench.balance("Accounts Receivable"))
        assert off < Decimal("0.01") * len(crowd.bench.company.rows("Invoice")) + Decimal("0.01")
