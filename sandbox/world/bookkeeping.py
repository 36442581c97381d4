"""Years of invoices before the present: drawn, then written, mailed and paid in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from random import Random
from typing import Literal

from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.rules import invoices
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row
from sandbox.world import texts
from sandbox.world.calendar import chance_of, moment

INVOICES_PER_FACTOR = 60  # ten thousand beside a hundred thousand issues
_PAST_ENDS = timedelta(days=125)  # before the first invoice that the present knows
_LONGEST = timedelta(days=2900)  # as far back as the longest row of sprints reaches
_DAYS_PER_FACTOR = 60
_ENDS: tuple[Literal["paid", "part", "open", "void"], ...] = ("paid", "part", "open", "void")
_END_WEIGHTS = (93, 2, 3, 2)
_HOURS = (2, 4, 6, 8, 12, 16, 24, 32, 40, 60)

Deed = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice of the past: `client` and `item` by name, hours by line, what became of it and when."""

    written_at: datetime
    client: str
    lines: tuple[tuple[str, str, int], ...]  #: item, text, hours
    end: Literal["paid", "part", "open", "void"]
    ended_at: datetime


def past_invoices(
    seed: int, factor: float, until: datetime, clients: Sequence[str], items: Sequence[str]
) -> list[Bill]:
    """`(factor − 1) × 60` bills, the oldest first; all of it is over 125 days before `until`."""
    chance = chance_of(seed, "books", "past")
    last = until - _PAST_ENDS
    first = last - min(_LONGEST, timedelta(days=_DAYS_PER_FACTOR * factor))
    count = round((factor - 1) * INVOICES_PER_FACTOR)
    dates = sorted(moment(chance, first, last) for _ in range(count))
    return [_bill(chance, at, last, clients, items) for at in dates]


def _bill(chance: Random, at: datetime, last: datetime, clients: Sequence[str], items: Sequence[str]) -> Bill:
    lines = tuple(
        (chance.choice(items), texts.epic_title(chance), chance.choice(_HOURS))
        for _ in range(chance.randint(1, 4))
    )
    end = chance.choices(_ENDS, _END_WEIGHTS)[0]
    ended_at = moment(chance, at + timedelta(days=3), at + timedelta(days=70))
    if ended_at > last:
        end = "open"
    return Bill(at, chance.choice(clients), lines, end, ended_at)


def write_past(company: Company, bills: Iterable[Bill]) -> None:
    """Make all bills true in the company's books, moving its clock along; it stays at the last deed."""
    deeds = [deed for bill in bills for deed in _deeds(company, bill)]
    deeds.sort(key=itemgetter(0))
    for at, act in deeds:
        company.clock.set(at)
        act()


def _deeds(company: Company, bill: Bill) -> Iterator[Deed]:
    finance, written = FinancePerson(company), list[Row]()
    yield bill.written_at, lambda: written.append(_write(company, bill))
    yield bill.written_at + timedelta(minutes=20), lambda: finance.send(written[0].id)
    if bill.end == "void":
        yield bill.ended_at, lambda: finance.void(written[0].id)
    elif bill.end != "open":
        yield bill.ended_at, lambda: finance.take_payment(written[0].id, _share(bill, written[0]))


def _share(bill: Bill, invoice: Row) -> Decimal:
    owed: Decimal = invoice.body["Balance"]
    return owed if bill.end == "paid" else (owed / 2).quantize(Decimal("0.01"))


def _write(company: Company, bill: Bill) -> Row:
    customer = company.named("Customer", bill.client)
    if customer is None:
        raise LookupError(f"no customer {bill.client!r} in the company")
    body: Json = {
        "CustomerRef": customer.reference(),
        "CurrencyRef": dict(customer.body["CurrencyRef"]),
        "SalesTermRef": dict(customer.body["SalesTermRef"]),
        "TxnDate": company.today().isoformat(),
        "BillEmail": dict(customer.body["PrimaryEmailAddr"]),
        "Line": [_line(company, *line) for line in bill.lines],
    }
    return invoices.create(company, body, by=FINANCE_USER)


def _line(company: Company, name: str, text: str, hours: int) -> Json:
    item = company.named("Item", name)
    if item is None:
        raise LookupError(f"no item {name!r} in the company")
    price: Decimal = item.body["UnitPrice"]
    detail = {"ItemRef": item.reference(), "Qty": Decimal(hours), "UnitPrice": price}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": price * hours,
        "Description": text,
        "SalesItemLineDetail": detail,
    }
