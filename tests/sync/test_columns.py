"""Every column type gives back what it was given on both databases, and refuses what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, StatementError

from sync.store.columns import Big, Blob, Day, Exact, Flag, Json, Minor, Text, UtcStamp
from sync.store.database import open_database, reading, writing

TYPES = {"big": Big, "minor": Minor, "flag": Flag, "text": Text, "json": Json, "stamp": UtcStamp, "day": Day}
TYPES |= {"exact": Exact, "blob": Blob}
TABLE = sa.Table(
    "sample",
    sa.MetaData(),
    sa.Column("id", Big, primary_key=True, autoincrement=True),
    *(sa.Column(name, kind) for name, kind in TYPES.items()),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with writing(engine) as made:
        TABLE.create(made)
        yield made


def kept(connection: Connection, **values: Any) -> Any:
    """The one value after a way through the database."""
    ((name, value),) = values.items()
    row = connection.execute(TABLE.insert().values({name: value})).inserted_primary_key
    return connection.execute(sa.select(TABLE.c[name]).where(TABLE.c.id == row[0])).scalar_one()


PLUS_FIVE = timezone(timedelta(hours=5))
ROUND_TRIPS: list[tuple[str, Any]] = [
    *(("big", value) for value in (0, -(2**63), 2**63 - 1)),
    ("minor", 900719925474099301),
    *(("flag", value) for value in (True, False)),
    ("text", "Größe ☂ \U0001f600 '; DROP TABLE sample"),
    ("json", {"b": [1, None, True], "a": "nul \0, half \ud800, 10.10"}),
    ("stamp", datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)),
    ("stamp", datetime(1, 1, 1, tzinfo=UTC)),
    ("day", date(999, 2, 28)),
    *(
        ("exact", Decimal(text))
        for text in ("10.10", "-0.000000000000000001", "1E+2", "33.333333333333333333")
    ),
    ("blob", bytes(range(256))),
]


@pytest.mark.parametrize(("name", "value"), ROUND_TRIPS)
def test_a_value_comes_back_as_it_was(connection: Connection, name: str, value: Any) -> None:
    back = kept(connection, **{name: value})
    assert back == value
    assert type(back) is type(value)


def test_nothing_stays_nothing_in_every_column(connection: Connection) -> None:
    assert [kept(connection, **{name: None}) for name in TYPES] == [None] * len(TYPES)


def test_a_decimal_keeps_its_trailing_zeros(connection: Connection) -> None:
    assert str(kept(connection, exact=Decimal("10.10"))) == "10.10"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("big", 1.0),
        ("big", True),
        ("big", 2**63),
        ("big", "1"),
        ("minor", 10.5),
        ("minor", Decimal("10.50")),
        ("minor", -(2**63) - 1),
        ("flag", 1),
        ("text", b"bytes"),
        ("json", {"amount": 0.1}),
        ("json", [{"deep": [float("nan")]}]),
        ("json", {1: "a key that is no text"}),
        ("json", Decimal(1)),
        ("stamp", datetime(2026, 3, 1, 12, tzinfo=None)),  # noqa: DTZ001  # naive is the point
        ("stamp", "2026-03-01T12:00:00Z"),
        ("day", datetime(2026, 3, 1, tzinfo=UTC)),
        ("exact", 0.1),
        ("exact", 1),
        ("exact", Decimal("NaN")),
        ("exact", Decimal("1E+100000")),
        ("blob", "text"),
    ],
)
def test_what_does_not_fit_is_refused(connection: Connection, name: str, value: Any) -> None:
    with pytest.raises(StatementError) as caught:
        kept(connection, **{name: value})
    assert isinstance(caught.value.orig, (TypeError, ValueError))


def test_a_stamp_of_another_zone_is_the_same_instant_in_utc(connection: Connection) -> None:
    back = kept(connection, stamp=datetime(2026, 3, 1, 2, tzinfo=PLUS_FIVE))
    assert back.isoformat() == "2026-02-28T21:00:00+00:00"


def test_stamps_sort_as_the_times_do(connection: Connection) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    times = [noon, noon + timedelta(microseconds=1), noon.astimezone(PLUS_FIVE) - timedelta(hours=1)]
    for time in times:
        kept(connection, stamp=time)
    later = sa.select(TABLE.c.stamp).where(TABLE.c.stamp > times[2]).order_by(TABLE.c.stamp)
    assert list(connection.execute(later).scalars()) == times[:2]


def test_a_sum_of_minor_units_is_an_int(connection: Connection) -> None:
    kept(connection, minor=1)
    kept(connection, minor=9007199254740992)
    total = connection.execute(sa.select(sa.func.sum(TABLE.c.minor))).scalar_one()
    assert (total, type(total)) == (9007199254740993, int)


def test_a_hostile_title_is_stored_and_cannot_stop_the_store(connection: Connection) -> None:
    assert kept(connection, text="nul \0 half \ud800") == "nul \N{REPLACEMENT CHARACTER} half ?"


def test_an_enumeration_is_stored_by_its_value(connection: Connection) -> None:
    class State(StrEnum):
        QUEUED = "waiting"

    assert kept(connection, text=State.QUEUED) == "waiting"


def test_equal_json_is_equal_bytes(connection: Connection) -> None:
    kept(connection, json={"b": 1, "a": ("ü", 2)})
    stored = connection.execute(sa.select(sa.cast(TABLE.c.json, sa.Text))).scalar_one()
    assert stored == '{"a":["\\u00fc",2],"b":1}'


def test_a_flag_can_be_asked_for_in_a_condition(connection: Connection) -> None:
    kept(connection, flag=True)
    kept(connection, flag=False)
    count = sa.select(sa.func.count()).select_from(TABLE).where(TABLE.c.flag == sa.literal(True, Flag))
    assert connection.execute(count).scalar_one() == 1


def test_the_database_itself_refuses_a_wrong_type(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/strict.db")
    with writing(engine) as connection:
        TABLE.create(connection)
    with pytest.raises(IntegrityError, match="cannot store TEXT"), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO sample (minor) VALUES ('ten')")
    with reading(engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(TABLE)).scalar_one() == 0
    engine.dispose()


@given(st.datetimes(timezones=st.just(PLUS_FIVE)), st.datetimes(timezones=st.just(UTC)))
def test_stamp_text_orders_any_two_times(one: datetime, other: datetime) -> None:
    column = UtcStamp()
    try:
        texts = [column.to_sqlite(column.checked(time)) for time in (one, other)]
    except OverflowError:  # the very first and last hours of the calendar have no UTC
        return
    assert (texts[0] < texts[1]) == (one < other)
    assert [column.from_sqlite(text) for text in texts] == [one, other]
