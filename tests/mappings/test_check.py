"""Rules against the lists of Jira and QuickBooks: a name that means nothing is said before anything runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acme import CATALOGUE, EPICS, HEAD, milestone

from mappings.check.names import check
from mappings.load import load_folder
from model.billing import BookClient, BookItem, BooksCatalogue
from model.work import Board, FieldInfo, TrackerCatalogue

BOOKS = BooksCatalogue(
    realm="9",
    name="Main Inc",
    country="US",
    home_currency="USD",
    multicurrency=False,
    zone="UTC",
    books_closed_on=None,
    clients=(BookClient("1", "Acme Corp", "USD"),),
    items=(
        BookItem("1", "Services", "Income"),
        BookItem("2", "Deposits", "Other Current Liability"),
        BookItem("3", "Odd", None),
    ),
    terms=(("Net 30", "3"),),
    classes=(("Projects", "5"),),
    tax_codes=(("TAX", "TAX"),),
)
FIXED = '{ fixed = "1.00" }'
ONE = milestone(EPICS, FIXED)


def messages(
    folder: Path,
    text: str,
    *,
    tracker: TrackerCatalogue | None = CATALOGUE,
    books: BooksCatalogue | None = BOOKS,
) -> list[str]:
    (folder / "acme.toml").write_text(text)
    book = load_folder(folder)
    found = check(book, {"main": tracker} if tracker else {}, {"main": books} if books else {})
    return [str(problem).removeprefix(f"{folder}/acme.toml:") for problem in found]


def test_a_contract_of_known_names_has_no_problem(tmp_path: Path) -> None:
    text = HEAD + 'terms = "Net 30"\nclass = "Projects"\ntax_code = "TAX"\n'
    text += milestone('{ sprints = { board = "acme board" } }', '{ per_point = "1.00" }')
    assert messages(tmp_path, text + '[deposit]\namount = "1.00"\nitem = "Deposits"\n') == []


DEPOSIT = '[deposit]\namount = "1.00"\nitem = '
EXAMPLE = ONE + "[[example]]\ngiven = "
CASES = {
    "a project": (
        milestone('{ epics = { project = "ACNE" } }', FIXED),
        "15:30: project 'ACNE' is not visible on site 'main' (did you mean 'ACME'?)",
    ),
    "the project of an epic": (
        milestone('{ epic = "ZZZ-1" }', FIXED),
        "15:17: project 'ZZZ' is not visible on site 'main' (allowed: ACME, BETA)",
    ),
    "a board": (
        milestone('{ sprints = { board = "ACME bord" } }', FIXED),
        "15:30: there is no board 'ACME bord' on site 'main' (did you mean 'ACME board'?)",
    ),
    "the field of a price": (
        milestone(EPICS, '{ percent = { field = "Biling %" } }'),
        "16:31: there is no field 'Biling %' in project ACME (did you mean 'Billing %'?)",
    ),
    "the field of a match": (
        milestone('{ epics = { project = "ACME", Taem = "x" } }', FIXED),
        "15:45: there is no field 'Taem' in project ACME",
    ),
    "the field of a gate": (
        milestone(EPICS, FIXED, 'accept = { field = "Acepted", is = "Y" }'),
        "17:20: there is no field 'Acepted' in project ACME",
    ),
    "an item": (
        milestone(EPICS, FIXED, 'item = "Servces"'),
        "17:8: 'Main Inc' has no item 'Servces' (did you mean 'Services'?)",
    ),
    "a fee that is no income": (
        milestone(EPICS, FIXED, 'item = "Deposits"'),
        "17:8: item 'Deposits' posts to Other Current Liability",
    ),
    "a class": (
        milestone(EPICS, FIXED, 'class = "Project"'),
        "17:9: 'Main Inc' has no class 'Project' (did you mean 'Projects'?)",
    ),
    "a deposit that is income": (
        ONE + DEPOSIT + '"Services"',
        "20:8: item 'Services' posts to Income: a deposit is not income yet",
    ),
    "a deposit of an unknown kind": (
        ONE + DEPOSIT + '"Odd"',
        "20:8: item 'Odd' posts to an unknown account",
    ),
    "a deposit on nothing": (
        ONE + DEPOSIT + '"Deposit"',
        "20:8: 'Main Inc' has no item 'Deposit' (did you mean 'Deposits'?)",
    ),
    "an example that fails": (
        EXAMPLE + '{ epic = "ACME-1", closed = 2026-02-01 }\nexpect = { amount = "2.00" }',
        "20:21: expected amount 2.00 USD, found 1.00 USD",
    ),
    "a word of an example": (
        EXAMPLE + '{ epic = "ACME-1", lable = "x" }\nexpect = { outcome = "open" }',
        "19:36: no rule reads 'lable' (did you mean 'label'?)",
    ),
    "the date of an example": (
        EXAMPLE + '{ epic = "ACME-1", closed = "2026-02-01" }\nexpect = { outcome = "open" }',
        "19:37: closed must be a date",
    ),
    "an example of nothing": (
        EXAMPLE + '{ closed = 2026-02-01 }\nexpect = { outcome = "open" }',
        "19:9: an example is about one thing: epic, sprint",
    ),
    "an example elsewhere": (
        EXAMPLE + '{ epic = "X-1" }\nexpect = { outcome = "open" }',
        "19:9: no rule of the contract reaches the project",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_unknown_name_is_placed(tmp_path: Path, name: str) -> None:
    rules, expected = CASES[name]
    (found,) = messages(tmp_path, HEAD + rules)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('terms = "Net 3"\n', "12:9: 'Main Inc' has no terms 'Net 3' (did you mean 'Net 30'?)"),
        ('tax_code = "VAT"\n', "12:12: 'Main Inc' has no tax code 'VAT'"),
        ('class = "X"\n', "12:9: 'Main Inc' has no class 'X'"),
    ],
)
def test_unknown_names_of_the_contract_are_placed(tmp_path: Path, line: str, expected: str) -> None:
    (found,) = messages(tmp_path, HEAD + line + ONE)
    assert found.startswith(expected)


def test_the_client_and_its_currency_are_looked_up(tmp_path: Path) -> None:
    (unknown,) = messages(tmp_path, HEAD.replace("Acme Corp", "Acme Crop") + ONE)
    assert unknown.startswith("4:10: 'Main Inc' has no client 'Acme Crop' (did you mean 'Acme Corp'?)")
    currency = messages(tmp_path, HEAD.replace("USD", "EUR") + ONE)
    assert [text.partition(": ")[0] for text in currency] == ["7:12", "7:12"]
    assert "is billed in USD" in currency[0]
    assert "keeps books in USD only" in currency[1]


def test_a_board_name_that_two_boards_have_lists_their_ids(tmp_path: Path) -> None:
    twice = replace(CATALOGUE, boards=(*CATALOGUE.boards, Board("8", "ACME Board", "scrum", "1")))
    by_name = milestone('{ sprints = { board = "ACME board" } }', FIXED)
    (found,) = messages(tmp_path, HEAD + by_name, tracker=twice)
    assert "7 (ACME board), 8 (ACME Board)" in found
    assert messages(tmp_path, HEAD + by_name.replace('"ACME board"', '"8"'), tracker=twice) == []


def test_an_ambiguous_field_lists_its_ids(tmp_path: Path) -> None:
    twice = replace(
        CATALOGUE, fields=(*CATALOGUE.fields, FieldInfo("customfield_9", "Billing %", "float", None))
    )
    rules = milestone(EPICS, '{ percent = { field = "Billing %" } }')
    (found,) = messages(tmp_path, HEAD + rules, tracker=twice)
    assert "customfield_1, customfield_9" in found
    by_id = rules.replace('"Billing %"', '"customfield_9"')
    assert messages(tmp_path, HEAD + by_id, tracker=twice) == []


def test_points_without_a_field_for_them_are_a_problem(tmp_path: Path) -> None:
    bare = replace(CATALOGUE, fields=())
    for work in (EPICS, '{ sprints = { board = "ACME board" } }'):
        (found,) = messages(tmp_path, HEAD + milestone(work, '{ per_point = "1.00" }'), tracker=bare)
        assert found.startswith("16:23: there is no field 'Story Points'")


def test_without_lists_only_the_files_themselves_are_checked(tmp_path: Path) -> None:
    rules = HEAD.replace("Acme Corp", "Nobody") + milestone('{ epics = { project = "NONE" } }', FIXED)
    assert messages(tmp_path, rules, tracker=None, books=None) == []
