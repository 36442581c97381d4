"""After the story: the weather clears, and within a few runs everything must be done, told, and add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from adding_up import everything_adds_up

from simulation import next_door
from simulation.next_door import mixed_up
from simulation.people import SERVICE_ACCOUNT, People
from simulation.process import Process
from simulation.side import PROJECT
from simulation.story import Deed
from simulation.town import Town
from sync.auditing.verify import verify
from sync.plans import Plan

_RUNS = 8
#: Seconds before each run: what is under way settles, the day passes after which all is looked at again.
_PAUSES = (400.0, 25 * 3600.0, 400.0)
_CLAIMED_TWICE = (
    "SELECT intent, charge_key FROM claim WHERE intent IS NOT NULL"
    " GROUP BY intent, charge_key, payer HAVING count(*) > 1"
)
_TOKENS = "fault books POST oauth2"
Act = Callable[[Deed, dict[str, Callable[[Process], object]]], None]


def come_to_rest(town: Town, people: People, act: Act) -> None:
    """Heal, run until nothing is left to do, and hold ledger, books and work against each other."""
    people.lead.show_project(PROJECT, SERVICE_ACCOUNT)
    people.finance_person.close_books(None)
    town.stage.mend()
    if town.next_door:
        town.next_door.finish()
    town.restart("a", "b")
    if town.restored or any(name.startswith(_TOKENS) for name in town.stage.passed):
        town.connect_again()
    _run_until_quiet(town, act)
    _judge_the_end(town, people, _once_more(town))


class Violation(AssertionError):
    """A law was broken."""


def _fail(law: str, what: object) -> Violation:
    return Violation(f"{law}: {what}")


def _run_until_quiet(town: Town, act: Act) -> None:
    for number in range(_RUNS):
        town.stage.elapse(_PAUSES[min(number, len(_PAUSES) - 1)])
        writes = town.writes
        act(Deed("tick", 0), {"ab"[number % 2]: lambda process: process.runner.tick()})
        store = town.processes["a"].store
        left = set(store.outbox.unfinished()) - {"parked"} | set(store.notices.backlog())
        if not town.restored:  # a contract of an older store is held, and stays marked
            left |= store.rules.dirty(town.stage.now()).keys()  # what was parked may be found in the last run
        if number and not left and writes == town.writes:
            return
    raise _fail("I9", f"after {_RUNS} runs there is still {left}")


def _once_more(town: Town) -> Plan:
    """What there is to do by both sides as they are now: nothing."""
    engine = town.processes["a"].engine
    with town.stage.resting():
        reading = engine.read()
        plan = engine.plan(reading)
    if reading.trouble:
        raise _fail("I9", f"it cannot read any more: {reading.trouble}")
    if plan.actions:
        raise _fail("I10", f"it never comes to rest: {plan.actions}")
    return plan


def _judge_the_end(town: Town, people: People, plan: Plan) -> None:
    store = town.processes["a"].store
    parked = town.peek("SELECT problem, hint FROM intent WHERE state = 'parked'")
    town.stage.passed["parked"] += len(parked)
    if not all(row["problem"] and row["hint"] for row in parked):
        raise _fail("I9", "something is parked without a reason")
    if twice := town.peek(_CLAIMED_TWICE):
        raise _fail("I12", f"a write was settled twice: {[tuple(row) for row in twice]}")
    if broken := verify(store).broken:
        raise _fail("I12", f"the audit breaks at {broken}")
    if broken_notices := list(_notices(town, people)):
        raise _fail("I19", broken_notices)
    if mixed := list(mixed_up(town)):
        raise _fail("I13", mixed)
    if town.restored:
        return  # an older store does not know what was made since: that is held for a person
    if town.next_door and not people.shown_less:
        ledger = store.accounts.account(next_door.ALIAS, town.stage.now())
        if other := town.next_door.billed_otherwise(ledger):
            raise _fail("I2, I13", f"next door: {other}")
    plan = replace(plan, assessments=tuple(each for each in plan.assessments if each.contract.id == "shop"))
    try:
        everything_adds_up(people, plan, store.accounts.account("shop", town.stage.now()))
    except AssertionError as error:
        raise _fail("I2, I9, I11", error) from error


def _notices(town: Town, people: People) -> Iterator[str]:
    """What epics show in Jira of their documents and should not, or should and do not."""
    wanted: dict[str, set[str]] = {}
    if town.story.knobs.get("write_back"):
        made = town.peek("SELECT external_id FROM document WHERE realm = :realm", realm=town.main.realm)
        known = {row["external_id"] for row in made}
        for row, _, ours in town.door.witness.lines():
            invoiced = row.kind == "Estimate" and row.body.get("LinkedTxn")  # it is shown as what it became
            if not ours.ended and not invoiced and row.id in known:
                wanted.setdefault(ours.epic, set()).add(row.id)
    for epic in people.epics:
        shown = [re.findall(r"\d+", link.body["object"]["url"])[-1] for link in epic.remote_links or ()]
        if len(shown) != len(set(shown)):
            yield f"{epic.key} shows a document twice: {shown}"
        if missing := wanted.get(epic.key, set()) - set(shown):
            yield f"{epic.key} does not show {missing}"
        if shown and not town.story.knobs.get("write_back"):
            yield f"{epic.key} shows {shown}, though nobody wants it"
