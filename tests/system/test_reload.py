"""Edits of contract files under a running service: good ones take effect, bad ones are said and change nothing."""

from __future__ import annotations

import signal
from decimal import Decimal
from pathlib import Path

import pytest
from office import Office, our_line
from service import log_of, serving, stop, ticks, until

MORE = """
[[milestone]]
rule = "workshops"
phase = "delivery"
work = { epics = { project = "HPO", label = "workshop" } }
price = { fixed = "750.00" }
"""
FAILING = """
[[example]]
given = { epic = "HPO-1", label = "billable", "Billing %" = 10, closed = 2999-01-01 }
expect = { amount = "999.00" }
"""


def said(office: Office, event: str) -> int:
    """How often the service has logged `event`."""
    return log_of(office).count(f'"{event}"')


def wait_for_ticks(office: Office, number: int) -> None:
    """Wait until that many more ticks have ended."""
    seen = ticks(office)
    until(lambda: ticks(office) >= seen + number)


def rules_of(launcher, office: Office) -> list[str]:
    """Files that `status` says something about."""
    return [
        Path(each["subject"]).name
        for each in launcher.run("status", "--json", cwd=office.home).document["rules"]
    ]


def test_a_good_edit_prices_what_comes_and_leaves_what_is_billed(launcher, office):
    first = office.epic("Search", 10.0)
    text = office.contract.read_text("utf-8")
    with serving(office) as process:
        until(lambda: len(office.made()) == 1)
        office.contract.write_text(
            text.replace('{ percent = { field = "Billing %" } }', '{ fixed = "120.00" }'), "utf-8"
        )
        until(lambda: said(office, "rules.adopted") == 1)
        second = office.epic("Checkout", 10.0)
        until(lambda: len(office.made()) == 2)
        wait_for_ticks(office, 2)
        assert stop(process, signal.SIGTERM)[0] == 0
    amounts = [our_line(office.invoice_for(epic))["Amount"] for epic in (first, second)]
    assert amounts == [Decimal("100.00"), Decimal("120.00")]
    assert office.invoice_for(first).version == 0


@pytest.mark.parametrize(
    "broken", ["syntax", "example", "unreadable", "vanished", "unknown client", "new field"]
)
def test_a_bad_edit_is_said_once_and_the_old_rules_stay_until_it_is_repaired(launcher, office, broken):
    text = office.contract.read_text("utf-8")
    with serving(office) as process:
        wait_for_ticks(office, 1)
        match broken:
            case "syntax":
                office.contract.write_text(text + "[[milestone]\n", "utf-8")
            case "example":
                office.contract.write_text(text + FAILING, "utf-8")
            case "unreadable":
                office.contract.write_bytes(b"\xff\xfe" + text.encode())
            case "vanished":
                office.contract.unlink()
            case "unknown client":
                office.contract.write_text(text.replace("Harbor & Pine", "Harbour & Pine"), "utf-8")
            case "new field":
                office.contract.write_text(text.replace('"Billing %"', '"Billing pct"'), "utf-8")
        until(lambda: said(office, "rules.refused") == 1)
        epic = office.epic("Search", 10.0)
        until(lambda: len(office.made()) == 1)
        wait_for_ticks(office, 2)
        assert said(office, "rules.refused") == 1
        status = launcher.run("status", "--json", cwd=office.home)
        assert status.code == 1
        (finding,) = status.document["rules"]
        assert (finding["code"], finding["owner"]) == ("rules.refused", "admin")
        assert status.document["buckets"]["billed"]["work"] == 1

        office.contract.write_text(text + MORE, "utf-8")
        until(lambda: said(office, "rules.adopted") == 1)
        assert rules_of(launcher, office) == []
        workshop = office.epic("Kick-off", 0, labels=("workshop",))
        until(lambda: len(office.made()) == 2)
        assert stop(process, signal.SIGTERM)[0] == 0
    amounts = [our_line(office.invoice_for(each))["Amount"] for each in (epic, workshop)]
    assert amounts == [Decimal("100.00"), Decimal("750.00")]


def test_a_broken_file_that_no_service_looked_at_hides_no_bucket(launcher, office):
    office.epic("Search", 10.0)
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text + "surplus = = 1\n", "utf-8")
    assert launcher.run("status", cwd=office.home).code == 2  # no rules were ever in force
    office.contract.write_text(text, "utf-8")
    assert launcher.run("apply", cwd=office.home).code == 0
    office.contract.write_text(text + "surplus = = 1\n", "utf-8")
    status = launcher.run("status", "--json", cwd=office.home)
    assert (status.code, status.document["buckets"]["billed"]["amounts"]) == (1, {"USD": "100.00"})
    (finding,) = status.document["rules"]
    line = len(text.splitlines()) + 1
    assert f"the rules from before the edit are in force: {office.contract}:{line}:11: " in finding["reason"]
    assert f"{office.contract}:{line}:11: " in launcher.run("status", cwd=office.home).out


def test_contracts_come_and_go_while_the_service_runs(office):
    text = office.contract.read_text("utf-8")
    other = office.contract.with_name("other.toml")
    with serving(office) as process:
        wait_for_ticks(office, 1)
        head, _, _ = text.partition("[[milestone]]")
        other.write_text(head.replace('"shop"', '"other"') + MORE, "utf-8")
        until(lambda: said(office, "rules.adopted") == 1)
        first = office.epic("Kick-off", 0, labels=("workshop",))
        until(lambda: len(office.made()) == 1)
        other.unlink()
        until(lambda: said(office, "rules.adopted") == 2)
        office.epic("Retrospective", 0, labels=("workshop",))
        second = office.epic("Search", 10.0)
        until(lambda: len(office.made()) == 2)
        wait_for_ticks(office, 2)
        assert stop(process, signal.SIGTERM)[0] == 0
    assert len(office.made()) == 2
    amounts = [our_line(office.invoice_for(each))["Amount"] for each in (first, second)]
    assert amounts == [Decimal("750.00"), Decimal("100.00")]


def test_a_new_rate_card_reaches_the_contracts_that_use_it(office):
    shared = office.contract.parent / "shared"
    shared.mkdir()
    listed = '[[price]]\nname = "epic"\namount = "{}"\ncurrency = "USD"\n'
    (shared / "prices.toml").write_text(listed.format("10.00"), "utf-8")
    text = office.contract.read_text("utf-8")
    office.contract.write_text(
        text.replace('{ percent = { field = "Billing %" } }', '{ listed = "epic" }'), "utf-8"
    )
    with serving(office) as process:
        wait_for_ticks(office, 1)
        (shared / "prices.toml").write_text(listed.format("20.00"), "utf-8")
        until(lambda: said(office, "rules.adopted") == 1)
        epic = office.epic("Search", 0)
        until(lambda: len(office.made()) == 1)
        assert stop(process, signal.SIGTERM)[0] == 0
    assert our_line(office.invoice_for(epic))["Amount"] == Decimal("20.00")
