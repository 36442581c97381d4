"""Every example of every example file becomes a draft of exactly its amount, in a body that QuickBooks would take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.quickbooks.render import to_quickbooks_create
from mappings.check.trials import tried
from mappings.check.world import SITE
from mappings.contract.rules import Contract, Example
from mappings.load import load_folder
from model.billing import BookClient, BookItem, BooksCatalogue
from model.money import Money
from sync.planning.actions import Action
from sync.planning.plan import plan_contract
from sync.planning.terms import Terms
from sync.planning.views import Account

REALM, MARKER = "9000", "[MP-0123456789]"
FOLDER = Path(__file__).parents[2] / "mappings" / "examples"
CONTRACTS = {contract.id: contract for contract in load_folder(FOLDER).contracts}


def examples() -> Iterator[tuple[str, Example]]:
    for contract in CONTRACTS.values():
        for example in contract.examples:
            yield contract.id, example


def books_of(contract: Contract) -> BooksCatalogue:
    """A company that has every name in `contract`."""
    lines = [*contract.milestones, *contract.orders, *contract.expenses]
    accounts = {each.item: "Income" for each in lines}
    accounts |= {each.item: "Other Current Liability" for each in (contract.deposit,) if each}
    accounts |= {each.item: "Other Current Asset" for each in (contract.retainage,) if each}
    clients = {contract.client, *(payer.client for payer in contract.payers)}
    terms = {contract.terms, *(payer.terms for payer in contract.payers)} - {None}
    return BooksCatalogue(
        realm=REALM,
        name="Books",
        country="DE",
        home_currency=contract.currency,
        multicurrency=True,
        zone="UTC",
        books_closed_on=None,
        clients=tuple(BookClient(str(n), each, contract.currency) for n, each in enumerate(sorted(clients))),
        items=tuple(BookItem(str(n), name, account) for n, (name, account) in enumerate(accounts.items())),
        terms=tuple((str(name), "1") for name in terms),
        classes=tuple((each.klass, "1") for each in lines if each.klass),
        tax_codes=tuple((each.tax_code, "1") for each in lines if each.tax_code),
        locations=((contract.location, "1"),) if contract.location else (),
    )


def drafted(contract: Contract, example: Example, books: BooksCatalogue) -> tuple[Action, ...]:
    """What a plan over an empty ledger drafts two months after the work of the example."""
    verdicts, day = tried(contract, example.given)
    items = {item.name.casefold(): item.account_type for item in books.items}
    terms = Terms(day + timedelta(days=62), "UTC", REALM, items, lambda _key: MARKER, day)
    plan = plan_contract(contract, verdicts, Account(0, (), {}, ()), {contract.version: contract}, terms)
    assert not plan.held
    return plan.actions


def test_every_file_has_an_example_that_is_billed() -> None:
    billed = {contract for contract, example in examples() if "amount" in example.expect}
    assert billed == CONTRACTS.keys()
    assert len(CONTRACTS) == len(list(FOLDER.glob("*.toml")))


@pytest.mark.parametrize(
    ("contract", "example"), [pytest.param(*each, id=f"{each[0]}-{each[1].index}") for each in examples()]
)
def test_an_example_is_drafted_for_its_amount_or_not_at_all(contract: str, example: Example) -> None:
    rules = CONTRACTS[contract]
    books = books_of(rules)
    actions = drafted(rules, example, books)
    assert {action.kind for action in actions} <= {"create"}
    drafts = [action.draft for action in actions if action.draft is not None]
    sums: Counter[str] = Counter()
    for draft in drafts:
        to_quickbooks_create(draft, books)
        for line in draft.lines:
            sums[line.charge_key] += line.amount.minor
    if example.expect.get("outcome", "due") == "due" and "amount" in example.expect:
        assert Money.of(example.expect["amount"], rules.currency).minor in sums.values()
    else:
        assert [key for key in sums if SITE in key] == []
