"""Which work two rules both reach, as far as their words alone prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from mappings.contract.works import (
    AcceptanceWork,
    DateWork,
    EpicsWork,
    EpicWork,
    FieldTest,
    MatchTable,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
)
from mappings.words.patterns import pattern_covers, text_of_both

_MOST_ATOMS = 1000  # of one rule: one that lists more words is not proved to be taken piece by piece
WORDS = (
    "labels",
    "components",
    "types",
    "statuses",
)  #: of a table, each with the values of which any is enough


def covers(wide: Work, narrow: Work) -> bool:
    """True when all that `narrow` matches in a place where `wide` looks is proved to match `wide` as well."""
    match wide, narrow:
        case EpicWork(key), EpicWork(other):
            return key == other
        case EpicsWork(table), EpicWork(key):
            return is_bare(table) and key.rpartition("-")[0] in table.projects
        case EpicsWork(table), EpicsWork(other_table):
            return _table_covers(table, other_table)
        case SprintsWork(board, name), SprintsWork(other_board, other_name):
            return board.casefold() == other_board.casefold() and pattern_covers(name, other_name)
        case VersionWork() | VersionsWork(), VersionWork() | VersionsWork():
            return wide.project == narrow.project and _version_covers(wide, narrow)
        case (DateWork(id_), DateWork(other)) | (AcceptanceWork(id_), AcceptanceWork(other)):
            return id_ == other
    return False


def common(one: Work, other: Work) -> Work | None:
    """Work that both are proved to reach; None when nothing is proved. Of words in lists, what both name counts."""
    if isinstance(one, EpicsWork) and isinstance(other, EpicsWork):
        narrowed = _narrowed(one.table, other.table), _narrowed(other.table, one.table)
        if narrowed[0] is None or narrowed[1] is None:
            return None
        one, other = EpicsWork(narrowed[0]), EpicsWork(narrowed[1])
    if covers(one, other):
        return other
    return one if covers(other, one) else None


def name_of_both(one: Work, other: Work) -> str | None:
    """A name that a sprint or version of both could have, where both look at the same place."""
    match one, other:
        case SprintsWork(board, name), SprintsWork(other_board, other_name):
            return text_of_both(name, other_name) if board.casefold() == other_board.casefold() else None
        case VersionsWork(project, name), VersionsWork(other_project, other_name):
            return text_of_both(name, other_name) if project == other_project else None
    return None


def taken_by(work: Work, others: Iterable[Work]) -> list[Work] | None:
    """Those of `others` that together reach all of `work`, in their order; None when something may be left."""
    known, taking = list(others), set[int]()
    for atom in atoms(work):
        first = next((index for index, each in enumerate(known) if covers(each, atom)), None)
        if first is None:
            return None
        taking.add(first)
    return [known[index] for index in sorted(taking)]


def atoms(work: Work) -> Iterator[Work]:
    """`work` as parts that name one value for each word; together they reach what it reaches."""
    if not isinstance(work, EpicsWork):
        yield work
        return
    table = work.table
    choices = [table.projects, *(getattr(table, word) or (None,) for word in WORDS)]
    choices += [test.values for test in table.fields]
    if prod(map(len, choices)) > _MOST_ATOMS:
        yield work
        return
    for project, *chosen in product(*choices):
        words = {word: (value,) if value else () for word, value in zip(WORDS, chosen, strict=False)}
        values = chosen[len(WORDS) :]
        fields = tuple(
            FieldTest(test.name, (value,)) for test, value in zip(table.fields, values, strict=True)
        )
        yield EpicsWork(MatchTable((project,), summary=table.summary, fields=fields, **words))


def is_bare(table: MatchTable) -> bool:
    """Whether a table asks for projects alone."""
    return table == MatchTable(projects=table.projects)


def _version_covers(wide: VersionWork | VersionsWork, narrow: VersionWork | VersionsWork) -> bool:
    if isinstance(wide, VersionWork):
        return isinstance(narrow, VersionWork) and wide.name.casefold() == narrow.name.casefold()
    # The name of one version is no pattern: a sign in it is fitted by the same sign, or by what fits any text.
    return pattern_covers(wide.name, narrow.name)


def _table_covers(wide: MatchTable, narrow: MatchTable) -> bool:
    fields = {test.name.casefold(): test.values for test in narrow.fields}
    return (
        bool(set(narrow.projects) & set(wide.projects))
        and all(_asks_less(getattr(wide, word), getattr(narrow, word)) for word in WORDS)
        and (wide.summary is None or pattern_covers(wide.summary, narrow.summary or "*"))
        and all(_asks_less(test.values, fields.get(test.name.casefold(), ())) for test in wide.fields)
    )


def _asks_less(wide: Iterable[str], narrow: Iterable[str]) -> bool:
    allowed = {word.casefold() for word in wide}
    asked = {word.casefold() for word in narrow}
    return not allowed or (bool(asked) and asked <= allowed)


def _narrowed(table: MatchTable, other: MatchTable) -> MatchTable | None:
    """`table` with only those values of a list that `other` names too, where both have that word; None when they
    name no value in common."""
    projects = tuple(key for key in table.projects if key in other.projects)
    asked = [(getattr(table, word), getattr(other, word)) for word in WORDS]
    theirs = {test.name.casefold(): test.values for test in other.fields}
    asked += [(test.values, theirs.get(test.name.casefold(), ())) for test in table.fields]
    shared = [_shared(values, others) for values, others in asked]
    if not projects or any(before and not left for (before, _), left in zip(asked, shared, strict=True)):
        return None
    labels, components, types, statuses, *tested = shared
    return MatchTable(
        projects=projects,
        labels=labels,
        components=components,
        types=types,
        statuses=statuses,
        summary=table.summary,
        fields=tuple(FieldTest(test.name, values) for test, values in zip(table.fields, tested, strict=True)),
    )


def _shared(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """What of `mine` is among `theirs` too; all of it where one of them asks for nothing."""
    named = {word.casefold() for word in theirs}
    return tuple(word for word in mine if not theirs or word.casefold() in named)
