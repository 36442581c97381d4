"""What a sample of issues tells about a project: how busy it is, its labels, and which fields are filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mappings.contract.rules import POINT_FIELDS
from mappings.progress.site import EPIC_LEVEL, LEAF_LEVEL
from mappings.words.numbers import number_in
from model.work import FieldInfo, Issue, Project, TrackerCatalogue

_NUMBERS = frozenset({"number", "float"})
_CHOICES = frozenset({"option"})
_PERCENT_WORDS = ("%", "percent", "prozent", "pourcent")
_AMOUNT_WORDS = ("amount", "price", "fee", "betrag", "preis", "montant", "prix", "importe")
_ACCEPT_WORDS = ("accept", "approved", "sign-off", "abnahme", "abgenommen", "accepté", "recette")


@dataclass(frozen=True, slots=True)
class Filled:
    """A field that could set a price or say accepted, and on how many issues of the sample it holds something."""

    info: FieldInfo
    on: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One project seen through its newest issues. Fields and labels come with the most used first."""

    project: Project
    issues: int
    epics: tuple[Issue, ...]
    labels: tuple[tuple[str, int], ...]
    percents: tuple[Filled, ...]
    amounts: tuple[Filled, ...]
    points: tuple[Filled, ...]
    acceptances: tuple[Filled, ...]

    @property
    def open_epics(self) -> tuple[Issue, ...]:
        """Epics that are still to be finished, oldest first."""
        still = (epic for epic in self.epics if epic.category != "done")
        return tuple(sorted(still, key=lambda epic: int(epic.id)))


def sample_of(project: Project, catalogue: TrackerCatalogue, issues: Iterable[Issue]) -> Sample:
    """What `issues` tell about `project`."""
    own = [issue for issue in issues if issue.project_id == project.id]
    epics = tuple(issue for issue in own if issue.level == EPIC_LEVEL)
    stories = [issue for issue in own if issue.level == LEAF_LEVEL]
    fields = [info for info in catalogue.fields if info.project_id in (None, project.id)]
    numbers = [info for info in fields if info.kind in _NUMBERS]
    choices = [info for info in fields if info.kind in _CHOICES]
    labels = Counter(label for epic in epics for label in epic.labels)
    return Sample(
        project=project,
        issues=len(own),
        epics=epics,
        labels=tuple(sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))),
        percents=_filled(numbers, _PERCENT_WORDS, epics),
        amounts=_filled(numbers, _AMOUNT_WORDS, epics),
        points=_filled(numbers, [name.casefold() for name in POINT_FIELDS.values()], stories),
        acceptances=_filled(choices, _ACCEPT_WORDS, epics),
    )


def by_activity(catalogue: TrackerCatalogue, issues: Iterable[Issue]) -> list[tuple[Project, int]]:
    """Every project with how many of `issues` are its own, the busiest first."""
    counted = Counter(issue.project_id for issue in issues)
    pairs = [(project, counted[project.id]) for project in catalogue.projects]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0].key))


def _filled(fields: Iterable[FieldInfo], words: Iterable[str], issues: Sequence[Issue]) -> tuple[Filled, ...]:
    """Fields whose name has one of `words`, those filled with sense on the most issues first."""
    meant = [info for info in fields if any(word in info.name.casefold() for word in words)]
    found = [Filled(info, sum(_holds(info, issue) for issue in issues)) for info in meant]
    return tuple(sorted(found, key=lambda each: (-each.on, each.info.name, each.info.id)))


def _holds(info: FieldInfo, issue: Issue) -> bool:
    values = issue.fields.get(info.id, ())
    if info.kind in _CHOICES:
        return bool(values)
    return len(values) == 1 and number_in(values[0]) is not None
