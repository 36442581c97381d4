"""Work as rows: what was last seen of it, each difference as an observation, the contracts that it touches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, false, select, update

from model.work import Issue, Sprint, Version
from sync.store.codec import encode
from sync.store.rows import AnyRow, chunks, upsert
from sync.store.schema import contract_state, work, work_observation

Seen = Issue | Sprint | Version
_KINDS = {Issue: "issue", Sprint: "sprint", Version: "version"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which contracts a project (by id) or a board (by id) of one site touches; `timed` are ids of the projects
    whose logged time is read."""

    projects: Mapping[str, tuple[str, ...]]
    boards: Mapping[str, tuple[str, ...]]
    timed: frozenset[str] = frozenset()

    def contracts(self, kind: str, homes: Iterable[str]) -> set[str]:
        """The contracts touched by work whose home is one of `homes`."""
        table = self.boards if kind == "sprint" else self.projects
        return {contract for home in homes for contract in table.get(home, ())}


def keep(
    connection: Connection, site: str, kind: str, seen: Iterable[Seen], reach: Reach, at: datetime
) -> dict[str, int]:
    """Store what was seen; the number of the new observation of each work that differs, by id.

    Only a difference that can bill is an observation: a stamp alone moves for many other reasons.
    """
    latest = {value.id: value for value in seen}
    known = _known(connection, site, kind, list(latest))
    fresh, homes = [], set[str]()
    for value in latest.values():
        before = known.get(value.id)
        if before is not None:
            if before.digest == _digest(value) and not before.hidden:
                continue
            if _is_older(value, before.updated_at):
                continue  # a slower process read it before a newer copy was stored
            homes.add(before.home)
        homes.add(_home(value))
        fresh.append(value)
    mark_dirty(connection, reach.contracts(kind, homes))
    return write(connection, site, fresh, at)


def write(
    connection: Connection, site: str, values: Sequence[Seen], at: datetime, *, hidden: Iterable[str] = ()
) -> dict[str, int]:
    """Make `values` what was last seen, each with an observation of its own, whose number is returned by id.
    Those whose id is in `hidden` are not visible now."""
    if not values:
        return {}
    texts = [(_KINDS[type(value)], value.id, _digest(value), encode(value)) for value in values]
    statement = work_observation.insert().returning(work_observation.c.seq, sort_by_parameter_order=True)
    observed = [
        {"site": site, "kind": kind, "work_id": work_id, "observed_at": at, "digest": digest, "doc": doc}
        for kind, work_id, digest, doc in texts
    ]
    sequences = list(connection.scalars(statement, observed))
    unseen = frozenset(hidden)
    rows = [
        {"site": site, "kind": kind, "work_id": work_id, "home": _home(value), "digest": digest}
        | {"observation": sequence, "hidden": work_id in unseen, "updated_at": _stamp(value)}
        for value, (kind, work_id, digest, _), sequence in zip(values, texts, sequences, strict=True)
    ]
    upsert(connection, work, rows)
    return {value.id: sequence for value, sequence in zip(values, sequences, strict=True)}


def conceal(connection: Connection, site: str, kind: str, work_ids: Iterable[str], reach: Reach) -> int:
    """Mark work that was seen once and is not visible now; returns how much was visible until now.

    Absence is never evidence: it stays.
    """
    newly = 0
    for chunk in chunks(work_ids):
        rows = work.c.site == site, work.c.kind == kind, work.c.work_id.in_(chunk), work.c.hidden == false()
        homes = connection.scalars(select(work.c.home).where(*rows)).all()
        newly += connection.execute(update(work).where(*rows).values(hidden=True)).rowcount
        mark_dirty(connection, reach.contracts(kind, homes))
    return newly


def mark_dirty(connection: Connection, contracts: Iterable[str]) -> None:
    """Contracts to look at again. A mark made while one is being planned survives the planning."""
    for chunk in chunks(sorted(contracts)):
        connection.execute(
            update(contract_state)
            .where(contract_state.c.contract.in_(chunk))
            .values(dirty=contract_state.c.dirty + 1)
        )


def _digest(value: Seen) -> str:
    return hashlib.sha256(encode(what_bills(value)).encode()).hexdigest()[:24]


def what_bills(value: Seen) -> Seen:
    """`value` without the stamps that move for reasons that are not billing."""
    if not isinstance(value, Issue):
        return value
    worklogs = tuple(replace(log, updated_at=_EPOCH) for log in value.worklogs)
    return replace(value, updated_at=_EPOCH, worklogs=worklogs)


def _home(value: Seen) -> str:
    return value.board_id if isinstance(value, Sprint) else value.project_id


def _stamp(value: Seen) -> datetime | None:
    return value.updated_at if isinstance(value, Issue) else None


def _is_older(value: Seen, stored: datetime | None) -> bool:
    return isinstance(value, Issue) and stored is not None and value.updated_at < stored


def _known(connection: Connection, site: str, kind: str, work_ids: list[str]) -> dict[str, AnyRow]:
    found: dict[str, AnyRow] = {}
    for chunk in chunks(work_ids):
        rows = connection.execute(
            select(work.c.work_id, work.c.home, work.c.digest, work.c.hidden, work.c.updated_at).where(
                work.c.site == site, work.c.kind == kind, work.c.work_id.in_(chunk)
            )
        )
        found.update({row.work_id: row for row in rows})
    return found
