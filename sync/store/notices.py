"""Notices on the issues of trackers: what shall stand there, what was put there last, and what came of it.

The outbox of the noticeboard. Whatever is wanted and does not stand is due; every verb of the port may be repeated, so
that a try of which nobody knows the end is simply made again. Every public method is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, or_, select, update

from sync.planning.notices import Failure, Notice, Place, Unsaid
from sync.store.database import reading, writing
from sync.store.rows import AnyRow, chunks, upsert
from sync.store.schema import notice, work
from sync.store.seen import mark_dirty

_Key = tuple[str, str, str, str]
_DUE = notice.c.wanted.is_distinct_from(notice.c.stands)
_UNSEEN = "unseen"
_TROUBLED = and_(_DUE, notice.c.outcome.is_distinct_from(_UNSEEN))


@dataclass(frozen=True, slots=True)
class Due:
    """One request to make: put `text` there, or take away what stands (None). `project` is the issue's, by id."""

    site: str
    issue_id: str
    place: Place
    name: str
    contract: str
    project: str
    text: str | None


class NoticeStore:
    """Reads and writes the notices of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def want(self, contract: str, site: str, wanted: Sequence[Notice]) -> None:
        """Make `wanted` all that a contract says, on `site`. What it said elsewhere or beside it is to go, and is
        forgotten where nothing was ever put."""
        new = {(site, each.issue_id, each.place, each.name): each.text for each in wanted}
        with reading(self._engine) as connection:
            rows = connection.execute(select(notice).where(notice.c.contract == contract)).all()
            homes = _homes(connection, site, {each.issue_id for each in wanted})
        known = {_key(row): row for row in rows}
        changed = [
            row
            for key, text in new.items()
            if (row := _row(key, contract, homes.get(key[1], ""), text, known.get(key)))
            != _as_dict(known.get(key))
        ]
        left = [row for key, row in known.items() if key not in new]
        changed += [
            _row(_key(row), contract, row.project, None, row) for row in left if row.wanted is not None
        ]
        never = notice.c.contract == contract, notice.c.wanted.is_(None), notice.c.stands.is_(None)
        if changed:
            with writing(self._engine) as connection:
                upsert(connection, notice, changed)
                connection.execute(delete(notice).where(*never))

    def take(self, site: str, most: int, denied_before: datetime) -> list[Due]:
        """The next requests of a site. From here on nobody knows what stands there.

        What was denied or refused is tried again if that was before `denied_before`, and its contract looked at.
        """
        order = notice.c.put_off, notice.c.issue, notice.c.place, notice.c.name
        due = select(notice).where(notice.c.site == site, _DUE, _worth_a_try(denied_before))
        with writing(self._engine) as connection:
            rows = connection.execute(due.order_by(*order).limit(most)).all()
            for row in rows:
                unknown = update(notice).where(_is(_key(row)))
                connection.execute(unknown.values(stands="", outcome=None, problem=None, tried_at=None))
            mark_dirty(connection, {row.contract for row in rows if row.outcome is not None})
        return [_due(row) for row in rows]

    def done(self, due: Due) -> None:
        """It stands there now, or is gone as wanted. What a newer look wants stays due."""
        with writing(self._engine) as connection:
            if due.text is None:
                connection.execute(delete(notice).where(_this(due), notice.c.wanted.is_(None)))
            connection.execute(update(notice).where(_this(due)).values(stands=due.text, put_off=0))

    def unseen(self, due: Due, now: datetime) -> None:
        """The issue is deleted, or not to be seen now: nobody can tell which, so it is tried again as rarely as what
        was denied. It is nobody's trouble: what people see of the work is told when they see none of it."""
        with writing(self._engine) as connection:
            connection.execute(update(notice).where(_this(due)).values(outcome=_UNSEEN, tried_at=now))

    def put_off(self, due: Due) -> None:
        """A passing failure: the others come first the next time."""
        with writing(self._engine) as connection:
            connection.execute(update(notice).where(_this(due)).values(put_off=notice.c.put_off + 1))

    def failed(self, due: Due, outcome: Failure, problem: str, now: datetime) -> None:
        """The tracker does not take it. Denied is denied for a whole project. The contracts are looked at, so that
        people are told."""
        mine = _this(due)
        if outcome == "denied":
            here = notice.c.site == due.site, notice.c.project == due.project, notice.c.place == due.place
            mine = or_(mine, and_(*here, _DUE))
        with writing(self._engine) as connection:
            contracts = list(connection.scalars(select(notice.c.contract).where(mine).distinct()))
            what = {"outcome": outcome, "problem": problem, "tried_at": now}
            connection.execute(update(notice).where(mine).values(what))
            mark_dirty(connection, contracts)

    def unsaid(self, contract: str) -> tuple[Unsaid, ...]:
        """What trackers do not take of a contract, by site, project and place."""
        kind = notice.c.outcome, notice.c.site, notice.c.project, notice.c.place
        query = (
            select(
                *kind,
                func.count().label("number"),
                func.min(notice.c.problem).label("problem"),
            )
            .where(notice.c.contract == contract, notice.c.outcome.is_not(None), _TROUBLED)
            .group_by(*kind)
            .order_by(*kind)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Unsaid(row.outcome, row.site, row.project, row.place, row.number, row.problem or "")
            for row in rows
        )

    def backlog(self, site: str | None = None) -> Mapping[str, int]:
        """How many notices do not stand as wanted on issues that can be seen: "waiting" for a run, or by why a tracker
        does not take them."""
        where = _TROUBLED if site is None else and_(_TROUBLED, notice.c.site == site)
        state = func.coalesce(notice.c.outcome, "waiting").label("state")
        with reading(self._engine) as connection:
            rows = connection.execute(select(state, func.count()).where(where).group_by(state)).all()
        return {row[0]: int(row[1]) for row in sorted(rows)}

    def has_work(self, site: str, denied_before: datetime) -> bool:
        """Whether `take` would give anything."""
        due = select(notice.c.issue).where(notice.c.site == site, _DUE, _worth_a_try(denied_before))
        with reading(self._engine) as connection:
            return connection.execute(due.limit(1)).first() is not None

    def contracts(self) -> frozenset[str]:
        """Contracts that say something, or have something to take away."""
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(notice.c.contract).distinct()))


