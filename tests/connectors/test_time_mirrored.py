"""Time and versions from the site into the mirror: after any history of deeds the mirror holds what is true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from served_jira import ACME, BETA, Site, running_site

from connectors.jira.tracker import JiraTracker
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from model.work import Mirror, Worklog
from sandbox.jira import verbs
from sandbox.jira.effort import delete_worklog, edit_worklog
from sandbox.jira.issue import Issue as SandboxIssue
from sandbox.jira.issue import Worklog as SandboxWorklog
from sync.reading.sources import SiteView, projects_of, read_site, reread_site
from sync.store import Store
from sync.store.rules import Source

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONTRACT = """\
[contract]
id = "{name}"
client = "{name}"
company = "main"
site = "main"
currency = "USD"
value = "1000.00"
starts = 2026-01-01
draft = "unsent_invoice"
item = "Consulting"

[[milestone]]
rule = "epics"
phase = "delivery"
work = {{ epics = {{ project = "{project}", label = "billable" }} }}
price = {{ percent = {{ field = "Billing %" }} }}
"""


def contract(name: str, project: str) -> Contract:
    found, problems = parse_contract(CONTRACT.format(name=name, project=project), f"{name}.toml")
    assert found is not None, problems
    return found


class Mirrored:
    """A site, and a mirror that follows it for two contracts: one bills time and versions, the other neither."""

    def __init__(self, site: Site, tracker: JiraTracker, store: Store) -> None:
        self.site, self.tracker, self.store = site, tracker, store
        self.contracts = (contract("hourly", "ACME"), contract("fixed", "BETA"))
        sources = {it.id: Source(it.id, it.version, it.file, "") for it in self.contracts}
        store.rules.put_in_force(sources, NOW)
        self.dirty()

    def read(self) -> SiteView:
        """One look at the site, three minutes after what happened last."""
        self.site.clock.advance(timedelta(minutes=3))
        return read_site(self.store, "main", self.tracker, self.contracts, NOW)

    def mirror(self, view: SiteView) -> Mirror:
        known = {project for it in self.contracts for project in projects_of(it, view.catalogue)}
        return self.store.mirror.load(view.catalogue, known, (), ())

    def dirty(self) -> set[str]:
        """Contracts to look at, and no more from now on."""
        marks = self.store.rules.dirty(NOW)
        for name, mark in marks.items():
            self.store.rules.clean(name, mark, None)
        return set(marks)


@pytest.fixture
def mirrored(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirrored]:
    for name in ("bills_time", "bills_versions"):
        monkeypatch.setattr(Contract, name, property(lambda self: self.id == "hourly"))
    with closing(Store(f"sqlite:///{tmp_path}/milepost.db")) as store, site.tracker() as tracker:
        yield Mirrored(site, tracker, store)


@dataclass(frozen=True, slots=True)
class Logged:
    """A worklog: its issue, its length, and whether the bot sees it."""

    issue: str
    seconds: int
    hidden: bool = False


class Deeds:
    """Random deeds of people with time, and what is true after them, by worklog id."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site, self._chance = site, Random(seed)  # noqa: S311 - chance, not secrecy
        self._issues = site.issues(4)
        self.truth: dict[str, Logged] = {}

    def some(self) -> None:
        """A few deeds; of half of them only the worklog itself tells."""
        deeds = self._log, self._log, self._correct, self._correct, self._delete, self._restrict, self._rename
        for _ in range(self._chance.randint(0, 5)):
            self._site.state.knobs.worklogs_move_issues = self._chance.random() < 0.5
            self._chance.choice(deeds)()

    def _log(self) -> None:
        issue = self._chance.choice(self._issues)
        for _ in range(self._chance.choice((1, 1, 12))):
            made = self._site.log(issue, 60 * self._chance.randint(1, 99))
            self.truth[str(made.id)] = Logged(str(issue.id), made.seconds)

    def _correct(self) -> None:
        for issue, log in self._one_that_is_shown():
            seconds = 60 * self._chance.randint(1, 99)
            edit_worklog(self._site.state, issue, log, seconds, by="person-2", at=self._site.now())
            self.truth[str(log.id)] = Logged(str(issue.id), seconds)

    def _delete(self) -> None:
        for issue, log in self._one_that_is_shown():
            delete_worklog(self._site.state, issue, log, by="person-2", at=self._site.now())
            del self.truth[str(log.id)]

    def _restrict(self) -> None:
        self._site.state.knobs.worklogs_move_issues = True  # else nothing at all would tell of it
        for issue, log in self._one_that_is_shown():
            self._site.restrict(issue, log)
            self.truth[str(log.id)] = Logged(str(issue.id), log.seconds, hidden=True)

    def _one_that_is_shown(self) -> list[tuple[SandboxIssue, SandboxWorklog]]:
        shown = [(issue, log) for issue in self._issues for log in issue.worklogs if not log.visibility]
        return [self._chance.choice(shown)] if shown else []

    def _rename(self) -> None:
        issue = self._chance.choice(self._issues)
        verbs.set_field(
            self._site.state,
            issue,
            "summary",
            f"Work {self._chance.random()}",
            by="person-1",
            at=self._site.now(),
        )


