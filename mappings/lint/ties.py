"""Ties provable from the rules alone, and rules that never say anything because exclusions take all their work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from mappings.contract.rules import Contract, Exclusion, Milestone, follows
from mappings.contract.works import AcceptanceWork, DateWork
from mappings.grammar.positions import Positions
from mappings.lint.pairs import pairs
from mappings.lint.reach import common, name_of_both, taken_by
from mappings.words.text import listed
from model.finding import Problem

_SHADOWED = "narrow the exclusion, or take one of them out"
_HINT = "exactly one rule may win: name the work more closely, or join the rules"
_IN_TURN = "if both shall bill side by side, let the rules name different work"
_NAMED_SO = "it would be held as a tie: keep to names that only one of the rules fits"

_Rule = tuple[Contract, Milestone]


def ties_within(contract: Contract, positions: Positions) -> list[Problem]:
    """Ties between rules of one contract: each later rule with the first that it ties with, at its work."""
    rules = [(contract, rule) for rule in contract.milestones]
    return [
        _problem(contract, positions, b, f"rule {b.rule!r} and rule {a.rule!r} reach the same work")
        for (_, a), (_, b) in _first_ties(rules, _same)
    ]


def shadowed(contract: Contract, positions: Positions) -> list[Problem]:
    """Rules and exclusions that never say anything, because exclusions take all their work first."""
    problems, exclusions = [], contract.exclusions
    for rule in contract.milestones:
        first = _takers(rule, exclusions)
        if first:
            message = f"rule {rule.rule!r} never bills: {first} all its work"
            problems.append(_problem(contract, positions, rule, message, _SHADOWED))
    for index, later in enumerate(exclusions):
        first = _takers(later, exclusions[:index])
        if first:
            message = f"[[exclude]] {later.rule!r} says nothing: {first} all its work before it"
            problems.append(_problem(contract, positions, later, message, _SHADOWED))
    return problems


def ties_across(contracts: Sequence[Contract], texts: Mapping[str, str]) -> list[Problem]:
    """Ties between rules of contracts on one site, at the later file's rule.

    Contracts of one client that start on different days follow each other: work belongs to the one that started last
    before it was closed. Those of different clients never do.
    """
    return _across(contracts, texts, _side_by_side)


def taken_over(contracts: Sequence[Contract], texts: Mapping[str, str]) -> list[Problem]:
    """Rules whose work goes over to a contract that follows: no mistake, and not always meant."""
    problems = []
    for rules in _by_site(contracts):
        named = [each for each in rules if not isinstance(each[1].work, DateWork | AcceptanceWork)]
        for one, other in _first_ties(named, _in_turn):
            (a, former), (b, rule) = sorted((one, other), key=lambda each: each[0].starts)
            whose = f"{former.rule!r} of contract {a.id!r} ({a.file})"
            message = f"rule {rule.rule!r} takes over, from {b.starts} on, work of {whose}"
            problems.append(_problem(b, Positions(texts[b.file]), rule, message, _IN_TURN))
    return problems


def ties_among(contracts: Sequence[Contract], texts: Mapping[str, str]) -> list[Problem]:
    """Ties between rules of contracts that were made together: none of them follows another."""
    return _across(contracts, texts, _different)


def names_of_two(contracts: Sequence[Contract], texts: Mapping[str, str]) -> list[Problem]:
    """Names that a sprint or version could have and that two rules would then reach: no mistake, for none need
    ever be called so."""
    found = []
    for (a, earlier), (b, later) in _pairs(contracts, lambda a, b: _same(a, b) or _side_by_side(a, b)):
        name = name_of_both(earlier.work, later.work)
        if name is not None and common(earlier.work, later.work) is None:
            whose = "" if a is b else f" of contract {a.id!r}"
            message = f"rule {later.rule!r} and rule {earlier.rule!r}{whose} would both reach {name!r}"
            found.append(_problem(b, Positions(texts[b.file]), later, message, _NAMED_SO))
    return found


def _across(
    contracts: Sequence[Contract], texts: Mapping[str, str], may_tie: Callable[[Contract, Contract], bool]
) -> list[Problem]:
    problems = []
    for rules in _by_site(contracts):
        named = [each for each in rules if not isinstance(each[1].work, DateWork | AcceptanceWork)]
        for (a, other), (b, rule) in _first_ties(named, may_tie):
            message = f"rule {rule.rule!r} reaches the same work as {other.rule!r} of contract {a.id!r}"
            problems.append(_problem(b, Positions(texts[b.file]), rule, f"{message} ({a.file})"))
    return problems


def _first_ties(
    rules: Sequence[_Rule], may_tie: Callable[[Contract, Contract], bool]
) -> Iterator[tuple[_Rule, _Rule]]:
    """Each rule with the first one before it that is proved to reach work which neither contract excludes."""
    tied: set[tuple[int, str]] = set()
    for earlier, later in pairs([rule.work for _, rule in rules]):
        (a, rule), (b, other) = rules[earlier], rules[later]
        if (later, a.id) in tied or not may_tie(a, b):
            continue
        both = common(rule.work, other.work)
        if both is None:
            continue
        excluding = chain(a.exclusions, b.exclusions if b is not a else ())
        if taken_by(both, (each.work for each in excluding)) is None:
            tied.add((later, a.id))
            yield rules[earlier], rules[later]


def _pairs(
    contracts: Sequence[Contract], may_tie: Callable[[Contract, Contract], bool]
) -> Iterator[tuple[_Rule, _Rule]]:
    for rules in _by_site(contracts):
        for earlier, later in pairs([rule.work for _, rule in rules]):
            if may_tie(rules[earlier][0], rules[later][0]):
                yield rules[earlier], rules[later]


def _by_site(contracts: Sequence[Contract]) -> list[list[_Rule]]:
    rules: defaultdict[str, list[_Rule]] = defaultdict(list)
    for contract in contracts:
        rules[contract.site] += ((contract, rule) for rule in contract.milestones)
    return list(rules.values())


def _same(a: Contract, b: Contract) -> bool:
    return a is b


def _different(a: Contract, b: Contract) -> bool:
    return a.id != b.id


def _side_by_side(a: Contract, b: Contract) -> bool:
    """Whether neither of two contracts follows the other."""
    return a.id != b.id and not _in_turn(a, b)


def _in_turn(a: Contract, b: Contract) -> bool:
    return follows(a, b) or follows(b, a)


def _takers(rule: Milestone | Exclusion, exclusions: Sequence[Exclusion]) -> str:
    """Which of `exclusions` take all work of a rule, with their verb; "" when something of it is left."""
    taking = taken_by(rule.work, [each.work for each in exclusions])
    if not taking:
        return ""
    names = [f"[[exclude]] {each.rule!r}" for each in exclusions if each.work in taking]
    return f"{listed(names)} {'takes' if len(names) == 1 else 'take'}"


def _problem(
    contract: Contract, positions: Positions, rule: Milestone | Exclusion, message: str, hint: str = _HINT
) -> Problem:
    table = "milestone" if isinstance(rule, Milestone) else "exclude"
    line, column = positions.of(table, rule.index, "work")
    return Problem(contract.file, line, column, message, hint)
