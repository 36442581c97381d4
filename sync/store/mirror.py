"""The mirror: everything ever seen of the work, its observations, and how far reading has come.

Every public method is one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine, Table, false, select, update

from model.work import Issue, Mirror, Sprint, TrackerCatalogue
from sync.database import reading, writing
from sync.schema import catalogue, contract_state, cursor, work, work_observation
from sync.store.codec import decode, encode, many
from sync.store.rows import AnyRow, chunks, upsert

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which contracts a project (by id) or a board (by id) of one site touches."""

    projects: Mapping[str, tuple[str, ...]]
    boards: Mapping[str, tuple[str, ...]]

    def contracts(self, kind: str, homes: Iterable[str]) -> set[str]:
        """The contracts touched by work whose home is one of `homes`."""
        table = self.projects if kind == "issue" else self.boards
        return {contract for home in homes for contract in table.get(home, ())}


class MirrorStore:
    """Reads and writes the mirror of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def remember(
        self,
        site: str,
        issues: Sequence[Issue],
        sprints: Sequence[Sprint],
        reach: Reach,
        at: datetime,
        position: tuple[str, str] | None = None,
    ) -> int:
        """Store what was seen, and the cursor (`source`, `position`) with it; returns how many differed.

        Only a difference that can bill is an observation: `updated` alone moves for many other reasons.
        """
        with writing(self._engine) as connection:
            changed = [
                *self._store(connection, site, "issue", [(i.id, i.project_id, i) for i in issues], reach, at),
                *self._store(connection, site, "sprint", [(s.id, s.board_id, s) for s in sprints], reach, at),
            ]
            if position is not None:
                row = {"source": position[0], "position": position[1], "moved_at": at}
                upsert(connection, cursor, [row])
        return len(changed)

    def _store(
        self,
        connection: Connection,
        site: str,
        kind: str,
        seen: list[tuple[str, str, Issue | Sprint]],
        reach: Reach,
        at: datetime,
    ) -> list[str]:
        known = _known(connection, site, kind, [work_id for work_id, _, _ in seen])
        rows, homes = [], set()
        for work_id, home, value in {entry[0]: entry for entry in seen}.values():
            digest = _digest(value)
            before = known.get(work_id)
            if before is not None and (before.digest == digest and not before.hidden):
                continue
            if before is not None and _is_older(value, before.updated_at):
                continue  # a slower process read it before a newer copy was stored
            homes |= {home} if before is None else {home, before.home}
            rows.append((work_id, home, digest, encode(value), _stamp(value)))
        if not rows:
            return []
        sequences = _observe(connection, site, kind, rows, at)
        mirrored = [
            {"site": site, "kind": kind, "work_id": work_id, "home": home, "digest": digest}
            | {"observation": sequence, "hidden": False, "updated_at": stamp}
            for (work_id, home, digest, _, stamp), sequence in zip(rows, sequences, strict=True)
        ]
        upsert(connection, work, mirrored)
        mark_dirty(connection, reach.contracts(kind, homes))
        return [work_id for work_id, *_ in rows]

    def hide(self, site: str, issue_ids: Sequence[str], reach: Reach) -> int:
        """Mark issues that were seen once and are not visible now; returns how many were visible until now.

        Absence is never evidence: they stay.
        """
        newly = 0
        with writing(self._engine) as connection:
            for chunk in chunks(issue_ids):
                here = work.c.site == site, work.c.kind == "issue", work.c.work_id.in_(chunk)
                rows = *here, work.c.hidden == false()
                homes = connection.scalars(select(work.c.home).where(*rows)).all()
                newly += connection.execute(update(work).where(*rows).values(hidden=True)).rowcount
                mark_dirty(connection, reach.contracts("issue", homes))
        return newly

    def load(
        self, site: TrackerCatalogue, projects: Iterable[str], boards: Iterable[str], hidden: Iterable[str]
    ) -> Mirror:
        """All that was seen of these projects and boards (by id), with what is hidden now."""
        with reading(self._engine) as connection:
            issues = self._rows(connection, site.site, "issue", projects)
            sprints = self._rows(connection, site.site, "sprint", boards)
        with many():
            decoded = {row.work_id: decode(row.doc, Issue) for row in issues}
        return Mirror(
            catalogue=site,
            issues=decoded,
            sprints={row.work_id: decode(row.doc, Sprint) for row in sprints},
            hidden=frozenset(row.work_id for row in issues if row.hidden),
            hidden_projects=frozenset(hidden),
        )

    @staticmethod
    def _rows(connection: Connection, site: str, kind: str, homes: Iterable[str]) -> Sequence[AnyRow]:
        return connection.execute(
            select(work.c.work_id, work.c.hidden, work_observation.c.doc)
            .join(work_observation, work_observation.c.seq == work.c.observation)
            .where(work.c.site == site, work.c.kind == kind, work.c.home.in_(sorted(homes)))
        ).all()

    def issues_called(self, key: str) -> tuple[Issue, ...]:
        """Issues of any site whose key is `key`, in any case. Reads through all issues: for a person's question."""
        # The key stands in the document as text; what else contains it is sorted out below.
        holds = work_observation.c.doc.icontains(encode(key).strip('"'), autoescape=True)
        query = (
            select(work_observation.c.doc)
            .join(work, work.c.observation == work_observation.c.seq)
            .where(work.c.kind == "issue", holds)
        )
        with reading(self._engine) as connection:
            found = [decode(doc, Issue) for doc in connection.scalars(query)]
        return tuple(issue for issue in found if issue.key.casefold() == key.casefold())

    def observations(self, site: str, work_ids: Iterable[str]) -> dict[str, int]:
        """The number of the newest observation of each issue or sprint: the inputs of a claim."""
        found: dict[str, int] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(sorted(set(work_ids))):
                rows = connection.execute(
                    select(work.c.kind, work.c.work_id, work.c.observation).where(
                        work.c.site == site, work.c.work_id.in_(chunk)
                    )
                )
                found.update({f"{row.kind}/{row.work_id}": row.observation for row in rows})
        return found

    def sprint_states(self, site: str) -> dict[str, str]:
        """The state last seen of every sprint."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(work.c.work_id, work_observation.c.doc)
                .join(work_observation, work_observation.c.seq == work.c.observation)
                .where(work.c.site == site, work.c.kind == "sprint")
            )
            return {row.work_id: decode(row.doc, Sprint).state for row in rows}

    def position(self, source: str) -> str | None:
        """The cursor of `source`, or None before the first complete read."""
        with reading(self._engine) as connection:
            return connection.scalar(select(cursor.c.position).where(cursor.c.source == source))

    def move(self, source: str, position: str, at: datetime) -> None:
        """Move the cursor of `source`."""
        with writing(self._engine) as connection:
            upsert(connection, cursor, [{"source": source, "position": position, "moved_at": at}])

    def issue_ids(self, site: str, projects: Iterable[str]) -> tuple[str, ...]:
        """Ids of all issues ever seen in these projects, hidden ones too."""
        where = work.c.site == site, work.c.kind == "issue", work.c.home.in_(sorted(projects))
        with reading(self._engine) as connection:
            return tuple(connection.scalars(select(work.c.work_id).where(*where).order_by(work.c.work_id)))

    def homes(self, site: str, kind: str) -> frozenset[str]:
        """Ids of the projects (kind "issue") or boards (kind "sprint") that work was ever seen in."""
        with reading(self._engine) as connection:
            where = work.c.site == site, work.c.kind == kind
            return frozenset(connection.scalars(select(work.c.home).where(*where).distinct()))

    def note_hidden(self, site: str, projects: Iterable[str], contracts: Iterable[str], at: datetime) -> None:
        """Keep which projects are not visible now; when that differs from before, `contracts` are looked at."""
        source, listed = f"hidden:{site}", " ".join(sorted(projects))
        with writing(self._engine) as connection:
            before = connection.scalar(select(cursor.c.position).where(cursor.c.source == source))
            if (before or "") != listed:
                upsert(connection, cursor, [{"source": source, "position": listed, "moved_at": at}])
                mark_dirty(connection, contracts)

    def save_catalogue(self, kind: str, alias: str, value: object, at: datetime) -> None:
        """Keep what names meant when they were last asked for, for `check` and for offline reading."""
        with writing(self._engine) as connection:
            row = {"kind": kind, "alias": alias, "doc": encode(value), "fetched_at": at}
            upsert(connection, catalogue, [row])

    def catalogue(self, kind: str, alias: str, shape: type[T]) -> T | None:
        """The catalogue last saved under `alias`, or None."""
        where = catalogue.c.kind == kind, catalogue.c.alias == alias
        with reading(self._engine) as connection:
            doc = connection.scalar(select(catalogue.c.doc).where(*where))
        return None if doc is None else decode(doc, shape)


def mark_dirty(connection: Connection, contracts: Iterable[str]) -> None:
    """Contracts to look at again. A mark made while one is being planned survives the planning."""
    for chunk in chunks(sorted(contracts)):
        connection.execute(
            update(contract_state)
            .where(contract_state.c.contract.in_(chunk))
            .values(dirty=contract_state.c.dirty + 1)
        )


def _digest(value: Issue | Sprint) -> str:
    billing = replace(value, updated_at=_EPOCH) if isinstance(value, Issue) else value
    return hashlib.sha256(encode(billing).encode()).hexdigest()[:24]


def _stamp(value: Issue | Sprint) -> datetime | None:
    return value.updated_at if isinstance(value, Issue) else None


def _is_older(value: Issue | Sprint, stored: datetime | None) -> bool:
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


def _observe(
    connection: Connection,
    site: str,
    kind: str,
    rows: list[tuple[str, str, str, str, datetime | None]],
    at: datetime,
) -> list[int]:
    table: Table = work_observation
    values = [
        {"site": site, "kind": kind, "work_id": work_id, "observed_at": at, "digest": digest, "doc": doc}
        for work_id, _, digest, doc, _ in rows
    ]
    statement = table.insert().returning(table.c.seq, sort_by_parameter_order=True)
    return list(connection.scalars(statement, values))
