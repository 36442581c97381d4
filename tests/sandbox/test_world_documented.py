"""docs/sandbox.md is true: its world file loads and opens, and no key, knob word or fault is left out of it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from mappings.grammar.jsonfile import parse_json
from mappings.grammar.tomlfile import parse
from sandbox.world.file.faults import FaultLine
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile

TEXT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def shapes(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = [shapes(field.annotation) for field in annotation.model_fields.values()]
        return [annotation, *(shape for found in inner for shape in found)]
    return [shape for part in get_args(annotation) for shape in shapes(part)]


def test_the_example_is_a_world_that_opens():
    file, problems = parse(EXAMPLE, "example", WorldFile)
    assert problems == []
    assert file is not None
    world = open_world(file)
    assert {project.key for project in world.jira.projects.values()} == {"ONE", "TWO"}
    assert world.company.country == "GB"


def test_the_example_written_in_json_is_the_same_file():
    text = json.dumps(tomllib.loads(EXAMPLE), indent=1, default=lambda day: day.isoformat())
    assert parse_json(text, "world.json", WorldFile) == parse(EXAMPLE, "world.toml", WorldFile)


def test_every_key_of_the_shape_is_in_the_example_or_the_text():
    for shape in {each.__name__: each for each in shapes(WorldFile)}.values():
        for name in shape.model_fields:
            assert re.search(rf"(?m)(^|[\[.{{ ]|`){name}( =|\]|\.|`)", TEXT), f"{shape.__name__}.{name}"


def test_every_fault_is_explained():
    for kind in get_args(FaultLine.model_fields["kind"].annotation):
        assert f"`{kind}`" in TEXT, kind
