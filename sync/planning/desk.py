"""Judging verdicts by the table: what each charge wants, what people are told, where the money stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mappings.contract.grouping import Group
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.progress.verdict import Verdict
from model.billing import Claim, DocumentState, Position
from model.decision import Decision
from model.finding import Finding
from sync.planning import endings
from sync.planning import findings as say
from sync.planning.bills import change, first_bill, items_of, updated
from sync.planning.decided import decided_verb, is_deferred, taken_back, undone_on
from sync.planning.documents import document_name
from sync.planning.ledger import Standing, standing
from sync.planning.merging import Merging, merging
from sync.planning.places import Places
from sync.planning.policies import on_reopening, on_too_much
from sync.planning.positions import Outlook, positions, unbilled_rest
from sync.planning.raised import raised_lines
from sync.planning.table import Event, Verb, event_of, verb_for
from sync.planning.terms import Terms
from sync.planning.views import Account, Head, Pending
from sync.planning.wants import GiveBack, TakeBack, Want

_BILLS = frozenset({Verb.CREATE, Verb.UPDATE, Verb.CHANGE})
_WRITES = _BILLS | {Verb.TAKE_BACK, Verb.ISSUE}


class Desk:
    """Collects what one contract needs while its verdicts are judged one by one."""

    def __init__(self, contract: Contract, account: Account, terms: Terms, places: Places) -> None:
        self.contract, self.account, self.terms, self._places = contract, account, terms, places
        self.wants: list[Want] = []
        self.credits: list[GiveBack] = []
        self.findings: list[Finding] = []
        self.positions: list[Position] = []
        self.open_work = 0
        self._payer = SOLE_PAYER  # the one that is judged
        self._is_billed = False  # whether it was billed something of it
        self._sharers = frozenset[str]()  # all who pay for it now

    def judge(self, verdict: Verdict, claims: Sequence[Claim]) -> None:
        """Judge one verdict, payer by payer, against the claims on its charge."""
        self.findings.extend(verdict.notices)
        parts = {part.payer: part for part in verdict.parts}
        counted = [claim.payer for claim in claims if claim.ended != "withdrawn"]
        payers = list(dict.fromkeys([*parts, *counted])) or [SOLE_PAYER]
        self._sharers = frozenset(parts)
        rest = unbilled_rest(verdict, standing(claims, self.contract.currency))
        for number, payer in enumerate(payers):
            own = [claim for claim in claims if claim.payer == payer]
            charge = parts.get(payer, verdict.charge)
            part = replace(verdict, charge=charge, rest=rest if number == 0 else None)
            now = standing(own, self.contract.currency, charge.due_at if charge else None)
            self._payer, self._is_billed = payer, bool(own)
            told = len(self.findings)
            self._judge(part, now.against(charge.entitled) if charge else now)
            self.findings[told:] = map(self._whose, self.findings[told:])

    def _whose(self, finding: Finding) -> Finding:
        """A finding about what one of several payers was billed, or was given up of it, in the name of that one."""
        is_billed = self._is_billed or finding.code == "work.undone"
        is_write = finding.code.startswith("write.")  # named by whose write it is
        return finding if is_write or not is_billed else say.named(finding, self._payer)

    def _judge(self, verdict: Verdict, now: Standing) -> None:
        """Put one verdict on its row and column, and do what the table says."""
        head = self._head(verdict, now)
        verdict = _recognised(verdict, head)
        event, undone = self._event(verdict, now, head)
        whose = (verdict.charge_key, self._payer, self._sharers)
        waiting, refusal = self.account.unfinished(*whose), self.account.refusal(*whose)
        column = DocumentState.UNKNOWN if waiting else head.column if head else None
        verb = on_reopening(verb_for(event, column), self.contract)
        if verb is Verb.MERGE and head is not None and self._is_theirs(verdict.charge_key, head):
            verb = Verb.CHANGE if event is Event.UP else Verb.FIND
        edited = self._edited(verb, verdict, now, head)
        verb = edited.verb(up=event is Event.UP) if edited else verb
        if verb in (Verb.FIND, Verb.CREDIT) and head is not None:
            finding = self._whose(say.cannot_write(verdict, event, now, head))
            verb = on_too_much(verb, event, verdict.charge_key, self.contract, self.account)
            verb = decided_verb(event, finding, self.account, verb)
        group = self._group(verdict, verb)
        if group is not None:
            waiting = self._places.being_written(group)
            verb = Verb.WAIT if waiting else verb
        ready_at = group.ready_at if group is not None and self._places.gathers(group) else None
        outlook = Outlook(verb, waiting, ready_at, undone, refusal)
        self.positions += positions(self.contract.id, verdict, event, now, outlook, self.account)
        self.open_work += event is Event.QUIET
        if head is not None:
            self._tell_of_finance(verdict, now, head, edited)
            if head.is_moved or (head.realm != self.terms.realm and verb is not Verb.KEEP):
                self.findings.append(
                    say.moved(verdict, head) if head.is_moved else say.elsewhere(verdict, head)
                )
                return
        if verb in _WRITES and self._refused_lately(verdict, refusal):
            return
        if verb in _BILLS and event is not Event.DOWN and verdict.charge is not None:
            wrong = say.wrong_account(verdict, items_of(verdict.charge, self.contract), self.terms.items)
            if wrong is not None:
                self.findings.append(wrong)
                return
        if ready_at is None:
            self._do(verb, verdict, _Turn(event, now, head, waiting, edited, undone))

    def _head(self, verdict: Verdict, now: Standing) -> Head | None:
        """The document on which a charge is settled next: its newest, but what is billed too much leaves a draft that
        is ours to write, where one carries it."""
        newest = [self.account.heads[claim.document_key] for claim in reversed(now.live)]
        if newest and event_of(verdict, now) is Event.DOWN:
            ours = (
                each
                for each in newest
                if each.column is DocumentState.DRAFT and each.realm == self.terms.realm
            )
            key = verdict.charge_key
            return next((each for each in ours if not self._is_theirs(key, each)), newest[0])
        return newest[0] if newest else None

    def _is_theirs(self, charge_key: str, head: Head) -> bool:
        """Whether our line there is finance's for good: put off by a person, or on a document without our marker, which
        dispatch would never write."""
        unmarked = head.shown is None or head.shown.marker != self.terms.marker(head.document_key)
        return unmarked or is_deferred(charge_key, head.document_key, self.account)

    def _event(self, verdict: Verdict, now: Standing, head: Head | None) -> tuple[Event, Decision | None]:
        """The row of the table; where a person took the charge back, the decision that says so."""
        event, back = event_of(verdict, now), None
        if event is Event.NEW and verdict.charge is not None:
            back = taken_back(verdict.charge, self.account)
        elif head is not None and head.column is DocumentState.DRAFT:
            back = undone_on(now.on(head.document_key).live[-1], self.account)
        return (event, None) if back is None else (Event.UNDONE, back)

    def _group(self, verdict: Verdict, verb: Verb) -> Group | None:
        """The group on whose document a new line would go."""
        if verdict.charge is None or verb not in (Verb.CREATE, Verb.CHANGE):
            return None
        return self._places.group(verdict.charge, billed=verb is Verb.CHANGE)

    def _edited(self, verb: Verb, verdict: Verdict, now: Standing, head: Head | None) -> Merging | None:
        """What may go onto a document that finance edited, where the table asks for a merge."""
        if verb is not Verb.MERGE or head is None or verdict.charge is None:
            return None
        bill = updated(verdict, verdict.charge, now, head)
        return merging(bill, head, self.contract)

    def _do(self, verb: Verb, verdict: Verdict, turn: _Turn) -> None:
        now, head = turn.now, turn.head
        match verb:
            case Verb.CREATE:
                self._create(verdict, now)
            case Verb.UPDATE if head is not None:
                self._update(verdict, turn)
            case Verb.CHANGE if verdict.charge is not None:
                self.wants.append(change(verdict, verdict.charge, now, self.account.heads))
            case Verb.TAKE_BACK if head is not None:
                self._withdraw(verdict, now, head, turn.undone)
            case Verb.CREDIT | Verb.ISSUE if head is not None:
                self._give_back(verdict, turn, head, is_proposed=verb is Verb.CREDIT)
            case Verb.WAIT if turn.waiting is not None:
                self.findings += (
                    say.named(each, turn.waiting.payer) for each in say.waiting(verdict, turn.waiting)
                )
            case Verb.KEEP:
                pass
            case _ if turn.undone is not None:
                self.findings.append(say.undone(verdict, turn.undone))
            case _ if turn.event is Event.DECLINED:
                heads = self.account.heads
                self.findings.append(endings.declined(verdict, now, heads, self.terms.zone))
            case _:
                self.findings.append(say.cannot_write(verdict, turn.event, now, head))

    def _tell_of_finance(self, verdict: Verdict, now: Standing, head: Head, edited: Merging | None) -> None:
        """What finance bills less or more than we drafted, or wrote over, is respected, and said."""
        if edited is not None and edited.conflicts:
            self.findings.append(say.conflict(verdict, head, edited.conflicts))
        if now.declined and now.live:
            self.findings.append(endings.declined(verdict, now, self.account.heads, self.terms.zone))
        if now.waived and now.waived != now.forgone:
            self.findings.append(say.reduced(verdict, now))
        if now.forgone:
            self.findings.append(say.given_back(verdict, now, now.forgone, self.account.heads))
        if raised := raised_lines(verdict.charge_key, now, self.account.heads):
            self.findings.append(say.raised(verdict, now, raised))

    def _refused_lately(self, verdict: Verdict, refusal: Pending | None) -> bool:
        """Whether QuickBooks refused this write so lately that it is left alone; the refusal is said either way."""
        if refusal is None or refusal.refused_at is None:
            return False
        self.findings.append(say.named(say.refused(verdict, refusal), refusal.payer))
        return refusal.refused_at >= self.terms.refused_before

    def orphan(self, key: str, now: Standing) -> None:
        """A billed charge that no rule reaches any more stays billed and is shown."""
        if not now.live:
            return
        head = self.account.heads[now.live[-1].document_key]
        title = head.text_of(key) or document_name(head)
        self.positions.append(
            Position(self.contract.id, key, title, "billed", now.claimed + now.waived, "billed")
        )
        self.findings.append(say.orphaned(key, title, now, self.account.heads))

    def _create(self, verdict: Verdict, now: Standing) -> None:
        bill = first_bill(verdict, now)
        if bill is None:
            self.findings.append(say.nothing_to_bill(verdict))
        else:
            self.wants.append(bill)

    def _update(self, verdict: Verdict, turn: _Turn) -> None:
        head, bill = turn.head, turn.edited.bill if turn.edited else None
        if bill is None and verdict.charge is not None and head is not None:
            bill = updated(verdict, verdict.charge, turn.now, head)
        if bill is not None:
            self.wants.append(bill)
        elif head is not None and verdict.charge is not None and verdict.charge_key in head.line_ids:
            self._take_back(verdict, turn.now.on(head.document_key), head, verdict.reason)
        else:
            self.findings.append(say.cannot_write(verdict, turn.event, turn.now, head))

    def _withdraw(self, verdict: Verdict, now: Standing, head: Head, undone: Decision | None) -> None:
        """Take our line out of an untouched draft: its work reopened, or a person undid it."""
        if head.shown is None or verdict.charge_key not in head.line_ids:
            self.findings.append(say.cannot_write(verdict, Event.REOPENED, now, head))
            return
        on_it = now.on(head.document_key)
        if undone is None:
            self.findings.append(say.withdrawn(verdict, on_it, head))
        reason = verdict.reason if undone is None else say.taken_back(undone)
        self._take_back(verdict, on_it, head, reason)

    def _take_back(self, verdict: Verdict, on_it: Standing, head: Head, reason: str) -> None:
        """Our line leaves the document, and the document goes when no other line of ours stays on it."""
        payer = on_it.live[-1].payer
        self.wants.append(TakeBack(verdict.charge_key, payer, verdict.title, reason, head, on_it.claimed))

    def _give_back(self, verdict: Verdict, turn: _Turn, head: Head, *, is_proposed: bool) -> None:
        """What the client has is never written: less is given back by a credit memo, once a person or the contract
        says so."""
        now, finding = turn.now, say.cannot_write(verdict, turn.event, turn.now, head)
        amount = now.claimed
        if turn.event is Event.DOWN and verdict.charge is not None:
            amount = -now.delta(verdict.charge.entitled)
        payer, reason = now.live[-1].payer, finding.reason.partition(";")[0]
        self.credits.append(
            GiveBack(verdict.charge_key, payer, verdict.title, reason, amount, finding.ref, is_proposed)
        )
        if is_proposed:
            self.findings.append(finding)


def _recognised(verdict: Verdict, head: Head | None) -> Verdict:
    """Work of which nothing is known but its id (the rules read its project no more) by the words of its line."""
    work = verdict.work
    if work is None or head is None or verdict.title != f"{work.kind}-{work.id}":
        return verdict
    return replace(verdict, title=head.text_of(verdict.charge_key) or verdict.title)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A verdict on its row and column: where its charge stands, what is under way, what a merge says, the decision by
    which it was taken back."""

    event: Event
    now: Standing
    head: Head | None
    waiting: Pending | None
    edited: Merging | None
    undone: Decision | None
