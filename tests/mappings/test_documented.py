"""Docs and examples cannot rot: each documented key exists, each key is documented, each example holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from mappings.check.names import check
from mappings.contract.prices import (
    AmountField,
    Fixed,
    Hours,
    Listed,
    Percent,
    PercentField,
    PerIssue,
    PerPoint,
)
from mappings.load import load_folder
from mappings.tables import (
    accept,
    opening,
    order,
    purchase,
    rate,
    shape,
    shared,
    timeline,
    work,
    write_back,
)
from mappings.tables.price import PriceTable
from mappings.words.template import DEPOSIT, EPIC, SPRINT, VERSION

#: Codes that are only ever said beside a verdict.
NOTICES = {"children.done", "sprint.scope", "change.altered", "change.below_billed"}
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "mappings" / "examples"
DOCS = (ROOT / "docs" / "rules.md").read_text()
SECTIONS: dict[str, type[BaseModel]] = {
    "## `[contract]`": shape.ContractTable,
    "## `[deposit]`": shape.DepositTable,
    "## `[opening]`": opening.OpeningTable,
    "## `[write_back]`": write_back.WriteBackTable,
    "## `[[purchase_order]]`": purchase.PurchaseOrderTable,
    "## `[[milestone]]`": shape.MilestoneTable,
    "### `accept`": accept.AcceptTable,
    "### `late`": timeline.LateTable,
    "## `[[change_order]]`": order.ChangeOrderTable,
    "## `[[accepted]]`": accept.AcceptedTable,
    "### `work`": work.WorkTable,
    "Words of `epics`": work.MatchWords,
    "Words of `sprints`": work.SprintWords,
    "Words of `version` and `versions`": work.VersionWords,
    "### `price`": PriceTable,
    "## `[[exclude]]`": shape.ExcludeTable,
    "## `[[expense]]`": shape.ExpenseTable,
    "## `[[example]]`": shape.ExampleTable,
    "## `[defaults]`": shared.DefaultsTable,
    "## `[[price]]`": shared.ListedTable,
    "## `[rate_card]`": rate.RateCardTable,
    "## `[[rate]]`": rate.RateTable,
}


def keys_of(model: type[BaseModel]) -> set[str]:
    """Keys as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}


def documented(heading: str) -> set[str]:
    chapter = re.split(r"\n##|\nWords of", DOCS[DOCS.index(heading) + len(heading) :])[0]
    cells = re.findall(r"^\| (`[^|]*) \|", chapter, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("heading", SECTIONS)
def test_each_key_is_documented_and_each_documented_key_exists(heading: str) -> None:
    assert documented(heading) == keys_of(SECTIONS[heading])


def test_each_table_of_a_file_has_a_chapter() -> None:
    for name in keys_of(shape.ContractFile) | keys_of(shared.SharedFile):
        assert f"## `[{name}]`" in DOCS or f"## `[[{name}]]`" in DOCS


def test_each_placeholder_is_documented() -> None:
    chapter = DOCS[DOCS.index("### `text`") : DOCS.index("## `[[exclude]]`")]
    assert set(re.findall(r"`\{([a-z._]+)\}`", chapter)) == EPIC | SPRINT | VERSION | DEPOSIT


def test_each_code_of_a_verdict_is_documented() -> None:
    shapes = re.compile(r"[a-z]+\.[a-z_]+")
    said = {"due", "open", "reopened", "hidden", "overlap", "contract.left"}
    for name in (
        "judging/judge",
        "progress/unfinished",
        "progress/acceptance",
        "money/changing",
        "money/dated",
        "judging/due",
        "judging/outside",
        "money/price",
        "money/time_price",
        "money/split",
        "money/ceiling",
        "money/release",
        "money/tie",
    ):
        for node in ast.walk(ast.parse((ROOT / "mappings" / f"{name}.py").read_text())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and shapes.fullmatch(node.value)
            ):
                said.add(node.value)
    assert documented("## What each code means") == said - {
        "children.done",
        "sprint.scope",
        "change.altered",
        "change.below_billed",
        "payer.changed",
        "payer.left",
    }


def test_every_example_file_loads_and_its_examples_hold() -> None:
    book = load_folder(EXAMPLES)
    assert [str(problem) for problem in check(book, {}, {})] == []
    assert len(book.contracts) == len(list(EXAMPLES.glob("*.toml")))
    assert all(contract.examples for contract in book.contracts)


def test_there_is_an_example_of_every_kind_of_price() -> None:
    rules = [rule for contract in load_folder(EXAMPLES).contracts for rule in contract.milestones]
    assert {type(rule.price) for rule in rules} == {
        Fixed,
        Hours,
        Listed,
        Percent,
        PercentField,
        AmountField,
        PerPoint,
        PerIssue,
    }


def test_an_example_that_does_not_hold_is_a_problem(tmp_path: Path) -> None:
    text = (EXAMPLES / "points.toml").read_text().replace('amount = "3150.00"', 'amount = "3149.00"')
    (tmp_path / "points.toml").write_text(text)
    (problem,) = check(load_folder(tmp_path), {}, {})
    assert text.split("\n")[problem.line - 1][problem.column - 1 :].startswith('"3149.00"')
    assert "expected amount 3,149.00 USD, found 3,150.00 USD" in problem.message
