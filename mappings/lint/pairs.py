"""Pairs of rules that look at one place and may reach the same work: of thousands of rules, the few to compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

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
)
from mappings.lint.reach import WORDS, is_bare
from mappings.words.patterns import fixed_beginning

_Place = tuple[str, str]
_Indices = list[int]
_Words = Mapping[str, frozenset[str]]  # what a table asks, by word: values, case folded


def pairs(works: Sequence[Work]) -> list[tuple[int, int]]:
    """Indices of each two `works` that may have work in common, the later one first to compare by, in order."""
    places: defaultdict[_Place, _Indices] = defaultdict(list)
    for index, work in enumerate(works):
        for place in _places(work):
            places[place].append(index)
    found: set[tuple[int, int]] = set()
    for (kind, name), indices in places.items():
        match kind:
            case "epics":
                near = _of_tables(works, indices, places.get(("epics of", name), []))
            case "board" | "versions":
                near = _of_names(works, indices)
            case _:
                near = combinations(indices, 2) if kind != "epics of" else iter(())
        found.update((min(pair), max(pair)) for pair in near if pair[0] != pair[1])
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _places(work: Work) -> Iterator[_Place]:
    match work:
        case EpicWork(key):
            yield "epic", key
            yield "epics of", key.rpartition("-")[0]
        case EpicsWork(table):
            yield from (("epics", project) for project in table.projects)
        case SprintsWork(board, _):
            yield "board", board.casefold()
        case VersionWork(project, _) | VersionsWork(project, _):
            yield "versions", project
        case DateWork(id_):
            yield "date", id_
        case AcceptanceWork(id_):
            yield "acceptance", id_


def _of_names(works: Sequence[Work], indices: _Indices) -> Iterator[tuple[int, int]]:
    """Of sprints of a board or versions of a project: those whose names may begin alike."""
    beginnings: defaultdict[str, _Indices] = defaultdict(list)
    for index in indices:
        beginnings[_beginning(works[index])].append(index)
    for beginning, alike in beginnings.items():
        for length in range(len(beginning) + 1):
            yield from product(alike, beginnings.get(beginning[:length], ()))


def _beginning(work: Work) -> str:
    """The letters that a name of `work` begins with, whatever follows."""
    return fixed_beginning(work.name) if isinstance(work, SprintsWork | VersionsWork | VersionWork) else ""


def _of_tables(works: Sequence[Work], indices: _Indices, single: _Indices) -> Iterator[tuple[int, int]]:
    """Of epics of a project: tables of which one asks for all that the other asks for, with a value in common; and
    those that ask for nothing with single epics."""
    tables = {index: work.table for index in indices if isinstance(work := works[index], EpicsWork)}
    yield from product((index for index, table in tables.items() if is_bare(table)), single)
    frames: defaultdict[frozenset[str], dict[int, _Words]] = defaultdict(dict)
    for index, table in tables.items():
        words = _words(table)
        frames[frozenset(words)][index] = words
    for wide, narrow in product(frames, repeat=2):
        if wide <= narrow:
            yield from _sharing(frames[wide], frames[narrow], wide - {"summary"})


def _sharing(
    wide: Mapping[int, _Words], narrow: Mapping[int, _Words], words: Iterable[str]
) -> Iterator[tuple[int, int]]:
    """Tables with a value in common for the one of `words` that tells most of them apart."""
    by_word = [(_by_value(narrow, word), word) for word in words]
    if not by_word:
        yield from product(wide, narrow)
        return
    by_value, word = max(by_word, key=lambda each: (len(each[0]), each[1]))
    for index, asked in wide.items():
        yield from ((index, other) for value in asked[word] for other in by_value.get(value, ()))


def _by_value(tables: Mapping[int, _Words], word: str) -> Mapping[str, _Indices]:
    found: defaultdict[str, _Indices] = defaultdict(list)
    for index, asked in tables.items():
        for value in asked[word]:
            found[value].append(index)
    return found


def _words(table: MatchTable) -> _Words:
    asked = {word: getattr(table, word) for word in WORDS}
    asked |= {f"field {test.name.casefold()}": test.values for test in table.fields}
    asked["summary"] = (table.summary,) if table.summary is not None else ()
    return {word: frozenset(map(str.casefold, values)) for word, values in asked.items() if values}
