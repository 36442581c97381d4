"""The names in a contract file held against what its QuickBooks company has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mappings.check.written import Found, Loc, Written
from mappings.contract.accounts import belongs_to, wanted_account
from mappings.tables.currencies import CURRENCIES
from mappings.words.mistakes import did_you_mean
from model.billing import BookItem, BooksCatalogue

_BILLED = ("milestone", "expense", "change_order")
_AGREED = ("deposit", "retainage")


def against_books(file: Written, catalogue: BooksCatalogue | None) -> Found:
    """Each name that the company does not have, or has for something else. None: nothing is known of it."""
    if catalogue is None:
        return
    yield from _clients(file, catalogue)
    yield from _items(file, catalogue)
    lists: tuple[tuple[str, str, Collection[str], tuple[str, ...]], ...] = (
        ("terms", "terms", dict(catalogue.terms), ("contract", "payer")),
        ("tax_code", "tax code", dict(catalogue.tax_codes), ("contract", *_BILLED, "deposit")),
        ("location", "location", dict(catalogue.locations), ("contract",)),
        ("class", "class", dict(catalogue.classes), ("contract", *_BILLED, *_AGREED)),
    )
    for key, kind, known, tables in lists:
        for loc, name in _own(file, key, tables):
            yield from _named(loc, kind, name, known, catalogue)


def _own(file: Written, key: str, tables: tuple[str, ...]) -> Iterator[tuple[Loc, str]]:
    """The names under `key`, without those that only repeat what [contract] says."""
    common = file.word(key)
    for table in tables:
        for loc, name in file.names(table, key):
            if table == "contract" or name != common:
                yield loc, name


def _clients(file: Written, catalogue: BooksCatalogue) -> Found:
    clients = {client.name: client for client in catalogue.clients}
    ours = file.word("currency")
    ours = ours if ours in CURRENCIES else None
    for loc, name in (*file.names("contract", "client"), *file.names("payer", "client")):
        client = clients.get(name)
        if client is None:
            yield from _named(loc, "client", name, clients, catalogue)
        elif ours is not None and client.currency != ours:
            message = f"{client.name!r} is billed in {client.currency} in QuickBooks, the contract in {ours}"
            at = ("contract", "currency") if loc[0] == "contract" else loc
            yield at, message, "a client's currency is fixed: use another client or currency"
    if not catalogue.multicurrency and ours not in (None, catalogue.home_currency):
        message = f"{catalogue.name!r} keeps books in {catalogue.home_currency} only"
        yield ("contract", "currency"), message, "switch on multicurrency in QuickBooks first"


def _items(file: Written, catalogue: BooksCatalogue) -> Found:
    items = {item.name: item for item in catalogue.items}
    for name, loc in _fees(file).items():
        item = items.get(name)
        if item is None:
            yield from _named(loc, "item", name, items, catalogue)
        elif not belongs_to("fee", item.account_type):
            message = f"item {name!r} posts to {item.account_type}: fees on it would be no income"
            yield loc, message, "use an item with an income account"
    for kind in _AGREED:
        for _, name in file.names(kind, "item"):
            yield from _term_item(kind, name, items, catalogue)


def _fees(file: Written) -> Mapping[str, Loc]:
    """The items that fees are billed on, each with the first place that says so."""
    common, found = file.word("item"), dict[str, Loc]()
    for table in _BILLED:
        for at, written in file.tables(table):
            own = written.get("item")
            inherited = own is None or own == common
            name = common if inherited else own
            if isinstance(name, str) and written.get("applies", "own") == "own":
                found.setdefault(name, ("contract", "item") if inherited else (*at, "item"))
    return found


_WHY = {"deposit": "a deposit is not income yet", "retainage": "what is withheld is still to come"}


def _term_item(kind: str, name: str, items: Mapping[str, BookItem], catalogue: BooksCatalogue) -> Found:
    item = items.get(name)
    if item is None:
        yield from _named((kind, "item"), "item", name, items, catalogue)
    elif not belongs_to(kind, item.account_type):
        wanted = wanted_account(kind)
        message = f"item {name!r} posts to {item.account_type or 'an unknown account'}: {_WHY[kind]}"
        hint = f"use an item whose account is {'an' if wanted == 'asset' else 'a'} {wanted}"
        yield (kind, "item"), message, hint


def _named(loc: Loc, kind: str, name: str, known: Collection[str], catalogue: BooksCatalogue) -> Found:
    if name in known:
        return
    message, hint = f"{catalogue.name!r} has no {kind} {name!r}", did_you_mean(name, known)
    if (kind, name) in catalogue.inactive:
        message, hint = (
            f"{kind} {name!r} is inactive in {catalogue.name!r}",
            "make it active again in QuickBooks",
        )
    yield loc, message, hint
