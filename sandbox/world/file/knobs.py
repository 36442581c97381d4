"""Knobs of a service as keys of a world file: every field of its dataclass by name, checked by its type."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+) ?(s|min|h|d)")
_FOR_EVER = "for ever"


def duration(value: object) -> timedelta:
    """A span written as text ("90 s", "10 min", "24 h", "30 d"); ValueError says how."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('a time is written as "90 s", "10 min", "24 h" or "30 d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _exact(value: object) -> object:
    return Decimal(str(value)) if type(value) in (int, float) else value


Number = Annotated[Decimal, BeforeValidator(_exact)]
"""A number with a point or without one, as the file has it; TOML tells them apart, and JSON knows floats."""


def _duration_or_ever(value: object) -> timedelta | None:
    return None if value == _FOR_EVER else duration(value)


def _durations(value: object) -> object:
    return tuple(duration(each) for each in value) if isinstance(value, list) else value


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_written(hint: Any) -> Any:
    """How a field of this type is written in TOML, which has no spans, tuples and nothing for None."""
    if hint is timedelta:
        return Annotated[timedelta, BeforeValidator(duration)]
    members = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else ()
    if timedelta in members:
        return Annotated[timedelta | None, BeforeValidator(_duration_or_ever)]
    if get_args(hint) == (timedelta, ...):
        return Annotated[tuple[timedelta, ...], BeforeValidator(_durations)]
    if tuple in (get_origin(hint), *map(get_origin, members)):
        return Annotated[hint, BeforeValidator(_listed)]
    return hint


class WrittenAs:
    """As an annotation of a mapping: a table of this shape; the value is what was written of it, converted."""

    def __init__(self, shape: type[BaseModel]) -> None:
        self.written_as = shape

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler.generate_schema(self.written_as)
        return core_schema.no_info_after_validator_function(_written, schema)


class KnobsOf(WrittenAs):
    """A table whose keys are fields of the dataclass `kind`; the value is ready for `set_knobs`."""

    def __init__(self, kind: type) -> None:
        hints = get_type_hints(kind)
        entries: dict[str, Any] = {f.name: (_as_written(hints[f.name]) | None, None) for f in fields(kind)}
        config = ConfigDict(extra="forbid", strict=True)
        super().__init__(create_model(f"{kind.__name__}Table", __config__=config, **entries))


def _written(table: BaseModel) -> dict[str, Any]:
    return {name: _plain(getattr(table, name)) for name in table.model_fields_set}


def _plain(value: Any) -> Any:
    return _written(value) if isinstance(value, BaseModel) else value


def set_knobs(knobs: object, written: Mapping[str, Any]) -> None:
    """Turn each written knob of the dataclass instance `knobs`, in place."""
    for name, value in written.items():
        setattr(knobs, name, value)
