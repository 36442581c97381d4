"""Pure translation of changelogs: which items of a history bill, under which name, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import get_args

from connectors.jira.values import clean, number_text
from connectors.jira.wire import Author, History, Item, Status
from model.work import Category, Change, FieldInfo

_CATEGORIES: dict[str, Category] = {key: key for key in get_args(Category)}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_SECOND = 100_000_000_000  # an epoch above it counts milliseconds: as seconds it would be the year 5138


@dataclass(frozen=True)
class Vocabulary:
    """What ids and names in issues and their history mean on this site.

    `categories` maps status ids, `sprint_fields` are the ids of fields of type sprint, `fields` what rules
    name. `asked` is the order in which their values are requested and decoded.
    """

    categories: Mapping[str, Category]
    sprint_fields: tuple[str, ...]
    fields: tuple[FieldInfo, ...]

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Ids of the fields requested beyond those that every issue is read with."""
        return tuple(dict.fromkeys((*self.sprint_fields, *(info.id for info in self.fields))))

    @cached_property
    def by_id(self) -> Mapping[str, FieldInfo]:
        """The mapped fields by id."""
        return {info.id: info for info in self.fields}

    def named(self, name: str, project_id: str) -> FieldInfo | None:
        """The mapped field that an item without id means: the project's own before the site's."""
        same = [info for info in self.fields if info.name.casefold() == name.casefold()]
        own = [info for info in same if info.project_id == project_id]
        return next(iter(own or [info for info in same if info.project_id is None]), None)


def category_of(status: Status) -> Category:
    """The category of a status as the answer itself says."""
    key = status.status_category.key if status.status_category else ""
    return _CATEGORIES.get(key, "unknown")


def from_jira_histories(
    histories: Iterable[History], words: Vocabulary, project_id: str
) -> tuple[Change, ...]:
    """The billing lines of one issue's history, by (time, number), oldest first; repeats fall away."""
    entries = {entry.id: entry for entry in histories}
    dated = sorted(
        ((_time_of(entry), int(entry.id), entry) for entry in entries.values()), key=lambda it: it[:2]
    )
    return tuple(
        Change(id=entry.id, at=at, by=_name_of(entry.author), field=field, old=clean(old), new=clean(new))
        for at, _, entry in dated
        for item in entry.items
        for field, old, new in _lines_of(item, words, project_id)
    )


def _lines_of(item: Item, words: Vocabulary, project_id: str) -> Iterator[tuple[str, str, str]]:
    """The lines that one item means: (field, old, new). Items without `fieldId` are known by their name."""
    name = (item.field_id or item.field).casefold()
    if name == "status":
        yield "status", item.from_string or "", item.to_string or ""
        yield from _category_line(item, words)
    elif name == "resolution":
        yield "resolution", item.from_string or "", item.to_string or ""
    elif item.field_id in words.sprint_fields or (item.field_id is None and name == "sprint"):
        yield "sprint", _ids(item.from_), _ids(item.to)
    else:
        info = words.by_id.get(item.field_id) if item.field_id else words.named(item.field, project_id)
        if info is not None:
            yield info.id, _text(info, item.from_, item.from_string), _text(info, item.to, item.to_string)


def _category_line(item: Item, words: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """A line only where the category moves: Done to Closed is no second closure."""
    old = words.categories.get(item.from_ or "", "unknown")
    new = words.categories.get(item.to or "", "unknown")
    if old != new:
        yield "category", old, new


def _ids(text: str | None) -> str:
    return ",".join(part.strip() for part in (text or "").split(",") if part.strip())


def _text(info: FieldInfo, raw: str | None, shown: str | None) -> str:
    """What a field held, written as its present value would be."""
    if raw is not None and _DAY.match(raw):
        return raw  # the shown form of a date is localised: 12/Jun/20
    text = shown if shown is not None else raw or ""
    if info.kind != "number":
        return text
    try:
        return number_text(Decimal(text))
    except InvalidOperation:
        return text


def _time_of(entry: History) -> datetime:
    if isinstance(entry.created, datetime):
        return entry.created.astimezone(UTC)
    seconds, rest = entry.created, 0
    if entry.created >= _LAST_SECOND:
        seconds, rest = divmod(entry.created, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _name_of(author: Author | None) -> str:
    return (author.account_id or author.name or "") if author else ""
