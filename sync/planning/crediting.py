"""Credit memos: which lines of which invoices give back what was billed too much, and what rode with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from mappings.compose import compose_credit, credit_line
from mappings.contract.rules import Contract
from mappings.money.retained import withheld_kinds
from mappings.progress.claimed import PAYABLE, kind_of, name_of
from model.billing import Claim, Document, DocumentState, DraftLine
from model.finding import Finding
from model.money import Money, total
from sync.planning.actions import Action, Held
from sync.planning.findings import credit_unplaced
from sync.planning.observe import GONE, SHARE_DIGITS, nearer
from sync.planning.riding import RIDERS
from sync.planning.terms import Terms
from sync.planning.views import Account, Head, credit_key, is_given
from sync.planning.wants import GiveBack

_OUT = frozenset({DocumentState.SENT, DocumentState.PAID})


@dataclass(frozen=True, slots=True)
class _Part:
    """What a want takes of what one document bills of its charge: `claim` is the newest that did, `share` the percent
    of the contract that goes with the amount."""

    want: GiveBack
    claim: Claim
    amount: Money
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Crediting:
    """Makes the credit memos of one contract: one for each invoice that gives something back."""

    contract: Contract
    account: Account
    terms: Terms

    def memos(self, wants: Iterable[GiveBack]) -> tuple[tuple[Action, ...], tuple[Held, ...]]:
        """The credit memos that are to be made, and those that wait for a decision."""
        due: dict[str, list[_Part]] = {}
        proposed: dict[str, list[_Part]] = {}
        for want in wants:
            for part in self._parts(want):
                (proposed if want.is_proposed else due).setdefault(part.claim.document_key, []).append(part)
        for key, parts in due.items():  # what was taken off for lateness goes with its fee
            parts += [part for part in proposed.get(key, ()) if kind_of(part.claim.charge_key) == "late"]
        memos = {key: memo for key, parts in due.items() if (memo := self._memo(key, parts)) is not None}
        offers = [
            Held(memo, tuple(dict.fromkeys(part.want.ref for part in parts)))
            for key, parts in proposed.items()
            if (memo := self._memo(key, parts)) is not None
        ]
        return tuple(memos.values()), tuple(offers)

    def _parts(self, want: GiveBack) -> Iterator[_Part]:
        """The lines that a want takes from, the newest first, each at most what is left of it."""
        left, billing = want.amount, dict[str, list[Claim]]()
        for claim in reversed(self.account.claims):
            mine = (claim.charge_key, claim.payer) == (want.charge_key, want.payer)
            if mine and claim.ended is None and not claim.is_credit:
                billing.setdefault(claim.document_key, []).append(claim)
        for claims in billing.values():
            amount = nearer(left, self._room(claims))
            if amount:
                yield _Part(want, claims[0], amount, _share(claims, amount))
                left -= amount

    def _room(self, claims: Sequence[Claim]) -> Money:
        """What a credit memo may take of what the client has of a charge on one document: what it shows, and no more
        than we billed, less all that was given back of it."""
        key, zero = claims[0].document_key, Money.zero(self.contract.currency)
        head = self.account.heads[key]
        shows = head.amount_of(claims[0].charge_key)
        if head.state not in _OUT or head.realm != self.terms.realm or shows is None:
            return zero
        billed = total([claim.net for claim in claims], self.contract.currency)
        return nearer(shows, billed) - self._given_back(key, *claims)

    def _given_back(self, document_key: str, *of: Claim) -> Money:
        """What credit memos gave back of claims on a document."""
        names = {(claim.charge_key, claim.payer) for claim in of}
        back = [
            claim.net
            for claim in self.account.claims
            if claim.is_credit
            and claim.ended is None
            and claim.corrects == document_key
            and (claim.charge_key, claim.payer) in names
        ]
        return -total(back, self.contract.currency)

    def _memo(self, document_key: str, parts: Sequence[_Part]) -> Action | None:
        """The credit memo for one invoice; None where nothing would be given back, or one is under way."""
        head, key = self.account.heads[document_key], self._key(document_key)
        if head.shown is None or self.account.writing(key) is not None:
            return None
        lines = list(self._lines(head, head.shown, parts))
        given_back = total([line.amount for line in lines], self.contract.currency)
        if len(lines) < len(parts) or given_back.minor <= 0:
            return None
        today = self.terms.now.astimezone(ZoneInfo(self.terms.zone)).date()
        marker, closed_on = self.terms.marker(key), self.terms.closed_on
        draft = compose_credit(self.contract, key, lines, head.shown, marker, today, closed_on)
        titles = list(dict.fromkeys(part.want.title for part in parts))
        return Action(
            kind="create",
            document_key=key,
            contract=self.contract.id,
            company=self.contract.company,
            client=draft.client,
            subject=titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more",
            reason="; ".join(dict.fromkeys(part.want.reason for part in parts)),
            amount=draft.total,
            draft=draft,
            document_kind="credit_memo",
            corrects=document_key,
        )

    def _key(self, document_key: str) -> str:
        """The key of the next credit memo for an invoice: one that never came to be keeps its key."""
        number, heads = 1, self.account.heads
        while (head := heads.get(credit_key(document_key, number))) is not None and head.shown is not None:
            number += 1
        return credit_key(document_key, number)

    def _lines(self, head: Head, shown: Document, parts: Sequence[_Part]) -> Iterator[DraftLine]:
        amounts = {part.claim: part.amount for part in parts}
        shares = {part.claim: part.share for part in parts}
        for claim, amount in {**amounts, **self._riding(head, amounts)}.items():
            written = self.terms.written(head.document_key, claim.charge_key)
            if written is not None:
                share = shares[claim] if claim in shares else _share([claim], amount)
                yield credit_line(written, amount, share, shown)

    def _riding(self, head: Head, amounts: Mapping[Claim, Money]) -> dict[Claim, Money]:
        """What is withheld and drawn on the invoice goes back in step with what it rides on: as much of it, to date, as
        is given back of that."""
        found: dict[Claim, Money] = {}
        on_it = self.account.on(head.document_key)
        for rider in (claim for claim in on_it if kind_of(claim.charge_key) in RIDERS):
            basis = [claim for claim in on_it if self._carries(rider, claim)]
            billed = total([claim.net for claim in basis], self.contract.currency)
            now = [amount for claim, amount in amounts.items() if claim in basis]
            if billed.minor > 0 and now:
                back = self._given_back(head.document_key, *basis) + total(now, self.contract.currency)
                part = Fraction(min(back, billed).minor, billed.minor)
                found[rider] = rider.net.times(part) - self._given_back(head.document_key, rider)
        return {claim: amount for claim, amount in found.items() if amount}

    def _carries(self, rider: Claim, claim: Claim) -> bool:
        """Whether a line of retainage or a draw rides on another line of its document: retainage of a tax code on the
        lines of that code of which a part is withheld."""
        if kind_of(rider.charge_key) == "draw":
            return kind_of(claim.charge_key) in PAYABLE
        code, written = name_of(rider.charge_key), self.terms.written(claim.document_key, claim.charge_key)
        same = not code or (written is not None and written.tax_code == code)
        return same and kind_of(claim.charge_key) in withheld_kinds(self.contract)


def unplaced(account: Account) -> Iterator[Finding]:
    """A finding for each credit memo of finance's that gives back nothing that is known."""
    known = {claim.document_key for claim in account.claims}
    for head in account.heads.values():
        gives = head.shown is not None and head.state not in GONE and head.shown.total.minor > 0
        if is_given(head.document_key) and gives and head.document_key not in known:
            yield credit_unplaced(head)


def _share(claims: Sequence[Claim], amount: Money) -> Decimal | None:
    """The percent of the contract that goes with a part of claims on one document."""
    billed = total([claim.amount for claim in claims], amount.currency)
    shares = [claim.share for claim in claims if claim.share is not None]
    if not shares or not billed:
        return None
    return (sum(shares, Decimal(0)) * amount.minor / billed.minor).quantize(SHARE_DIGITS)
