"""Planning one contract: verdicts of the rules × what the books show → actions, findings, positions. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mappings.compose import compose
from mappings.rules import Contract
from mappings.verdict import Verdict
from model.billing import Charge, Document, DocumentState, DraftLine, InvoiceDraft, Position
from model.finding import Bucket, Finding
from model.money import Money
from sync import findings as say
from sync.actions import Action, ActionKind, ContractPlan, LineChange
from sync.ledger import Standing, by_charge, standing
from sync.table import Event, Verb, event_of, verb_for
from sync.views import Account, Head, Pending


@dataclass(frozen=True, slots=True)
class Terms:
    """What planning needs beside facts: the clock as an argument, the company's zone, realm and items (name in
    lower case → type of the account it posts to), how markers are made, and that what QuickBooks refused before
    `refused_before` is tried again."""

    now: datetime
    zone: str
    realm: str
    items: Mapping[str, str | None]
    marker: Callable[[str], str]
    refused_before: datetime


def plan_contract(
    contract: Contract,
    verdicts: Sequence[Verdict],
    account: Account,
    recorded: Mapping[str, Contract],
    terms: Terms,
) -> ContractPlan:
    """The plan of one contract: a pure function, so that preview, apply and explain cannot disagree."""
    claims = by_charge(account.claims)
    desk = _Desk(contract, account, recorded, terms)
    for verdict in verdicts:
        desk.judge(verdict, standing(claims.get(verdict.charge_key, ()), contract.currency))
    known = {verdict.charge_key for verdict in verdicts}
    for key in sorted(set(claims) - known):
        desk.orphan(key, standing(claims[key], contract.currency))
    return ContractPlan(
        contract=contract.id,
        rule_version=contract.version,
        revision=account.revision,
        actions=tuple(desk.actions),
        findings=tuple(desk.findings),
        positions=tuple(desk.positions),
        open_work=desk.open_work,
        has_queued=account.has_queued,
    )


_WRITES = frozenset({Verb.CREATE, Verb.UPDATE, Verb.POLICY})


class _Desk:
    """Collects what one contract needs while its verdicts are judged one by one."""

    def __init__(
        self, contract: Contract, account: Account, recorded: Mapping[str, Contract], terms: Terms
    ) -> None:
        self.contract, self.account, self.recorded, self.terms = contract, account, recorded, terms
        self.actions: list[Action] = []
        self.findings: list[Finding] = []
        self.positions: list[Position] = []
        self.open_work = 0

    def judge(self, verdict: Verdict, now: Standing) -> None:
        """Put one verdict on its row and column, and do what the table says."""
        self.findings.extend(verdict.notices)
        event = event_of(verdict, now)
        waiting = self.account.unfinished(verdict.charge_key)
        head = self.account.heads[now.live[-1].document_key] if now.live else None
        column = DocumentState.UNKNOWN if waiting else head.column if head else None
        verb = self._by_policy(verb_for(event, column))
        self._position(verdict, event, now, waiting, verb)
        if head is not None:
            self._tell_of_finance(verdict, now, head)
            if head.realm != self.terms.realm and verb is not Verb.KEEP:
                self.findings.append(say.elsewhere(verdict, head))
                return
        if verb in _WRITES and self._refused_lately(verdict):
            return
        match verb:
            case Verb.CREATE:
                self._create(verdict)
            case Verb.UPDATE if head is not None:
                self._update(verdict, now, head)
            case Verb.POLICY if head is not None:
                self._withdraw(verdict, now, head)
            case Verb.WAIT if waiting is not None:
                self.findings.extend(say.waiting(verdict, waiting))
            case Verb.KEEP:
                pass
            case _:
                self.findings.append(say.cannot_write(verdict, event, now, head))

    def _by_policy(self, verb: Verb) -> Verb:
        """The contract decides what a reopening does to an untouched draft: withdraw it, or tell people."""
        return Verb.FIND if verb is Verb.POLICY and self.contract.reopened == "hold" else verb

    def _tell_of_finance(self, verdict: Verdict, now: Standing, head: Head) -> None:
        """What finance bills less or more than we drafted is respected, and said."""
        if now.waived:
            self.findings.append(say.reduced(verdict, now))
        raised = _raised(verdict.charge_key, now, head)
        if raised is not None:
            self.findings.append(say.raised(verdict, now, raised))

    def _refused_lately(self, verdict: Verdict) -> bool:
        """Whether QuickBooks refused this write so lately that it is left alone; the refusal is said either way."""
        refusal = self.account.refusal(verdict.charge_key)
        if refusal is None or refusal.refused_at is None:
            return False
        self.findings.append(say.refused(verdict, refusal))
        return refusal.refused_at >= self.terms.refused_before

    def orphan(self, key: str, now: Standing) -> None:
        """A billed charge that no rule reaches any more stays billed and is shown."""
        if not now.live:
            return
        title = self.account.heads[now.live[-1].document_key].document_key
        self.positions.append(
            Position(self.contract.id, key, title, "billed", now.claimed + now.waived, "billed")
        )
        self.findings.append(say.orphaned(key, title, now))

    def _create(self, verdict: Verdict) -> None:
        charge = verdict.charge
        if charge is None or charge.entitled.minor <= 0:
            self.findings.append(say.nothing_to_bill(verdict))
            return
        if say.posts_wrongly(charge, self.terms.items):
            self.findings.append(say.wrong_account(verdict, charge, self.terms.items))
            return
        key = self._next_document_key(verdict.charge_key)
        draft = compose(
            self.contract,
            key,
            ((charge, charge.entitled),),
            self.terms.marker(key),
            self.terms.zone,
            self.terms.now,
        )
        self._act("create", key, verdict, verdict.reason, draft.total, draft=draft)

    def _next_document_key(self, charge_key: str) -> str:
        """A document that was withdrawn gets a successor (`…#2`); one that never came to be keeps its key."""
        number = 1
        while (
            head := self.account.heads.get(f"{charge_key}#{number}")
        ) is not None and head.shown is not None:
            number += 1
        return f"{charge_key}#{number}"

    def _update(self, verdict: Verdict, now: Standing, head: Head) -> None:
        charge, line_id = verdict.charge, head.line_ids.get(verdict.charge_key)
        if charge is None or head.shown is None or line_id is None or charge.entitled.minor <= 0:
            self.findings.append(say.cannot_write(verdict, event_of(verdict, now), now, head))
            return
        amount = now.claimed + now.delta(charge.entitled)
        line = self._line(charge, amount, head)
        change = LineChange(line_id, now.claimed, now.share, line)
        reason = f"{verdict.reason}; billed so far {now.claimed}"
        self._act("update", head.document_key, verdict, reason, amount, changes=(change,), shown=head.shown)

    def _line(self, charge: Charge, amount: Money, head: Head) -> DraftLine:
        version = self.recorded.get(charge.rule_version, self.contract)
        draft = compose(version, head.document_key, ((charge, amount),), "", self.terms.zone, self.terms.now)
        return draft.lines[0]

    def _withdraw(self, verdict: Verdict, now: Standing, head: Head) -> None:
        if head.shown is None or len(self._carried_by(head)) > 1:
            self.findings.append(say.cannot_write(verdict, Event.REOPENED, now, head))
            return
        self.findings.append(say.withdrawn(verdict, now))
        self._act("withdraw", head.document_key, verdict, verdict.reason, -now.claimed, shown=head.shown)

    def _act(
        self,
        kind: ActionKind,
        document_key: str,
        verdict: Verdict,
        reason: str,
        amount: Money,
        *,
        draft: InvoiceDraft | None = None,
        changes: tuple[LineChange, ...] = (),
        shown: Document | None = None,
    ) -> None:
        self.actions.append(
            Action(
                kind=kind,
                document_key=document_key,
                contract=self.contract.id,
                company=self.contract.company,
                client=self.contract.client,
                subject=verdict.title,
                reason=reason,
                amount=amount,
                draft=draft,
                changes=changes,
                external_id=shown.external_id if shown else None,
                base_version=shown.version if shown else None,
            )
        )

    def _carried_by(self, head: Head) -> set[str]:
        """Charges with a live claim on this document."""
        return {
            claim.charge_key
            for claim in self.account.claims
            if claim.document_key == head.document_key and claim.ended is None
        }

    def _position(
        self, verdict: Verdict, event: Event, now: Standing, waiting: Pending | None, verb: Verb
    ) -> None:
        """The parts of finished work by bucket; open work is counted apart unless something is claimed."""
        place = _Place(self.contract, verdict, self.positions)
        if now.live:
            place.put("billed", now.claimed + now.waived, say.billed_reason(now, self.account.heads))
        if now.declined:
            more = (
                now.delta(verdict.charge.entitled) if verdict.charge else Money.zero(self.contract.currency)
            )
            amount = now.declined + max(more, Money.zero(self.contract.currency))
            place.put("held", amount, "declined by finance; a decision is due")
        if event in (Event.NEW, Event.UP) and verdict.charge is not None:
            owed, refusal = now.delta(verdict.charge.entitled), self.account.refusal(verdict.charge_key)
            place.owed(
                owed, waiting, refusal, by_itself=verb in (Verb.CREATE, Verb.UPDATE) and owed.minor > 0
            )
        if verdict.rest is not None:
            place.put("held", verdict.rest.amount, verdict.rest.reason)
        elif event in (Event.HELD, Event.HIDDEN) and not now.live and not now.declined:
            place.put("held", verdict.amount, verdict.reason)
        elif event is Event.EXCLUDED and not now.live:
            place.put("excluded", verdict.amount, verdict.reason)
        elif event is Event.QUIET:
            self.open_work += 1


def _raised(charge_key: str, now: Standing, head: Head) -> Money | None:
    """What finance bills on our line where that is more than we claimed on it."""
    lines = {line.id: line.amount for line in head.shown.lines} if head.shown is not None else {}
    amount = lines.get(head.line_ids.get(charge_key, ""))
    return amount if amount is not None and amount > now.claimed + now.waived else None


@dataclass(frozen=True, slots=True)
class _Place:
    contract: Contract
    verdict: Verdict
    positions: list[Position]

    def put(self, bucket: Bucket, amount: Money | None, reason: str) -> None:
        key, title = self.verdict.charge_key, self.verdict.title
        self.positions.append(Position(self.contract.id, key, title, bucket, amount, reason))

    def owed(
        self, amount: Money, waiting: Pending | None, refusal: Pending | None, *, by_itself: bool
    ) -> None:
        """Entitled and not billed yet: queued and unknown are held, a definite rejection is failed."""
        if waiting is not None:
            self.put("held", amount, waiting.problem or "its draft is on the way")
        elif refusal is not None:
            self.put("failed", amount, refusal.problem)
        elif by_itself:
            self.put("held", amount, "due; its draft is made by the next apply")
        else:
            self.put("held", amount, "due, but not written by itself: its finding says what to decide")


def digest(plans: Sequence[ContractPlan]) -> str:
    """What an approval signs: rules, inputs, document versions, lines and dates, not the clock."""
    signed = hashlib.sha256()
    for each in sorted(plans, key=lambda each: each.contract):
        if each.actions:
            signed.update(f"{each.contract}@{each.rule_version}\n".encode())
            signed.update(msgspec.json.encode(each.actions, order="sorted"))
    return signed.hexdigest()[:16]
