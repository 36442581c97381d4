"""An invoice on which finance bills several contracts: each line is explained as its own contract's."""

from __future__ import annotations

from pathlib import Path

import pytest
from story_played import played
from story_scene import Scene

from sync.store import Store
from sync.telling.document import DocumentExplained, explain_documents


def told(scene: Scene, number: str) -> DocumentExplained:
    """The one document called so."""
    plan = scene.engine.plan(scene.engine.last_read())
    (found,) = explain_documents(scene.engine, plan, number, scene.now)
    return found


@pytest.mark.parametrize(
    ("story", "until", "number", "keys"),
    [
        (
            "estimates: estimates of two contracts of one client become one invoice",
            "2026-02-08",
            "1003",
            ("ACME-1", "BETA-1"),
        ),
        (
            "moved: a line that finance moved to an invoice of another contract is found there before it is"
            " billed anew",
            "2026-02-08",
            "1002",
            ("BETA-1", "ACME-1"),
        ),
    ],
)
def test_a_line_of_another_contract_is_ours_of_that_contract_by_its_rule_for_its_work(
    quick_store: Store, tmp_path: Path, story: str, until: str, number: str, keys: tuple[str, str]
) -> None:
    document = told(played(quick_store, tmp_path, story, until), number)
    assert document.contract == keys[0][:4].lower()
    assert [line.contract for line in document.lines] == [key[:4].lower() for key in keys]
    for line, key in zip(document.lines, keys, strict=True):
        assert line.text.startswith(key)
        assert line.billed == line.shown
        assert any(step.startswith("billed by rule 'work', version ") for step in line.steps)
        assert any(step.startswith("written as 1 × ") for step in line.steps)
        set_by = {each.field: each.by for each in line.fields}
        for name in ("text", "amount"):
            assert set_by[name].startswith("rule 'work'@")
            assert set_by[name].endswith(f" for {key}")


def test_of_two_estimates_of_one_epic_each_line_is_as_its_own_was_written(
    quick_store: Store, tmp_path: Path
) -> None:
    name = "estimates: two estimates of one epic become one invoice, and a credit memo gives back of both"
    document = told(played(quick_store, tmp_path, name, "finance changes line 1"), "1003")
    amounts = [each.who for line in document.lines for each in line.fields if each.field == "amount"]
    assert amounts == ["milepost", "milepost"]
    for line in document.lines:
        written = next(step for step in line.steps if step.startswith("written as"))
        assert f"= {line.shown} on" in written


def test_a_line_that_finance_made_of_several_is_told_once_with_all_that_stands_on_it(
    quick_store: Store, tmp_path: Path
) -> None:
    name = "estimates: two estimates of one epic are made one line of an invoice"
    (line,) = told(played(quick_store, tmp_path, name, "2026-02-10"), "1003").lines
    assert (line.billed, line.shown) == (line.shown, line.billed)
    assert "finance made one line of 2 of ours: 100.00 USD and 30.00 USD" in line.steps
