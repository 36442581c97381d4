"""The QuickBooks company of Fernwood Digital: its lists, and the invoices finance wrote by hand before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sandbox.clock import Clock
from sandbox.quickbooks import starter
from sandbox.quickbooks.rules import invoices
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, QuickBooksState, Row
from sandbox.world.bookkeeping import past_invoices, write_past
from sandbox.world.contracts import CLIENTS

REALM = "9341452870351234"
ZONE = "America/New_York"
EURO_RATE = Decimal("1.0850")
_OTHER_CLIENT = "Otto's Bäckerei & Café"
_ITEMS = (("Design", "135.00"), ("Development", "150.00"), ("Support", "95.00"))


@dataclass(frozen=True, slots=True)
class _HandMade:
    """An invoice that finance typed: `days` before the present, and whether it was mailed."""

    client: str
    item: str
    text: str
    amount: str
    days: int
    sent: bool


_BY_HAND = (
    _HandMade(CLIENTS["HPO"], "Design", "Workshop “shop of the future”, two days", "3200.00", 118, sent=True),
    _HandMade(CLIENTS["LUM"], "Design", "Atelier de cadrage, Lyon", "2750.00", 96, sent=True),
    _HandMade(_OTHER_CLIENT, "Support", "Website care, 3rd quarter", "480.00", 47, sent=True),
    _HandMade(CLIENTS["KES"], "Support", "Travel to the pilot wards", "611.35", 20, sent=False),
    _HandMade(_OTHER_CLIENT, "Development", "Opening hours widget", "900.00", 5, sent=False),
)


def open_books(
    clock: Clock, until: datetime, seed: int = 1, factor: float = 1, realm: str = REALM
) -> QuickBooksState:
    """A state with one company as it stands at `until`; `clock` is moved through its past and left there.

    A factor above 1 gives it so many more years of invoices, all sent and nearly all paid.
    """
    state = QuickBooksState(clock)
    past = past_invoices(
        seed, factor, until, (*CLIENTS.values(), _OTHER_CLIENT), [name for name, _price in _ITEMS]
    )
    opened_at = until - timedelta(days=400)
    clock.set(min(opened_at, past[0].written_at - timedelta(days=1)) if past else opened_at)
    company = starter.open_company(state, realm, "Fernwood Digital LLC", multicurrency=True, zone=ZONE)
    company.exchange_rates["EUR"] = EURO_RATE
    _fill_lists(company)
    write_past(company, past)
    for entry in _BY_HAND:
        clock.set(_office_morning(until, entry.days))
        _type_in(company, entry)
    clock.set(until)
    return state


def _fill_lists(company: Company) -> None:
    for client, currency, terms, email in (
        (CLIENTS["HPO"], "USD", "Net 30", "ap@harborpine.example"),
        (CLIENTS["LUM"], "EUR", "Net 15", "comptabilite@lumiere-energie.example"),
        (CLIENTS["KES"], "USD", "Due on receipt", "billing@kestrelhealth.example"),
        (_OTHER_CLIENT, "USD", "Net 15", "otto@baeckerei.example"),
    ):
        starter.add_customer(company, client, currency=currency, email=email, terms=terms)
    starter.add_account(company, "Sales of Product Income", "Income", "SalesOfProductIncome")
    for name, price in _ITEMS:
        starter.add_item(company, name, price=Decimal(price))
    starter.add_item(company, "Licences", account="Sales of Product Income")
    starter.add_item(company, "Client deposits", account="Client Deposits")
    for name in ("Delivery", "Support", "Overhead"):
        starter.add_class(company, name)


def _office_morning(until: datetime, days: int) -> datetime:
    return datetime.combine((until - timedelta(days=days)).date(), time(14, 30), UTC)


def _type_in(company: Company, entry: _HandMade) -> None:
    customer, item = _named(company, "Customer", entry.client), _named(company, "Item", entry.item)
    day: date = company.today()
    line: Json = {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(entry.amount),
        "Description": entry.text,
        "SalesItemLineDetail": {"ItemRef": item.reference(), "ServiceDate": day.isoformat()},
    }
    body: Json = {
        "CustomerRef": customer.reference(),
        "CurrencyRef": dict(customer.body["CurrencyRef"]),
        "SalesTermRef": dict(customer.body["SalesTermRef"]),
        "TxnDate": day.isoformat(),
        "BillEmail": dict(customer.body["PrimaryEmailAddr"]),
        "Line": [line],
    }
    row = invoices.create(company, body, by=FINANCE_USER)
    if entry.sent:
        company.clock.advance(timedelta(minutes=20))
        invoices.send(company, row, None, by=FINANCE_USER)


def _named(company: Company, kind: str, name: str) -> Row:
    row = company.named(kind, name)
    if row is None:
        raise LookupError(f"no {kind} called {name!r} in the company")
    return row
