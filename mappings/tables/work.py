"""`work = { … }` as a person writes it, and the work that it means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as date_
from difflib import SequenceMatcher
from typing import Annotated, Self

from pydantic import ConfigDict, model_validator

from mappings.contract.works import (
    AcceptanceWork,
    DateWork,
    EpicsWork,
    EpicWork,
    FieldTest,
    MatchTable,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
)
from mappings.tables.written import AnyOf, Choice, EpicKey, Name, Table, Words, WordsOrNumber, says
from mappings.words.mistakes import Mistake
from model.work import WorkKind

_LOOKS_LIKE = 0.75  # a lower-case custom field this near to a word of ours is a slip of the pen


class MatchWords(Table):
    """`{ project = "ACME", label = "billable", "Custom field" = "value" }`"""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        strict=True,
        json_schema_extra={"anyOf": [{"required": ["project"]}, {"required": ["projects"]}]},
    )
    __pydantic_extra__: dict[str, AnyOf]

    project: AnyOf | None = None
    projects: AnyOf | None = None
    label: AnyOf | None = None
    labels: AnyOf | None = None
    component: AnyOf | None = None
    components: AnyOf | None = None
    type: AnyOf | None = None
    types: AnyOf | None = None
    status: AnyOf | None = None
    statuses: AnyOf | None = None
    summary: Words | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name in self.__pydantic_extra__:
            for word in type(self).model_fields:
                if name.islower() and SequenceMatcher(None, name, word).ratio() >= _LOOKS_LIKE:
                    raise Mistake(f"unknown word {name!r}", f"did you mean {word!r}?", (name,), on_key=True)
        if not (self.project or self.projects):
            raise Mistake("'project' is missing: rules for epics name their projects")
        return self

    def either(self, *words: str) -> tuple[str, ...]:
        """What `words` (one and its plural) hold together."""
        return tuple(value for word in words for value in getattr(self, word) or ())


class SprintWords(Table):
    """`{ board = "ACME support", name = "Support *" }`"""

    board: Annotated[WordsOrNumber, says('the name or id of the board, such as "ACME support"')]
    name: Words = "*"


class VersionWords(Table):
    """`{ project = "ACME", name = "2.0" }`; of `versions` the name is a pattern"""

    project: Annotated[Words, says('the key of the project, such as "ACME"')]
    name: Annotated[Words, says('the name of the version, such as "2.0"; in versions * is any text')]


class WorkTable(Choice):
    """`{ epic = "KEY" }`, `{ epics = {…} }`, `{ sprints = {…} }`, `{ version = {…} }` and so on"""

    beside = ("id",)
    pair = ("date", "id")

    epic: EpicKey | None = None
    epics: Annotated[MatchWords | None, says('such as { project = "ACME", label = "billable" }')] = None
    sprints: Annotated[SprintWords | None, says('such as { board = "ACME support", name = "Support *" }')] = (
        None
    )
    version: Annotated[VersionWords | None, says('such as { project = "ACME", name = "2.0" }')] = None
    versions: Annotated[VersionWords | None, says('such as { project = "ACME", name = "2.*" }')] = None
    date: date_ | None = None
    acceptance: Name | None = None
    id: Name | None = None

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if (self.date is None) != (self.id is None):
            raise Mistake("'date' and 'id' belong together", '{ date = 2026-06-01, id = "annual-fee" }')
        return self

    @property
    def is_single(self) -> bool:
        """Whether it names one piece of work."""
        return self.epics is None and self.sprints is None and self.versions is None

    @property
    def kind(self) -> WorkKind:
        """Which kind of work it names."""
        return _KIND[work_of(self).__class__]

    @property
    def has_fields(self) -> bool:
        """Whether its work has fields in Jira."""
        return self.kind == "epic"


_KIND: Mapping[type[Work], WorkKind] = {
    EpicWork: "epic",
    EpicsWork: "epic",
    SprintsWork: "sprint",
    VersionWork: "version",
    VersionsWork: "version",
    DateWork: "date",
    AcceptanceWork: "acceptance",
}


def work_of(table: WorkTable) -> Work:
    """The work that a sound `table` means; project keys are upper case in Jira."""
    if table.epic is not None:
        return EpicWork(table.epic.upper())
    if table.sprints is not None:
        return SprintsWork(table.sprints.board, table.sprints.name)
    if table.version is not None:
        return VersionWork(table.version.project.upper(), table.version.name)
    if table.versions is not None:
        return VersionsWork(table.versions.project.upper(), table.versions.name)
    if table.date is not None and table.id is not None:
        return DateWork(table.id, table.date)
    if table.acceptance is not None:
        return AcceptanceWork(table.acceptance)
    if table.epics is None:
        raise ValueError("a work table without work passed its validation")
    return EpicsWork(_match_table(table.epics))


def _match_table(words: MatchWords) -> MatchTable:
    return MatchTable(
        projects=tuple(key.upper() for key in words.either("project", "projects")),
        labels=words.either("label", "labels"),
        components=words.either("component", "components"),
        types=words.either("type", "types"),
        statuses=words.either("status", "statuses"),
        summary=words.summary,
        fields=tuple(FieldTest(name, tuple(values)) for name, values in words.__pydantic_extra__.items()),
    )
