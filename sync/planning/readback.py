"""What QuickBooks made of a document beside what we wrote: its number, its tax, its exchange rate. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from model.billing import BooksCatalogue, Document, DocumentState
from model.finding import Finding
from model.money import Money, total
from sync.planning.documents import document_name
from sync.planning.views import Head

_OPEN = frozenset({DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED, DocumentState.SENT})
_NUMBERLESS = frozenset(
    {None, "", "AUTO_GENERATE"}
)  # the word that asks for a number, where it was taken for one
_UNTAXED = ("", "NON")


def read_back(heads: Iterable[Head], books: BooksCatalogue) -> Iterator[Finding]:
    """What about our documents in this company is not as it should be before they go out."""
    for head in heads:
        if head.shown is None or head.realm != books.realm or head.state not in _OPEN:
            continue
        yield from _numbered(head, head.shown, books)
        yield from _exchanged(head, head.shown, books)
        if head.state is DocumentState.DRAFT:  # once finance edited it, what tax there is is theirs
            yield from _taxed(head, head.shown, books)


def _numbered(head: Head, shown: Document, books: BooksCatalogue) -> Iterator[Finding]:
    if books.own_numbers and shown.number in _NUMBERLESS:
        reason = "it has no number: the company gives its documents custom transaction numbers"
        hint = "Give it one in QuickBooks before it goes out."
        yield Finding("posted.number", document_name(head), reason, hint, "finance", head.document_key)


def _exchanged(head: Head, shown: Document, books: BooksCatalogue) -> Iterator[Finding]:
    """A rate of one is what an invoice gets for which QuickBooks has none: the books at home would show too much."""
    if shown.currency != books.home_currency and shown.exchange_rate == 1:
        reason = f"{shown.total} stand in the books as as many {books.home_currency}: its exchange rate is 1"
        hint = "Set the rate of its date in QuickBooks; Milepost sends none."
        yield Finding("posted.exchange_rate", document_name(head), reason, hint, "finance", head.document_key)


def _taxed(head: Head, shown: Document, books: BooksCatalogue) -> Iterator[Finding]:
    expected = expected_tax(shown, books)
    if expected is None or shown.tax is None or books.sales_tax is False:
        return
    lines = sum(line.amount is not None for line in shown.lines)
    if (
        abs((shown.tax - expected).minor) > lines
    ):  # QuickBooks rounds otherwise than we do, by a cent a line at most
        reason = f"QuickBooks computed {shown.tax} of tax, and the codes of its lines make {expected}"
        hint = "Look at the client's tax settings and the codes in QuickBooks before it goes out."
        yield Finding("posted.tax", document_name(head), reason, hint, "finance", head.document_key)


def expected_tax(shown: Document, books: BooksCatalogue) -> Money | None:
    """The tax that the codes of the lines make, each code's half-up on its sum; None when a rate is not known."""
    rates = dict(books.tax_rates) | dict.fromkeys(_UNTAXED, Decimal(0))
    nets: defaultdict[str, list[Money]] = defaultdict(list)
    for line in shown.lines:
        if line.amount is not None:
            nets[line.tax_code].append(line.amount)
    if not nets.keys() <= rates.keys():
        return None
    taxes = [total(net, shown.currency).times(Fraction(rates[code]) / 100) for code, net in nets.items()]
    return total(taxes, shown.currency)
