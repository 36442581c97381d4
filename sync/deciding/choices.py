"""What a person may choose about a finding, and what each choice does in money. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mappings.contract.rules import Contract
from mappings.progress.verdict import Verdict
from model.billing import Claim, DocumentState
from model.finding import Finding
from model.money import Money, total
from sync.planning.actions import Action, ContractPlan
from sync.planning.alike import CODE, DIFFERENT, SAME, net
from sync.planning.decided import CREDIT, FOLLOW, SETTLED
from sync.planning.documents import document_name
from sync.planning.estimates import TAKEN_UP, shown_again
from sync.planning.fuse import moved
from sync.planning.ledger import Standing, standing
from sync.planning.observe import GONE
from sync.planning.refunds import excess_of
from sync.planning.views import Account, Head, Pending

#: Findings that only putting something right ends, as it ends what holds a write.
_NO_KEEP = frozenset({"contract.failed", "write.parked", "write.unknown"})


@dataclass(frozen=True, slots=True)
class Choice:
    """`before` and `after` are what is billed of the work to date, now and once it is done; None: not known, or
    nothing is. `needs` names what has to be given with it."""

    name: str
    words: str
    before: Money | None
    after: Money | None
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """A finding with what stands behind it: its contract's plan and ledger, the verdict on its work if it has one, and
    those on the work whose writes are `waiting` for it."""

    finding: Finding
    contract: Contract
    plan: ContractPlan
    account: Account
    verdict: Verdict | None
    waiting: tuple[Verdict, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims that the finding is about."""
        payer = self.finding.payer
        mine = (claim for claim in self.account.claims if claim.charge_key == self.finding.ref)
        return tuple(claim for claim in mine if payer in ("", claim.payer))

    @property
    def now(self) -> Standing:
        """Where the charge of the finding stands: with the payer that it is about, else of all payers together."""
        return standing(self.claims, self.contract.currency)

    @property
    def head(self) -> Head | None:
        """The document that the finding is about, else the newest that carries its charge or once did."""
        if (named := self.account.heads.get(self.finding.ref)) is not None:
            return named
        newest = (self.now.live or self.claims)[-1:]
        return self.account.heads[newest[0].document_key] if newest else None

    @property
    def intent(self) -> Pending | None:
        """The write under way for the charge: of the payer that the finding is about."""
        payer = self.finding.payer
        return self.account.unfinished(self.finding.ref, payer, self.account.payers if payer else ())

    @property
    def entitled(self) -> Money | None:
        """What the rules have it worth to date, once it is due."""
        if self.verdict is None or self.verdict.charge is None:
            return None
        parts = (part for part in self.verdict.parts if part.payer == self.finding.payer)
        return next(parts, self.verdict.charge).entitled


def choices(matter: Matter) -> tuple[Choice, ...]:
    """What may be chosen, `keep` last."""
    found = _BY_CODE.get(matter.finding.code)
    offered = tuple(found(matter)) if found is not None else ()
    holds = any(matter.finding.ref in held.by for held in matter.plan.held)
    if holds or matter.finding.code in _NO_KEEP:
        return offered
    billed = matter.now.claimed
    words = "leave it as it is; it is asked again when its state or its amounts change"
    return (*offered, Choice("keep", words, billed, billed))


def _declined(matter: Matter) -> Iterator[Choice]:
    now = matter.now
    after = matter.entitled if matter.entitled is not None else now.claimed + now.declined
    words = "bill it again: what finance ended does not stand in the way any more"
    yield Choice("rebill", words, now.claimed, after)


def _given(matter: Matter) -> Iterator[Choice]:
    now = matter.now
    if now.forgone:
        words = "bill what finance gave back on the next draft"
        yield Choice("rebill", words, now.claimed, now.claimed + now.forgone)


def _undone(matter: Matter) -> Iterator[Choice]:
    yield Choice("rebill", "bill it after all", matter.now.claimed, matter.entitled)


def _reduced(matter: Matter) -> Iterator[Choice]:
    now = matter.now
    words = "bill what finance took off on the next draft"
    yield Choice("defer", words, now.claimed, now.claimed + now.waived)


def _down(matter: Matter) -> Iterator[Choice]:
    if matter.entitled is not None and matter.head is not None and matter.head.column not in GONE:
        words = "take the difference off the next draft that is at least as large"
        yield Choice("carry", words, matter.now.settled, matter.entitled)
    yield from _credited(matter)


def _credited(matter: Matter) -> Iterator[Choice]:
    """The credit memo that the plan proposes, where it proposes one."""
    ref = matter.finding.ref
    payer = matter.finding.payer
    # The reason tells payers apart, and what is billed too much from what was reopened.
    said = matter.finding.reason.partition(";")[0]
    memos = [each.action for each in matter.plan.proposed if ref in each.by and said in each.action.reason]
    if memos:
        back = total(
            [
                step.amount
                for memo in memos
                for step in memo.steps()
                if step.charge_key == ref and payer in ("", step.payer)
            ],
            memos[0].amount.currency,
        )
        sums = ", ".join(f"{memo.amount} on {_corrected(matter, memo)}" for memo in memos)
        words = f"make the credit memo that is proposed: {sums}"
        yield Choice(CREDIT, words, matter.now.claimed, matter.now.claimed + back)


