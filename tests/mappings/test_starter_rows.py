"""Many contracts from one table: every bad row said at its place, hostile cells inert, the same files each time."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from acme import CATALOGUE
from fernwood import BOOKS
from hypothesis import given
from hypothesis import strategies as st

from mappings.check.names import check
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.starter.cells import cells_of, text_of
from mappings.starter.rows import Systems, contracts_of
from mappings.starter.writing import Remarks, contract_text
from model.billing import BookItem
from model.work import Project

BANK = replace(BOOKS, items=(*BOOKS.items, BookItem("4", "Retainage", "Other Current Asset")))
SYSTEMS = Systems("main", "main", CATALOGUE, BANK, date(2026, 3, 1))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def contract(text: str) -> Contract:
    """The contract of a file that must be sound by itself and beside the systems."""
    found, problems = parse_contract(text, "first.toml")
    assert [str(each) for each in problems] == []
    assert found is not None
    book = RuleBook((found,), (), {found.version: ("first.toml", text)})
    assert [str(each) for each in check(book, {"main": CATALOGUE}, {"main": BANK})] == []
    return found


def made(table: str, **otherwise: str) -> list[Contract]:
    """The contracts of a table without problems."""
    planned, problems = contracts_of(table, "clients.csv", replace(SYSTEMS, otherwise=otherwise))
    assert [str(each) for each in problems] == []
    return [contract(contract_text(each.outline, Remarks())) for each in planned]


def refused(table: str, **otherwise: str) -> list[str]:
    """The problems of a table that makes nothing."""
    planned, problems = contracts_of(table, "clients.csv", replace(SYSTEMS, otherwise=otherwise))
    assert planned == []
    assert problems
    return [str(each) for each in problems]


def test_a_row_is_a_contract() -> None:
    (acme, borealis) = made(
        "Client,Project,Value,Starts,Terms,PO,Item,Class,Deposit,Retainage,Release\n"
        "acme corp,acme,120000.00,2026-01-15,net 30,PO-1,,delivery,20 %,5 %,2027-01-31\n"
        '"Borealis GmbH",BETA,"99999.99",,,,Rent,,,,\n'
    )
    assert (acme.id, acme.client, acme.terms, acme.klass) == (
        "acme-corp-acme",
        "Acme Corp",
        "Net 30",
        "Delivery",
    )
    assert (str(acme.value), acme.starts, acme.item) == ("120,000.00 USD", date(2026, 1, 15), "Services")
    assert acme.deposit is not None
    assert acme.retainage is not None
    assert (acme.deposit.item, acme.retainage.item) == ("Client deposits", "Retainage")
    assert (borealis.currency, borealis.starts, borealis.item) == ("EUR", date(2026, 3, 1), "Rent")


def test_options_answer_what_rows_leave_open_and_rows_go_first() -> None:
    table = "client;project;value;price;rate\nAcme Corp;ACME;;;\nBorealis GmbH;BETA;;issues;7.00\n"
    points, issues = made(
        table, price="points", rate="150.00", starts="2026-02-01", item="Rent", label="paid"
    )
    assert [str(rule.price) for each in (points, issues) for rule in each.milestones] == [
        "PerPoint(rate=Money(minor=15000, currency='USD'))",
        "PerIssue(rate=Money(minor=700, currency='EUR'))",
    ]
    assert {(each.starts, each.item) for each in (points, issues)} == {(date(2026, 2, 1), "Rent")}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "clients.csv:1:1: the table is empty"),
        ("client,project,value\n", "clients.csv:1:1: the table has no row"),
        ("client,project\nAcme Corp,ACME\n", "clients.csv:1:1: the column 'value' is missing"),
        ("client,project,value,colour\n", "clients.csv:1:22: there is no column 'colour'"),
        (
            "x,y\n1,2\n",
            "clients.csv:1:1: the first line names no column: 'x | y' (its first line names the columns: ",
        ),
        (
            "customer,project key,contract-value\n",
            "clients.csv:1:1: there is no column 'customer' (did you mean 'client'?)",
        ),
        ("client,,project,value\n", "clients.csv:1:8: this column has no name"),
        (
            "client,project,value\nAcme Corp,ACME,120,000.00\n",
            "clients.csv:2:1: 4 cells, where the first line names 3 columns (a text with a comma stands in quotes",
        ),
        (
            "client;project;value\nAcme Corp;ACME;120.000,00\n",
            "clients.csv:2:16: value: this is not an amount: '120.000,00' (write \"120000.00\")",
        ),
        (
            "client,project,value\nAcme Corp,ACME,120.000\n",
            "clients.csv:2:16: value: 120.000 has 3 digits behind the point, and USD has 2"
            ' (write "120000" or "120.00")',
        ),
        (
            "client,project,value\nAcme Corp,ACME,0.00\n",
            "clients.csv:2:16: value: percentages of nothing bill nothing",
        ),
        (
            "client,project,value,deposit\nAcme Corp,ACME,1.00,0.2\n",
            "clients.csv:2:21: deposit: 0.2 is less than one USD (write 20 % if a share is meant)",
        ),
        (
            "client,project,value,retainage\nAcme Corp,ACME,1.00,.05\n",
            "clients.csv:2:21: retainage: .05 has no percent sign (write 5 % if that share is meant)",
        ),
        ("client,project,value,value\n", "clients.csv:1:22: the column 'value' is there twice"),
        ("client,project,value\nAcme Corp,ACME\n", "clients.csv:2:1: 2 cells, where the first line names 3"),
        (
            "client,project,value\nAcme Crop,ACME,1.00\n",
            "clients.csv:2:1: client: there is no customer 'Acme Crop'",
        ),
        (
            "client,project,value\nAcme Corp, NOPE,1.00\n",
            "clients.csv:2:12: project: there is no visible project",
        ),
        ("client,project,value\nAcme Corp,ACME,\n", "clients.csv:2:16: value is needed here"),
        ("client,project,value\nAcme Corp,ACME,1.005\n", "clients.csv:2:16: value: 1.005 has a fraction"),
        (
            "client,project,value\nAcme Corp,ACME,$5\n",
            "clients.csv:2:16: value: this is not an amount: '$5' (write \"5\")",
        ),
        ('client,project,value\nAcme Corp,ACME,"1\n', "clients.csv:2:16: this quote is never closed"),
        (
            'client,project,value\n"Acme" Corp,ACME,1\n',
            "clients.csv:2:7: something follows the closing quote",
        ),
        (
            "client,project,value,currency\nAcme Corp,ACME,1.00,EUR\n",
            "clients.csv:2:21: currency: 'Acme Corp' is billed in USD",
        ),
        (
            "client,project,value,starts\nAcme Corp,ACME,1.00,soon\n",
            "clients.csv:2:21: starts: 'soon' is not a day",
        ),
        (
            "client,project,value,terms\nAcme Corp,ACME,1.00,Net 31\n",
            "clients.csv:2:21: terms: there is no terms",
        ),
        (
            "client,project,value,item\nAcme Corp,ACME,1.00,Client deposits\n",
            "clients.csv:2:21: item: there is no item for a fee",
        ),
        (
            "client,project,value,price\nAcme Corp,ACME,1.00,points\n",
            "clients.csv:2:1: rate is needed here, and there is no such column (add a column rate, or answer it",
        ),
        (
            "client,project,value,id\nAcme Corp,ACME,1.00,Big One\n",
            "clients.csv:2:21: id: 'Big One' is no id",
        ),
        (
            "client,project,value,retainage\nAcme Corp,ACME,1.00,5 %\n",
            "clients.csv:2:1: release is needed here",
        ),
        (
            'client,project,value,po\n"Acme Corp","ACME",1.00,x\nAcme Corp,ACME,1.00,y\n',
            "clients.csv:3:1: the contract 'acme-corp-acme' is already in line 2",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(table: str, said: str) -> None:
    assert [text for text in refused(table) if text.startswith(said)], refused(table)


def test_every_mistake_of_every_row_is_said_and_nothing_is_made() -> None:
    found = refused("client,project,value\nAcme Corp,ACME,1.00\nNobody,NOPE,much\n")
    assert [text.split(":")[1:3] for text in found] == [["3", "1"], ["3", "8"], ["3", "13"]]


def test_lines_and_columns_count_through_breaks_inside_quotes() -> None:
    found = refused('client,project,value,po\nAcme Corp,ACME,1.00,"one\ntwo"\nNobody,ACME,1.00,\n')
    assert found[0].startswith("clients.csv:4:1: client")


@pytest.mark.parametrize(
    "po",
    ["=cmd|'/C calc'!A1", '"], "x', 'a\nb = "c"', "{{ 7 * 7 }}", "\u202egnp.exe", "'''", "\\", "x" * 500],
)
def test_hostile_cells_are_inert_text(po: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("client", "project", "value", "po"), ("Acme Corp", "ACME", "1.00", po)])
    (acme,) = made(buffer.getvalue())
    assert acme.po is not None
    assert acme.po == " ".join(po.replace("\u202e", "").split())


def test_a_megabyte_in_a_cell_is_a_short_problem() -> None:
    for column in ("client", "value", "po", "id"):
        names = ["client", "project", "value", "po", "id"]
        cells = {"client": "Acme Corp", "project": "ACME", "value": "1.00", "po": "", "id": ""} | {
            column: "7" * 10**6
        }
        found = refused(",".join(names) + "\n" + ",".join(cells[name] for name in names))
        assert len(found) == 1
        assert len(found[0]) < 300


def bare(cell: str) -> str:
    """A cell without what nobody sees at its ends."""
    return re.sub(r"^[\s\u00ad\u200b-\u200f\u2060\ufeff]+|[\s\u00ad\u200b-\u200f\u2060\ufeff]+$", "", cell)


def test_a_table_as_a_spreadsheet_writes_it_is_read() -> None:
    european = (
        "\ufeffsep=;\r\nProjekt;Kunde\r\n".replace("Projekt;Kunde", "Value;PROJECT;Client;;")
        + "5000.00;acme;\u200bAcme Corp\u00a0;;\r\n"
    )
    text, problems = text_of(european.encode(), "clients.csv")
    assert problems == []
    (acme,) = made(text)
    assert (acme.client, str(acme.value)) == ("Acme Corp", "5,000.00 USD")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"PK\x03\x04\x14\x00",
            "clients.csv:1:1: is a workbook, not a table as text (save it as “CSV UTF-8”)",
        ),
        ("client\nLumière".encode("latin-1"), "clients.csv:2:5: is not text in UTF-8 from here on"),
        ("client".encode("utf-16"), "clients.csv:1:1: is not text in UTF-8 from here on"),
    ],
)
def test_what_is_no_text_says_how_to_save_it(content: bytes, said: str) -> None:
    assert str(text_of(content, "clients.csv")[1][0]).startswith(said)


def test_a_wrong_answer_for_all_rows_is_wrong_once() -> None:
    table = "client,project,value\nAcme Corp,ACME,1.00\nBorealis GmbH,BETA,1.00\n"
    assert refused(table, starts="soon") == [
        "clients.csv:1:1: --starts: 'soon' is not a day (write it as 2026-01-15)"
    ]


def test_a_project_by_its_name_says_the_key() -> None:
    shop = replace(CATALOGUE, projects=(Project("1", "HPO", "Online shop", "classic"),))
    table = "client,project,value\nAcme Corp,online  shop,1.00\n"
    (problem,) = contracts_of(table, "clients.csv", replace(SYSTEMS, tracker=shop))[1]
    assert str(problem).endswith("there is no visible project 'online shop' (did you mean 'HPO'?)")


def test_an_item_that_quickbooks_has_none_of_is_not_asked_of_the_table() -> None:
    without = replace(SYSTEMS, books=BOOKS)
    table = "client,project,value,retainage,release\nAcme Corp,ACME,1.00,5 %,2027-01-31\n"
    (problem,) = contracts_of(table, "clients.csv", without)[1]
    assert "QuickBooks has no item for a retainage: none posts to an asset account" in str(problem)


@given(st.lists(st.lists(ANYTHING, min_size=2, max_size=4), min_size=1, max_size=5))
def test_cells_are_what_any_other_program_reads(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    found, problems = cells_of(buffer.getvalue(), "x.csv")
    assert problems == []
    expected = [[bare(cell) for cell in row] for row in [["a", "b"], *rows]]
    assert [[cell.text for cell in row] for row in found] == [row for row in expected if any(row)]


@given(ANYTHING, ANYTHING, ANYTHING)
def test_the_same_table_gives_the_same_outcome_whatever_it_holds(client: str, value: str, po: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("client", "project", "value", "po"), (client, "ACME", value, po)])
    first = contracts_of(buffer.getvalue(), "x.csv", SYSTEMS)
    assert first == contracts_of(buffer.getvalue(), "x.csv", SYSTEMS)
    assert bool(first[0]) != bool(first[1])
