"""Column types that keep a value exact on SQLite (STRICT tables) and on PostgreSQL, and refuse a wrong one.

STRICT knows INTEGER, TEXT and BLOB; each type here is one of them on SQLite and the native type on
PostgreSQL. A value that does not fit is a TypeError or ValueError when it is bound, the same on both.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

T = TypeVar("T")
_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_MAX_DIGITS = 40  # PostgreSQL would spell 1E+100000 out; no quantity, rate or percent comes near this


class _Exactly(TypeDecorator[T]):
    """One type in Python, one on each database. Subclasses check, and convert where SQLite lacks the type."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = sa.Text  # for SQLAlchemy alone: what the type is akin to
    on_sqlite: ClassVar[TypeEngine[Any]] = sa.Text()
    on_postgresql: ClassVar[TypeEngine[Any]] = sa.Text()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.cache_ok = (
            True  # SQLAlchemy does not look for it in a base class, and would compile each query anew
        )

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The plain type that this column is on `dialect`."""
        return self.on_sqlite if dialect.name == "sqlite" else self.on_postgresql

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        """The checked value as the driver of `dialect` takes it."""
        if value is None:
            return None
        checked = self.checked(value)
        return self.to_sqlite(checked) if dialect.name == "sqlite" else self.to_postgresql(checked)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        """The value as it was bound."""
        if value is None:
            return None
        return self.from_sqlite(value) if dialect.name == "sqlite" else self.from_postgresql(value)

    def checked(self, value: Any) -> T:
        """`value` itself, or TypeError / ValueError."""
        raise NotImplementedError

    def to_sqlite(self, value: Any) -> Any:
        return value

    def to_postgresql(self, value: Any) -> Any:
        return value

    def from_sqlite(self, value: Any) -> T:
        return value  # type: ignore[no-any-return]  # STRICT holds the declared type and nothing else

    def from_postgresql(self, value: Any) -> T:
        return value  # type: ignore[no-any-return]  # the column's type decides


def _refuse(column: object, value: object, wanted: str) -> TypeError:
    return TypeError(f"{type(column).__name__} column takes {wanted}, not {type(value).__name__}")


class Big(_Exactly[int]):
    """A 64-bit integer: row numbers, counts, fences."""

    impl = sa.Integer
    on_sqlite = sa.Integer()
    on_postgresql = sa.BigInteger()
    wanted: ClassVar[str] = "an int"

    def checked(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _refuse(self, value, self.wanted)
        if not _INT64_MIN <= value <= _INT64_MAX:
            raise ValueError(f"{type(self).__name__} column holds 64 bits, not {value}")
        return value

    def from_postgresql(self, value: Any) -> int:
        return int(value)  # SUM over BIGINT is NUMERIC there


class Minor(Big):
    """Money as an integer of minor units; the currency stands in a column beside it. A float is refused."""

    wanted = "an int of minor units"


class Flag(_Exactly[bool]):
    """True or False."""

    impl = sa.Boolean
    on_sqlite = sa.Integer()
    on_postgresql = sa.Boolean()

    def checked(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise _refuse(self, value, "a bool")
        return value

    def to_sqlite(self, value: Any) -> int:
        return int(value)

    def from_sqlite(self, value: Any) -> bool:
        return bool(value)


class Text(_Exactly[str]):
    """Text. What PostgreSQL cannot hold (NUL, half a surrogate pair) is replaced, so that a hostile title
    cannot stop the store; text that must come back to the byte belongs in Blob or Json.
    """

    def checked(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _refuse(self, value, "a str")
        # Through UTF-8 and back also makes a plain str of a StrEnum, which psycopg would store by its name.
        return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class Json(_Exactly[Any]):
    """Lists, dicts with str keys, str, int, bool and None, as compact ASCII text with sorted keys.

    Equal values are equal bytes on both databases, so digests hold; JSONB would reorder, renumber and refuse
    a NUL in a title. A float is refused.
    """

    def checked(self, value: Any) -> Any:
        _check_json(value)
        return value

    def to_sqlite(self, value: Any) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))

    to_postgresql = to_sqlite

    def from_sqlite(self, value: Any) -> Any:
        return json.loads(value)

    from_postgresql = from_sqlite


def _check_json(value: object) -> None:
    match value:
        case None | str() | int():
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError(f"Json column takes keys that are str, not {type(key).__name__}")
                _check_json(item)
        case list() | tuple():
            for item in value:
                _check_json(item)
        case _:
            raise TypeError(f"Json column takes no {type(value).__name__}: write an exact number as text")


class UtcStamp(_Exactly[datetime]):
    """An aware time, kept in UTC to the microsecond. On SQLite text that sorts as the time does."""

    impl = sa.DateTime
    on_postgresql = sa.DateTime(timezone=True)

    def checked(self, value: Any) -> datetime:
        if not isinstance(value, datetime):
            raise _refuse(self, value, "a datetime")
        if value.utcoffset() is None:
            raise ValueError(f"UtcStamp column takes an aware datetime, {value.isoformat()} has no zone")
        return value.astimezone(UTC)

    def to_sqlite(self, value: Any) -> str:
        return f"{value.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"

    def from_sqlite(self, value: Any) -> datetime:
        return datetime.fromisoformat(str(value))

    def from_postgresql(self, value: Any) -> datetime:
        stamp: datetime = value
        return stamp.astimezone(UTC)


class Day(_Exactly[date]):
    """A calendar day. A datetime is refused: whose day it is must be decided before it is stored."""

    impl = sa.Date
    on_postgresql = sa.Date()

    def checked(self, value: Any) -> date:
        if isinstance(value, datetime) or not isinstance(value, date):
            raise _refuse(self, value, "a date")
        return value

    def to_sqlite(self, value: Any) -> str:
        return str(value)

    def from_sqlite(self, value: Any) -> date:
        return date.fromisoformat(value)


class Exact(_Exactly[Decimal]):
    """A finite decimal with all its digits: quantities, rates, percents. Compare in Python: on SQLite it is
    text, which does not sort as numbers do.
    """

    impl = sa.Numeric
    on_postgresql = sa.Numeric(asdecimal=True)

    def checked(self, value: Any) -> Decimal:
        if not isinstance(value, Decimal):
            raise _refuse(self, value, "a Decimal")
        if not value.is_finite() or abs(value.adjusted()) > _MAX_DIGITS:
            raise ValueError(f"Exact column takes a finite decimal of sane size, not {value}")
        return value

    def to_sqlite(self, value: Any) -> str:
        return format(value, "f")

    def from_sqlite(self, value: Any) -> Decimal:
        return Decimal(value)


class Blob(_Exactly[bytes]):
    """Bytes, back to the byte: request bodies, sealed tokens."""

    impl = sa.LargeBinary
    on_sqlite = sa.LargeBinary()
    on_postgresql = sa.LargeBinary()

    def checked(self, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise _refuse(self, value, "bytes")
        return value
