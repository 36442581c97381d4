"""Every problem at once, and each only once: grammar, misspelled keys, rules that never say anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from acme import EPICS, HEAD, milestone

from mappings.load import load_folder

FIXED = '{ fixed = "1.00" }'
EXCLUDE = '[[exclude]]\nrule = "{}"\nwork = {}\nreason = "so"\n'
GOODWILL = '{ epics = { project = "ACME", label = "goodwill" } }'


def problems(folder: Path, **texts: str) -> list[str]:
    """What is wrong with these files, as "name:line:column: message (hint)"."""
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    return [str(each).removeprefix(f"{folder}/") for each in load_folder(folder).problems]


def test_mistakes_of_the_grammar_in_several_lines_of_several_files_are_said_together(tmp_path: Path) -> None:
    found = problems(tmp_path, a="x = 1 2\ny = 3\nz = = 4\n", b="[contract\nid = 'b'\nw = \"open\n")
    assert [each.partition(" ")[0] for each in found] == [
        "a.toml:1:7:", "a.toml:3:5:", "b.toml:1:10:", "b.toml:3:5:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["x = [1,\ny = 2\nz = 3\n", 'x = """\ny = = 2\n', "x = 1\nx = 2\ny = = 3\n", "x = {a = 1\ny = 2\n"],
)
def test_the_echo_of_a_mistake_is_none(tmp_path: Path, text: str) -> None:
    assert len(problems(tmp_path, a=text)) == 1


def test_a_misspelled_key_that_is_needed_is_one_mistake(tmp_path: Path) -> None:
    text = HEAD.replace("client =", "cleint =") + milestone(EPICS, FIXED).replace("phase =", "fase =")
    found = problems(tmp_path, a=text)
    assert ["did you mean 'client'" in found[0], "did you mean 'phase'" in found[1], len(found)] == [
        True,
        True,
        2,
    ]
    (word,) = problems(tmp_path, a=HEAD + milestone('{ epics = { projct = "ACME" } }', FIXED))
    assert "did you mean 'project'" in word


def test_a_rule_whose_work_an_exclusion_takes_is_said(tmp_path: Path) -> None:
    rule = milestone('{ epics = { project = "ACME", label = "billable" } }', FIXED)
    (found,) = problems(tmp_path, a=HEAD + rule + EXCLUDE.format("all", '{ epics = { project = "ACME" } }'))
    assert "never bills: [[exclude]] 'all' takes all its work" in found
    assert problems(tmp_path, a=HEAD + rule + EXCLUDE.format("goodwill", GOODWILL)) == []
    wide = rule.replace('"ACME"', '["ACME", "BETA"]')
    assert problems(tmp_path, a=HEAD + wide + EXCLUDE.format("all", '{ epics = { project = "ACME" } }')) == []


def test_an_exclusion_behind_a_wider_one_is_said(tmp_path: Path) -> None:
    rule = milestone('{ epics = { project = "BETA" } }', FIXED)
    both = EXCLUDE.format("all", '{ epics = { project = "ACME" } }') + EXCLUDE.format("goodwill", GOODWILL)
    (found,) = problems(tmp_path, a=HEAD + rule + both)
    assert "[[exclude]] 'goodwill' says nothing: [[exclude]] 'all' takes all its work before it" in found
