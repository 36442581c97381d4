"""`milepost init`: from nothing to a contract file that passes `check`, asked or told, never over what is there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from launcher import PRODUCT
from office import PERCENT, Office

from sandbox.faults import answer

CREATED = {"created", "contracts", "decide"}


@pytest.fixture
def unruled(office: Office) -> Office:
    """An office whose admin has written no contract yet, with two epics."""
    office.contract.unlink()
    office.epic("Search", 33.33)
    office.epic("Gift cards", 10.0, closed=False)
    return office


def files(office: Office) -> list[str]:
    """The names of the contract files there are."""
    return sorted(path.name for path in (office.home / "rules").glob("*"))


def test_without_a_configuration_the_commented_example_is_written_once(launcher, tmp_path):
    made = launcher.run("init", "new", cwd=tmp_path)
    assert made.code == 0
    assert "[quickbooks.NAME]" in made.out
    config = tmp_path / "new" / "config.toml"
    assert config.read_bytes() == (PRODUCT / "config.example.toml").read_bytes()
    config.write_text("mine", "utf-8")
    assert launcher.run("init", "new", cwd=tmp_path).code == 2
    assert config.read_text("utf-8") == "mine"


def test_the_configuration_is_a_document_too(launcher, tmp_path):
    made = launcher.run("init", "--json", cwd=tmp_path)
    assert made.document.keys() >= CREATED
    assert made.document["created"] == ["config.toml"]
    tomllib.loads((tmp_path / "config.toml").read_text("utf-8"))


def test_a_first_contract_passes_check_and_plans(launcher, unruled):
    made = launcher.run("init", "--value", "1000.00", "--starts", "2020-01-01", cwd=unruled.home)
    assert (made.code, files(unruled)) == (0, ["harbor-pine-outfitters-hpo.toml"])
    text = (unruled.home / "rules" / "harbor-pine-outfitters-hpo.toml").read_text("utf-8")
    assert tomllib.loads(text)["contract"]["client"] == "Harbor & Pine Outfitters"
    for found in ("Billing %", "billable", "Client deposits", "Net 30", "LUM", "receivables, income and tax"):
        assert found in text
    checked = launcher.run("check", "--json", cwd=unruled.home).document
    assert (checked["ok"], checked["compared_with"]) == (True, ["main", "main"])
    (action,) = launcher.run("plan", "--json", cwd=unruled.home).document["actions"]
    assert action["amount"] == {"amount": "333.30", "currency": "USD"}


def test_nothing_is_asked_of_both_services_but_reads(launcher, unruled):
    unruled.forget_requests()
    assert launcher.run("init", "--value", "1000.00", cwd=unruled.home).code == 0
    assert unruled.writes() == 0
    assert len(unruled.sandbox.jira_log) < 30


def test_an_existing_file_is_never_written_over(launcher, unruled):
    words = ("init", "--value", "1000.00", "--json")
    made = launcher.run(*words, cwd=unruled.home).document
    assert made.keys() >= CREATED | {"compared_with"}
    path = Path(made["created"][0])
    for mine in (path.read_text("utf-8") + "\n# my decision\n", "not even a contract"):
        path.write_text(mine, "utf-8")
        again = launcher.run(*words, cwd=unruled.home)
        assert (again.code, path.read_text("utf-8")) == (2, mine)
        assert "there already" in again.document["problems"][0]["message"]


def test_a_second_contract_for_the_same_work_is_a_problem_of_the_new_file(launcher, unruled):
    assert launcher.run("init", "--value", "1000.00", cwd=unruled.home).code == 0
    before = files(unruled)
    again = launcher.run("init", "--value", "1000.00", "--id", "twice", cwd=unruled.home)
    assert (again.code, files(unruled)) == (2, before)
    assert "twice.toml" in again.err
    assert "reaches the same work" in again.err


def test_what_only_a_person_can_say_is_needed_all_at_once(launcher, unruled):
    refused = launcher.run(
        "init", "--client", "Harbour", "--item", "Client deposits", "--json", cwd=unruled.home
    )
    assert (refused.code, files(unruled)) == (2, [])
    said = refused.document["needed"]
    assert [text.split(":")[0].split()[0] for text in said] == ["--client", "--item", "--value"]
    assert "Harbor & Pine Outfitters" in said[0]
    refused = launcher.run("init", "--project", "NOPE", cwd=unruled.home)
    assert "there is no visible project 'NOPE'" in refused.err


def test_a_service_that_is_away_is_said_and_nothing_is_written(launcher, unruled):
    unruled.sandbox.jira_faults.add(answer(401, "{}"), count=None)
    away = launcher.run("init", "--value", "1000.00", cwd=unruled.home)
    assert (away.code, files(unruled)) == (1, [])
    assert "Nothing was written." in away.err


def test_on_a_terminal_a_wrong_answer_is_asked_again(unruled):
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"\n\n\n\nabout a thousand\n1000.00\n")  # project, client, price, item, value twice
    command = [sys.executable, "-c", "from cli import main; main()", "init"]
    environment = os.environ | {"PYTHONPATH": str(PRODUCT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        command,
        cwd=unruled.home,
        env=environment,
        stdin=terminal,
        capture_output=True,
        timeout=30,
        check=False,
    )
    os.close(keyboard)
    os.close(terminal)
    assert done.returncode == 0, done.stderr
    assert b"this is not an amount" in done.stderr
    (name,) = files(unruled)
    contract = tomllib.loads((unruled.home / "rules" / name).read_text("utf-8"))
    assert contract["contract"]["value"] == "1000.00"
    assert contract["milestone"][0]["price"] == {"percent": {"field": PERCENT}}


TABLE = """\
client,project,value,starts,deposit,po
Harbor & Pine Outfitters,HPO,1000.00,2020-01-01,20 %,"PO ""7"", phase 1"
Lumière Énergie SAS,LUM,86000.00,,,=cmd|'/C calc'!A1
"""


def test_many_contracts_from_a_table_pass_check_and_plan(launcher, unruled):
    (unruled.home / "clients.csv").write_text(TABLE, "utf-8")
    made = launcher.run("init", "--from", "clients.csv", "--starts", "2026-01-01", "--json", cwd=unruled.home)
    assert made.document["contracts"] == ["harbor-pine-outfitters-hpo", "lumiere-energie-sas-lum"]
    assert files(unruled) == ["harbor-pine-outfitters-hpo.toml", "lumiere-energie-sas-lum.toml"]
    assert launcher.run("check", cwd=unruled.home).code == 0
    planned = launcher.run("plan", "--json", cwd=unruled.home).document["actions"]
    assert [action["amount"]["amount"] for action in planned] == ["200.00", "333.30"]
    written = {path.name: path.read_bytes() for path in (unruled.home / "rules").iterdir()}
    for path in (unruled.home / "rules").iterdir():
        path.unlink()
    assert launcher.run("init", "--from", "clients.csv", "--starts", "2026-01-01", cwd=unruled.home).code == 0
    assert {path.name: path.read_bytes() for path in (unruled.home / "rules").iterdir()} == written


def test_one_bad_row_writes_nothing(launcher, unruled):
    table = unruled.home / "clients.csv"
    table.write_text(TABLE + "Harbor & Pine Outfitters,HPO,much,,,\n", "utf-8")
    refused = launcher.run("init", "--from", "clients.csv", "--json", cwd=unruled.home)
    assert (refused.code, files(unruled)) == (2, [])
    (problem,) = refused.document["problems"]
    assert (problem["line"], problem["column"]) == (4, 30)


def test_rows_for_the_same_work_and_files_that_are_there_are_said_at_the_row(launcher, unruled):
    table = unruled.home / "clients.csv"
    table.write_text(
        "client,project,value,id\nKestrel Health Inc,KES,1.00,a\nKestrel Health Inc,KES,1.00,b\n", "utf-8"
    )
    refused = launcher.run("init", "--from", "clients.csv", cwd=unruled.home)
    assert (refused.code, files(unruled)) == (2, [])
    assert "clients.csv:3:1: rule 'epics' reaches the same work as 'epics' of contract 'a'" in refused.err
    table.write_text("client,project,value,id\nKestrel Health Inc,KES,1.00,a\n", "utf-8")
    assert launcher.run("init", "--from", "clients.csv", cwd=unruled.home).code == 0
    refused = launcher.run("init", "--from", "clients.csv", cwd=unruled.home)
    assert (refused.code, files(unruled)) == (2, ["a.toml"])
    assert "clients.csv:2:1" in refused.err
    assert "is there already" in refused.err


def test_a_table_that_is_no_text_and_an_option_of_one_contract_are_refused(launcher, unruled):
    (unruled.home / "clients.csv").write_bytes(b"client,project,value\n\xff\xfe,HPO,1\n")
    refused = launcher.run("init", "--from", "clients.csv", cwd=unruled.home)
    assert (refused.code, "clients.csv:2:1" in refused.err) == (2, True)
    refused = launcher.run("init", "--from", "nowhere.csv", cwd=unruled.home)
    assert (refused.code, "cannot be read" in refused.err) == (2, True)
    refused = launcher.run("init", "--from", "clients.csv", "--client", "Acme", cwd=unruled.home)
    assert (refused.code, "leave --client out" in refused.err) == (2, True)
