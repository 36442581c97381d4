"""Is the audit whole: each entry holds, what was published is still in it, and each fact stands as it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sync.chain import EMPTY, Break, Entry, Head, head_of, walk
from sync.store import Store
from sync.store.audit import FACTS, told

_PORTION = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """`entries` held up to `head`; `broken` is the first that does not, None where all do."""

    entries: int
    head: Head
    broken: Break | None


def verify(store: Store, published: Iterable[Head] = ()) -> Verified:
    """Walk the whole audit and hold every fact of the ledger against its entry."""
    walked = walk(store.audit.entries(), published)
    head, facts = EMPTY, dict.fromkeys(FACTS, 0)
    while portion := list(islice(walked, _PORTION)):
        entries = [each for each in portion if isinstance(each, Entry)]
        if broken := next(_changed(store, entries), None):
            return Verified(broken.seq - 1, head, broken)
        if entries:
            head = head_of(entries[-1])
        for entry in entries:
            if name := entry.said.doc.get("fact"):
                facts[name] += 1
        if isinstance(portion[-1], Break):
            return Verified(head.seq, head, portion[-1])
    return Verified(head.seq, head, _unrecorded(store, facts, head))


def _changed(store: Store, entries: list[Entry]) -> Iterator[Break]:
    """Facts that do not stand as their entries say, the first entry first."""
    found = {name: dict(_standing(store, name, entries)) for name in FACTS}
    for entry in entries:
        name = entry.said.doc.get("fact")
        if name is None:
            continue
        key = _key(name, entry.said.doc["row"])
        stands = found[name].get(key)
        where = f"the {name.replace('_', ' ')} {' '.join(map(str, key))} it tells of"
        if stands is None:
            yield Break(entry.seq, f"{where} is not in the ledger any more")
        elif stands[0] != entry.said.doc or (entry.salt is not None and stands[1] != entry.said.private):
            yield Break(entry.seq, f"{where} was changed in the ledger")


def _standing(store: Store, name: str, entries: list[Entry]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    keys = [_key(name, entry.said.doc["row"]) for entry in entries if entry.said.doc.get("fact") == name]
    if keys:
        for key, row in store.audit.standing(name, keys).items():
            yield key, told(FACTS[name], row)


def _key(name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in FACTS[name].table.primary_key.columns)


def _unrecorded(store: Store, facts: dict[str, int], head: Head) -> Break | None:
    """A fact without an entry was put there beside us."""
    for name, recorded in facts.items():
        if (count := store.audit.count(name)) > recorded:
            said = f"{count - recorded} of the ledger's {name.replace('_', ' ')} rows have no entry"
            return Break(head.seq + 1, said)
    return None
