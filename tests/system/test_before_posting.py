"""Before posting: what QuickBooks would refuse is held with its fix, whoever made it so, and the rest is written."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from launcher import Launcher, Outcome
from office import WRITES, Office
from service import log_of, serving, stop, ticks, until

from sandbox import faults

CLIENT = "Harbor & Pine Outfitters"


def told(outcome: Outcome) -> list[dict[str, Any]]:
    """What the checks before and after posting say."""
    return [
        one
        for one in outcome.document["findings"]
        if one["code"].startswith(("preflight.", "fuse.", "posted."))
    ]


def found(launcher: Launcher, office: Office, command: str = "apply") -> dict[str, dict[str, Any]]:
    """What a command says and holds, by code; it must ask for a person."""
    outcome = launcher.run(command, "--json", cwd=office.home)
    assert (outcome.code, outcome.document["trouble"]) == (1, [])
    return {one["code"]: one for one in told(outcome)}


def in_order(launcher: Launcher, office: Office) -> None:
    """An apply that leaves nothing to say."""
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, told(outcome), outcome.document["held"]) == (0, [], [])


def edit(office: Office, old: str, new: str) -> None:
    """The admin edits the contract."""
    text = office.contract.read_text("utf-8")
    assert old in text
    office.contract.write_text(text.replace(old, new), "utf-8")


def test_a_draft_in_closed_books_waits_without_a_request_and_is_written_when_they_open(launcher, office):
    epic = office.epic("Search", 33.33)
    office.finance.close_books(datetime.now(UTC).date() + timedelta(days=3))
    office.forget_requests()
    finding = found(launcher, office)["preflight.closed_books"]
    assert (finding["owner"], epic.key in finding["subject"]) == ("finance", True)
    assert office.writes() == 0
    status = launcher.run("status", "--json", cwd=office.home)
    (work,) = status.document["work"]
    assert (status.code, work["bucket"], work["reason"]) == (1, "held", finding["reason"])
    explained = launcher.run("explain", epic.key, cwd=office.home).out
    assert "Let finance open that period" in explained
    office.finance.close_books(None)
    in_order(launcher, office)
    assert len(office.made()) == 1


def test_the_next_open_day_is_taken_where_the_contract_says_so(launcher, office):
    office.epic("Search", 33.33)
    through = datetime.now(UTC).date() + timedelta(days=3)
    office.finance.close_books(through)
    edit(office, 'reopened = "hold"', 'reopened = "hold"\nclosed_books = "next_open_day"')
    in_order(launcher, office)
    (invoice,) = office.made()
    assert invoice.body["TxnDate"] == (through + timedelta(days=1)).isoformat()


def test_an_inactive_client_or_item_is_held_and_goes_on_when_it_is_active_again(launcher, office):
    office.epic("Search", 33.33)
    client, item = office.books.named("Customer", CLIENT), office.books.named("Item", "Development")
    office.finance.deactivate_customer(client.id)
    office.finance.deactivate_item(item.id)
    office.forget_requests()
    said = found(launcher, office)
    assert said["preflight.client"]["reason"] == f"client “{CLIENT}” is inactive in QuickBooks"
    assert said["preflight.item"]["reason"] == "item “Development” is inactive in QuickBooks"
    assert office.writes() == 0
    office.finance.reactivate("Customer", client.id)
    office.finance.reactivate("Item", item.id)
    in_order(launcher, office)


def test_a_company_that_gives_no_numbers_is_asked_for_the_next_one(launcher, office):
    first, second = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    office.books.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True
    in_order(launcher, office)
    numbers = [office.invoice_for(epic).body["DocNumber"] for epic in (first, second)]
    assert all(number.isdecimal() for number in numbers)
    assert len(set(numbers)) == 2


def test_a_company_outside_the_us_is_never_sent_a_line_without_a_tax_code(launcher, office):
    """In place of a fault 6000 for each draft."""
    office.epic("Search", 33.33)
    office.books.info.body["Country"] = "GB"
    office.books.preferences.body["TaxPrefs"]["UsingSalesTax"] = True
    office.forget_requests()
    finding = found(launcher, office)["preflight.tax_code"]
    assert "computes tax in GB" in finding["reason"]
    assert "tax_code" in finding["hint"]
    assert office.writes() == 0


def test_a_company_that_nobody_pays_for_and_that_can_be_read_is_told_once_and_not_written(launcher, office):
    office.books.behaviour.ended_subscription = "read_only"
    office.epic("Search", 33.33)
    office.epic("Checkout", 12.5)
    office.finance.cancel_subscription()
    office.forget_requests()
    outcome = launcher.run("apply", "--json", cwd=office.home)
    (finding,) = told(outcome)
    assert (outcome.code, finding["code"], finding["owner"]) == (1, "preflight.subscription", "finance")
    assert len(outcome.document["held"]) == 2
    assert office.writes() == 0
    office.finance.resume_subscription()
    in_order(launcher, office)


def test_a_company_that_refuses_every_call_stops_alone_and_is_told_once_by_the_service(office):
    office.epic("Search", 33.33)
    office.finance.cancel_subscription()
    with serving(office) as process:
        until(lambda: ticks(office) >= 3)
        assert log_of(office).count("service.unavailable") == 1
        assert "subscription needs attention" in log_of(office)
        assert office.writes() == 0
        office.finance.resume_subscription()
        until(lambda: len(office.made()) == 1)
        stop(process, signal.SIGTERM)
    assert log_of(office).count("service.unavailable") == 1
    assert log_of(office).count("service.recovered") == 1


def test_a_subscription_that_ends_between_reading_and_writing_loses_nothing(launcher, office):
    office.epic("Search", 33.33)
    ended = (
        '{"Fault":{"Error":[{"Message":"Invalid Company Status","code":"6190"}],"type":"ValidationFault"}}'
    )
    office.sandbox.quickbooks_faults.add(faults.answer(400, ended), path=WRITES, count=1)
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert outcome.code == 1
    assert outcome.document["trouble"][0]["kind"] == "unauthorized"
    assert office.made() == []


def test_a_fuse_holds_a_mistyped_percentage_and_says_the_figures(launcher, office):
    office.epic("Search", 33.33)
    office.configure('[fuse]\nline = { USD = "333.00" }\n')
    outcome = launcher.run("plan", "--json", cwd=office.home)
    (finding,) = told(outcome)
    assert (outcome.code, finding["code"], outcome.document["actions"]) == (1, "fuse.line", [])
    assert "333.30 USD, 0.30 USD more than the limit of a line (333.00 USD)" in finding["reason"]
    (held,) = outcome.document["held"]
    assert held["held_by"] == [finding["ref"]]
    shown = launcher.run("plan", cwd=office.home).out
    assert "held" in shown
    assert "33.33 %" in shown or "333.30" in shown
    assert "Nothing to write" not in shown
    office.set("line", '{ USD = "333.30" }')
    in_order(launcher, office)


@pytest.mark.parametrize("fuse", ["client", "run"])
def test_a_fuse_over_many_drafts_holds_them_all_and_is_released_by_any_of_their_work(launcher, office, fuse):
    first, second = office.epic("Search", 30.0), office.epic("Checkout", 20.0)
    office.configure(f'[fuse]\n{fuse} = {{ USD = "400.00" }}\n')
    finding = found(launcher, office)[f"fuse.{fuse}"]
    assert "500.00 USD, 100.00 USD more than the limit of a" in finding["reason"]
    assert f"`milepost decide {min(first.key, second.key)} release --why …`" in finding["hint"]
    assert office.made() == []
    release = ("decide", second.key, "release", "--why", "both were agreed", "--who", "ada")
    assert launcher.run(*release, cwd=office.home).code == 0
    in_order(launcher, office)
    assert sorted(row.body["TotalAmt"] for row in office.made()) == [200, 300]


def test_what_a_company_does_by_itself_is_said_by_check_and_status(launcher, office):
    office.epic("Search", 33.33)
    office.books.preferences.body["SalesFormsPrefs"] |= {"AutoApplyCredit": True}
    in_order(launcher, office)
    for command in ("check", "status"):
        outcome = launcher.run(command, "--json", cwd=office.home)
        assert outcome.code == 0
        cautions = {one["code"]: one for one in outcome.document["cautions"]}
        assert "at once" in cautions["company.credits"]["reason"]
        assert "by accrual" in cautions["company.posts"]["reason"]
        assert "applies a client's open credits" in launcher.run(command, cwd=office.home).out.replace(
            "\n", " "
        )


def test_a_foreign_draft_at_a_rate_of_one_is_told_until_finance_sets_the_rate(launcher, office):
    office.epic("Search", 33.33)
    for row in office.books.rows("Customer"):
        if row.body["DisplayName"] == CLIENT:
            row.body["CurrencyRef"] = {"value": "EUR", "name": "Euro"}
    edit(office, 'currency = "USD"', 'currency = "EUR"')
    office.books.exchange_rates["EUR"] = Decimal(1)
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert outcome.code == 0
    (finding,) = told(outcome)
    assert (finding["code"], finding["owner"]) == ("posted.exchange_rate", "finance")
    assert finding["reason"] == "333.30 EUR stand in the books as as many USD: its exchange rate is 1"
