"""The examples in a contract file, run as tests: work as given must end as expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mappings.check.given import Found, mistakes
from mappings.check.world import SITE, world_of
from mappings.contract.accepts import Accepted
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract, Example
from mappings.contract.triggers import AcceptanceOf, EpicClosed
from mappings.grammar.positions import Positions
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from mappings.words.mistakes import did_you_mean
from mappings.words.numbers import percent_in
from model.finding import Problem
from model.money import Money

_EXPECT = 'such as expect = { rule = "…", amount = "…" }, which asks that it is billed'


def run_examples(contract: Contract, text: str) -> list[Problem]:
    """A problem for each example of `contract` that does not end as it says. `text` is its file's text."""
    found = [(example, said) for example in contract.examples for said in _run(contract, example)]
    if not found:
        return []  # where things stand is only looked for where something is to be said
    positions, problems = Positions(text), []
    for example, (loc, message, hint) in found:
        line, column = positions.of("example", example.index, *loc)
        problems.append(Problem(contract.file, line, column, message, hint))
    return problems


def _run(contract: Contract, example: Example) -> Found:
    wrong = list(mistakes(contract, example.given))
    if not example.expect:
        wrong.append((("expect",), "an example that expects nothing proves nothing", _EXPECT))
    yield from wrong
    if not wrong:
        yield from _compare(contract, example, _verdict(contract, example.given))


def _compare(contract: Contract, example: Example, verdict: Verdict | None) -> Found:
    if verdict is None:
        reached = "no rule of the contract reaches the project or board of this example"
        yield ("given",), f"there is no {_name(example.given)!r}" if _name(example.given) else reached, ""
        return
    expect, differs = example.expect, False
    for key, text in expect.items():
        wanted: object = Money.of(text, contract.currency) if key == "amount" else text
        seen = _seen(verdict, key)
        if seen != wanted:
            differs = True
            hint = _other_rule(contract, text) if key == "rule" else ""
            message = f"expected {key} {wanted}, found {seen if seen is not None else 'none'}"
            yield ("expect", key), message, hint or verdict.reason
    if not differs and verdict.outcome != "due" and not {"outcome", "code"} & set(expect):
        message = f"expected to be billed, and it is {verdict.outcome}: {verdict.reason}"
        yield ("expect",), message, f'say outcome = "{verdict.outcome}" if that is what you expect'


def _seen(verdict: Verdict, key: str) -> object:
    seen: Mapping[str, object] = {
        "rule": verdict.rule,
        "outcome": verdict.outcome,
        "code": verdict.code,
        "amount": verdict.amount,
    }
    return seen[key]


def _other_rule(contract: Contract, name: str) -> str:
    """What to write instead of a name that no rule has."""
    names = {rule.rule for rule in contract.milestones} | {rule.rule for rule in contract.exclusions}
    return "" if name in names else did_you_mean(name, names)


def _verdict(contract: Contract, given: Mapping[str, Any]) -> Verdict | None:
    """The verdict on the very work of an example."""
    verdicts, _ = tried(contract, given)
    wanted = _name(given)
    named = (verdict for verdict in verdicts if verdict.key == wanted) if wanted else iter(verdicts)
    return next(
        (verdict for verdict in named if wanted or (verdict.work and verdict.work.site == SITE)), None
    )


def tried(contract: Contract, given: Mapping[str, Any]) -> tuple[tuple[Verdict, ...], datetime]:
    """All that `contract` comes to in a world that has nothing but the work `given`, on the day after that."""
    closed: date | None = given.get("closed")
    moment = datetime.combine(closed, time(12), UTC) if closed else None
    start = datetime.combine(contract.starts, time(), UTC) - timedelta(days=1)
    if "change" in given:
        given = _brought_about(contract, given)
    mirror = world_of(contract, given, moment, start)
    own = replace(contract, accepted=_accepted(given, closed or contract.starts))
    days = own.dates if {"expense", "date", "change"} & set(given) else ()
    now = max([moment or start, *(datetime.combine(day, time(12), UTC) for day in days)]) + timedelta(days=1)
    return translate(own, RuleBook((own,)), mirror, {}, (), "UTC", now), now


def _brought_about(contract: Contract, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """An example of a change order with what the order waits for."""
    match next((order.when for order in contract.orders if order.id == given["change"]), None):
        case EpicClosed(key):
            return {**given, "epic": key}
        case AcceptanceOf(name):
            return {**given, "acceptance": name}
    return given


def _name(given: Mapping[str, Any]) -> str:
    """What the verdict on something agreed is called; "" for work in Jira."""
    if "expense" in given:
        return f"expense:{given['expense']}"
    if "change" in given:
        return f"change:{given['change']}"
    return str(given.get("date", given.get("acceptance", "")))


def _accepted(given: Mapping[str, Any], day: date) -> tuple[Accepted, ...]:
    """What the example says is accepted, and nothing else."""
    share = percent_in(str(given.get("accepted", "")))
    of = str(given.get("acceptance", given.get("epic", "")))
    return () if share is None else (Accepted(of, share, day, "the example"),)
