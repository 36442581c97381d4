"""What a query means: which entities and properties there are, how values compare, and the rows it picks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks.changes import moment
from sandbox.quickbooks.query import Condition, Query
from sandbox.quickbooks.refusals import Refusal, invalid_query
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.wire import shown

_MAX_ROWS = 1000
_ID, _TEXT, _REF, _NUMBER, _DAY, _TIME, _FLAG = "id", "text", "reference", "number", "day", "time", "flag"
_EVERYWHERE = {"Id": _ID, "MetaData.CreateTime": _TIME, "MetaData.LastUpdatedTime": _TIME}
_LIST = {**_EVERYWHERE, "Name": _TEXT, "Active": _FLAG}
_NESTED = {**_LIST, "FullyQualifiedName": _TEXT}
_TRANSACTION = {
    **_EVERYWHERE,
    "DocNumber": _TEXT,
    "TxnDate": _DAY,
    "CustomerRef": _REF,
    "TotalAmt": _NUMBER,
}
_PROPERTIES: dict[str, dict[str, str]] = {
    "Invoice": {
        **_TRANSACTION,
        "DueDate": _DAY,
        "SalesTermRef": _REF,
        "ProjectRef": _REF,
        "Balance": _NUMBER,
    },
    "Payment": _TRANSACTION,
    "Customer": {
        **_EVERYWHERE,
        "DisplayName": _TEXT,
        "FullyQualifiedName": _TEXT,
        "GivenName": _TEXT,
        "FamilyName": _TEXT,
        "CompanyName": _TEXT,
        "Active": _FLAG,
        "Job": _FLAG,
        "ParentRef": _REF,
    },
    "Item": {**_NESTED, "Type": _TEXT, "Sku": _TEXT, "UnitPrice": _NUMBER, "IncomeAccountRef": _REF},
    "Account": {**_NESTED, "AccountType": _TEXT, "AccountSubType": _TEXT},
    "Term": _LIST,
    "Class": _NESTED,
    "Department": _NESTED,
    "TaxCode": _LIST,
    "TaxRate": _LIST,
    "CompanyInfo": {"Id": _ID},
    "Preferences": {"Id": _ID},
}
_UNQUERYABLE = {
    "Invoice": (
        "PrivateNote",
        "DepartmentRef",
        "CustomField",
        "Line",
        "CustomerMemo",
        "EmailStatus",
        "LinkedTxn",
    )
}
_ENTITIES = {name.casefold(): name for name in _PROPERTIES}
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
    for name, descends in reversed(query.order):
        rows.sort(key=_order_key(_property(kind, name)), reverse=descends)
    page = rows[query.start - 1 : query.start - 1 + query.limit]
    if not page:
        return {}
    objects = [_projected(shown(company, row), query.columns) for row in page]
    return {kind: objects, "startPosition": query.start, "maxResults": len(page)}


def _entity(name: str) -> str:
    kind = _ENTITIES.get(name.casefold())
    if kind is None:
        raise invalid_query(f"Invalid context declaration: {name}")
    return kind


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    type: str


def _property(kind: str, name: str) -> _Property:
    wanted = name.casefold()
    for known, type_ in _PROPERTIES[kind].items():
        if known.casefold() == wanted:
            return _Property(known, type_)
    if wanted in (other.casefold() for other in _UNQUERYABLE.get(kind, ())):
        raise invalid_query(f"property '{name}' is not queryable")
    raise invalid_query(f"Property {name} not found for Entity {kind}")


def _matching(company: Company, kind: str, query: Query) -> list[Row]:
    """Rows that meet all conditions, oldest first; of lists the active ones, unless Active is asked for."""
    tests = [_test(company, kind, condition) for condition in query.conditions]
    if not any(condition.name.casefold() == "active" for condition in query.conditions):
        tests.append(lambda row: row.active)
    return [row for row in company.rows(kind) if all(test(row) for test in tests)]


def _test(company: Company, kind: str, condition: Condition) -> Callable[[Row], bool]:
    prop = _property(kind, condition.name)
    if prop.type in (_ID, _REF) and condition.operator not in ("=", "IN"):
        raise invalid_query(f"Operator {condition.operator} is not supported for property {prop.name}")
    key = _key(prop)
    if condition.operator == "LIKE":
        if prop.type != _TEXT:
            raise invalid_query(f"Operator LIKE is not supported for property {prop.name}")
        pattern = re.compile(_like(condition.values[0]), re.DOTALL)
        return lambda row: pattern.fullmatch(key(row)) is not None
    values = [_value(company, prop, value) for value in condition.values]
    first = values[0]
    comparisons: dict[str, Callable[[Any], bool]] = {
        "=": lambda actual: actual == first,
        "IN": lambda actual: actual in values,
        "<": lambda actual: actual < first,
        ">": lambda actual: actual > first,
        "<=": lambda actual: actual <= first,
        ">=": lambda actual: actual >= first,
    }
    compare = comparisons[condition.operator]
    return lambda row: compare(key(row))


def _like(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.casefold().split("%"))


def _key(prop: _Property) -> _Key:
    """How to read the property off a row, as a value that compares; texts in any case, absent ones first."""
    if prop.type == _ID:
        return lambda row: row.id
    if prop.type == _TIME:
        created = prop.name == "MetaData.CreateTime"
        return lambda row: (row.created_at if created else row.changed_at).replace(microsecond=0)
    readers: dict[str, Callable[[Any], Any]] = {
        _TEXT: lambda value: str(value or "").casefold(),
        _REF: lambda value: (value or {}).get("value", ""),
        _NUMBER: lambda value: Decimal(value or 0),
        _DAY: lambda value: date.fromisoformat(value) if value else date.min,
        _FLAG: bool,
    }
    read = readers[prop.type]
    return lambda row: read(row.body.get(prop.name))


def _order_key(prop: _Property) -> _Key:
    """Ids are texts that sort like the numbers they look like; all else sorts as it compares."""
    return (lambda row: (len(row.id), row.id)) if prop.type == _ID else _key(prop)


def _value(company: Company, prop: _Property, written: str) -> Any:
    """A written value as the type of the property; `' '` stands for null."""
    if prop.type in (_ID, _REF):
        return written.strip()
    if prop.type == _TEXT:
        return "" if written == " " else written.casefold()
    if written.upper() == "CURRENT_DATE":
        return _today(company, prop)
    try:
        return _parsed(company, prop, written)
    except (ValueError, KeyError, InvalidOperation):
        raise _bad_value(prop, written) from None


def _parsed(company: Company, prop: _Property, written: str) -> Any:
    if prop.type == _NUMBER:
        return Decimal(written)
    if prop.type == _DAY:
        return date.fromisoformat(written)
    if prop.type == _TIME:
        return moment(company, written)
    return {"true": True, "false": False}[written.lower()]


def _today(company: Company, prop: _Property) -> date | datetime:
    today = company.today()
    return moment(company, today.isoformat()) if prop.type == _TIME else today


def _bad_value(prop: _Property, written: str) -> Refusal:
    return invalid_query(f"Invalid value '{written}' for property {prop.name}")


def _projected(whole: Json, columns: tuple[str, ...] | None) -> Json:
    """The named members and always the Id; the service marks such an object as sparse."""
    if columns is None:
        return whole
    wanted = {column.split(".")[0].casefold() for column in columns} | {"id"}
    part = {name: value for name, value in whole.items() if name.casefold() in wanted}
    return {**part, "domain": "QBO", "sparse": True}
