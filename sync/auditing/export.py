"""The audit taken away: a folder that an auditor reads and verifies without Milepost."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mappings.words.text import inert
from sync.auditing import checker
from sync.chain import EMPTY, Entry, Head, Said, canonical, head_of, stamp
from sync.store import Store

ENTRIES, TABLE, MANIFEST, CHECKER = "entries.jsonl", "entries.csv", "manifest.json", "check.py"
_COLUMNS = ("seq", "at", "actor", "action", "contract", "subject", "doc", "hash")
_LONGEST = 32_000  # characters of a cell: spreadsheets take 32,767
_FORMULA = frozenset("=+-@\t\r\0＝＋－＠")  # a spreadsheet would run what begins with one of these


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: entries `first` to the one of `head`."""

    folder: Path
    first: int
    head: Head
    entries: int


def export(store: Store, folder: Path, now: datetime, *, since: int = 1, private: bool = True) -> Exported:
    """Write the entries from number `since` on into a new folder. Without `private` the texts about people and work
    stay behind; the chain holds all the same. Raises FileExistsError."""
    folder.mkdir(parents=True, mode=0o700)
    count, first, head = 0, EMPTY, EMPTY
    with ExitStack() as files:
        lines = files.enter_context((folder / ENTRIES).open("w", encoding="ascii"))
        table = csv.writer(
            files.enter_context((folder / TABLE).open("w", encoding="utf-8", newline="")),
            quoting=csv.QUOTE_ALL,
        )
        table.writerow(_COLUMNS)
        for entry in store.audit.entries(since - 1):
            first = first if count else Head(entry.seq - 1, entry.previous)
            lines.write(canonical(as_json(entry, private=private)) + "\n")
            table.writerow(_row(entry))
            count, head = count + 1, head_of(entry)
    manifest = {
        "made_at": stamp(now),
        "entries": count,
        "before": {"seq": first.seq, "hash": first.hash},
        "head": {"seq": head.seq, "hash": head.hash},
        "private": private,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / CHECKER).write_text(Path(checker.__file__).read_text("utf-8"), "utf-8")
    return Exported(folder, first.seq + 1, head, count)


def exported(folder: Path) -> Iterator[Entry]:
    """The entries of an export, in order."""
    with (folder / ENTRIES).open(encoding="ascii") as lines:
        for line in lines:
            each: dict[str, Any] = json.loads(line)
            said = Said(
                at=datetime.fromisoformat(each["at"]),
                actor=each["actor"],
                action=each["action"],
                contract=each["contract"],
                subject=each["subject"],
                doc=each["doc"],
                private=each["private"],
            )
            yield Entry(each["seq"], said, each["sealed"], each["salt"], each["previous"], each["hash"])


def as_json(entry: Entry, *, private: bool = True) -> dict[str, Any]:
    """An entry as a line of an export."""
    said = entry.said
    return {
        "seq": entry.seq,
        "at": stamp(said.at),
        "actor": said.actor,
        "action": said.action,
        "contract": said.contract,
        "subject": said.subject,
        "doc": dict(said.doc),
        "sealed": entry.sealed,
        "salt": entry.salt if private else None,
        "private": said.private if private else None,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _row(entry: Entry) -> Iterable[str]:
    said = entry.said
    cells = (entry.seq, stamp(said.at), said.actor, said.action, said.contract, said.subject)
    return [_cell(str(cell)) for cell in (*cells, canonical(said.doc), entry.hash)]


def _cell(text: str) -> str:
    shown = inert(text, _LONGEST)
    return f"'{shown}" if shown[:1] in _FORMULA else shown
