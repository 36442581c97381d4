"""Who would pay: the words by which the nearest payer does, and those by which more than one does, taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mappings.contract.payers import Payer
from mappings.contract.works import FieldTest
from mappings.progress.fields import FieldIndex
from mappings.progress.match import field_clause
from mappings.progress.paying import nearest_payer, pays
from mappings.progress.verdict import Verdict
from mappings.remedy.fitting import Told, with_words
from mappings.remedy.world import World
from mappings.words.text import inert
from model.work import Issue


def find_payer(verdict: Verdict, world: World) -> Told | None:
    """The words by which the nearest payer would pay for it; or it is another's, whom nobody named yet."""
    issue, fields = world.subject(verdict.work), FieldIndex(world.mirror.catalogue)
    if not isinstance(issue, Issue):
        return None
    near = nearest_payer(world.contract.payers, issue, fields)
    told = with_words(world, near.when, issue) if near is not None and near.when is not None else None
    if near is None or told is None:
        return None
    another = f"or add a [[payer]] of such work to {world.contract.file}"
    return f"{told[0]}, so that payer {near.name!r} pays for it; {another}", told[1]


def leave_one_payer(verdict: Verdict, world: World) -> Told | None:
    """For each of several payers, what leaves that one alone: which one it shall be, only a person knows."""
    issue, fields = world.subject(verdict.work), FieldIndex(world.mirror.catalogue)
    if not isinstance(issue, Issue):
        return None
    paying = [payer for payer in world.contract.payers if pays(payer, issue, fields)]
    ways = [way for kept in paying if (way := _alone(verdict, world, issue, kept, paying)) is not None]
    return ("; or ".join(told for told, _ in ways), ways[0][1]) if ways else None


def _alone(verdict: Verdict, world: World, issue: Issue, kept: Payer, paying: Sequence[Payer]) -> Told | None:
    """What leaves `kept` alone and bills the work: done to the issue, or to the file where its rule needs the words."""
    for less in (_off, _narrowed):
        words, after = [], world
        for payer in paying:
            if payer is not kept:
                told, after = less(after, payer, issue.id)
                words.append(told)
        if after.is_due(verdict.charge_key):
            return f"{' and '.join(words)}, so that payer {kept.name!r} alone pays for it", after
    return None


def _narrowed(world: World, payer: Payer, _issue_id: str) -> Told:
    """The payer as one of other work: the contract without it."""
    others = tuple(each for each in world.contract.payers if each.name != payer.name)
    table = f"[[payer]] {payer.name!r} ({world.contract.file}:{payer.line})"
    told = f"narrow the when of {table}" if payer.when is not None else f"give {table} a when"
    return told, world.with_contract(replace(world.contract, payers=others))


def _off(world: World, payer: Payer, issue_id: str) -> Told:
    """One word of the payer off the issue; one who pays for all work has none, and is narrowed."""
    issue, asked = world.mirror.issues[issue_id], payer.when
    if asked is None:
        return _narrowed(world, payer, issue_id)
    if asked.labels:
        gone, kept = _parted(issue.labels, _among(asked.labels))
        return _taken("the label", gone, issue), world.with_issues([replace(issue, labels=kept)])
    if asked.components:
        gone, kept = _parted(issue.components, _among(asked.components))
        return _taken("the component", gone, issue), world.with_issues([replace(issue, components=kept)])
    return _emptied(world, asked.fields[0], issue)


def _emptied(world: World, test: FieldTest, issue: Issue) -> Told:
    """The values of a field by which `test` holds, taken out of it."""
    index = FieldIndex(world.mirror.catalogue)
    field_id = str(index.resolve(test.name, issue.project_id))  # the test holds, so it means a field

    def holds(value: str) -> bool:
        alone = replace(issue, fields={**issue.fields, field_id: (value,)})
        return field_clause(test, alone, index).holds

    gone, kept = _parted(issue.fields[field_id], holds)
    told = f"take {', '.join(repr(inert(each)) for each in gone)} out of {test.name!r} on {issue.key}"
    return told, world.with_issues([replace(issue, fields={**issue.fields, field_id: kept})])


def _taken(what: str, gone: Sequence[str], issue: Issue) -> str:
    return f"take {what} {', '.join(repr(inert(each)) for each in gone)} off {issue.key}"


def _among(words: Sequence[str]) -> Callable[[str], bool]:
    asked = {word.casefold() for word in words}
    return lambda value: value.casefold() in asked


def _parted(values: Sequence[str], go: Callable[[str], bool]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that go, and those that stay."""
    return tuple(filter(go, values)), tuple(each for each in values if not go(each))
