"""Which keys a shape has where, which table a key belongs to, and what is said of it there."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mappings.words.mistakes import did_you_mean

_DEEPEST = 3  # tables inside tables that a misplaced key is looked for in
_MOST = 3  # places that a hint names

_Loc = Sequence[str | int]


def hint_for_strange(shape: type[BaseModel], loc: _Loc) -> str:
    """What was meant by a key that its table does not have: a key like it, or the table that has it."""
    *table, word = loc
    name, here = str(word), _at(shape, table)
    allowed = {_key(key, field) for model in _tables(here) for key, field in model.model_fields.items()}
    if get_close_matches(name.casefold(), allowed, n=1, cutoff=0.75):
        return did_you_mean(name, allowed)
    nested = _inside(here, name) if table else ()
    inside = [f"{' = { '.join(path)} = …{' }' * (len(path) - 1)}" for path in nested]
    homes = inside or [_header(key, field) for key, field in shape.model_fields.items() if _has(field, name)]
    return f"it stands in {' or '.join(homes[:_MOST])}" if homes else did_you_mean(name, allowed)


def said_of(shape: type[BaseModel], loc: _Loc) -> str:
    """What the shape says of the key at `loc`: what to write there."""
    for *table, name in (
        (loc, loc[:-1]) if len(loc) > 1 else (loc,)
    ):  # the last word may be the tag of a union
        for model in _tables(_at(shape, table)):
            for key, field in model.model_fields.items():
                if name in (key, field.alias) and field.description:
                    return field.description
    return ""


def _at(shape: type[BaseModel], loc: _Loc) -> list[Any]:
    """The annotations of the value at `loc`; every member of a union counts. Words that name no key, as the tags of
    unions, are passed over."""
    here: list[Any] = [shape]
    for word in loc:
        here = [inner for annotation in here for inner in _step(annotation, word)] or here
    return here


def _inside(here: Sequence[Any], name: str) -> Iterator[tuple[str, ...]]:
    """The ways down from `here` to tables that have a key `name`, the shortest first."""
    level: list[tuple[tuple[str, ...], type[BaseModel]]] = [((), model) for model in _tables(here)]
    for _ in range(_DEEPEST):
        level = [
            ((*path, _key(key, field)), model)
            for path, table in level
            for key, field in table.model_fields.items()
            for model in _tables([_written(field)])
        ]
        found = {
            (*path, name)
            for path, model in level
            if name in (_key(key, field) for key, field in model.model_fields.items())
        }
        if found:
            yield from sorted(found)
            return


def _has(field: FieldInfo, name: str) -> bool:
    tables = _tables([_written(field), *_entries(_written(field))])
    return any(name == _key(key, each) for model in tables for key, each in model.model_fields.items())


def _header(key: str, field: FieldInfo) -> str:
    name = _key(key, field)
    return f"[[{name}]]" if list(_entries(_written(field))) else f"[{name}]"


def _key(name: str, field: FieldInfo) -> str:
    """A field's key as it is written."""
    return field.alias or name


def _entries(annotation: Any) -> Iterator[Any]:
    for part in _parts(annotation):
        if get_origin(part) in {list, tuple, Sequence}:
            yield get_args(part)[0]


def _step(annotation: Any, word: str | int) -> Iterator[Any]:
    if isinstance(word, int):
        yield from _entries(annotation)
        return
    for part in _parts(annotation):
        if get_origin(part) in {dict, Mapping, types.MappingProxyType}:
            yield get_args(part)[1]
        elif isinstance(part, type) and issubclass(part, BaseModel):
            yield from (_written(f) for n, f in part.model_fields.items() if word in {n, f.alias})


def _written(field: FieldInfo) -> Any:
    """What a field is annotated with; metadata may name the table that it is written as (`written_as`)."""
    named = [part.written_as for part in field.metadata if hasattr(part, "written_as")]
    return named[0] if named else field.annotation


def _tables(annotations: Sequence[Any]) -> list[type[BaseModel]]:
    parts = [part for annotation in annotations for part in _parts(annotation)]
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]


def _parts(annotation: Any) -> Iterator[Any]:
    """The members of a union, without Annotated around them; anything else is its own only part."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for member in get_args(annotation):
            yield from _parts(member)
    else:
        yield annotation
