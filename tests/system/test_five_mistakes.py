"""Mistakes in files: all at once, each at its place, and nothing is started because of them."""

from __future__ import annotations

import pytest
from office import Office

RULES = """\
[contract]
id = "shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "1000.00"
starts = 2026-01-15
draft = "unsent_invoice"
reopened = "hold"
item = "Development"

[[milestone]]
rule = "epics"
phase = "delivery"
work = { epics = { project = "HPO", label = "billable" } }
price = { percent = { field = "Billing %" } }
"""
MISTAKES = (
    ('value = "1000.00"', "value = 1000.00", "1000.00", '"1000.00"'),
    ('reopened = "hold"', 'repoened = "hold"', "repoened", "reopened"),
    ('draft = "unsent_invoice"', 'draft = "unsend_invoice"', '"unsend_invoice"', "unsent_invoice"),
    ('phase = "delivery"', 'phase = "delivry"', '"delivry"', "delivery"),
    ("price = { percent = { field", "price = { percnt = { field", "percnt", "percent"),
)


def spoil(office: Office) -> dict[tuple[int, int], str]:
    """Write the contract with five mistakes; what each message must say, by line and column."""
    text, wanted = RULES, {}
    for right, wrong, _, _ in MISTAKES:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    for _, wrong, place, hint in MISTAKES:
        (number,) = [n for n, line in enumerate(text.splitlines(), 1) if wrong in line]
        wanted[number, text.splitlines()[number - 1].index(place) + 1] = hint
    office.contract.write_text(text, "utf-8")
    return wanted


def nothing_was_started(office: Office) -> bool:
    """No request reached a service, and no store was made."""
    sandbox = office.sandbox
    return not (len(sandbox.jira_log) or len(sandbox.quickbooks_log) or list(office.home.glob("*.db*")))


@pytest.mark.parametrize(
    "command", [("check",), ("plan",), ("apply",), ("run",), ("status",), ("explain", "HPO-1")]
)
def test_five_mistakes_are_five_messages_and_nothing_starts(launcher, office, command):
    wanted = spoil(office)
    outcome = launcher.run(*command, "--json", cwd=office.home)
    assert outcome.code == 2
    assert outcome.document["ok"] is False
    problems = outcome.document["problems"]
    assert {(each["line"], each["column"]) for each in problems} == set(wanted)
    assert len(problems) == len(wanted)
    for each in problems:
        assert wanted[each["line"], each["column"]] in each["message"] + each["hint"]
        assert each["file"].endswith("shop.toml")
    assert outcome.err == ""
    assert nothing_was_started(office)


def test_the_messages_for_a_person_say_file_line_and_column(launcher, office):
    wanted = spoil(office)
    outcome = launcher.run("check", cwd=office.home)
    assert (outcome.code, outcome.out) == (2, "")
    *messages, last = outcome.err.splitlines()
    assert len(messages) == len(wanted)
    for line, column in wanted:
        assert sum(f"shop.toml:{line}:{column}: " in message for message in messages) == 1
    assert last == "5 problems; nothing was started."


def test_mistakes_in_the_configuration_are_said_all_at_once(launcher, office):
    office.set("settle_seconds", '"soon"')
    office.set("environment", '"lokal"')
    office.set("token", '"file:secrets/nothing-here"')
    office.configure("[service]\npol_seconds = 5\n")
    lines = office.config.read_text("utf-8").splitlines()
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert outcome.code == 2
    places = {each["line"] for each in outcome.document["problems"]}
    wanted = ("settle_seconds", "environment", "token =", "pol_seconds")
    assert places >= {n for n, line in enumerate(lines, 1) if line.startswith(wanted)}
    assert nothing_was_started(office)


def test_a_contract_that_names_an_unknown_company_is_refused(launcher, office):
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace('company = "main"', 'company = "mian"'), "utf-8")
    outcome = launcher.run("plan", cwd=office.home)
    assert outcome.code == 2
    assert "'mian' is not in the configuration" in outcome.err
    assert nothing_was_started(office)


def test_a_missing_configuration_says_what_to_do(launcher, office):
    outcome = launcher.run("plan", "--config", "elsewhere.toml", cwd=office.home)
    assert outcome.code == 2
    assert "elsewhere.toml:1:1: cannot be read" in outcome.err
    assert "config.example.toml" in outcome.err
    assert nothing_was_started(office)
