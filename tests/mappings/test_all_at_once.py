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
        "a.toml:1:7:", "a.toml:2:1:", "a.toml:3:5:", "b.toml:1:10:", "b.toml:3:5:",
    ]  # fmt: skip


def test_a_mistake_of_the_grammar_hides_no_other(tmp_path: Path) -> None:
    broken = HEAD.replace('client = "Acme Corp"', "client = Acme Corp").replace(
        'currency = "USD"', 'currency = "usd"'
    )
    rule = milestone(EPICS, '{ fixed = "1.005" }', 'terms = "Net 30"')
    found = problems(tmp_path, a=broken + rule + EXCLUDE.format("x", GOODWILL).replace("reason", "raeson"))
    assert [each.split(": ", 1)[1] for each in found] == [
        'text without quotes: client = Acme Corp (write it in quotes: "Acme Corp")',
        "'usd' is not a currency of ISO 4217 (did you mean 'USD'?)",
        "unknown key 'terms' in [milestone.1] (it stands in [contract] or [[payer]])",
        "unknown key 'raeson' in [exclude.1] (did you mean 'reason'?)",
    ]


def test_what_a_line_that_cannot_be_read_may_hold_is_not_missed(tmp_path: Path) -> None:
    """Nor does what stood under a header that cannot be read go to the table above it."""
    lost = HEAD.replace('item = "Services"', "item = Services").replace("value = ", "value: ")
    share = milestone(EPICS, '{ percent = "10 %" }').replace("[[milestone]]", "[[milestone]")
    final = milestone(GOODWILL, '{ percent = "10 %" }', "final = treu", rule="last")
    found = problems(tmp_path, a=lost + share + final)
    assert len(found) == lost.count("item = Services") + 3
    assert not [each for each in found if "missing" in each or "unknown" in each or "needs" in each]


@pytest.mark.parametrize(
    "price",
    ['{ fixed = "10.00"', '{ fixed = "10.00",\n  cap = "20.00" }', '{\n  fixed = "10.00"\n}'],
)
def test_a_table_that_is_not_closed_on_its_line_is_one_mistake_and_the_rest_is_read(
    tmp_path: Path, price: str
) -> None:
    rule = milestone(EPICS, price, 'terms = "Net 30"')
    found = problems(tmp_path, a=HEAD + rule)
    assert len(found) == 2
    assert "what stands in { } goes on over several lines" in found[0]
    assert "unknown key 'terms' in [milestone.1]" in found[1]


def test_names_in_what_can_be_read_are_compared(tmp_path: Path) -> None:
    problems(tmp_path, a=HEAD.replace('client = "Acme Corp"', "client = Acme Corp") + milestone(EPICS, FIXED))
    (source,) = load_folder(tmp_path).broken.values()
    assert '"ACME"' in source


@pytest.mark.parametrize(
    "text",
    [
        "x = [1,\ny = 2\nz = 3\n",
        'x = """\ny = = 2\n',
        "x = 1\nx = 2\ny = = 3\n",
        "x = {\n  a = 1,\n  b = 2\n}\n",
    ],
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
