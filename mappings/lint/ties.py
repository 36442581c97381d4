"""Ties provable from the rules alone: a rule whose every work another rule reaches too never wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mappings.contract.rules import Contract, Exclusion, Milestone
from mappings.contract.works import (
    AcceptanceWork,
    DateWork,
    EpicsWork,
    EpicWork,
    MatchTable,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
    projects_of,
)
from mappings.grammar.positions import Positions
from mappings.work.match import like
from model.finding import Problem

_SHADOWED = "narrow the exclusion, or take one of them out"
_HINT = "exactly one rule may win: name the work more closely, or join the rules"


def ties_within(contract: Contract, positions: Positions) -> list[Problem]:
    """Ties between two rules of one contract, at the work of the later rule."""
    rules = contract.milestones
    pairs = ((a, b) for index, b in enumerate(rules) for a in rules[:index])
    return [
        _problem(contract, positions, b, f"rule {b.rule!r} and rule {a.rule!r} reach the same work")
        for a, b in pairs
        if covers(a.work, b.work) or covers(b.work, a.work)
    ]


def shadowed(contract: Contract, positions: Positions) -> list[Problem]:
    """Rules and exclusions that never say anything, because an exclusion takes all their work first."""
    problems = []
    for rule in contract.milestones:
        first = next((each for each in contract.exclusions if _takes_all(each.work, rule.work)), None)
        if first is not None:
            message = f"rule {rule.rule!r} never bills: [[exclude]] {first.rule!r} takes all its work"
            problems.append(_problem(contract, positions, rule, message, _SHADOWED))
    for index, later in enumerate(contract.exclusions):
        earlier = contract.exclusions[:index]
        first = next((each for each in earlier if _takes_all(each.work, later.work)), None)
        if first is not None:
            message = f"[[exclude]] {later.rule!r} says nothing: {first.rule!r} takes all its work before it"
            problems.append(_problem(contract, positions, later, message, _SHADOWED))
    return problems


def _takes_all(wide: Work, narrow: Work) -> bool:
    return covers(wide, narrow) and set(projects_of(narrow)) <= set(projects_of(wide))


def ties_across(contracts: Sequence[Contract], texts: Mapping[str, str]) -> list[Problem]:
    """Ties between rules of contracts on one site that start on the same day, at the later file's rule.

    Contracts that start on different days may follow each other: work closed before the later start
    belongs to the earlier contract, so nothing is proved.
    """
    problems = []
    for a, b in _pairs(contracts):
        for rule in b.milestones:
            other = next((each for each in a.milestones if _meet(each.work, rule.work)), None)
            if other is not None:
                message = f"rule {rule.rule!r} reaches the same work as {other.rule!r} of contract {a.id!r}"
                problems.append(_problem(b, Positions(texts[b.file]), rule, f"{message} ({a.file})"))
    return problems


def covers(wide: Work, narrow: Work) -> bool:
    """True when all that `narrow` matches in a place where `wide` looks is proved to match `wide` as well."""
    match wide, narrow:
        case EpicWork(key), EpicWork(other):
            return key == other
        case EpicsWork(table), EpicWork(key):
            bare = MatchTable(projects=table.projects)
            return table == bare and key.rpartition("-")[0] in table.projects
        case EpicsWork(table), EpicsWork(other_table):
            return _table_covers(table, other_table)
        case SprintsWork(board, name), SprintsWork(other_board, other_name):
            return board.casefold() == other_board.casefold() and _named_so(name, other_name)
        case VersionWork() | VersionsWork(), VersionWork() | VersionsWork():
            return wide.project == narrow.project and _version_covers(wide, narrow)
        case (DateWork(id_), DateWork(other)) | (AcceptanceWork(id_), AcceptanceWork(other)):
            return id_ == other
    return False


def _version_covers(wide: VersionWork | VersionsWork, narrow: VersionWork | VersionsWork) -> bool:
    if isinstance(wide, VersionsWork) and isinstance(narrow, VersionWork):
        return like(narrow.name, wide.name)
    return type(wide) is type(narrow) and _named_so(wide.name, narrow.name)


def _named_so(wide: str, narrow: str) -> bool:
    return wide == "*" or wide.casefold() == narrow.casefold()


def _table_covers(wide: MatchTable, narrow: MatchTable) -> bool:
    words = (
        (getattr(wide, word), getattr(narrow, word)) for word in ("labels", "components", "types", "statuses")
    )
    fields = {test.name.casefold(): test.values for test in narrow.fields}
    return (
        bool(set(narrow.projects) & set(wide.projects))
        and all(_asks_less(mine, other) for mine, other in words)
        and wide.summary in (None, "*", narrow.summary)
        and all(_asks_less(test.values, fields.get(test.name.casefold(), ())) for test in wide.fields)
    )


def _asks_less(wide: Iterable[str], narrow: Iterable[str]) -> bool:
    allowed = {word.casefold() for word in wide}
    asked = {word.casefold() for word in narrow}
    return not allowed or (bool(asked) and asked <= allowed)


def _meet(a: Work, b: Work) -> bool:
    """Whether rules of two contracts reach the same work; what a contract agrees by a name is its own."""
    return not isinstance(a, DateWork | AcceptanceWork) and (covers(a, b) or covers(b, a))


def _pairs(contracts: Sequence[Contract]) -> Iterator[tuple[Contract, Contract]]:
    for index, later in enumerate(contracts):
        for earlier in contracts[:index]:
            if earlier.site == later.site and earlier.starts == later.starts and earlier.id != later.id:
                yield earlier, later


def _problem(
    contract: Contract, positions: Positions, rule: Milestone | Exclusion, message: str, hint: str = _HINT
) -> Problem:
    table = "milestone" if isinstance(rule, Milestone) else "exclude"
    line, column = positions.of(table, rule.index, "work")
    return Problem(contract.file, line, column, message, hint)
