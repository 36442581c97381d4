"""First contract files: whatever two systems hold, the file that is made of it is sound and says the same."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from acme import BILLING, CATALOGUE, POINTS, epic, issue
from fernwood import BOOKS
from hypothesis import given
from hypothesis import strategies as st

from mappings.check.names import check
from mappings.contract.book import RuleBook
from mappings.load import load_folder, parse_contract
from mappings.starter.interview import Facts, Question, interview
from mappings.starter.likeness import most_like
from mappings.starter.outline import Outline, contract_id
from mappings.starter.proof import problems_with
from mappings.starter.quoting import listed, quoted, remark
from mappings.starter.remarks import remarks_of
from mappings.starter.sampling import by_activity, sample_of
from mappings.starter.writing import Remarks, contract_text, shares
from mappings.words.mistakes import Mistake
from model.billing import BookClient, BookItem
from model.work import Board, FieldInfo, Issue

EPICS = (
    epic(1, fields={BILLING: "10"}, labels=["billable"]),
    epic(2, fields={BILLING: "20"}, labels=["billable", "big"]),
    epic(3, labels=["internal"]),
    issue(4, parent=1, fields={POINTS: "3"}),
)
OUTLINE = Outline(
    "acme", "Acme Corp", "main", "main", "USD", "ACME", "even", "Services", date(2026, 1, 1), "unsent_invoice"
)


def facts(*issues: Issue, **changes: object) -> Facts:
    """ACME with `issues` as its newest, and the books of Fernwood."""
    tracker = CATALOGUE
    made = Facts(
        "main", "main", tracker, sample_of(tracker.projects[0], tracker, issues), BOOKS, date(2026, 3, 1)
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def outlined(seen: Facts, **given: str) -> tuple[Outline, list[str]]:
    """What a script gets that answers with `given`: the outline, and which questions stayed open."""
    stuck: list[str] = []

    def ask(question: Question) -> str:
        if question.option in given:
            return question.accept(given[question.option])
        if question.suggestion:
            return question.accept(question.suggestion)
        stuck.extend([] if question.minor else [question.option])
        return ""

    return interview(seen, ask), stuck


def written(seen: Facts, outline: Outline) -> str:
    """The file of `outline`, with all its remarks."""
    return contract_text(outline, remarks_of(seen, outline, by_activity(seen.tracker, EPICS)))


def assert_sound(seen: Facts, text: str) -> None:
    """`text` loads, its example holds, and every name in it is one of the systems'."""
    contract, problems = parse_contract(text, "first.toml")
    assert [str(each) for each in problems] == []
    assert contract is not None
    book = RuleBook((contract,), (), {contract.version: ("first.toml", text)})
    assert [str(each) for each in check(book, {"main": seen.tracker}, {"main": seen.books})] == []
    assert contract.examples


@pytest.mark.parametrize(
    "answers",
    [
        {"value": "1000.00"},
        {"price": "amount"},
        {"price": "points", "rate": "150.00"},
        {"price": "issues", "rate": "99.99", "board": "acme BOARD"},
        {"price": "even", "value": "100.01"},
        {"price": "even", "value": "100", "client": "borealis gmbh", "item": "rent", "label": "x"},
    ],
    ids=str,
)
def test_whatever_is_chosen_the_file_is_sound(answers: dict[str, str]) -> None:
    seen = facts(*EPICS)
    outline, stuck = outlined(seen, **answers)
    assert stuck == []
    assert_sound(seen, written(seen, outline))


def test_what_the_systems_suggest_is_taken_and_money_is_never_guessed() -> None:
    outline, stuck = outlined(facts(*EPICS))
    assert stuck == ["value"]
    assert (outline.client, outline.item, outline.currency) == ("Acme Corp", "Services", "USD")
    assert (outline.price, outline.field, outline.label) == ("percent", "Billing %", "billable")
    assert (outline.id, outline.starts) == ("acme-corp-acme", date(2026, 3, 1))


def test_what_nothing_suggests_stays_open() -> None:
    seen = facts(
        books=replace(BOOKS, clients=(BookClient("1", "Nobody Ltd", "USD"), BookClient("2", "X", "USD")))
    )
    _, stuck = outlined(seen)
    assert stuck == ["client", "price"]
    _, stuck = outlined(facts(*EPICS, books=replace(BOOKS, items=BOOKS.items[2:])), value="1.00")
    assert stuck == ["item"]


def test_an_answer_that_cannot_be_is_refused_with_what_there_is() -> None:
    for option, text in {
        "client": "Acme Crop",
        "price": "by weight",
        "value": "1,000",
        "item": "Client deposits",
        "field": "Amount",
        "starts": "tomorrow",
        "id": "Acme Corp",
    }.items():
        with pytest.raises(Mistake):
            outlined(facts(*EPICS), **{"value": "10.00", option: text})


def test_the_currency_is_the_customers() -> None:
    outline, _ = outlined(facts(*EPICS), value="1.00", client="Borealis GmbH")
    assert outline.currency == "EUR"
    with pytest.raises(Mistake, match="fraction"):
        outlined(facts(*EPICS), value="1.005")


@pytest.mark.parametrize(("country", "draft"), [("US", "unsent_invoice"), ("GB", "pending_estimate")])
def test_where_tax_is_due_by_the_invoices_date_estimates_are_suggested(country: str, draft: str) -> None:
    seen = facts(*EPICS, books=replace(BOOKS, country=country))
    outline, _ = outlined(seen, value="1000.00")
    assert f'draft = "{draft}"' in written(seen, outline)
    chosen, _ = outlined(seen, value="1000.00", draft="unsent_invoice")
    assert 'draft = "unsent_invoice"' in written(seen, chosen)


