"""Scenes of the demo: what people do in Jira and QuickBooks, each a few minutes after the last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sandbox.jira.issue import Issue
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Json, Row
from sandbox.world.generate import World
from sandbox.world.site import ACCOUNTS

_PAUSE = timedelta(minutes=7)  # a scene never falls into the minute of the sync before it
_DISCOUNT = Decimal("250.00")
_ADA, _ELIF, _HIRO = 0, 4, 7


@dataclass(frozen=True, slots=True)
class Scene:
    """What just happened, in one sentence, and to what: issue key, sprint name or invoice number."""

    told: str
    subject: str


def an_epic_closes(world: World, role: str = "closing") -> Scene:
    """The lead closes an epic whose children are all done."""
    epic = _person(world, _ADA).close(_epic(world, role).key)
    return Scene(f"Ada closes the epic {_named(epic)}", epic.key)


def an_epic_reopens(world: World, role: str = "reopening") -> Scene:
    """A client finds a fault, and a closed epic goes back to work with a new story under it."""
    elif_ = _person(world, _ELIF)
    epic = elif_.start(_epic(world, role).key)
    fix = elif_.add_child(epic.key, "Client found it: totals differ from the mail")
    return Scene(f"Elif reopens the epic {_named(epic)} for {fix.key}", epic.key)


def scope_is_added(world: World, role: str = "growing", points: int = 8) -> Scene:
    """A closed epic that is priced by points grows by one finished story."""
    hiro, epic = _person(world, _HIRO), _epic(world, role)
    added = hiro.add_child(epic.key, "Reminders for shared carers", points)
    hiro.close(added.key)
    return Scene(f"Hiro adds {added.key} ({points} points, done) to the closed epic {_named(epic)}", epic.key)


def scope_is_added_to_the_sprint(world: World, points: int = 3) -> Scene:
    """A fault comes into the running support sprint and is fixed at once."""
    hiro, sprint = _person(world, _HIRO), world.jira.sprints[world.cast.running_sprint]
    added = hiro.add_child(
        _epic(world, "support desk").key, "Login page shows the maintenance banner", points
    )
    hiro.plan_into(added.key, sprint.name)
    hiro.close(added.key)
    return Scene(
        f"{added.key} ({points} points) is added to the running {sprint.name} and fixed", sprint.name
    )


def a_sprint_closes(world: World) -> Scene:
    """The running support sprint is completed; what is not done goes over to the next one."""
    sprints, cast = world.jira.sprints, world.cast
    name, following = sprints[cast.running_sprint].name, sprints[cast.next_sprint].name
    carried = _person(world, _ADA).close_sprint(name, following)
    return Scene(f"Ada completes {name}; {len(carried)} open issues go to {following}", name)


def finance_edits_a_draft(world: World, role: str = "edited") -> Scene:
    """Finance takes a courtesy discount off the line of a draft and says so in its text."""
    epic = _epic(world, role)
    invoice, line = _draft_for(world, epic)
    finance = _finance(world)
    amount = line["Amount"] - _DISCOUNT
    finance.edit_amount(invoice.id, line["Id"], amount)
    finance.edit_text(invoice.id, line["Id"], f"{line['Description']} (courtesy discount)")
    text = (
        f"Finance lowers invoice {invoice.body['DocNumber']} for {epic.key} by {_DISCOUNT} and edits its text"
    )
    return Scene(text, str(invoice.body["DocNumber"]))


def finance_sends_a_draft(world: World, role: str = "sent") -> Scene:
    """Finance mails a draft to the client."""
    epic = _epic(world, role)
    invoice, _line = _draft_for(world, epic)
    customer = world.company.find("Customer", invoice.body["CustomerRef"]["value"])
    address = customer.body["PrimaryEmailAddr"]["Address"] if customer else None
    _finance(world).send(invoice.id, address)
    return Scene(
        f"Finance sends invoice {invoice.body['DocNumber']} for {epic.key} to {address}",
        str(invoice.body["DocNumber"]),
    )


def finance_deletes_a_draft(world: World, role: str = "clinical discovery") -> Scene:
    """Finance does not want a draft and deletes it."""
    epic = _epic(world, role)
    invoice, _line = _draft_for(world, epic)
    _finance(world).delete(invoice.id)
    number = str(invoice.body["DocNumber"])
    return Scene(f"Finance deletes the draft {number} for {_named(epic)}", number)


def finance_makes_an_invoice_of_the_estimate(world: World) -> Scene:
    """The client says yes to the last estimate, and finance converts it in QuickBooks' own pages."""
    estimate = world.company.rows("Estimate")[-1]
    invoice = _finance(world).convert_estimate(estimate.id)
    number = str(invoice.body["DocNumber"])
    return Scene(f"Finance makes invoice {number} of estimate {estimate.body['DocNumber']}", number)


def the_client_pays(world: World, role: str = "discovery") -> Scene:
    """Finance mails a draft, and the client pays all of it."""
    epic = _epic(world, role)
    invoice, _line = _draft_for(world, epic)
    number = str(invoice.body["DocNumber"])
    finance_sends_a_draft(world, role)
    _finance(world).take_payment(invoice.id)
    return Scene(f"Finance sends invoice {number} for {_named(epic)}, and the client pays it", number)


def less_was_agreed(world: World, percent: float = 8.0, role: str = "closing") -> Scene:
    """After the client has its invoice, the share of the contract that an epic is worth is lowered."""
    epic = _person(world, _ADA).set_field(_epic(world, role).key, "Billing %", percent)
    return Scene(f"Ada lowers the “Billing %” of {_named(epic)} to {percent:g}, as agreed", epic.key)


def key_of(world: World, role: str) -> str:
    """The key of the epic that plays `role`."""
    return _epic(world, role).key


def said_in_jira(world: World) -> dict[str, set[str]]:
    """What the links on epics say of their documents, by the epic's key."""
    linked = (issue for issue in world.jira.issues.values() if issue.remote_links)
    return {issue.key: {_title(link.body) for link in issue.remote_links or ()} for issue in linked}


def _title(body: Mapping[str, Any]) -> str:
    return str(body["object"]["title"])


def _person(world: World, person: int) -> Person:
    world.clock.advance(_PAUSE)
    return Person(world.jira, world.clock, ACCOUNTS[person])


def _finance(world: World) -> FinancePerson:
    world.clock.advance(_PAUSE)
    return FinancePerson(world.company)


def _epic(world: World, role: str) -> Issue:
    return world.jira.issues[world.cast.epics[role]]


def _named(issue: Issue) -> str:
    return f"{issue.key} “{issue.summary}”"


def _draft_for(world: World, epic: Issue) -> tuple[Row, Json]:
    """The unsent invoice with a line whose text names `epic`, and that line."""
    names = re.compile(rf"(?<![\w-]){re.escape(epic.key)}(?!\d)")
    for invoice in reversed(world.company.rows("Invoice")):
        for line in invoice.body["Line"]:
            if invoice.body["EmailStatus"] == "NotSet" and names.search(line.get("Description", "")):
                return invoice, line
    raise LookupError(f"no unsent invoice names {epic.key}; has the product made its drafts?")
