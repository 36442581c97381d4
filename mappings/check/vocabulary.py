"""Words that Jira lists whole (issue types, statuses, resolutions, components, versions) as a file writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mappings.check.known import KnownSite
from mappings.check.written import Found, Loc, Written, WrittenRule
from mappings.contract.works import VersionWork
from mappings.progress.site import EPIC_LEVEL
from mappings.words.mistakes import did_you_mean
from mappings.words.text import listed
from model.work import Project, TrackerCatalogue, TypeInfo, WordInfo

Releases = Mapping[
    str, Collection[str]
]  #: names of the fix versions by project key, as far as they were read
_Info = TypeVar("_Info", TypeInfo, WordInfo)
_Texts = Iterable[tuple[Loc, str]]


def against_words(file: Written, known: KnownSite | None, releases: Releases) -> Found:
    """Each word that is in none of the site's lists. A list that nothing is known of is not compared."""
    if known is None:
        return
    catalogue = known.catalogue
    site = _Words(catalogue)
    for rule in file.rules:
        yield from site.rule(rule)
        if isinstance(rule.work, VersionWork) and rule.work.project in releases:
            version, released = rule.work, releases[rule.work.project]
            if version.name.casefold() not in {name.casefold() for name in released}:
                message = f"there is no version {version.name!r} in project {version.project}"
                yield (*rule.at, "work", "version", "name"), message, did_you_mean(version.name, released)
    for at, when in file.payers:
        yield from site.components(texts(at, "component", when.component), file.projects)
    for loc, name in file.names("contract", "reject_statuses"):
        yield from _absent(loc, "status", name, {info.name for info in catalogue.statuses}, "on the site")
    for loc, name in file.names("contract", "reject_resolutions"):
        yield from _absent(loc, "resolution", name, catalogue.resolutions, "on the site")
    for at, example in file.tables("example"):
        given = example.get("given")
        yield from site.example((*at, "given"), given if isinstance(given, Mapping) else {})


def texts(at: Loc, key: str, values: list[str] | None) -> Iterator[tuple[Loc, str]]:
    """The texts under `key`, one by one, with their places."""
    return (((*at, key, index), value) for index, value in enumerate(values or ()))


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of one site."""

    catalogue: TrackerCatalogue

    def rule(self, rule: WrittenRule) -> Found:
        words = rule.words.epics if rule.words else None
        if words is not None:
            at: Loc = (*rule.at, "work", "epics")
            for key in ("component", "components"):
                yield from self.components(texts(at, key, getattr(words, key)), rule.projects)
            for key in ("type", "types"):
                yield from self._types(texts(at, key, getattr(words, key)), rule.projects)
            for key in ("status", "statuses"):
                yield from self._statuses(texts(at, key, getattr(words, key)), rule.projects)
        if rule.accept is not None:
            at = (*rule.at, "accept")
            yield from self._statuses(texts(at, "status", rule.accept.status), rule.projects)

    def example(self, at: Loc, given: Mapping[str, object]) -> Found:
        """The words of an example that Jira lists: one that nothing can have would prove nothing."""
        said = {word: text for word, text in given.items() if isinstance(text, str) and text}
        if "resolution" in said:
            name = said["resolution"]
            yield from _absent(
                (*at, "resolution"), "resolution", name, self.catalogue.resolutions, "on the site"
            )
        if "epic" in said:
            keys = [said["epic"].rpartition("-")[0].upper()]
            for word, found in (("type", self._types), ("status", self._statuses)):
                yield from found([((*at, word), said[word])] if word in said else [], keys)

    def components(self, written: _Texts, keys: Collection[str]) -> Found:
        projects = {project.id for project in self._projects(keys)}
        known = {info.name for info in self.catalogue.components if info.project_id in projects}
        for loc, name in written:
            yield from _absent(loc, "component", name, known, _where(keys))

    def _types(self, written: _Texts, keys: Collection[str]) -> Found:
        known = [info for project in self._projects(keys) for info in _of(project, self.catalogue.types)]
        # Data Center tells no levels: any type may be that of epics there.
        epics = {info.name for info in known if info.level == EPIC_LEVEL} or {info.name for info in known}
        others = {info.name.casefold() for info in known} - {name.casefold() for name in epics}
        for loc, name in written:
            if name.casefold() in others:
                yield loc, f"no epic has the type {name!r} {_where(keys)}", did_you_mean(name, epics)
            else:
                yield from _absent(loc, "issue type", name, epics, _where(keys))

    def _statuses(self, written: _Texts, keys: Collection[str]) -> Found:
        known = {info.name for each in self._projects(keys) for info in _of(each, self.catalogue.statuses)}
        for loc, name in written:
            yield from _absent(loc, "status", name, known, _where(keys))

    def _projects(self, keys: Collection[str]) -> list[Project]:
        return [project for project in self.catalogue.projects if project.key.upper() in keys]


def _of(project: Project, infos: Collection[_Info]) -> list[_Info]:
    """What of a list is the project's: a team-managed one has its own."""
    own = [info for info in infos if info.project_id == project.id]
    return own or [info for info in infos if info.project_id is None]


def _absent(loc: Loc, kind: str, name: str, known: Collection[str], where: str) -> Found:
    if known and name.casefold() not in {each.casefold() for each in known}:
        yield loc, f"there is no {kind} {name!r} {where}", did_you_mean(name, known)


def _where(keys: Collection[str]) -> str:
    return f"in project{'s' if len(keys) > 1 else ''} {listed(sorted(keys))}"