def _worth_a_try(denied_before: datetime) -> ColumnElement[bool]:
    return or_(notice.c.outcome.is_(None), notice.c.tried_at < denied_before)


def _row(
    key: _Key, contract: str, project: str, wanted: str | None, before: AnyRow | None
) -> dict[str, object]:
    """A row as it is wanted now. Other words may be taken where the former were refused; a right is not gained so."""
    site, issue, place, name = key
    stays = before is not None and (before.outcome == "denied" or before.wanted == wanted)
    return {
        "site": site,
        "issue": issue,
        "place": place,
        "name": name,
        "contract": contract,
        "project": project,
        "wanted": wanted,
        "stands": None if before is None else before.stands,
        "outcome": before.outcome if before is not None and stays else None,
        "problem": before.problem if before is not None and stays else None,
        "tried_at": before.tried_at if before is not None and stays else None,
        "put_off": 0 if before is None else before.put_off,
    }


def _as_dict(row: AnyRow | None) -> dict[str, object] | None:
    return None if row is None else row._asdict()


def _due(row: AnyRow) -> Due:
    return Due(row.site, row.issue, row.place, row.name, row.contract, row.project, row.wanted)


def _key(row: AnyRow) -> _Key:
    return (row.site, row.issue, row.place, row.name)


def _this(due: Due) -> ColumnElement[bool]:
    return _is((due.site, due.issue_id, due.place, due.name))


def _is(key: _Key) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(notice.primary_key, key, strict=True)))


def _homes(connection: Connection, site: str, issue_ids: set[str]) -> dict[str, str]:
    """The projects that issues were last seen in, by id."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted(issue_ids)):
        rows = connection.execute(
            select(work.c.work_id, work.c.home).where(
                work.c.site == site, work.c.kind == "issue", work.c.work_id.in_(chunk)
            )
        )
        found.update({row.work_id: row.home for row in rows})
    return found
