"""The sample company's transactions entered one after another, as its owner did, with their usual ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock
from sandbox.quickbooks.ledger.posting import post
from sandbox.quickbooks.ledger.stock import opening_entry
from sandbox.quickbooks.rules import lists, movements, payments, purchases, recurring, sales
from sandbox.quickbooks.sample.items import STOCKED, begin_stock
from sandbox.quickbooks.sample.sales import RECEIPTS, SALES, Line, Receipt, Sale
from sandbox.quickbooks.sample.spending import (
    BILL_PAYMENTS,
    BILLS,
    CHECKING,
    DEPOSITS,
    MASTERCARD,
    OPENING_DEPOSITS,
    OPENING_ENTRIES,
    ORDERS,
    PURCHASES,
    SAVINGS,
    TAX_PAYMENTS,
    Cost,
    Paid,
    Settled,
)
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents

_LAST = 144
_ENTERED = ((3, -7), (6, -4), (30, -3), (66, -2), (106, -1), (130, 0), (_LAST, 14))  # up to id: on day
_OPENING_EQUITY, _TEMPLATE, _NET_30 = 34, 20, "3"
_SOLD_BEFORE_STOCK = 12  # an invoice that was changed after its items had become inventory
_TIMES = (  # id, customer, item, hours, rate, days ago
    (3, 1, 4, 5, 75, 3),
    (4, 21, 18, 2, 15, 2),
    (5, 21, 8, 3, 15, 2),
)


def write_history(company: Company) -> None:
    """Enter everything, in the order of the ids, each at its time; the next id is that of Intuit's sample."""
    made = company.clock.now()
    for entry_id in range(1, _LAST + 1):
        company.clock = Clock.at(_moment(made, entry_id))
        company.start_ids("transactions", entry_id)
        _Entering(company, made, entry_id).enter()
        if entry_id == _SOLD_BEFORE_STOCK:
            _work(company)
    company.start_ids("transactions", _LAST + 1)
    invoice = company.find("Invoice", str(_SOLD_BEFORE_STOCK))
    if invoice is not None:
        _book_as_products(company, invoice)


def _moment(made: datetime, entry_id: int) -> datetime:
    day = next(day for last, day in _ENTERED if entry_id <= last)
    return made + timedelta(days=day, minutes=entry_id - _LAST)


def _work(company: Company) -> None:
    """What the employees did for clients."""
    for row_id, customer, item, hours, rate, ago in _TIMES:
        company.start_ids("TimeActivity", row_id)
        sent: Json = {
            "NameOf": "Employee",
            "EmployeeRef": {"value": "55"},
            "CustomerRef": {"value": str(customer)},
            "ItemRef": {"value": str(item)},
            "TxnDate": (company.today() - timedelta(days=ago - 3)).isoformat(),
            "BillableStatus": "Billable",
            "HourlyRate": rate,
            "Hours": hours,
            "Minutes": 0,
        }
        lists.create(company, "TimeActivity", sent, by=FINANCE_USER)


def _book_as_products(company: Company, invoice: Row) -> None:
    """Let the sprinkler parts of an old invoice go to the income of products, as its last change did."""
    for line in invoice.body["Line"]:
        detail = line.get("SalesItemLineDetail", {})
        item = company.find("Item", detail.get("ItemRef", {}).get("value", ""))
        if item is not None:
            detail["ItemAccountRef"] = item.body["IncomeAccountRef"]
    post(company, invoice)


