"""Deposit, draws, retainage and payers in real books: what Milepost writes, and what the general ledger makes of it."""

from __future__ import annotations

from decimal import Decimal

from launcher import Launcher
from office import Office

from sandbox.jira.issue import Issue
from sandbox.jira.settings import Organization
from sandbox.jira.templates import serve_customers
from sandbox.quickbooks import starter
from sandbox.quickbooks.state import Row
from sandbox.world.invariants import problems_of

TERMS = """
[deposit]
amount = "200.00"
item = "Client deposits"
draw = "full"

[retainage]
hold = "10 %"
item = "Retainage"
release = {{ rule = "epics" }}

[[payer]]
name = "harbor"
client = "Harbor & Pine Outfitters"
share = 3

[[payer]]
name = "kestrel"
client = "Kestrel Health Inc"
share = 1
"""


def _agree(office: Office) -> None:
    """Phases share drafts; one payer bears three quarters, another one."""
    starter.add_item(office.books, "Retainage", account="Retainage Receivable")
    text = office.contract.read_text("utf-8").replace(
        'item = "Development"\n', 'item = "Development"\ngroup = "phase"\n', 1
    )
    head, _, rules = text.partition("[[milestone]]")
    office.contract.write_text(
        f"{head}{TERMS.replace('{{', '{').replace('}}', '}')}\n[[milestone]]{rules}", "utf-8"
    )


def _amounts(row: Row) -> list[Decimal]:
    return [line["Amount"] for line in row.body["Line"] if line["DetailType"] == "SalesItemLineDetail"]


def _larger_payer_first(rows: list[Row]) -> list[Row]:
    """One bill's documents; they reach QuickBooks in no order."""
    return sorted(rows, key=_amounts, reverse=True)


def _apply(launcher: Launcher, office: Office) -> None:
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, outcome.document["trouble"]) == (0, []), outcome.document
    assert problems_of(office.sandbox.world) == []


def test_terms_are_kept_to_the_cent_in_the_books_of_two_payers(launcher, office):
    _agree(office)
    open_epic = office.epic("Gift cards", 10.0, closed=False)
    _apply(launcher, office)
    deposits = _larger_payer_first(office.made())
    assert [_amounts(row) for row in deposits] == [[Decimal("150.00")], [Decimal("50.00")]]
    for row in deposits:
        office.finance.take_payment(row.id)

    office.epic("Search", 33.33)
    _apply(launcher, office)
    first = _larger_payer_first(office.made()[2:])
    assert [_amounts(row) for row in first] == [
        [Decimal("249.98"), Decimal("-25.00"), Decimal("-150.00")],
        [Decimal("83.32"), Decimal("-8.33"), Decimal("-50.00")],
    ]
    assert [row.body["TotalAmt"] for row in first] == [Decimal("74.98"), Decimal("24.99")]

    office.lead.close(open_epic.key)
    _apply(launcher, office)
    grown, released = _larger_payer_first(office.made()[2:4]), _larger_payer_first(office.made()[4:])
    # Every epic is closed: nothing more is withheld, and what was is billed.
    assert [sum(_amounts(row)) for row in grown] == [Decimal("149.98"), Decimal("49.99")]
    assert [_amounts(row) for row in released] == [[Decimal("25.00")], [Decimal("8.33")]]
    total = sum(row.body["TotalAmt"] for row in office.made())
    assert total == Decimal("200.00") + Decimal("433.30") - Decimal("200.00")

    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 0


OF_ORGANIZATIONS = """
[[payer]]
name = "harbor"
client = "Harbor & Pine Outfitters"
when = { Organizations = "Harbor & Pine" }

[[payer]]
name = "kestrel"
client = "Kestrel Health Inc"
when = { Organizations = "Kestrel Health" }

"""


def _serve(office: Office, *names: str) -> None:
    """The team's project becomes a service project for these organizations; the contract names who pays by them."""
    jira = office.sandbox.world.jira
    with jira.lock:
        office.place.project.type_key = "service_desk"
        serve_customers(jira)
        for number, name in enumerate(names, 1):
            jira.organizations[number] = Organization(number, name, desks={office.place.project.id})
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace("[[milestone]]", f"{OF_ORGANIZATIONS}[[milestone]]", 1), "utf-8")


def _request(office: Office, title: str, percent: float, *organizations: str) -> Issue:
    """An epic that was asked for by organizations, by their numbers, and is done."""
    epic = office.epic(title, percent, closed=False)
    office.lead.set_field(epic.key, "Organizations", organizations)
    return office.lead.close(epic.key)


def _billed_to(office: Office) -> dict[str, tuple[str, Decimal]]:
    """The customer and the total of each invoice of ours, by the key of its epic."""
    return {
        str(row.body["Line"][0]["Description"]).split()[0]: (
            row.body["CustomerRef"]["name"],
            row.body["TotalAmt"],
        )
        for row in office.made()
    }


def test_the_organization_of_a_request_chooses_who_pays(launcher, office):
    """One that nobody names, and two of whom each would pay, hold it until what explain says is done; what is billed
    stays with its payer."""
    _serve(office, "Harbor & Pine", "Kestrel Health", "Lumen Labs")
    first = _request(office, "Search", 10.0, "1")
    second = _request(office, "Checkout", 20.0, "3", "2")
    strange = _request(office, "Returns", 30.0, "3")
    shared = _request(office, "Gift cards", 5.0, "1", "2")
    _apply(launcher, office)
    billed = {
        first.key: ("Harbor & Pine Outfitters", Decimal("100.00")),
        second.key: ("Kestrel Health Inc", Decimal("200.00")),
    }
    assert _billed_to(office) == billed
    (told,) = launcher.run("explain", strange.key, "--json", cwd=office.home).document["work"]
    assert (told["outcome"], told["code"], told["left"]) == ("held", "payer.none", "")
    assert told["change"].split("; or ")[0] == (
        f"set 'Organizations' to 'Harbor & Pine' on {strange.key}, so that payer 'harbor' pays for it"
    )
    assert any("'Organizations' is 'Harbor & Pine' (it is Lumen Labs)" in step for step in told["steps"])
    (told,) = launcher.run("explain", shared.key, "--json", cwd=office.home).document["work"]
    assert (told["code"], told["left"]) == ("payer.tie", "")
    assert told["change"].split("; or ")[1] == (
        f"take 'Harbor & Pine' out of 'Organizations' on {shared.key}, so that payer 'kestrel' alone pays for it"
    )
    office.lead.set_field(shared.key, "Organizations", ("2",))
    billed[shared.key] = ("Kestrel Health Inc", Decimal("50.00"))
    office.lead.set_field(strange.key, "Organizations", ("1",))
    office.lead.set_field(second.key, "Organizations", ("1",))
    _apply(launcher, office)
    assert _billed_to(office) == billed | {strange.key: ("Harbor & Pine Outfitters", Decimal("300.00"))}