def _corrected(matter: Matter, memo: Action) -> str:
    return document_name(matter.account.heads[memo.corrects])


def _up(matter: Matter) -> Iterator[Choice]:
    if matter.entitled is not None and matter.head is not None and matter.head.column not in GONE:
        yield Choice("bill", "bill the difference on the next draft", matter.now.settled, matter.entitled)


def _reopened(matter: Matter) -> Iterator[Choice]:
    head, now = matter.head, matter.now
    under_way = any(matter.finding.ref in action.charges for action in matter.plan.actions)
    if head is not None and head.column is DocumentState.DRAFT and not under_way:
        words = "take our line out of the untouched draft; it is drafted again when the work closes"
        yield Choice("withdraw", words, now.claimed, now.claimed - now.on(head.document_key).claimed)
    yield from _credited(matter)


def _unaccepted(matter: Matter) -> Iterator[Choice]:
    amount = matter.verdict.amount if matter.verdict is not None else None
    yield Choice("accept", "record that the client has accepted it", matter.now.claimed, amount)


def _parked(matter: Matter) -> Iterator[Choice]:
    intent, before = matter.intent, matter.now.claimed
    if intent is None:
        return
    after = before + intent.amount.get(matter.finding.ref, Money.zero(matter.contract.currency))
    if matter.account.heads[intent.document_key].shown is None:
        yield Choice("adopt", "it is there: link it to the invoice that you name", before, after, "INVOICE")
    else:
        yield Choice("adopt", "our change is in what the document shows now", before, after)
    if intent.state == "parked":
        yield Choice(
            "resend", "it is not there: send the same once more, if a plan still holds it", before, after
        )
        yield Choice("abandon", "give the write up; its work is not billed by itself", before, before)


def _blown(matter: Matter) -> Iterator[Choice]:
    held = [each.action for each in matter.plan.held if matter.finding.ref in each.by]
    if held:
        after = total([moved(action) for action in held], matter.contract.currency)
        words = "let exactly these writes of this contract pass"
        yield Choice("release", words, Money.zero(matter.contract.currency), after)


def _alike(matter: Matter) -> Iterator[Choice]:
    held = [each.action for each in matter.plan.held if matter.finding.ref in each.by]
    if held:
        zero, after = Money.zero(matter.contract.currency), held[0].amount
        words = "the document that you name bills it: it counts as billed there, and is not written for it"
        yield Choice(SAME, words, zero, after, "INVOICE")
        yield Choice(DIFFERENT, "those bill something else: the draft is made by the next apply", zero, after)


def _taken_up(matter: Matter) -> Iterator[Choice]:
    again = shown_again(matter.account, matter.account.heads[matter.finding.ref])
    if again:
        zero = Money.zero(matter.contract.currency)
        words = (
            "it bills the work: it counts there, and what is billed too much elsewhere leaves a draft of ours"
        )
        yield Choice(SAME, words, zero, total(list(again.values()), zero.currency))


def _refundable(matter: Matter) -> Iterator[Choice]:
    excess = excess_of(matter.contract, matter.account, matter.finding.ref)
    words = f"it was refunded outside: {excess} are not there to draw any more"
    yield Choice(SETTLED, words, excess, Money.zero(excess.currency))


def _moved(matter: Matter) -> Iterator[Choice]:
    if matter.head is not None and matter.head.is_moved:
        words = "the client was merged into the one that has it now: its invoices go on there"
        yield Choice(FOLLOW, words, matter.now.claimed, matter.now.claimed)


def _unplaced(matter: Matter) -> Iterator[Choice]:
    head = matter.head
    if head is not None and head.shown is not None:
        zero = Money.zero(matter.contract.currency)
        words = "it gives back what a line of the invoice that you name bills (1001, or 1001/2 for its second line)"
        yield Choice(CREDIT, words, zero, -net(head.shown), "INVOICE")
        words = "it is about no bill of this contract: the client uses it up on a later invoice"
        yield Choice("carry", words, zero, zero)


_BY_CODE: Mapping[str, Callable[[Matter], Iterator[Choice]]] = {
    CODE: _alike,
    "credit.unplaced": _unplaced,
    "deposit.excess": _refundable,
    "draft.moved": _moved,
    TAKEN_UP: _taken_up,
    "credit.given": _given,
    "draft.declined": _declined,
    "draft.reduced": _reduced,
    "amount.down": _down,
    "amount.up": _up,
    "work.reopened": _reopened,
    "work.undone": _undone,
    "work.accept.missing": _unaccepted,
    "write.parked": _parked,
    "write.unknown": _parked,
    "fuse.line": _blown,
    "fuse.client": _blown,
    "fuse.run": _blown,
}