@pytest.mark.parametrize("seed", range(12))
def test_after_any_deeds_the_mirror_holds_the_truth(mirrored: Mirrored, seed: int) -> None:
    mirrored.read()
    deeds, before = Deeds(mirrored.site, seed), dict[str, Logged]()
    for _ in range(12):
        deeds.some()
        mirror = mirrored.mirror(mirrored.read())
        found = {
            log.id: Logged(issue.id, log.seconds, log.hidden)
            for issue in mirror.issues.values()
            for log in issue.worklogs
        }
        visible = {log: what for log, what in deeds.truth.items() if not what.hidden}
        last_seen = {log: replace(before[log], hidden=True) for log in deeds.truth.keys() & before.keys()}
        assert found == last_seen | visible
        before = found


def logged(mirrored: Mirrored) -> list[tuple[Worklog, ...]]:
    return [issue.worklogs for issue in mirrored.mirror(mirrored.read()).issues.values() if issue.worklogs]


def test_only_the_contract_that_bills_time_is_looked_at_again_and_the_other_is_read_without(
    mirrored: Mirrored,
) -> None:
    ours, theirs = mirrored.site.issue(ACME), mirrored.site.issue(BETA)
    mirrored.read()
    mirrored.dirty()
    mirrored.site.log(theirs, 3600)
    mirrored.read()
    assert mirrored.dirty() == set()
    mirrored.site.log(ours, 3600)
    mirrored.read()
    assert mirrored.dirty() == {"hourly"}
    assert [len(worklogs) for worklogs in logged(mirrored)] == [1]


def test_time_restricted_without_a_word_is_noticed_when_all_is_read_again(mirrored: Mirrored) -> None:
    issue = mirrored.site.issue(ACME)
    log = mirrored.site.log(issue, 3600)
    view = mirrored.read()
    mirrored.dirty()
    mirrored.site.state.knobs.worklogs_move_issues = False
    mirrored.site.restrict(issue, log)
    assert [log.hidden for log in logged(mirrored)[0]] == [False]
    assert reread_site(mirrored.store, mirrored.tracker, view, mirrored.contracts, NOW) == 1
    assert mirrored.dirty() == {"hourly"}
    assert [log.hidden for log in logged(mirrored)[0]] == [True]


def test_a_release_is_noticed_by_the_next_look_though_no_issue_changes(mirrored: Mirrored) -> None:
    site = mirrored.site
    version, other = site.version(ACME, "1.0"), site.version(BETA, "1.0")
    issue = site.issue(ACME)
    verbs.set_members(site.state, issue, "fixVersions", (version.id,), by="person-1", at=site.now())
    mirror = mirrored.mirror(mirrored.read())
    assert mirror.issues[str(issue.id)].version_ids == (str(version.id),)
    assert set(mirror.versions) == {str(version.id)}
    mirrored.dirty()
    version.released, version.release_on = True, date(2026, 3, 2)
    other.released = True
    found = mirrored.mirror(mirrored.read()).versions[str(version.id)]
    assert (found.released, found.released_on, found.project_key) == (True, date(2026, 3, 2), "ACME")
    assert mirrored.dirty() == {"hourly"}
    mirrored.read()
    assert mirrored.dirty() == set()
    del site.state.versions[version.id]
    assert mirrored.mirror(mirrored.read()).hidden_versions == {str(version.id)}
    assert mirrored.dirty() == {"hourly"}


def test_versions_are_asked_for_of_no_project_whose_versions_are_not_billed(mirrored: Mirrored) -> None:
    mirrored.read()
    assert mirrored.site.server.log.count("GET", r"/project/\d+/versions$") == 1
    assert mirrored.site.server.log.count("GET", rf"/project/{ACME}/versions$") == 1


@pytest.mark.parametrize("billed", ["bills_time", "bills_versions"])
def test_without_a_contract_that_needs_it_nothing_more_is_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, billed: str
) -> None:
    monkeypatch.setattr(Contract, billed, property(lambda _: False))
    with closing(Store(f"sqlite:///{tmp_path}/milepost.db")) as store, site.tracker() as tracker:
        mirrored = Mirrored(site, tracker, store)
        site.log(site.issue(ACME), 3600)
        mirrored.read()
    assert site.server.log.count("GET|POST", r"worklog" if billed == "bills_time" else r"versions$") == 0


def test_a_site_is_the_same_to_a_mirror_that_begins_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one mirror followed for long, another one reads at once."""
    monkeypatch.setattr(Contract, "bills_time", property(lambda self: self.id == "hourly"))
    with running_site() as site, site.tracker() as tracker:
        deeds = Deeds(site, 7)
        with (
            closing(Store(f"sqlite:///{tmp_path}/early.db")) as early,
            closing(Store(f"sqlite:///{tmp_path}/late.db")) as late,
        ):
            followed, fresh = Mirrored(site, tracker, early), Mirrored(site, tracker, late)
            for _ in range(10):
                deeds.some()
                followed.read()
            visible = {log for worklogs in logged(followed) for log in worklogs if not log.hidden}
            assert visible == {log for worklogs in logged(fresh) for log in worklogs}
            assert visible
