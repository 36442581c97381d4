"""What a query means: which entities and properties there are, how values compare, and the rows it picks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks.refusals import Refusal, invalid_query
from sandbox.quickbooks.rules.rates import rate_rows
from sandbox.quickbooks.rules.taxcodes import is_built_in
from sandbox.quickbooks.state import TRANSACTIONS, Company, Json, Row
from sandbox.quickbooks.vocabulary.fields import Comparison
from sandbox.quickbooks.vocabulary.registry import KINDS, kind_called
from sandbox.quickbooks.wire.answers import shown
from sandbox.quickbooks.wire.changes import moment
from sandbox.quickbooks.wire.query import Condition, Query
from sandbox.quickbooks.wire.view import computed, is_computed

_MAX_ROWS = 1000
_Key = Callable[[Row], Any]


def select(company: Company, query: Query) -> Json:
    """The QueryResponse of `query`. Raises Refusal 4001 for what the service does not know or allow."""
    kind = _entity(query.entity)
    if query.start < 1:
        raise invalid_query(f"value {query.start} is too small. Min allowed value is 1")
    if query.limit > _MAX_ROWS:
        raise invalid_query(f"value {query.limit} is too large. Max allowed value is {_MAX_ROWS}")
    rows = _matching(company, kind, query)
    if query.count:
        return {"totalCount": len(rows)}
    rows.sort(key=_natural_order(kind), reverse=kind in TRANSACTIONS)
    for name, descends in reversed(query.order):
        rows.sort(key=_order_key(company, _property(kind, name)), reverse=descends)
    page = _page(rows, query)
    if not page:
        return {}
    objects = [_projected(shown(company, row), query.columns) for row in page]
    told: Json = {"startPosition": query.start, "maxResults": len(page)}
    if kind == "TaxCode" or (kind in TRANSACTIONS and len(page) == len(rows)):
        told["totalCount"] = len(rows)
    return {KINDS[kind].shown_as: objects, **told}


def _page(rows: list[Row], query: Query) -> list[Row]:
    """The rows that the query has room for; the tax codes nobody made come before them and take none."""
    built_in = [row for row in rows if query.start == 1 and is_built_in(row)]
    others = [row for row in rows if not is_built_in(row)]
    return built_in + others[query.start - 1 : query.start - 1 + query.limit]


def _natural_order(kind: str) -> _Key:
    """What the service sorts by unasked: transactions by their last change, named entries by their name."""
    if kind in TRANSACTIONS:
        return lambda row: (row.changed_at, len(row.id), row.id)
    return lambda row: ("", "") if is_built_in(row) else (_own_name(row), row.name)


def _own_name(row: Row) -> str:
    return str(row.body.get("DisplayName") or row.body.get("Name") or "").casefold()


def _entity(name: str) -> str:
    kind = kind_called(name)
    if kind is None:
        raise invalid_query(f"Invalid context declaration: {name}")
    return kind


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    type: Comparison


def _property(kind: str, name: str) -> _Property:
    wanted = name.casefold()
    for known, type_ in KINDS[kind].queryable.items():
        if known.casefold() == wanted:
            return _Property(known, type_)
    if wanted.split(".")[0] in (other.casefold() for other in KINDS[kind].known):
        raise invalid_query(f"property '{name}' is not queryable")
    raise invalid_query(f"Property {name} not found for Entity {kind}")


def _matching(company: Company, kind: str, query: Query) -> list[Row]:
    """Rows that meet all conditions; of lists the active ones, unless Active is asked for."""
    tests = [_test(company, kind, condition) for condition in query.conditions]
    if not any(condition.name.casefold() == "active" for condition in query.conditions):
        tests.append(lambda row: row.active)
    rows = rate_rows(company) if kind == "ExchangeRate" else company.rows(kind)
    return [row for row in rows if all(test(row) for test in tests)]


def _test(company: Company, kind: str, condition: Condition) -> Callable[[Row], bool]:
    prop = _property(kind, condition.name)
    if prop.type in ("id", "reference") and condition.operator not in ("=", "IN"):
        raise invalid_query(f"Operator {condition.operator} is not supported for property {prop.name}")
    key = _key(company, prop)
    if condition.operator == "LIKE":
        if prop.type not in ("text", "member"):
            raise invalid_query(f"Operator LIKE is not supported for property {prop.name}")
        pattern = re.compile(_like(condition.values[0]), re.DOTALL)
        return lambda row: any(pattern.fullmatch(value) is not None for value in _each(key(row)))
    strange = next((value for value in condition.values if not _is_id(value)), "")
    if prop.type == "id" and kind != "TaxCode" and strange:
        raise _bad_value(prop, strange)
    values = [_value(company, prop, value) for value in condition.values]
    first = values[0]
    comparisons: dict[str, Callable[[Any], bool]] = {
        "=": lambda actual: actual == first,
        "!=": lambda actual: actual != first,
        "IN": lambda actual: actual in values,
        "<": lambda actual: actual < first,
        ">": lambda actual: actual > first,
        "<=": lambda actual: actual <= first,
        ">=": lambda actual: actual >= first,
    }
    compare = comparisons[condition.operator]
    return lambda row: any(compare(value) for value in _each(key(row)))


def _is_id(written: str) -> bool:
    return written.strip().removeprefix("-").isdecimal()


def _each(value: Any) -> list[Any]:
    """One value, or each of those that a list within the object has."""
    return value if isinstance(value, list) else [value]


def _like(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.casefold().split("%"))


def _key(company: Company, prop: _Property) -> _Key:
    """How to read the property off a row, as a value that compares; texts in any case, absent ones first."""
    if prop.type == "id":
        return lambda row: row.id
    if prop.type == "time":
        created = prop.name == "MetaData.CreateTime"
        return lambda row: (row.created_at if created else row.changed_at).replace(microsecond=0)
    readers: dict[str, Callable[[Any], Any]] = {
        "text": lambda value: str(value or "").casefold(),
        "member": lambda value: next((str(part).casefold() for part in (value or {}).values()), ""),
        "reference": lambda value: (value or {}).get("value", ""),
        "number": lambda value: Decimal(value or 0),
        "day": lambda value: date.fromisoformat(value) if value else date.min,
        "flag": bool,
    }
    read = readers[prop.type]
    if "." in prop.name:
        return lambda row: [read(value) for value in _within(row.body, prop.name.split("."))] or [read(None)]
    if prop.name == "Active":
        return lambda row: row.active
    if is_computed(prop.name):
        return lambda row: read({**row.body, **computed(company, row)}.get(prop.name))
    return lambda row: read(row.body.get(prop.name))


def _within(value: Any, path: list[str]) -> list[Any]:
    """Every value at a path, through lists on the way; a type is `type` on the wire."""
    if isinstance(value, list):
        return [found for part in value for found in _within(part, path)]
    if not path:
        return [value]
    if not isinstance(value, dict):
        return []
    name = path[0] if path[0] in value else path[0][:1].lower() + path[0][1:]
    return _within(value[name], path[1:]) if name in value else []


def _order_key(company: Company, prop: _Property) -> _Key:
    """Ids are texts that sort like the numbers they look like; all else sorts as it compares."""
    if prop.type == "id":
        return lambda row: (len(row.id), row.id)
    return _key(company, prop)


def _value(company: Company, prop: _Property, written: str) -> Any:
    """A written value as the type of the property; `' '` stands for null."""
    if prop.type in ("id", "reference"):
        return written.strip()
    if prop.type in ("text", "member"):
        return "" if written == " " else written.casefold()
    if written.upper() == "CURRENT_DATE":
        return _today(company, prop)
    try:
        return _parsed(company, prop, written)
    except (ValueError, KeyError, InvalidOperation):
        raise _bad_value(prop, written) from None


def _parsed(company: Company, prop: _Property, written: str) -> Any:
    if prop.type == "number":
        return Decimal(written)
    if prop.type == "day":
        return date.fromisoformat(written)
    if prop.type == "time":
        return moment(company, written)
    return {"true": True, "false": False}[written.lower()]


def _today(company: Company, prop: _Property) -> date | datetime:
    today = company.today()
    return moment(company, today.isoformat()) if prop.type == "time" else today


def _bad_value(prop: _Property, written: str) -> Refusal:
    return invalid_query(f"Invalid value '{written}' for property {prop.name}")


def _projected(whole: Json, columns: tuple[str, ...] | None) -> Json:
    """The named members and always the Id; the service marks such an object as sparse."""
    if columns is None:
        return whole
    wanted = {column.split(".")[0].casefold() for column in columns} | {"id"}
    part = {name: value for name, value in whole.items() if name.casefold() in wanted}
    return {**part, "domain": "QBO", "sparse": True}