class _Entering:
    """One transaction of the sample on its way into the books."""

    def __init__(self, company: Company, made: datetime, entry_id: int) -> None:
        self._company = company
        self._made = made
        self._id = entry_id

    def enter(self) -> None:
        """Enter the transaction of this id, if there is one."""
        number = self._id
        for kind, sent in self._requests():
            module: Any = _MODULES[kind]
            module.create(self._company, kind, sent, by=FINANCE_USER)
        if number == _TEMPLATE:
            recurring.create(self._company, "RecurringTransaction", self._template(), by=FINANCE_USER)
        if number in TAX_PAYMENTS:
            self._pay_tax(*TAX_PAYMENTS[number])
        for item_id, opening_id, quantity, cost in STOCKED:
            if opening_id == number:
                self._open_stock(item_id, quantity, cost)

    def _requests(self) -> Iterator[tuple[str, Json]]:
        number = self._id
        if number in SALES:
            yield SALES[number].kind, self._sale(SALES[number])
        if number in RECEIPTS:
            yield "Payment", self._receipt(RECEIPTS[number])
        if number in BILLS:
            yield "Bill", self._bill(BILLS[number])
        if number in BILL_PAYMENTS:
            yield "BillPayment", self._bill_payment(BILL_PAYMENTS[number])
        if number in PURCHASES:
            yield "Purchase", self._purchase(PURCHASES[number])
        if number in ORDERS:
            doc_number, status, cost = ORDERS[number]
            order = self._bill(cost) | {"DocNumber": doc_number, "POStatus": status}
            order.pop("SalesTermRef")
            yield "PurchaseOrder", order
        if number in OPENING_DEPOSITS:
            yield "Deposit", self._opening_deposit(*OPENING_DEPOSITS[number])
        if number in OPENING_ENTRIES:
            yield "JournalEntry", self._opening_entry(*OPENING_ENTRIES[number])
        if number in DEPOSITS:
            yield "Deposit", self._deposit(*DEPOSITS[number])

    def _on(self, day: int) -> str:
        start: date = self._company.stamp_date(self._made)
        return (start + timedelta(days=day)).isoformat()

    def _sale(self, sale: Sale) -> Json:
        lines = [_sales_line(line) for line in sale.lines]
        if sale.discount:
            detail = {"PercentBased": True, "DiscountPercent": sale.discount, "DiscountAccountRef": _ref(86)}
            lines.append({"Amount": 0, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
        links = [{"TxnId": str(sale.estimate), "TxnType": "Estimate"}] if sale.estimate else []
        links += [{"TxnId": str(time), "TxnType": "TimeActivity"} for time in sale.times]
        links += [{"TxnId": str(sale.charge), "TxnType": "ReimburseCharge"}] if sale.charge else []
        sent: Json = {
            "DocNumber": sale.number,
            "TxnDate": self._on(sale.day),
            "CustomerRef": _ref(sale.customer),
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": sale.tax_code}}
            if any(t for *_, t in sale.lines)
            else {},
            "PrivateNote": sale.note,
            "CustomerMemo": {"value": "Thank you for your business and have a great day!"},
            "LinkedTxn": links,
            "Line": lines,
        }
        if sale.kind == "Invoice":
            sent["SalesTermRef"] = {"value": _NET_30}
        if sale.account:
            sent["DepositToAccountRef"] = _ref(sale.account)
        email = self._email(sale.customer)
        if self._id == 130:
            sent["CustomField"] = [{"DefinitionId": "1", "StringValue": "102"}]
        return sent | ({"BillEmail": email} if email else {})

    def _email(self, customer: int) -> Json | None:
        row = self._company.find("Customer", str(customer))
        return row.body.get("PrimaryEmailAddr") if row else None

    def _receipt(self, receipt: Receipt) -> Json:
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": str(number), "TxnType": kind}]}
            for kind, number, amount in receipt.lines
        ]
        sent: Json = {
            "CustomerRef": _ref(receipt.customer),
            "TxnDate": self._on(receipt.day),
            "TotalAmt": receipt.total,
            "PaymentRefNum": receipt.reference,
            "PrivateNote": receipt.note,
            "Line": lines,
        }
        return sent | ({"DepositToAccountRef": _ref(receipt.account)} if receipt.account else {})

    def _bill(self, cost: Cost) -> Json:
        return {
            "VendorRef": _ref(cost.vendor),
            "TxnDate": self._on(cost.day),
            "SalesTermRef": {"value": _NET_30},
            "PrivateNote": cost.note,
            "Line": _cost_lines(cost),
        }

    def _bill_payment(self, settled: Settled) -> Json:
        bill = BILLS[settled.bill]
        way = "CreditCard" if settled.card else "Check"
        account = {"CCAccountRef": _ref(MASTERCARD)} if settled.card else {"BankAccountRef": _ref(CHECKING)}
        link = {"TxnId": str(settled.bill), "TxnType": "Bill"}
        return {
            "VendorRef": _ref(bill.vendor),
            "TxnDate": self._on(settled.day),
            "DocNumber": settled.number,
            "PayType": way,
            f"{way}Payment": account,
            "TotalAmt": bill.amount,
            "Line": [{"Amount": bill.amount, "LinkedTxn": [link]}],
        }

    def _purchase(self, paid: Paid) -> Json:
        card = paid.account == MASTERCARD
        sent: Json = {
            "AccountRef": _ref(paid.account),
            "PaymentType": "CreditCard" if card else "Cash" if paid.way == "Expense" else paid.way,
            "Credit": paid.way == "Credit",
            "TxnDate": self._on(paid.cost.day),
            "DocNumber": paid.number,
            "PrivateNote": paid.cost.note,
            "Line": _cost_lines(paid.cost),
        }
        if paid.way == "Expense":
            sent["PurchaseEx"] = {"any": [_EXPENSE_FORM]}
        if paid.cost.vendor:
            sent["EntityRef"] = _ref(paid.cost.vendor) | {"type": "Vendor"}
        return sent

    def _opening_deposit(self, account: int, day: int, amount: str) -> Json:
        detail = {"AccountRef": _ref(_OPENING_EQUITY)}
        line = {"Amount": amount, "Description": "Opening Balance", "DetailType": "DepositLineDetail"}
        return {
            "DepositToAccountRef": _ref(account),
            "TxnDate": self._on(day),
            "PrivateNote": "Opening Balance",
            "Line": [line | {"DepositLineDetail": detail}],
        }

    def _opening_entry(self, account: int, day: int, amount: str) -> Json:
        worth = Decimal(amount)
        sides = ("Debit", "Credit") if worth > 0 else ("Credit", "Debit")
        lines = [
            {
                "Description": "Opening Balance",
                "Amount": abs(worth),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": _ref(number)},
            }
            for side, number in zip(sides, (account, _OPENING_EQUITY), strict=True)
        ]
        return {"TxnDate": self._on(day), "PrivateNote": "Opening Balance", "Line": lines}

    def _deposit(self, day: int, parts: tuple[tuple[str, int], ...], back: str) -> Json:
        lines = []
        for kind, number in parts:
            row = self._company.find(kind, str(number))
            amount = row.body["TotalAmt"] if row else 0
            lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": str(number), "TxnType": kind}]})
        sent: Json = {"DepositToAccountRef": _ref(CHECKING), "TxnDate": self._on(day), "Line": lines}
        if back:
            sent["CashBack"] = {"AccountRef": _ref(SAVINGS), "Amount": back, "Memo": "Money to savings"}
        return sent

    def _template(self) -> Json:
        schedule = {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 1}
        info = {"Name": "Telephone Bill", "Active": True, "RecurType": "Automated", "ScheduleInfo": schedule}
        bill = self._bill(BILLS[21])
        bill.pop("TxnDate")
        return {"Bill": bill | {"RecurringInfo": info}}

    def _pay_tax(self, account: int, day: int, amount: str) -> None:
        body: Json = {
            "PaymentDate": self._on(day),
            "PaymentAccountRef": _named(self._company, CHECKING),
            "PaymentAmount": Decimal(amount),
            "TaxPayableAccountRef": _named(self._company, account),
            "Refund": False,
            "Description": "Q1 Payment",
        }
        post(self._company, self._company.add("TaxPayment", body, by=FINANCE_USER))

    def _open_stock(self, item_id: int, quantity: str, cost: str) -> None:
        begin_stock(self._company, item_id, quantity, cost)
        item = self._company.find("Item", str(item_id))
        if item is not None:
            against = {"AdjustAccountRef": _named(self._company, _OPENING_EQUITY)}
            body = opening_entry(item) | against
            post(self._company, self._company.add("InventoryAdjustment", body, by=FINANCE_USER))


_EXPENSE_FORM = {
    "name": "{http://schema.intuit.com/finance/v3}NameValue",
    "declaredType": "com.intuit.schema.finance.v3.NameValue",
    "scope": "javax.xml.bind.JAXBElement$GlobalScope",
    "value": {"Name": "TxnType", "Value": "54"},
    "nil": False,
    "globalScope": True,
    "typeSubstituted": False,
}
_MODULES: dict[str, Any] = {
    **dict.fromkeys(("Invoice", "Estimate", "SalesReceipt", "RefundReceipt", "CreditMemo"), sales),
    **dict.fromkeys(("Payment", "BillPayment"), payments),
    **dict.fromkeys(("Bill", "Purchase", "PurchaseOrder"), purchases),
    **dict.fromkeys(("Deposit", "JournalEntry"), movements),
}


def _ref(number: int) -> Json:
    return {"value": str(number)}


def _named(company: Company, account: int) -> Json:
    row = company.find("Account", str(account))
    return row.reference() if row else _ref(account)


def _sales_line(line: Line) -> Json:
    item, quantity, price, taxed = line
    amount = cents(Decimal(price) * Decimal(quantity or 1))
    detail: Json = {"ItemRef": _ref(item), "TaxCodeRef": {"value": "TAX" if taxed else "NON"}}
    detail |= {"Qty": quantity, "UnitPrice": price} if quantity else {}
    text = _TEXTS.get(item)
    return {"Amount": amount, "Description": text, "DetailType": "SalesItemLineDetail"} | {
        "SalesItemLineDetail": detail
    }


_TEXTS = {
    1: "Lumber",
    2: "Installation Hours",
    3: "Concrete for fountain installation",
    4: "Custom Design",
    5: "Rock Fountain",
    6: "Weekly Gardening Service",
    7: "Installation of landscape design",
    8: "Garden Lighting",
    9: "Maintenance & Repair",
    10: "Pest Control Services",
    11: "Fountain Pump",
    13: "Garden Rocks",
    14: "Sod",
    15: "2 cubic ft. bag",
    16: "Sprinkler Heads",
    17: "Sprinkler Pipes",
    18: "Tree and Shrub Trimming",
}


def _cost_lines(cost: Cost) -> list[Json]:
    if cost.items:
        return [
            {
                "Amount": cents(Decimal(quantity) * Decimal(price)),
                "Description": _TEXTS[item],
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {"ItemRef": _ref(item), "Qty": quantity, "UnitPrice": price},
            }
            for item, quantity, price in cost.items
        ]
    detail: Json = {"AccountRef": _ref(cost.account)}
    if cost.customer:
        detail |= {"CustomerRef": _ref(cost.customer), "BillableStatus": "Billable"}
    line = {"Amount": cost.amount, "Description": cost.text, "DetailType": "AccountBasedExpenseLineDetail"}
    return [line | {"AccountBasedExpenseLineDetail": detail}]
