"""What a mistake in a contract file tells: each once, and what to write in place of it."""

from __future__ import annotations

import pytest
from acme import EPICS, HEAD, milestone
from pydantic import BaseModel

from mappings.grammar.homes import said_of
from mappings.load import parse_contract
from mappings.tables.schema import json_schema
from mappings.tables.shape import ContractFile
from mappings.tables.shared import SharedFile

FIXED = '{ fixed = "10.00" }'
DEPOSIT = '[deposit]\namount = "20 %"\nitem = "D"\nwhen = {}\n'
RETAINAGE = '[retainage]\nhold = "5 %"\nitem = "R"\nrelease = {}\n'
ORDER = '[[change_order]]\nid = "CO-1"\non = {}\nvalue = "{}"\napproved_by = "x"\nreason = "y"\n'


def beside(key: str) -> str:
    """A file with one more key in its milestone."""
    return HEAD + milestone(EPICS, FIXED, key)


ONE = HEAD + milestone(EPICS, FIXED)
TOLD = {
    'currency = "USD"': (
        ONE.replace('"USD"', '"usd"'),
        "'usd' is not a currency of ISO 4217 (did you mean 'USD'?)",
    ),
    "no draft": (
        ONE.replace('draft = "unsent_invoice"\n', ""),
        """'draft' is missing in [contract] ("pending_estimate" moves nothing in the books, "unsent_invoice" is """
        "posted on its date)",
    ),
    "terms": (
        beside('terms = "Net 30"'),
        "unknown key 'terms' in [milestone.1] (it stands in [contract] or [[payer]])",
    ),
    "label": (
        beside('label = "billable"'),
        "unknown key 'label' in [milestone.1] (it stands in accept = { label = … })",
    ),
    "accept": (
        beside('accept = "yes"'),
        'milestone.1.accept: must be a table, not "yes" (such as { field = "Client accepted", is = "Yes" } or '
        "{ recorded = true })",
    ),
    "final": (
        beside('final = "yes"'),
        "milestone.1.final: 'yes' is not known (write final = true, or leave it out)",
    ),
    "not final": (
        beside("final = false"),
        "milestone.1.final: false is not known (write final = true, or leave it out)",
    ),
    "price": (
        HEAD + milestone(EPICS, '"10.00"'),
        'milestone.1.price: must be a table, not "10.00" (such as { fixed = "18000.00" } or { percent = "12.5 %" })',
    ),
    "project": (
        HEAD + milestone('{ project = "ACME", epic = "ACME-1" }', FIXED),
        "unknown key 'project' in [milestone.1.work] (it stands in epics = { project = … } or version = "
        "{ project = … } or versions = { project = … })",
    ),
    "deposit on a day in quotes": (
        ONE + DEPOSIT.format('"2026-02-01"'),
        'deposit.when: a date in quotes: "2026-02-01" (write it without: 2026-02-01)',
    ),
    "deposit at some time": (
        ONE + DEPOSIT.format('"soon"'),
        'deposit.when: \'soon\' is not known ("start", a day without quotes, { work = "first" } or '
        '{ acceptance = "kick-off" })',
    ),
    "released on a day in quotes": (
        ONE + RETAINAGE.format('"2026-12-31"'),
        'retainage.release: a date in quotes: "2026-12-31" (write it without: 2026-12-31)',
    ),
    "an order on a day in quotes": (
        ONE + ORDER.format('"2026-03-01"', "+1.00"),
        'change_order.1.on: a date in quotes: "2026-03-01" (write it without: 2026-03-01)',
    ),
    "an order without its sign": (
        ONE + ORDER.format("2026-03-01", "8000"),
        'change_order.1.value: this is not an amount with its sign: "8000" ("+8000" adds it, "-8000" takes it off)',
    ),
    "thousands": (
        ONE.replace('"1000.00"', '"120,000.00"'),
        'contract.value: this is not an amount: "120,000.00" (write "120000.00")',
    ),
    "thousands with a point": (
        ONE.replace('"1000.00"', '"120.000"'),
        '120.000 has 3 digits behind the point, and USD has 2 (write "120000" or "120.00")',
    ),
    "what could be two amounts": (
        ONE.replace('"1000.00"', '"1,000"'),
        'contract.value: this is not an amount: "1,000" (digits with a point, nothing between thousands: "1200.50")',
    ),
    "a percentage with a comma": (
        HEAD + milestone(EPICS, '{ percent = "12,5 %" }'),
        'milestone.1.price.percent: this is not a percentage: "12,5 %" (write "12.5 %")',
    ),
    "two brackets for one": (
        ONE.replace("[contract]", "[[contract]]"),
        "contract: must be a table (write [contract], in one bracket)",
    ),
    "a key of no table": (
        "starts = 2026-01-01\n" + ONE,
        "unknown key 'starts' (it stands in [contract])",
    ),
    "nothing": (
        "# to be written\n",
        "'contract' is missing (a contract file begins with it; milepost init writes a first one)",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_mistake_is_told_once_with_what_to_write(name: str) -> None:
    text, told = TOLD[name]
    contract, problems = parse_contract(text, "a.toml")
    assert contract is None
    assert [str(each).split(": ", 1)[1] for each in problems] == [told]


@pytest.mark.parametrize("amount", ["1.000 KWD", "1000.00 JPY", "1000.000 USD"])
def test_digits_behind_a_point_that_can_mean_one_thing_are_read(amount: str) -> None:
    assert parse_contract(_worth(amount), "a.toml")[1] == []


@pytest.mark.parametrize("amount", ["1.000 JPY", "1.000 USD"])
def test_three_digits_behind_a_point_may_be_thousands(amount: str) -> None:
    (problem,) = parse_contract(_worth(amount), "a.toml")[1]
    assert problem.hint.startswith('write "1000" or "1')


def _worth(amount: str) -> str:
    number, currency = amount.split()
    head = HEAD.replace('"1000.00"', f'"{number}"').replace('"USD"', f'"{currency}"')
    return head + milestone(EPICS, '{ fixed = "1" }')


def test_an_amount_beyond_all_money_is_a_mistake_like_any_other() -> None:
    text = ONE.replace('"1000.00"', '"999999999999999"').replace('"USD"', '"UYW"')
    (problem,) = parse_contract(text, "a.toml")[1]
    assert "beyond 64 bits" in problem.message


@pytest.mark.parametrize("shape", [ContractFile, SharedFile])
def test_every_key_that_a_table_needs_says_how_it_is_written(shape: type[BaseModel]) -> None:
    """In messages, and in an editor that has the schema: all but the two words of a field."""
    made = json_schema(shape)
    silent = [
        f"{name}.{key}"
        for name, table in {"": made, **made["$defs"]}.items()
        for key in table.get("required", ())
        if "description" not in table["properties"][key] and name not in ("FieldRef", "IssuedTable")
    ]
    assert silent == []
    assert said_of(ContractFile, ("contract", "draft"))
