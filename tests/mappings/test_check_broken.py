"""A file with mistakes makes no contract; its sound names are compared all the same, so that all is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from acme import HEAD, milestone
from test_check import BOOKS
from test_check_words import SITE

from mappings.check.names import check
from mappings.contract.book import RuleBook
from mappings.load import load_folder
from model.finding import Problem

TEXT = (
    HEAD.replace("Acme Corp", "Acme Crop").replace('value = "1000.00"', "value = 1000.00")
    + 'terms = "Net 3"\ntax_code = "VAT"\n'
    + milestone(
        '{ epics = { project = "ACNE" } }', '{ percent = { field = "Biling %" } }', 'item = "Servces"'
    ).replace('"delivery"', '"delivry"')
    + milestone('{ sprints = { board = "ACME bord" } }', '{ fixed = "1.00" }', 'class = "Project"', rule="b")
    + '[deposit]\namount = "1.00"\nitem = "Services"\nwen = "start"\n'
)


def load(folder: Path, text: str) -> RuleBook:
    (folder / "acme.toml").write_text(text)
    return load_folder(folder)


def told(problems: list[Problem] | tuple[Problem, ...]) -> list[str]:
    return [f"{each.line}:{each.column} {each.message}" for each in problems]


def test_names_of_a_file_with_mistakes_are_compared_in_the_same_check(tmp_path: Path) -> None:
    book = load(tmp_path, TEXT)
    assert book.contracts == ()
    structure = told(book.problems)
    assert [text.partition(" ")[0] for text in structure] == ["8:9", "16:9", "29:1"]
    names = [text for text in told(check(book, {"main": SITE}, {"main": BOOKS})) if text not in structure]
    assert names == [
        "4:10 'Main Inc' has no client 'Acme Crop'",
        "12:9 'Main Inc' has no terms 'Net 3'",
        "13:12 'Main Inc' has no tax code 'VAT'",
        "17:30 project 'ACNE' is not visible on site 'main'",
        "19:8 'Main Inc' has no item 'Servces'",
        "23:30 there is no board 'ACME bord' on site 'main'",
        "25:9 'Main Inc' has no class 'Project'",
        "28:8 item 'Services' posts to Income: a deposit is not income yet",
    ]


def test_a_rule_with_a_mistake_in_its_work_still_says_what_its_price_names(tmp_path: Path) -> None:
    rule = milestone('{ epics = { project = "ACME" }, id = "x" }', '{ fixed = "1.00" }', 'class = "Nothing"')
    book = load(tmp_path, HEAD + rule)
    assert told(book.problems) != []
    assert "17:9 'Main Inc' has no class 'Nothing'" in told(check(book, {"main": SITE}, {"main": BOOKS}))


def test_rules_that_tie_are_compared_too(tmp_path: Path) -> None:
    rules = milestone('{ epics = { project = "ACME" } }', '{ fixed = "1.00" }', 'item = "Servces"')
    rules += milestone('{ epics = { project = "ACME" } }', '{ fixed = "2.00" }', rule="again")
    book = load(tmp_path, HEAD + rules)
    assert book.contracts == ()
    assert "17:8 'Main Inc' has no item 'Servces'" in told(check(book, {"main": SITE}, {"main": BOOKS}))


def test_what_cannot_be_read_at_all_says_only_that(tmp_path: Path) -> None:
    book = load(tmp_path, HEAD + "x = = 1\n")
    assert told(check(book, {"main": SITE}, {"main": BOOKS})) == told(book.problems)
    assert len(book.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "contract = 1\n",
        "contract = []\nmilestone = 3\n",
        'milestone = [1, { work = 2, price = "x", item = 5 }]\n[contract]\nclient = 7\n',
        '[contract]\nclient = ["a"]\nsite = "main"\ncompany = "main"\ncurrency = "usd"\n'
        'reject_statuses = [1, [2], ""]\n[[payer]]\nwhen = 1\n[[change_order]]\nwhen = { epic = 3 }\n',
        '[[contract]]\nid = "x"\n[[deposit]]\nitem = 1\n[exclude]\nwork = { epics = {} }\n',
    ],
)
def test_whatever_stands_in_a_file_is_said_and_breaks_nothing(tmp_path: Path, text: str) -> None:
    book = load(tmp_path, text)
    assert len(check(book, {"main": SITE}, {"main": BOOKS})) >= len(book.problems) > 0
