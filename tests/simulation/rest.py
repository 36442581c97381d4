"""After the story: the weather clears, and within a few runs everything must be done, told, and add up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from connectors.quickbooks.kinds import ENTITIES
from simulation.people import SERVICE_ACCOUNT, People
from simulation.story import Deed
from simulation.town import PROJECT, Process, Town
from sync.auditing.verify import verify
from sync.planning.ledger import by_charge, standing
from sync.planning.observe import ENDED
from sync.planning.views import Account
from sync.plans import Plan
from sync.telling.report import Summary, summarise

_RUNS = 8
#: Seconds before each run: what is under way settles, the day passes after which all is looked at again.
_PAUSES = (400.0, 25 * 3600.0, 400.0)
Act = Callable[[Deed, dict[str, Callable[[Process], object]]], None]


def come_to_rest(town: Town, people: People, act: Act) -> None:
    """Heal, run until nothing is left to do, and hold ledger, books and work against each other."""
    people.lead.show_project(PROJECT, SERVICE_ACCOUNT)
    people.finance_person.close_books(None)
    town.stage.mend()
    town.restart("a", "b")
    _run_until_quiet(town, act)
    _judge_the_end(town, people, _once_more(town))


class Violation(AssertionError):
    """A law was broken."""


def _fail(law: str, what: object) -> Violation:
    return Violation(f"{law}: {what}")


def _run_until_quiet(town: Town, act: Act) -> None:
    for number in range(_RUNS):
        town.stage.elapse(_PAUSES[min(number, len(_PAUSES) - 1)])
        writes = town.door.witness.writes.total()
        act(Deed("tick", 0), {"ab"[number % 2]: lambda process: process.runner.tick()})
        left = set(town.processes["a"].store.outbox.unfinished()) - {"parked"}
        if number and not left and writes == town.door.witness.writes.total():
            return
    raise _fail("I9", f"after {_RUNS} runs there is still {town.processes['a'].store.outbox.unfinished()}")


def _once_more(town: Town) -> Plan:
    """What there is to do by what was read last: nothing."""
    engine = town.processes["a"].engine
    with town.stage.resting():
        plan = engine.plan(engine.last_read())
    if plan.actions:
        raise _fail("I10", f"it never comes to rest: {plan.actions}")
    return plan


def _judge_the_end(town: Town, people: People, plan: Plan) -> None:
    store = town.processes["a"].store
    account = store.accounts.account("shop", town.stage.now())
    status = summarise(plan.assessments)
    if status.gap:
        raise _fail("I9", f"{status.gap} pieces of work are in no bucket")
    parked = town.peek("SELECT problem, hint FROM intent WHERE state = 'parked'")
    town.stage.passed["parked"] += len(parked)
    if not all(row["problem"] and row["hint"] for row in parked):
        raise _fail("I9", "something is parked without a reason")
    if broken := verify(store).broken:
        raise _fail("I12", f"the audit breaks at {broken}")
    if town.restored:
        return  # an older store does not know what was made since: that is held for a person
    standing_at = _ledger_is_in_the_books(town, people, account)
    _books_are_in_the_ledger(town, people, account, standing_at)
    _all_work_is_somewhere(people, account, status)


def _ledger_is_in_the_books(town: Town, people: People, account: Account) -> set[tuple[str, str, str]]:
    """Each live claim stands on a line that is there, less what finance let go. Returns these lines."""
    found: set[tuple[str, str, str]] = set()
    for claim in account.claims:
        if claim.ended is not None or not claim.amount:
            continue
        head = account.heads[claim.document_key]
        if head.shown is None or head.shown.state in ENDED:
            raise _fail("I11", f"{claim} stands on a document that ended")
        place = (ENTITIES[head.shown.kind], head.shown.external_id)
        row = town.books.find(*place)
        lines = (
            [line for line in row.body["Line"] if line.get("Id") == head.line_ids[claim.charge_key]]
            if row
            else []
        )
        if len(lines) != 1:
            raise _fail("I11", f"{claim} stands on {place}, where it is not")
        found.add((*place, lines[0]["Id"]))
        if people.terms["draft"] == "unsent_invoice":  # an estimate's line also shows what invoices took over
            shows = -lines[0]["Amount"] if claim.is_credit else lines[0]["Amount"]
            if claim.net.decimal != _let_go(shows, claim.amount.decimal):
                raise _fail("I11", f"{claim} is {claim.net}, its line {lines[0]}")
    return found


def _books_are_in_the_ledger(
    town: Town, people: People, account: Account, standing_at: set[tuple[str, str, str]]
) -> None:
    """Each line of ours that stands in the books is claimed, waits for an answer, or is on an answered estimate."""
    waiting = {people.epic_of(key).key for intent in account.pending for key in intent.charge_keys}
    for row, line, ours in town.door.witness.lines():
        answered = row.body.get("TxnStatus") in ("Rejected", "Closed", "Converted", "Accepted")
        converted = any(link["TxnType"] == "Invoice" for link in row.body["LinkedTxn"])
        listed = (row.kind, row.id, line["Id"]) in standing_at or ours.epic in waiting
        if not (listed or answered or converted):
            raise _fail("I11", f"a line of ours without a claim: {row.kind} {row.id} {line}")


def _all_work_is_somewhere(people: People, account: Account, status: Summary) -> None:
    """The buckets of each closed epic with a price hold what it is worth, or what was settled if that is more."""
    by_key = by_charge(account.claims)
    for key in {each.charge_key for each in status.positions}:
        epic = people.epic_of(key)
        if epic.key not in people.amounts or not people.is_closed(epic):
            continue
        parts = [each for each in status.positions if each.charge_key == key]
        now = standing(by_key.get(key, ()), "USD")
        worth = Decimal(people.amounts[epic.key])
        least, most = (max(each.decimal, worth) for each in (now.settled - now.waived, now.settled))
        found = sum(each.amount.decimal for each in parts if each.amount)
        if not least <= found <= most:  # what finance let go counts for a lowered price first
            raise _fail("I2", f"{epic.key}: {parts}")


def _let_go(shows: Decimal, ours: Decimal) -> Decimal:
    """What of our amount finance bills: between nothing and all of it, whichever way that lies."""
    return min(max(shows, min(ours, Decimal(0))), max(ours, Decimal(0)))
