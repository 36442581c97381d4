"""The examples in a contract file, run as tests: work as given must end as expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mappings.check.world import HOUR, SITE, world_of
from mappings.contract.accepts import Accepted
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract, Example
from mappings.contract.triggers import AcceptanceOf, EpicClosed
from mappings.grammar.positions import Positions
from mappings.translate import translate
from mappings.words.mistakes import did_you_mean
from mappings.words.numbers import number_in, percent_in
from mappings.work.verdict import Verdict
from model.finding import Problem
from model.money import Money

_WORDS = frozenset(
    {
        "epic",
        "expense",
        "sprint",
        "board",
        "version",
        "project",
        "date",
        "acceptance",
        "accepted",
        "change",
        "closed",
        "points",
        "issues",
        "time",
        "resolution",
        "label",
        "labels",
        "component",
        "components",
    }
    | {"type", "status", "summary"}
)
_SUBJECTS = ("epic", "sprint", "version", "date", "acceptance", "expense", "change")
_MOST_ISSUES = 1000


def run_examples(contract: Contract, text: str) -> list[Problem]:
    """A problem for each example of `contract` that does not end as it says. `text` is its file's text."""
    positions = Positions(text)
    problems = []
    for example in contract.examples:
        for loc, message, hint in _run(contract, example):
            line, column = positions.of("example", example.index, *loc)
            problems.append(Problem(contract.file, line, column, message, hint))
    return problems


def _run(contract: Contract, example: Example) -> Iterator[tuple[tuple[str, ...], str, str]]:
    given = example.given
    if sum(word in given for word in _SUBJECTS) != 1:
        hint = 'give epic = "KEY", sprint = "name", date = "id" and so on'
        yield ("given",), f"an example is about one thing: {', '.join(_SUBJECTS)}", hint
        return
    closed = given.get("closed")
    if closed is not None and (not isinstance(closed, date) or isinstance(closed, datetime)):
        yield ("given", "closed"), "closed must be a date such as 2026-02-03, without quotes", ""
        return
    issues, logged = given.get("issues", 1), given.get("time", [])
    if not isinstance(issues, int) or not 0 <= issues <= _MOST_ISSUES:
        yield ("given", "issues"), f"issues must be a whole number up to {_MOST_ISSUES}", ""
        return
    if not isinstance(logged, list) or not all(_is_time(each) for each in logged):
        message = "time is a list of tables, each with a person, hours and the day they were worked on"
        yield ("given", "time"), message, '[{ person = "Ann Lee", hours = "1.5", on = 2026-02-03 }]'
        return
    if "accepted" in given and percent_in(str(given["accepted"])) is None:
        yield ("given", "accepted"), "accepted must be a percentage", 'how much of it is accepted: "70 %"'
        return
    strangers = sorted(key for key in given if key not in _WORDS and key not in contract.fields)
    for key in strangers:
        yield ("given", key), f"no rule reads {key!r}", did_you_mean(key, _WORDS | contract.fields)
    if not strangers:
        yield from _compare(contract, example, _verdict(contract, given, closed))


def _compare(
    contract: Contract, example: Example, verdict: Verdict | None
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if verdict is None:
        reached = "no rule of the contract reaches the project or board of this example"
        yield ("given",), f"there is no {_name(example.given)!r}" if _name(example.given) else reached, ""
        return
    seen: dict[str, object] = {
        "rule": verdict.rule,
        "outcome": verdict.outcome,
        "code": verdict.code,
        "amount": verdict.amount,
    }
    for key, text in example.expect.items():
        wanted = Money.of(text, contract.currency) if key == "amount" else text
        if seen[key] != wanted:
            found = seen[key] if seen[key] is not None else "none"
            yield ("expect", key), f"expected {key} {wanted}, found {found}", verdict.reason


def _verdict(contract: Contract, given: Mapping[str, Any], closed: date | None) -> Verdict | None:
    moment = datetime.combine(closed, time(12), UTC) if closed else None
    start = datetime.combine(contract.starts, time(), UTC) - timedelta(days=1)
    if "change" in given:
        given = _brought_about(contract, given)
    mirror = world_of(contract, given, moment, start)
    own = replace(contract, accepted=_accepted(given, closed or contract.starts))
    days = own.dates if {"expense", "date", "change"} & set(given) else ()
    now = max([moment or start, *(datetime.combine(day, time(12), UTC) for day in days)]) + timedelta(days=1)
    verdicts = translate(own, RuleBook((own,)), mirror, {}, (), "UTC", now)
    wanted = _name(given)
    named = (verdict for verdict in verdicts if verdict.key == wanted) if wanted else iter(verdicts)
    return next(
        (verdict for verdict in named if wanted or (verdict.work and verdict.work.site == SITE)), None
    )


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


def _is_time(given: object) -> bool:
    if not isinstance(given, dict) or set(given) != {"person", "hours", "on"}:
        return False
    hours, day = number_in(str(given["hours"])), given["on"]
    whole = hours is not None and hours > 0 and hours * HOUR == int(hours * HOUR)
    return whole and type(day) is date
