"""The examples in a contract file, run as tests: work as given must end as expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from mappings.numbers import number_in
from mappings.positions import Positions
from mappings.rules import Contract, Example, RuleBook
from mappings.tomlfile import did_you_mean
from mappings.translate import translate
from mappings.verdict import Verdict
from model.finding import Problem
from model.money import Money
from model.work import Change, FieldInfo, Issue, Mirror, Project, Sprint, TrackerCatalogue, Worklog

_WORDS = frozenset(
    {
        "epic",
        "expense",
        "sprint",
        "board",
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
_SITE, _PROJECT, _WORK = "example", "1", "1"
_MOST_ISSUES = 1000
_HOUR = 3600  # seconds


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
    if sum(word in given for word in ("epic", "sprint", "expense")) != 1:
        hint = 'give epic = "KEY", sprint = "name" or expense = "id"'
        yield ("given",), "an example is about one epic, one sprint or one expense", hint
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
        yield ("given",), "there is no such expense" if "expense" in example.given else reached, ""
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
    catalogue = TrackerCatalogue(
        site=_SITE,
        base_url="",
        account_id="",
        account_zone="UTC",
        projects=(Project(_PROJECT, _project_of(given), "", "classic"),),
        fields=tuple(FieldInfo(name, name, "any", None) for name in sorted(contract.fields)),
    )
    make = _epic if "epic" in given else _sprint
    mirror = make(contract, given, moment, start, catalogue)
    days = [expense.on for expense in contract.expenses] if "expense" in given else []
    now = max([moment or start, *(datetime.combine(day, time(12), UTC) for day in days)]) + timedelta(days=1)
    verdicts = translate(contract, RuleBook((contract,)), mirror, {}, (), "UTC", now)
    if "expense" in given:
        return next((verdict for verdict in verdicts if verdict.key == f"expense:{given['expense']}"), None)
    return next((verdict for verdict in verdicts if verdict.work is not None), None)


def _epic(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    catalogue: TrackerCatalogue,
) -> Mirror:
    epic = _issue(contract, given, closed, start, level=1)
    children = (
        _issue(contract, given, closed, start, level=0, number=number, parent=epic.id)
        for number in range(_leaves(given))
    )
    return Mirror(catalogue, {issue.id: issue for issue in (epic, *children)})


def _sprint(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    catalogue: TrackerCatalogue,
) -> Mirror:
    name, board = str(given.get("sprint", "")), str(given.get("board", ""))
    sprint = Sprint(_WORK, name, "closed" if closed else "active", board, board, start, None, closed)
    leaves = (
        _issue(contract, given, closed, start, level=0, number=number, sprints=(_WORK,))
        for number in range(_leaves(given))
    )
    return Mirror(catalogue, {leaf.id: leaf for leaf in leaves}, {sprint.id: sprint})


def _leaves(given: Mapping[str, Any]) -> int:
    """How many issues the work has: as many as it says, else one where it has points or time."""
    return int(given.get("issues", "points" in given or "time" in given))


def _is_time(given: object) -> bool:
    if not isinstance(given, dict) or set(given) != {"person", "hours", "on"}:
        return False
    hours, day = number_in(str(given["hours"])), given["on"]
    whole = hours is not None and hours > 0 and hours * _HOUR == int(hours * _HOUR)
    return whole and type(day) is date


def _worklogs(given: Mapping[str, Any]) -> tuple[Worklog, ...]:
    """The time, each entry worked at noon of its day."""
    logs = []
    for number, each in enumerate(given.get("time", ())):
        at, person = datetime.combine(each["on"], time(12), UTC), str(each["person"])
        seconds = int(Decimal(str(each["hours"])) * _HOUR)
        logs.append(Worklog(str(number), person, person, at, seconds, at, at))
    return tuple(logs)


def _issue(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    *,
    level: int,
    number: int = 0,
    parent: str | None = None,
    sprints: tuple[str, ...] = (),
) -> Issue:
    key = str(given.get("epic", "EXAMPLE-1")).upper()
    fields = {name: _texts(given[name]) for name in contract.fields if name in given}
    if "points" in given:
        names = [contract.points_field] if contract.points_field else ["Story Points"]
        fields |= dict.fromkeys(names, _texts(given["points"]))
    history = (Change("1", closed, "", "category", "new", "done"),) if closed else ()
    return Issue(
        id=_WORK if level else f"leaf-{number}",
        key=key if level else f"{key.rpartition('-')[0]}-0{number}",
        project_id=_PROJECT,
        project_key=key.rpartition("-")[0],
        summary=str(given.get("summary", "")),
        type_name=str(given.get("type", "Epic")),
        level=level,
        status=str(given.get("status", "Done" if closed else "To Do")),
        category="done" if closed else "new",
        resolution=str(given["resolution"]) if "resolution" in given else None,
        parent_id=parent,
        labels=_texts(given.get("label", ())) + _texts(given.get("labels", ())),
        components=_texts(given.get("component", ())) + _texts(given.get("components", ())),
        sprint_ids=sprints,
        fields=fields,
        created_at=start,
        updated_at=closed or start,
        history=history,
        worklogs=_worklogs(given) if number == 0 and not level else (),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return (str(value),)


def _project_of(given: Mapping[str, Any]) -> str:
    return str(given.get("epic", "EXAMPLE-1")).upper().rpartition("-")[0]
