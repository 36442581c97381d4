"""Positions and suggestions for any shape: tables, arrays of tables, dotted keys, unions, inline tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import parse
from mappings.words.mistakes import Mistake, did_you_mean


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Token(Strict):
    kind: Literal["token"]
    secret: str


class Basic(Strict):
    kind: Literal["basic"]
    user: str


class Site(Strict):
    url: str
    login: Annotated[Token | Basic, Field(discriminator="kind")]
    seconds: Annotated[int, Field(ge=5)] = 60

    @field_validator("url")
    @classmethod
    def _https(cls, url: str) -> str:
        if not url.startswith("https"):
            raise Mistake("only https", "write https://…")
        return url


class Step(Strict):
    name: str
    rate: Annotated[Decimal, Field(strict=False)] = Decimal(1)


class Shape(Strict):
    site: dict[str, Site] = {}
    step: list[Step] = []


TEXT = """\
# ä comment with ümlauts
[site.main]
url = "ftp://x"
login = { kind = "tokn", secret = "s" }
seconds = 3

["site"."ö"]
url = "https://x"
login.kind = "basic"
login.usr = "me"
second = 5

[[step]]
name = "a"
rate = 1.10

[[step]]
name = 7
[[step]]
rate = "x"
[setp]
"""


def test_every_problem_has_its_own_place() -> None:
    value, problems = parse(TEXT, "c.toml", Shape)
    assert value is None
    assert [str(problem) for problem in problems] == [
        'c.toml:3:7: site.main.url: only https: "ftp://x" (write https://…)',
        "c.toml:4:18: site.main.login.kind: 'tokn' is not known (did you mean 'token'?)",
        "c.toml:5:11: site.main.seconds: must be 5 or more, not 3",
        "c.toml:10:7: unknown key 'usr' in [site.ö.login] (did you mean 'user'?)",
        "c.toml:11:1: unknown key 'second' in [site.ö] (did you mean 'seconds'?)",
        "c.toml:18:8: step.2.name: must be text in quotes, not 7",
        "c.toml:19:1: 'name' is missing in [step.3]",
        'c.toml:20:8: step.3.rate: must be a number, not "x"',
        "c.toml:21:1: unknown key 'setp' (did you mean 'step'?)",
    ]


def test_numbers_with_a_point_arrive_exactly() -> None:
    value, problems = parse('[[step]]\nname = "a"\nrate = 0.1\n', "c.toml", Shape)
    assert not problems
    assert value is not None
    assert value.step[0].rate == Decimal("0.1")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = ", (1, 5)),
        ("a = 1\n[x\n", (2, 3)),
        ("a = 1\na = 2\n", (2, 6)),
        ('a = "x', (1, 5)),
        ("\ufeffa = 1", (1, 1)),
    ],
)
def test_broken_grammar_is_placed_on_every_python(text: str, place: tuple[int, int]) -> None:
    places = [(problem.line, problem.column) for problem in parse(text, "c.toml", Shape)[1]]
    assert place in places


@pytest.mark.parametrize(
    ("text", "path", "point"),
    [
        ("a = 1\nb = [1, { c = 2 }]\n", ("b", 1, "c"), (2, 15)),
        ("[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2\n", ("a", 1, "b", "c"), (6, 5)),
        ("[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n", ("a", 0, "b", 1, "x"), (5, 5)),
        ("é = { ü.x = 1 }\n", ("a",), (1, 1)),
        ('"é" = { "ü".x = 1 }\n', ("é", "ü", "x"), (1, 17)),
        ("x = = 1\ny = 2\n", ("y",), (2, 5)),
    ],
)  # fmt: skip
def test_a_path_leads_to_its_value(text: str, path: tuple[str | int, ...], point: tuple[int, int]) -> None:
    assert Positions(text).of(*path) == point


def test_only_a_near_word_is_suggested() -> None:
    assert did_you_mean("Curency", ["currency", "client"]) == "did you mean 'currency'?"
    assert did_you_mean("zzz", ["a", "b"]) == "allowed: a, b"
    assert did_you_mean("zzz", [str(number) for number in range(40)]) == ""
