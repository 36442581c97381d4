"""JSON as a file of settings: the same shapes as TOML, the same problems, each at its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict

from mappings.grammar.jsonfile import parse_json
from mappings.grammar.tomlfile import parse


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    on: date | None = None


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    count: int = 0
    rate: Decimal = Decimal(1)
    inner: list[Inner] = []


def places(text: str) -> list[str]:
    found, problems = parse_json(text, "f.json", Outer)
    assert (found is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_the_same_content_is_the_same_value_in_both_forms() -> None:
    toml = 'count = 2\nrate = 0.5\n[[inner]]\nname = "a"\non = 2026-01-15\n'
    text = '{"count": 2, "rate": "0.5", "inner": [{"name": "a", "on": "2026-01-15"}]}'
    assert parse_json(text, "f.json", Outer) == parse(toml, "f.toml", Outer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cuont": 1}', "f.json:1:2: unknown key 'cuont' (did you mean 'count'?)"),
        ('{\n  "count": "two"\n}', 'f.json:2:12: count: must be a whole number, not "two"'),
        ('{"inner": [{"name": "ä"},\n {"nmae": "\\"]}"}]}', "f.json:2:3: unknown key 'nmae' in [inner.2]"),
        ('{"inner": [{"name": "{[,", "on": "soon"}]}', "f.json:1:34: inner.1.on: "),
        ('{"count" 1}', "f.json:1:10: no JSON: "),
        ("", "f.json:1:1: no JSON: expecting value"),
        ("[]", "f.json:1:1: the whole file is one table in { }"),
        ("[" * 100_000, "f.json:1:1: the file is nested too deeply"),
    ],
)
def test_a_problem_is_said_where_it_stands(text: str, said: str) -> None:
    assert any(said in line for line in places(text)), places(text)


def test_all_problems_are_said_in_the_order_of_the_file() -> None:
    lines = places('{"inner": [{"name": 1}],\n "rate": [],\n "x": 0}')
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3"]