def test_a_field_whose_name_means_two_is_written_by_its_id() -> None:
    twice = (*CATALOGUE.fields, FieldInfo("customfield_9", "Billing %", "float", None))
    tracker = replace(CATALOGUE, fields=twice)
    seen = facts(tracker=tracker, sample=sample_of(tracker.projects[0], tracker, EPICS))
    outline, _ = outlined(seen, value="1.00")
    assert outline.field == BILLING
    assert_sound(seen, written(seen, outline))


def test_boards_of_one_name_are_written_by_their_ids() -> None:
    boards = (Board("7", "Team", "scrum", "1"), Board("8", "Team", "scrum", "1"))
    seen = facts(*EPICS, tracker=replace(CATALOGUE, boards=boards))
    outline, _ = outlined(seen, price="points", rate="5.00")
    assert outline.board == "7"
    assert_sound(seen, written(seen, outline))


def test_the_lines_that_wait_to_be_switched_on_are_sound_once_they_are() -> None:
    seen = facts(*EPICS)
    outline, _ = outlined(seen, value="1000.00")
    lines = written(seen, outline).splitlines()
    waiting = ("# terms", "# po", "# class", "# tax_code", "# amount", "# when", "# item")
    waiting = (*waiting, "# [deposit]", "# [write_back]")
    text = "\n".join(line[2:] if line.startswith(waiting) else line for line in lines)
    assert_sound(seen, text)
    contract, _ = parse_contract(text, "first.toml")
    assert contract is not None
    assert contract.deposit is not None
    assert contract.write_back is not None
    assert (contract.terms, contract.klass, contract.deposit.item) == (
        "Net 30",
        "Delivery",
        "Client deposits",
    )


@given(st.integers(1, 40))
def test_even_shares_are_a_hundred_percent(count: int) -> None:
    found = shares(f"ACME-{number}" for number in range(count))
    assert (len(found), sum(found.values(), Decimal(0))) == (count, 100)


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_read_back_as_it_was_and_ends_nothing(text: str) -> None:
    usable = text.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"a = {quoted(usable)}\nb = 1") == {"a": usable, "b": 1}
    assert tomllib.loads(f"{remark(usable)}\nb = 1") == {"b": 1}
    assert "\n" not in remark(text) + quoted(text) + listed([text])


@given(*[st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) for _ in range(3)])
def test_hostile_names_of_both_systems_make_a_sound_file(client: str, item: str, label: str) -> None:
    books = replace(
        BOOKS,
        name=label,
        clients=(BookClient("1", client, "USD"),),
        items=(BookItem("2", item, "Income"),),
        terms=((label, "3"),),
    )
    project = replace(CATALOGUE.projects[0], name=client)
    tracker = replace(CATALOGUE, projects=(project,))
    epics = (epic(1, fields={BILLING: "10"}, labels=[label], summary=item),)
    seen = facts(books=books, tracker=tracker, sample=sample_of(project, tracker, epics))
    outline, stuck = outlined(seen, value="10.00", label=f"a{label}")
    assert stuck == []
    text = contract_text(outline, remarks_of(seen, outline, by_activity(tracker, epics)))
    assert_sound(seen, text)
    contract, _ = parse_contract(text, "first.toml")
    assert contract is not None
    assert (contract.client, contract.item) == (client, item)


def test_a_likely_name_shares_whole_words_and_two_equal_ones_are_none() -> None:
    clients = [
        "Harbor & Pine Outfitters",
        "Lumière Énergie SAS",
        "Otto's Bäckerei",
        "Borealis GmbH",
        "Borealis Ltd",
    ]
    assert most_like("Harbor & Pine Shop", clients) == "Harbor & Pine Outfitters"
    assert most_like("Lumiere Portail client", clients) == "Lumière Énergie SAS"
    assert most_like("Borealis", clients) == ""
    assert most_like("The project", clients) == ""


def test_ids_are_made_of_names() -> None:
    assert contract_id("Lumière Énergie SAS", "LUM") == "lumiere-energie-sas-lum"
    assert contract_id("用户", "=cmd|'/C calc'!A1") == "cmd-c-calc-a1"
    assert len(contract_id("x" * 100, "Y")) == 60


def test_a_new_file_is_held_against_those_that_are_there(tmp_path) -> None:
    seen = facts(*EPICS)
    outline, _ = outlined(seen, value="1000.00")
    text = written(seen, outline)
    (tmp_path / "zoo.toml").write_text(text.replace('id = "acme-corp-acme"', 'id = "zoo"'), "utf-8")
    (tmp_path / "broken.toml").write_text("[contract", "utf-8")
    assert len(load_folder(tmp_path).problems) == 1
    path = str(tmp_path / "acme.toml")
    found = problems_with(tmp_path, {path: text}, {"main": seen.tracker}, {"main": seen.books})
    assert [(each.file, "reaches the same work" in each.message) for each in found] == [(path, True)]
    other = text.replace('"ACME"', '"BETA"').replace('"ACME-1"', '"BETA-1"')
    assert problems_with(tmp_path, {path: other}, {"main": seen.tracker}, {"main": seen.books}) == []


def test_the_file_alone_carries_the_decisions_without_remarks() -> None:
    bare = replace(OUTLINE, value="90.00", epics=("ACME-1", "ACME-2", "ACME-3"))
    text = contract_text(bare, Remarks())
    assert_sound(facts(*EPICS), text)
    assert [rule.rule for rule in parse_contract(text, "a.toml")[0].milestones] == [
        "ACME-1",
        "ACME-2",
        "ACME-3",
    ]  # type: ignore[union-attr]
