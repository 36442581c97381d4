"""Rules, planning and pretend books around a ledger in memory: what a run does to money, without store and outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from mix_history import Seen
from story_finance import Finance
from story_scene import ITEMS, REALM, company_of, headed
from story_team import Team
from story_words import hear, sentence
from sync_bench import ZONE, WatchedBooks

from mappings.contract.book import RuleBook
from mappings.load import parse_contract
from mappings.translate import translate
from model.billing import Claim, Document, DocumentState, DraftLine
from model.money import Money
from model.work import Mirror
from sync.planning.actions import Action, ClaimStep
from sync.planning.merge import Written
from sync.planning.observe import Ended, LineClaim, Waived, derive_state, facts_from
from sync.planning.plan import plan_contract
from sync.planning.terms import Terms
from sync.planning.views import OUT, Account, Head

_ACCOUNTS = {item.name.casefold(): item.account_type for item in ITEMS}


@dataclass(slots=True)
class _Filed:
    """A document of ours: where it is, our last copy of it, until when it is ours to write, whether it ever left."""

    external_id: str
    writable_until_at: datetime
    base: str | None
    client_id: str
    out: bool = False
    written: dict[str, Written] = field(default_factory=dict)


class MemoryHouse:
    """One contract, its team and its books. A run translates, plans and writes, as the engine does."""

    def __init__(self, story: Mapping[str, Any]) -> None:
        self.now = datetime.fromisoformat("2026-01-01T15:00:00+00:00")
        contract, problems = parse_contract(headed("acme", story["contract"]), "acme.toml")
        assert contract is not None, "\n".join(map(str, problems))
        self.contract, self.told = contract, list[str]()
        self._team = Team(story["work"], {*contract.fields, *story["fields"]}, lambda: self.now)
        self.books = WatchedBooks(company_of(RuleBook((contract,)), ZONE), lambda: self.now)
        self._listeners = (self, self._team, Finance(self.books))
        self._claims: dict[tuple[str, str, str, int], LineClaim] = {}
        self._filed: dict[str, _Filed] = {}

    def hear(self, line: str) -> None:
        """Let happen what a line says; every line takes a minute."""
        day, _, said = line.partition(" ")
        if day[:4].isdecimal():
            self.now = datetime.fromisoformat(f"{day}T15:00:00+00:00")
        else:
            said = line
        self.now += timedelta(minutes=1)
        assert any(hear(listener, said) for listener in self._listeners), said

    @sentence(r"Milepost applies")
    def apply(self) -> None:
        """One run; a second look finds nothing left to do."""
        self._observe()
        self.told = [self._write(action) for action in self._plan().actions]
        self._observe()
        again = self._plan().actions
        assert not again, [(each.kind, each.document_key, each.reason, str(each.amount)) for each in again]

    @property
    def seen(self) -> Seen:
        """What the last run saw at its end."""
        return Seen(self.contract, self.verdicts, self.account)

    @property
    def account(self) -> Account:
        """The ledger as a plan sees it."""
        claims = tuple(entry.claim for entry in self._claims.values())
        return Account(1, claims, {key: self._head(key, filed) for key, filed in self._filed.items()}, ())

    def _plan(self) -> Any:
        account, contract, now = self.account, self.contract, self.now
        mirror = Mirror(self._team.tracker.site, {each.id: each for each in self._team.issues.values()}, {})
        recorded = {contract.version: contract}
        own = account.standing_claims(REALM)
        self.verdicts = translate(contract, RuleBook((contract,)), mirror, recorded, own, ZONE, now)
        terms = Terms(now, ZONE, REALM, _ACCOUNTS, _marker, now)
        return plan_contract(contract, self.verdicts, account, recorded, terms)

    def _head(self, key: str, filed: _Filed) -> Head:
        shown = self.books.read(filed.external_id)
        state = derive_state(shown, filed.base)
        if filed.out and state in (DocumentState.DRAFT, DocumentState.EDITED):
            state = DocumentState.SENT
        there = [each for each in self._claims.values() if each.claim.document_key == key]
        lines = {each.claim.charge_key: each.line_id for each in there if each.claim.ended is None}
        head = Head(key, REALM, state, self.now <= filed.writable_until_at, shown, lines)
        edited = state is DocumentState.EDITED
        return replace(head, written=filed.written, client_id=filed.client_id) if edited else head

    def _observe(self) -> None:
        """What finance did since: claims that ended, and what was let go."""
        for key, filed in self._filed.items():
            shown = self.books.read(filed.external_id)
            filed.out |= shown.state in OUT
            live = {
                name: each for name, each in self._claims.items() if name[2] == key and not each.claim.ended
            }
            names = {(each.claim.charge_key, each.claim.payer): name for name, each in live.items()}
            for fact in facts_from(shown, list(live.values())):
                name = names[fact.claim.charge_key, fact.claim.payer]
                if isinstance(fact, Ended):
                    self._change(name, ended=fact.by, ended_at=self.now)
                elif isinstance(fact, Waived):
                    before = fact.claim.waived or Money.zero(self.contract.currency)
                    self._change(name, waived=before + fact.amount)

    def _change(self, name: tuple[str, str, str, int], **now: Any) -> None:
        self._claims[name] = replace(self._claims[name], claim=replace(self._claims[name].claim, **now))

    def _write(self, action: Action) -> str:
        """One write: sent, answered, and entered into the ledger."""
        key, untouched = action.document_key, True
        if action.draft is not None:
            request = self.books.render_create(action.draft)
        else:
            current = self.books.read(self._filed[key].external_id)
            untouched = not action.edited
            withdraws = action.kind == "withdraw"
            request = (
                self.books.render_withdrawal(current)
                if withdraws
                else self.books.render_update(current, action.edits())
            )
        shown = self.books.send(request, f"r{self.books.posts}", self.now + timedelta(hours=1))
        filed = self._filed.setdefault(key, _Filed(shown.external_id, self._window(), None, shown.client_id))
        filed.base, filed.client_id = shown.content if untouched else None, shown.client_id
        self._end(action)
        lines = _lines(action, shown)
        for step in action.steps():
            self._claim(action, step, lines[step.charge_key])
        echoes = {line.id: line for line in shown.lines}
        wanted = {change.line.charge_key: change.wanted for change in action.changes}
        filed.written |= {
            line.charge_key: Written(
                wanted.get(line.charge_key) or line, line, echoes[lines[line.charge_key]]
            )
            for line in action.lines
        }
        return f"{action.kind} {key} {action.amount}"

    def _end(self, action: Action) -> None:
        gone = {each.charge_key for each in action.removals}
        for name, entry in list(self._claims.items()):
            on_it = name[2] == action.document_key and entry.claim.ended is None
            if on_it and (action.kind == "withdraw" or name[0] in gone):
                self._change(name, ended="withdrawn", ended_at=self.now)

    def _claim(self, action: Action, step: ClaimStep, line_id: str) -> None:
        mine = [
            name for name in self._claims if name[:3] == (step.charge_key, step.payer, action.document_key)
        ]
        ended = sum(self._claims[name].claim.ended is not None for name in mine)
        name = (step.charge_key, step.payer, action.document_key, 1 + ended)
        line, before = step.line, self._claims.get(name)
        share, amount = step.share, step.amount
        if before is not None:
            amount += before.claim.amount
            share = before.claim.share if share is None else (before.claim.share or Decimal(0)) + share
        found = Claim(
            step.charge_key, step.payer, action.document_key, amount, share, line.rule_version, self.now, line.leaves,
            waived=before.claim.waived if before else None, rule=line.rule,
        )  # fmt: skip
        self._claims[name] = LineClaim(found, line_id, name[3])

    def _window(self) -> datetime:
        local = self.now.astimezone(ZoneInfo(ZONE))
        last = (local + timedelta(days=self.contract.review_days)).date()
        return datetime.combine(last, time.max, tzinfo=ZoneInfo(ZONE))


def _marker(key: str) -> str:
    """A token of a document: none is ever looked for here."""
    return f"[MP-{abs(hash(key)) % 10**10:010d}]"


def _lines(action: Action, shown: Document) -> dict[str, str]:
    """The ids of the lines that an action wrote, by charge."""
    new: tuple[DraftLine, ...] = action.draft.lines if action.draft is not None else action.additions
    ids = [line.id for line in shown.lines][len(shown.lines) - len(new) :]
    changed = {change.line.charge_key: change.line_id for change in action.changes}
    return changed | {line.charge_key: id_ for line, id_ in zip(new, ids, strict=True)}
