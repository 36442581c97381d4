"""The names of a contract held against what its QuickBooks company has."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mappings.check.jira import Found, Loc
from mappings.contract.accounts import belongs_to, wanted_account
from mappings.contract.rules import Contract
from mappings.contract.terms import Deposit, Retainage
from mappings.words.mistakes import did_you_mean
from model.billing import BookItem, BooksCatalogue


def against_books(contract: Contract, catalogue: BooksCatalogue | None) -> Found:
    if catalogue is None:
        return
    yield from _client(contract, catalogue)
    yield from _items(contract, catalogue)
    terms, taxes = dict(catalogue.terms), dict(catalogue.tax_codes)
    if contract.terms is not None:
        yield from _named(("contract", "terms"), "terms", contract.terms, terms, catalogue)
    for payer in contract.payers:
        if payer.terms is not None and payer.terms != contract.terms:
            yield from _named(("payer", payer.index, "terms"), "terms", payer.terms, terms, catalogue)
    coded: list[tuple[Loc, str | None]] = [(("contract", "tax_code"), contract.tax_code)]
    coded += [(("milestone", rule.index, "tax_code"), rule.tax_code) for rule in contract.milestones]
    coded += [(("deposit", "tax_code"), contract.deposit.tax_code)] if contract.deposit else []
    for loc, name in coded:
        if name is not None:
            yield from _named(loc, "tax code", name, taxes, catalogue)
    if contract.location is not None:
        places = dict(catalogue.locations)
        yield from _named(("contract", "location"), "location", contract.location, places, catalogue)
    classes: list[tuple[Loc, str | None]] = [(("contract", "class"), contract.klass)]
    classes += [(("milestone", rule.index, "class"), rule.klass) for rule in contract.milestones]
    classes += [(("expense", each.index, "class"), each.klass) for each in contract.expenses]
    orders = list(enumerate(contract.orders))
    classes += [(("change_order", index, "class"), each.klass) for index, each in orders]
    classes += [((kind, "class"), agreed.klass) for kind, agreed in _agreed(contract)]
    for loc, name in classes:
        if name is not None and (loc[0] == "contract" or name != contract.klass):
            yield from _named(loc, "class", name, dict(catalogue.classes), catalogue)


def _client(contract: Contract, catalogue: BooksCatalogue) -> Found:
    clients = {client.name: client for client in catalogue.clients}
    named: list[tuple[Loc, str]] = [(("contract", "client"), contract.client)]
    named += [(("payer", payer.index, "client"), payer.client) for payer in contract.payers]
    for loc, name in named:
        client = clients.get(name)
        if client is None:
            yield from _named(loc, "client", name, clients, catalogue)
        elif client.currency != contract.currency:
            theirs, ours = client.currency, contract.currency
            message = f"{client.name!r} is billed in {theirs} in QuickBooks, the contract in {ours}"
            at = ("contract", "currency") if loc[0] == "contract" else loc
            yield at, message, "a client's currency is fixed: use another client or currency"
    if not catalogue.multicurrency and contract.currency != catalogue.home_currency:
        message = f"{catalogue.name!r} keeps books in {catalogue.home_currency} only"
        yield ("contract", "currency"), message, "switch on multicurrency in QuickBooks first"


def _items(contract: Contract, catalogue: BooksCatalogue) -> Found:
    items = {item.name: item for item in catalogue.items}
    wanted: dict[str, Loc] = {}
    for rule in contract.milestones:
        loc: Loc = ("contract", "item") if rule.item == contract.item else ("milestone", rule.index, "item")
        wanted.setdefault(rule.item, loc)
    for each in contract.expenses:
        loc = ("contract", "item") if each.item == contract.item else ("expense", each.index, "item")
        wanted.setdefault(each.item, loc)
    for index, order in enumerate(contract.orders):
        loc = ("contract", "item") if order.item == contract.item else ("change_order", index, "item")
        if order.applies == "own":
            wanted.setdefault(order.item, loc)
    for name, loc in wanted.items():
        item = items.get(name)
        if item is None:
            yield from _named(loc, "item", name, items, catalogue)
        elif not belongs_to("fee", item.account_type):
            message = f"item {name!r} posts to {item.account_type}: fees on it would be no income"
            yield loc, message, "use an item with an income account"
    for kind, agreed in _agreed(contract):
        yield from _term_item(kind, agreed.item, items, catalogue)


def _agreed(contract: Contract) -> list[tuple[str, Deposit | Retainage]]:
    found = (("deposit", contract.deposit), ("retainage", contract.retainage))
    return [(kind, terms) for kind, terms in found if terms is not None]


_WHY = {"deposit": "a deposit is not income yet", "retainage": "what is withheld is still to come"}


def _term_item(kind: str, name: str, items: Mapping[str, BookItem], catalogue: BooksCatalogue) -> Found:
    item = items.get(name)
    if item is None:
        yield from _named((kind, "item"), "item", name, items, catalogue)
    elif not belongs_to(kind, item.account_type):
        wanted = wanted_account(kind)
        message = f"item {name!r} posts to {item.account_type or 'an unknown account'}: {_WHY[kind]}"
        yield (
            (kind, "item"),
            message,
            f"use an item whose account is {'an' if wanted == 'asset' else 'a'} {wanted}",
        )


def _named(loc: Loc, kind: str, name: str, known: Collection[str], catalogue: BooksCatalogue) -> Found:
    if name not in known:
        yield loc, f"{catalogue.name!r} has no {kind} {name!r}", did_you_mean(name, known)
