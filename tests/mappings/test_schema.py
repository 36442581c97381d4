"""The JSON Schema for editors: every file that is right passes it, and the mistakes that show in one place do not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from acme import HEAD, milestone
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from mappings.tables import order, shape, shared
from mappings.tables.accept import AcceptTable
from mappings.tables.price import PriceTable
from mappings.tables.rate import RateTable
from mappings.tables.schema import json_schema
from mappings.tables.terms import DepositTable, RetainageTable
from mappings.tables.work import WorkTable
from sandbox.world.contracts import contract_files

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "mappings" / "examples"


def as_an_editor_hands_on(value: Any) -> Any:
    """TOML as JSON: days are texts."""
    if isinstance(value, dict):
        return {key: as_an_editor_hands_on(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_an_editor_hands_on(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def underlined(text: str, model: type[BaseModel] = shape.ContractFile) -> list[str]:
    """Where an editor underlines `text`."""
    checker = Draft202012Validator(json_schema(model))
    found = checker.iter_errors(as_an_editor_hands_on(tomllib.loads(text)))
    return ["/".join(map(str, error.absolute_path)) for error in found]


def right_files() -> Iterator[tuple[str, str, type[BaseModel]]]:
    for file in sorted(EXAMPLES.glob("*.toml")):
        yield file.name, file.read_text(), shape.ContractFile
    for file in sorted((EXAMPLES / "shared").glob("*.toml")):
        yield f"shared/{file.name}", file.read_text(), shared.SharedFile
    starts = dict.fromkeys(("HPO", "LUM", "KES"), date(2026, 1, 15))
    roles = dict.fromkeys(("discovery", "launch", "kick-off", "clinical discovery"), "ACME-1")
    for name, text in contract_files(starts, roles).items():
        yield f"sandbox {name}", text, shape.ContractFile


RIGHT = {name: (text, model) for name, text, model in right_files()}


@pytest.mark.parametrize("name", RIGHT)
def test_every_file_that_is_right_passes(name: str) -> None:
    text, model = RIGHT[name]
    assert underlined(text, model) == []


def test_the_schema_is_one() -> None:
    for model in (shape.ContractFile, shared.SharedFile):
        Draft202012Validator.check_schema(json_schema(model))
        assert json_schema(model)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


EPIC = '{ epic = "ACME-1" }'
FIXED = '{ fixed = "1.00" }'
EXAMPLE = '[[example]]\ngiven = { epic = "ACME-1" }\nexpect = { outcome = "open" }\n'
SOUND = HEAD + milestone(EPIC, FIXED) + EXAMPLE
WRONG_WORK = (
    "{}",
    '{ id = "x" }',
    "{ date = 2026-02-03 }",
    '{ epic = "ACME-1", id = "x" }',
    '{ epic = "ACME-1", acceptance = "x" }',
    '{ epic = "ACME 1" }',
    '{ epics = { label = "x" } }',
    "{ epics = { project = [] } }",
    '{ sprints = { name = "x" } }',
)
WRONG_PRICE = (
    "{}",
    '{ cap = "1.00" }',
    '{ fixed = "1.00", per_point = "1.00" }',
    '{ fixed = "$10.00" }',
    '{ fixed = "1,000.00" }',
    "{ fixed = 10.0 }",
    '{ percent = "12,5 %" }',
    '{ percent = "100" }',
    '{ percent = { field = "" } }',
    '{ fixed = "1.00", discount = "5" , minimum = "5 %" }',
)


@pytest.mark.parametrize("work", WRONG_WORK)
def test_what_is_no_work_is_underlined(work: str) -> None:
    assert all(at.startswith("milestone/0/work") for at in underlined(HEAD + milestone(work, FIXED)))
    assert underlined(HEAD + milestone(work, FIXED))


@pytest.mark.parametrize("price", WRONG_PRICE)
def test_what_is_no_price_is_underlined(price: str) -> None:
    assert all(at.startswith("milestone/0/price") for at in underlined(HEAD + milestone(EPIC, price)))
    assert underlined(HEAD + milestone(EPIC, price))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value = "1000.00"', 'value = "1000.00 USD"'),
        ("starts = 2026-01-01", 'starts = "1.1.2026"'),
        ('company = "main"\n', ""),
        ('draft = "unsent_invoice"', 'draft = "unsent"'),
        ('currency = "USD"', 'currency = "usd"'),
        ("expect = {", "expect = {} #"),
        ("given = {", "given = { closed = 2026-02-03 } #"),
        ("given = {", 'given = { date = "x", epic = "ACME-1" } #'),
        ("price =", 'prize = "x"\nprice ='),
        ("price =", 'accept = { field = "x" }\nprice ='),
        ("price =", 'accept = { recorded = true, label = "x" }\nprice ='),
        ("price =", "final = false\nprice ="),
    ],
)
def test_a_mistake_is_underlined(old: str, new: str) -> None:
    assert underlined(SOUND) == []
    assert old in SOUND
    assert underlined(SOUND.replace(old, new, 1))


@pytest.mark.parametrize(
    "release",
    ['"closeout"', "2027-01-31", '{ rule = "work" }', '[{ share = "50 %", when = "closeout" }]'],
)
def test_a_moment_stands_alone_or_in_parts(release: str) -> None:
    retainage = f'[retainage]\nhold = "5 %"\nitem = "Retainage"\nrelease = {release}\n'
    assert underlined(HEAD + retainage) == []
    assert underlined(HEAD + retainage.replace("5 %", "5"))


@pytest.mark.parametrize("release", ["[]", '"closed"', "{}", '[{ share = "50", when = "closeout" }]'])
def test_what_is_no_moment_is_underlined(release: str) -> None:
    assert underlined(f'{HEAD}[retainage]\nhold = "5 %"\nitem = "Retainage"\nrelease = {release}\n')


def test_what_shared_defaults_may_say_is_needed_only_without_them() -> None:
    bare = '[contract]\nid = "x"\nclient = "Acme"\nstarts = 2026-01-15\n'
    assert underlined(bare) == ["contract"] * 4
    assert underlined(bare + 'use = "house"\n') == []


def test_numbers_and_lists_stand_where_words_do() -> None:
    work = '{ epics = { projects = ["ACME", "B2"], "Cost centre" = 12, label = ["a", "b"] } }'
    assert underlined(HEAD + milestone(work, FIXED)) == []
    assert underlined(HEAD + milestone("{ sprints = { board = 12 } }", FIXED)) == []


def test_the_schema_knows_the_keys_of_every_table() -> None:
    tables = {**json_schema()["$defs"], **json_schema(shared.SharedFile)["$defs"]}
    for model in (
        shape.ContractTable,
        shape.MilestoneTable,
        WorkTable,
        AcceptTable,
        order.WhenTable,
        PriceTable,
        DepositTable,
        RetainageTable,
        RateTable,
    ):
        keys = {field.alias or name for name, field in model.model_fields.items()}
        assert set(tables[model.__name__]["properties"]) == keys
        assert tables[model.__name__]["additionalProperties"] is False
