"""Which contract speaks for which work: each piece of work ends in one verdict of exactly one contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mappings.contract.accepts import Accepted, Recorded, ShareField
from mappings.contract.book import RuleBook
from mappings.contract.calendar import Clock
from mappings.contract.rules import Contract, Exclusion, Milestone, follows
from mappings.contract.works import AcceptanceWork, DateWork, SprintsWork, epic_projects, version_projects
from mappings.progress.acceptance import WHOLE, Acceptance, Acceptances, attested
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed, charge_key
from mappings.progress.closing import Closure, Rejects, closure
from mappings.progress.match import reaches
from mappings.progress.priced import Gap
from mappings.progress.site import Site
from mappings.progress.subjects import Agreed, Subject, agreed, kind_of
from model.work import Issue, Sprint, WorkId, WorkKind


class Ownership:
    """Finds the cases of one contract among all contracts of its site."""

    def __init__(
        self,
        contract: Contract,
        book: RuleBook,
        site: Site,
        recorded: Mapping[str, Contract],
        claimed: Claimed,
        clock: Clock,
    ) -> None:
        self._contract, self._site, self._recorded, self._claimed = contract, site, recorded, claimed
        self._clock = clock
        self._acceptances = Acceptances(contract.accepted, clock, site.fields)
        self._left = frozenset(each.id for each in book.left)
        known = (*book.of_site(contract.site), *(each for each in book.left if each.site == contract.site))
        others = [each for each in known if each.id != contract.id]
        self._contracts = sorted([*others, contract], key=lambda each: each.id)
        self._ids = {each.id for each in book.contracts} | {contract.id}
        self._rejects: dict[str, Rejects] = {}
        self._matches: dict[tuple[str, WorkId], tuple[Milestone, ...]] = {}
        self._by_place: dict[tuple[str, str, str], tuple[Milestone, ...]] = {}
        self._by_project: defaultdict[tuple[str, str], list[Contract]] = defaultdict(list)
        for each in self._contracts:
            for project in each.epic_projects:
                self._by_project["epic", project.upper()].append(each)
            for project in each.version_projects:
                self._by_project["version", project.upper()].append(each)

    @property
    def entries(self) -> tuple[Accepted, ...]:
        """What the contract's file records as accepted now."""
        return self._contract.accepted

    def cases(self) -> Iterator[Case]:
        """Every piece of work that the contract answers for."""
        for work, subject in self._universe().items():
            case = self._case(work, subject)
            if case is not None:
                yield case

    def rejects(self, rules: Contract) -> Rejects:
        """The reject lists of one contract version."""
        if rules.version not in self._rejects:
            self._rejects[rules.version] = Rejects.of(rules)
        return self._rejects[rules.version]

    def rules_near(self, subject: Subject) -> list[Milestone]:
        """The contract's rules that could reach work in that place."""
        return list(self._milestones(self._contract, subject))

    def rules_of_rivals(self, case: Case) -> list[tuple[Contract, Milestone]]:
        """The rules of other contracts that reach the work too."""
        rivals = (each for each in self._contracts if each.id in case.rivals)
        return [(each, rule) for each in rivals for rule in self._matched(each, case.seen)]

    def is_reached(self, subject: Subject) -> bool:
        """Whether any contract has a rule for `subject`, and does not exclude it."""
        return bool(self._winners(subject))

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """All contracts of the site, this one too, by id."""
        return tuple(self._contracts)

    def _universe(self) -> dict[WorkId, Subject | None]:
        found: dict[WorkId, Subject | None] = {}
        for project in self._contract.epic_projects:
            for epic in self._site.epics.get(project.upper(), ()):
                found[self._site.work_id(epic)] = epic
        for project in self._contract.version_projects:
            for version in self._site.versions.get(project.upper(), ()):
                found[self._site.work_id(version)] = version
        for each in filter(None, (agreed(self._contract.id, work) for work in self._contract.works)):
            found[self._site.work_id(each)] = each
        boards = {board.casefold() for board in self._contract.boards}
        for sprint in self._site.mirror.sprints.values():
            if boards & {sprint.board_name.casefold(), sprint.board_id}:
                found[self._site.work_id(sprint)] = sprint
        for work in self._claimed.works(self._contract.id):
            if work.site in (self._site.mirror.catalogue.site, self._contract.id):
                found.setdefault(work, self._site.mirror.work(work))
        return found

    def _case(self, work: WorkId, subject: Subject | None) -> Case | None:
        contract = self._contract
        claimants = self._claimed.contracts(work)
        present = [each for each in claimants if each in self._ids]
        if present and present[0] != contract.id:
            return None
        winners = self._winners(subject)
        if present:
            rivals = () if contract in winners else tuple(each.id for each in winners)
            return self._billed_case(work, subject, rivals)
        if subject is None or self._speaker(winners, subject) is not contract:
            return None
        if not winners and isinstance(subject, Issue) and subject.key.upper() in contract.awaited_epics:
            return None  # what it is worth is a change order, which waits for it
        case = Case(
            rules=contract,
            work=work,
            subject=subject,
            closure=closure(subject, self.rejects(contract), self._clock),
            matched=self._matched(contract, subject),
            exclusion=self._exclusion(contract, subject),
            rivals=tuple(each.id for each in winners if each is not contract),
            hidden=self._site.is_hidden(subject),
            project=self._site.project_of(subject),
            billed_by=claimants[0] if claimants else self._former(subject),
        )
        return self._as_accepted(case, subject)

    def _billed_case(self, work: WorkId, subject: Subject | None, rivals: tuple[str, ...]) -> Case:
        claims = self._claimed.of(charge_key(self._contract.id, work, "fee"))
        version = claims[-1].rule_version if claims else self._contract.version
        known = self._contract if version == self._contract.version else self._recorded.get(version)
        rules = known or self._contract
        lost = "" if known else version
        own = (agreed(rules.id, rule.work) for rule in rules.milestones)
        subject = next((each for each in own if each and self._site.work_id(each) == work), subject)
        if subject is None:
            return Case(rules, work, None, Closure(None, None), claims, hidden=True, lost_version=lost)
        case = Case(
            rules=rules,
            work=work,
            subject=subject,
            closure=closure(subject, self.rejects(rules), self._clock),
            claims=claims,
            matched=self._matched(rules, subject),
            exclusion=self._exclusion(rules, subject),
            rivals=rivals,
            hidden=self._site.is_hidden(subject),
            project=self._site.project_of(subject),
            lost_version=lost,
        )
        return self._as_accepted(case, subject)

    def _as_accepted(self, case: Case, subject: Subject) -> Case:
        """The case as far as it is accepted, where that bills it: then it is closed since its acceptance."""
        shares = case.rule.accept if case.rule is not None else None
        if case.work.kind == "acceptance":
            shares = Recorded()
        if not isinstance(shares, Recorded | ShareField):
            return case
        given = attested(case.charge_key, self._contract.attested)
        if given is not None:
            acceptance: Acceptance | Gap = Acceptance(WHOLE, given.at, str(given))
        else:
            acceptance = self._acceptances.of(shares, subject)
        if isinstance(acceptance, Gap) or acceptance.at is None:
            return replace(case, acceptance=acceptance)
        return replace(case, acceptance=acceptance, closure=Closure(acceptance.at, acceptance.at))

    def _former(self, subject: Subject) -> str:
        """A contract that left the rules and had billed the same client the same: most likely this one, renamed."""
        if isinstance(subject, Agreed):
            for claim in self._claimed.agreed(subject.kind, subject.id):
                rules = self._recorded.get(claim.rule_version)
                if rules and rules.id not in self._ids and rules.client == self._contract.client:
                    return rules.id
        return ""

    def _winners(self, subject: Subject | None) -> list[Contract]:
        """Contracts with a rule for the work. One that starts later than the closing gives way, and so does one that
        another of its client had followed by then; open work counts as if it were closed now."""
        if subject is None:
            return []
        near = self._near(subject)
        winners = self._standing(
            each for each in near if self._matched(each, subject) and not self._exclusion(each, subject)
        )
        if len(winners) < 2:
            return winners
        started = [each for each in winners if self._started(each, subject)]
        return [each for each in started if not any(follows(other, each) for other in started)] or winners

    def _standing(self, contracts: Iterable[Contract]) -> list[Contract]:
        """Those that have a file; where none has one, those that are left."""
        found = list(contracts)
        return [each for each in found if each.id not in self._left] or found

    def _started(self, contract: Contract, subject: Subject) -> bool:
        closed_at = closure(subject, self.rejects(contract), self._clock).closed_at or self._clock.now
        return closed_at.astimezone(self._clock.zone).date() >= contract.starts

    def _speaker(self, winners: list[Contract], subject: Subject) -> Contract | None:
        if winners:
            return winners[0]
        near = self._standing(self._near(subject))
        refusing = [each for each in near if self._exclusion(each, subject)]
        return next(iter(refusing or near), None)

    def _near(self, subject: Subject) -> list[Contract]:
        if isinstance(subject, Agreed):
            return [self._contract]
        if not isinstance(subject, Sprint):
            return self._by_project.get((kind_of(subject), subject.project_key.upper()), [])
        names = {subject.board_name.casefold(), subject.board_id}
        return [each for each in self._contracts if names & {board.casefold() for board in each.boards}]

    def _matched(self, rules: Contract, subject: Subject) -> tuple[Milestone, ...]:
        place = (rules.version, self._site.work_id(subject))
        if place not in self._matches:
            near = self._milestones(rules, subject)
            self._matches[place] = tuple(
                rule for rule in near if reaches(rule.work, subject, self._site.fields)
            )
        return self._matches[place]

    def _exclusion(self, rules: Contract, subject: Subject) -> Exclusion | None:
        hits = (each for each in rules.exclusions if reaches(each.work, subject, self._site.fields))
        return next(hits, None)

    def _milestones(self, rules: Contract, subject: Subject) -> tuple[Milestone, ...]:
        project = "" if isinstance(subject, Sprint | Agreed) else subject.project_key.upper()
        kind = kind_of(subject)
        place = (rules.version, kind, project)
        if place not in self._by_place:
            self._by_place[place] = tuple(_in_place(rules.milestones, kind, project))
        return self._by_place[place]


def _in_place(rules: Iterable[Milestone], kind: WorkKind, project: str) -> Iterator[Milestone]:
    """Rules for work of `kind`; of what belongs to a project, those for `project`."""
    for rule in rules:
        match kind:
            case "sprint":
                reached = isinstance(rule.work, SprintsWork)
            case "epic":
                reached = project in epic_projects(rule.work)
            case "version":
                reached = project in version_projects(rule.work)
            case "date" | "acceptance":
                reached = isinstance(rule.work, DateWork | AcceptanceWork)
        if reached:
            yield rule
