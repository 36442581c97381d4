"""What looking at many contracts costs in time and memory: python -m benchmarks.planning [CONTRACTS …]

Each contract has a project of 25 epics with 20 issues each; 200 contracts are 100,000 issues and 5,000 epics. Both
services are in memory, the ledger is a new SQLite file. Seconds are of processor time: other work on the machine does
not count.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from connectors.memory_books import MemoryBooks
from connectors.memory_tracker import MemoryTracker
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from model.billing import BookClient, BookItem, BooksCatalogue
from model.work import Change, FieldInfo, Issue, Project, TrackerCatalogue
from sync.engine import Engine
from sync.outbox.company import Company
from sync.store import Store

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
EPICS, CHILDREN = 25, 20
_TITLES = (
    "contracts",
    "issues",
    "read s",
    "plan all s",
    "per epic ms",
    "plan one s",
    "read again s",
    "peak MB",
)
_RULES = """
[contract]
id = "client-{number}"
client = "Client {number}"
company = "main"
site = "main"
currency = "USD"
value = "100000.00"
starts = 2026-01-01
draft = "unsent_invoice"
group = "phase"
item = "Services"
[deposit]
amount = "10 %"
item = "Deposits"
draw = "proportional"
[retainage]
hold = "5 %"
release = 2027-12-31
item = "Retainage"
[[milestone]]
rule = "shares"
phase = "initial"
work = {{ epics = {{ project = "C{number}", label = "share" }} }}
price = {{ percent = {{ field = "Billing %" }} }}
[[milestone]]
rule = "points"
phase = "delivery"
work = {{ epics = {{ project = "C{number}", label = "points" }} }}
price = {{ per_point = "150.00" }}
"""
Made = TypeVar("Made")


def main(sizes: list[int]) -> None:
    """Look at so many contracts in turn and print a line for each; memory is the peak so far."""
    print("".join(f"{title:>13}" for title in _TITLES))
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            print("".join(f"{figure:>13}" for figure in _measure(size, Path(folder))))
        gc.collect()


def _measure(size: int, folder: Path) -> Iterator[str]:
    engine = _engine(size, folder)
    reading, read = _timed(engine.read)
    plan, all_ = _timed(lambda: engine.plan(reading))
    lines = sum(len(action.lines) for action in plan.actions)
    if lines < size * EPICS:
        raise SystemExit(f"only {lines} lines were planned for {size * EPICS} epics")
    _, one = _timed(lambda: engine.plan(reading, only=["client-0"]))
    _, again = _timed(engine.read)
    per_epic = all_ * 1000 / (size * EPICS)
    yield from (f"{size:,}", f"{size * EPICS * (CHILDREN + 1):,}")
    yield from (f"{read:.1f}", f"{all_:.2f}", f"{per_epic:.2f}", f"{one:.3f}", f"{again:.3f}")
    yield f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


def _engine(size: int, folder: Path) -> Engine:
    contracts = [_contract(number) for number in range(size)]
    sources = {contract.version: ("", _RULES.format(number=i)) for i, contract in enumerate(contracts)}
    tracker = MemoryTracker(_site(size))
    tracker.put(*(issue for number in range(size) for issue in _project(number)))
    books = MemoryBooks(_company(size), lambda: NOW)
    company = Company("main", "1", books, timedelta(seconds=150), timedelta(seconds=30))
    store = Store(f"sqlite:///{folder}/ledger.db")
    book = RuleBook(tuple(sorted(contracts, key=lambda each: each.id)), (), sources)
    engine = Engine(store, book, {"main": tracker}, {"main": company}, lambda: NOW)
    engine.put_in_force()
    return engine


def _contract(number: int) -> Contract:
    found, problems = parse_contract(_RULES.format(number=number), f"client-{number}.toml")
    if found is None:
        raise SystemExit("\n".join(map(str, problems)))
    return found


def _site(size: int) -> TrackerCatalogue:
    projects = tuple(Project(str(n), f"C{n}", f"Client {n}", "classic") for n in range(size))
    fields = (FieldInfo("f1", "Billing %", "float", None), FieldInfo("f2", "Story Points", "float", None))
    return TrackerCatalogue("site-1", "https://bench.example", "bot", "UTC", projects, (), fields)


def _company(size: int) -> BooksCatalogue:
    items = (
        BookItem("1", "Services", "Income"),
        BookItem("2", "Deposits", "Other Current Liability"),
        BookItem("3", "Retainage", "Other Current Asset"),
    )
    clients = tuple(BookClient(str(n), f"Client {n}", "USD") for n in range(size))
    return BooksCatalogue("1", "Books", "US", "USD", False, "America/New_York", None, clients, items)


def _project(number: int) -> Iterator[Issue]:
    for place in range(EPICS):
        epic = number * 100_000 + place * 100
        shares = place % 2 == 0
        fields = {"f1": ("4",)} if shares else {}
        yield _issue(epic, number, 1, None, ("share" if shares else "points",), fields)
        for child in range(1, CHILDREN + 1):
            yield _issue(epic + child, number, 0, str(epic), (), {"f2": (str(child % 8),)})


def _issue(
    id_: int,
    project: int,
    level: int,
    parent: str | None,
    labels: tuple[str, ...],
    fields: dict[str, tuple[str, ...]],
) -> Issue:
    closed_at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=id_ % 100_000)
    closing = Change(str(id_), closed_at, "someone", "category", "indeterminate", "done")
    return Issue(
        id=str(id_),
        key=f"C{project}-{id_ % 100_000 + 1}",
        project_id=str(project),
        project_key=f"C{project}",
        summary="A piece of work with a title of usual length",
        type_name="Epic" if level else "Story",
        level=level,
        status="Done",
        category="done",
        resolution="Done",
        parent_id=parent,
        labels=labels,
        components=(),
        sprint_ids=(),
        fields=fields,
        created_at=closed_at - timedelta(days=20),
        updated_at=closed_at,
        history=(closing,),
    )


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [2, 20, 200])
