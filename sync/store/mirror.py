"""The mirror: everything ever seen of the work, its observations, and how far reading has come.

Every public method is one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine, bindparam, false, select

from model.work import Issue, Mirror, Sprint, TrackerCatalogue, Version
from sync.store import worklogs
from sync.store.codec import decode, encode, many
from sync.store.database import reading, writing
from sync.store.rows import AnyRow, chunks, upsert
from sync.store.schema import catalogue, cursor, work, work_observation
from sync.store.seen import Reach, conceal, keep, mark_dirty

T = TypeVar("T")
_POSITION = select(cursor.c.position).where(cursor.c.source == bindparam("source"))

#: What every look asks, built once: building it anew costs more than the answer.
_POSITION = select(cursor.c.position).where(cursor.c.source == bindparam("source"))
_HOMES = (
    select(work.c.home).where(work.c.site == bindparam("site"), work.c.kind == bindparam("kind")).distinct()
)
_SPRINTS = (
    select(work.c.work_id, work_observation.c.doc)
    .join(work_observation, work_observation.c.seq == work.c.observation)
    .where(work.c.site == bindparam("site"), work.c.kind == "sprint")
)
_CATALOGUES = select(catalogue.c.kind, catalogue.c.doc).where(
    catalogue.c.alias == bindparam("alias"), catalogue.c.fetched_at > bindparam("since")
)
_STANDS = timedelta(hours=1)  # names that mean the same are not written again in this time


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
        deleted_worklogs: Sequence[str] = (),
    ) -> int:
        """Store what was seen, and the cursor (`source`, `position`) with it; returns how many differed.

        Worklogs once seen stay with their issues until they are among `deleted_worklogs`.
        """
        if not (issues or sprints or deleted_worklogs or position):
            return 0
        with writing(self._engine) as connection:
            whole = worklogs.completed(connection, site, issues, reach, at)
            differing = keep(connection, site, "issue", whole, reach, at)
            worklogs.note(connection, site, whole, differing)
            changed = len(differing) + len(keep(connection, site, "sprint", sprints, reach, at))
            changed += worklogs.strike(connection, site, deleted_worklogs, reach, at)
            if position is not None:
                row = {"source": position[0], "position": position[1], "moved_at": at}
                upsert(connection, cursor, [row])
        return changed

    def keep_versions(
        self, site: str, versions: Sequence[Version], projects: Iterable[str], reach: Reach, at: datetime
    ) -> int:
        """Store all versions of these projects (by id) as listed now; returns how many differed.

        A known one that is not listed, deleted or merged, stays and is hidden.
        """
        here = work.c.site == site, work.c.kind == "version", work.c.home.in_(sorted(projects))
        with writing(self._engine) as connection:
            known = connection.scalars(select(work.c.work_id).where(*here)).all()
            unlisted = sorted(set(known) - {version.id for version in versions})
            concealed = conceal(connection, site, "version", unlisted, reach)
            return concealed + len(keep(connection, site, "version", versions, reach, at))

    def hide(self, site: str, issue_ids: Sequence[str], reach: Reach) -> int:
        """Mark issues that were seen once and are not visible now; returns how many were visible until now.

        Absence is never evidence: they stay.
        """
        with writing(self._engine) as connection:
            return conceal(connection, site, "issue", issue_ids, reach)

    def load(
        self, site: TrackerCatalogue, projects: Iterable[str], boards: Iterable[str], hidden: Iterable[str]
    ) -> Mirror:
        """All that was seen of these projects and boards (by id), with what is hidden now."""
        with reading(self._engine) as connection:
            issues = self._rows(connection, site.site, "issue", projects)
            sprints = self._rows(connection, site.site, "sprint", boards)
            versions = self._rows(connection, site.site, "version", projects)
        with many():
            decoded = {row.work_id: decode(row.doc, Issue) for row in issues}
        return Mirror(
            catalogue=site,
            issues=decoded,
            sprints={row.work_id: decode(row.doc, Sprint) for row in sprints},
            versions={row.work_id: decode(row.doc, Version) for row in versions},
            hidden=frozenset(row.work_id for row in issues if row.hidden),
            hidden_projects=frozenset(hidden),
            hidden_versions=frozenset(row.work_id for row in versions if row.hidden),
        )

    @staticmethod
    def _rows(connection: Connection, site: str, kind: str, homes: Iterable[str]) -> Sequence[AnyRow]:
        wanted = sorted(homes)
        if not wanted:
            return ()
        return connection.execute(
            select(work.c.work_id, work.c.hidden, work_observation.c.doc)
            .join(work_observation, work_observation.c.seq == work.c.observation)
            .where(work.c.site == site, work.c.kind == kind, work.c.home.in_(wanted))
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

    def releases(self, site: str) -> dict[str, tuple[str, ...]]:
        """The names of the visible fix versions of a site, by project key, upper case."""
        query = (
            select(work_observation.c.doc)
            .join(work, work.c.observation == work_observation.c.seq)
            .where(work.c.site == site, work.c.kind == "version", work.c.hidden == false())
        )
        found: defaultdict[str, list[str]] = defaultdict(list)
        with reading(self._engine) as connection:
            for doc in connection.scalars(query):
                version = decode(doc, Version)
                found[version.project_key.upper()].append(version.name)
        return {key: tuple(names) for key, names in found.items()}

    def observations(self, site: str, work_ids: Iterable[str]) -> dict[str, int]:
        """The number of the newest observation of each issue, sprint or version: the inputs of a claim."""
        found: dict[str, int] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(sorted(set(work_ids))):
                rows = connection.execute(
                    select(work.c.kind, work.c.work_id, work.c.observation).where(
                        work.c.site == site, work.c.kind != "worklog", work.c.work_id.in_(chunk)
                    )
                )
                found.update({f"{row.kind}/{row.work_id}": row.observation for row in rows})
        return found

    def sprint_states(self, site: str) -> dict[str, str]:
        """The state last seen of every sprint."""
        with reading(self._engine) as connection:
            rows = connection.execute(_SPRINTS, {"site": site})
            return {row.work_id: decode(row.doc, Sprint).state for row in rows}

    def position(self, source: str) -> str | None:
        """The cursor of `source`, or None before the first complete read."""
        with reading(self._engine) as connection:
            return connection.scalar(_POSITION, {"source": source})

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
            return frozenset(connection.scalars(_HOMES, {"site": site, "kind": kind}))

    def note_hidden(self, site: str, projects: Iterable[str], contracts: Iterable[str], at: datetime) -> None:
        """Keep which projects are not visible now; when that differs from before, `contracts` are looked at."""
        source, listed = f"hidden:{site}", " ".join(sorted(projects))
        if (self.position(source) or "") == listed:
            return  # nearly always: what does not move must not wait for the disk
        with writing(self._engine) as connection:
            before = connection.scalar(_POSITION, {"source": source})
            if (before or "") != listed:
                upsert(connection, cursor, [{"source": source, "position": listed, "moved_at": at}])
                mark_dirty(connection, contracts)

    def save_catalogues(self, alias: str, found: Mapping[str, object], at: datetime) -> None:
        """Keep what names meant when they were last asked for, by kind, for `check` and for offline reading."""
        with reading(self._engine) as connection:
            rows = connection.execute(_CATALOGUES, {"alias": alias, "since": at - _STANDS})
            kept = {row.kind: row.doc for row in rows}
        texts = {kind: encode(value) for kind, value in found.items()}
        moved = [kind for kind, text in texts.items() if kept.get(kind) != text]
        if moved:
            with writing(self._engine) as connection:
                mine = {"alias": alias, "fetched_at": at}
                upsert(connection, catalogue, [mine | {"kind": kind, "doc": texts[kind]} for kind in moved])

    def fetched_at(self, kind: str, alias: str) -> datetime | None:
        """When the catalogue under `alias` was saved, or None. One that stands as it was is saved hourly."""
        where = catalogue.c.kind == kind, catalogue.c.alias == alias
        with reading(self._engine) as connection:
            found: datetime | None = connection.scalar(select(catalogue.c.fetched_at).where(*where))
        return found

    def catalogue(self, kind: str, alias: str, shape: type[T]) -> T | None:
        """The catalogue last saved under `alias`, or None."""
        where = catalogue.c.kind == kind, catalogue.c.alias == alias
        with reading(self._engine) as connection:
            doc = connection.scalar(select(catalogue.c.doc).where(*where))
        return None if doc is None else decode(doc, shape)
