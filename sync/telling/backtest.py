"""Edited rules tried on all that was ever read, before they are saved: which drafts differ, and whose money moves.

From the store alone, by the functions that plan and bill: what it says of the next apply is what that apply does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from connectors.errors import Rejected
from connectors.names import pick
from mappings.contract.book import Reach, RuleBook, reach_of
from mappings.words.text import listed
from model.billing import BooksCatalogue, Claim
from model.finding import Finding
from model.money import Money, total
from sync.assess import Assessment, Assessor, Ledger
from sync.guard import guarded
from sync.outbox.company import Company
from sync.planning.actions import Action, Held
from sync.planning.views import Account
from sync.reading.sources import Reading, last_read
from sync.store import Store

Question = Literal["next", "from_start"]
_Sums = dict[tuple[str, str], dict[str, Money]]  # (client, currency) → charge → money
_READ = {
    "projects": "project",
    "boards": "board",
    "fields": "field",
    "timed_projects": "time of project",
    "timed_boards": "time of board",
}


class NothingBilled:
    """A ledger in which nothing was ever billed: as if the rules had been there from the start."""

    def account(self, _contract: str, _now: datetime, /) -> Account:
        """See `Ledger`."""
        return Account(0, (), {}, ())

    def claims(self) -> tuple[Claim, ...]:
        """See `Ledger`."""
        return ()

    def claims_under_way(self) -> tuple[Claim, ...]:
        """See `Ledger`."""
        return ()


@dataclass(frozen=True, slots=True)
class ClientMoney:
    """What is billed to one client after an apply, in one currency. `moved` is the sum of all differences of its
    charges, whatever their sign: gains and losses do not hide each other."""

    client: str
    currency: str
    before: Money
    after: Money
    moved: Money

    @property
    def percent(self) -> Decimal | None:
        """How much of its money moves; None where there was none before."""
        if not self.moved:
            return Decimal(0)
        if not self.before:
            return None
        return (Decimal(self.moved.minor) * 100 / abs(self.before.minor)).quantize(Decimal("0.01"))

    def is_beyond(self, limit: Decimal) -> bool:
        """Whether more than `limit` percent of its money moves."""
        return self.moved.minor * 100 > abs(self.before.minor) * limit


@dataclass(frozen=True, slots=True)
class Backtest:
    """The drafts that differ under the edited rules, the money of each client, and findings that come up anew.

    `held` are writes that would wait for a person under the edited rules, as an apply would hold them: their money
    is in no figure, and they count as neither added, removed nor changed. `unread` are names that the edited rules
    read and that were never asked for: figures lack what they would bring.
    """

    question: Question
    added: tuple[Action, ...]
    removed: tuple[Action, ...]
    changed: tuple[tuple[Action, Action], ...]
    same: int
    held: tuple[Held, ...]
    clients: tuple[ClientMoney, ...]
    findings: tuple[tuple[str, Finding], ...]
    unread: tuple[str, ...]

    def beyond(self, limit: Decimal) -> tuple[ClientMoney, ...]:
        """Clients of whose money more than `limit` percent moves."""
        return tuple(each for each in self.clients if each.is_beyond(limit))


@dataclass(frozen=True, slots=True)
class Trial:
    """The store to try rules on as it stands at `now`; `asked` are the names that each site was asked about, and
    `companies` those whose fuses hold what is too much."""

    store: Store
    asked: Mapping[str, Reach]
    companies: Mapping[str, Company]
    marker: Callable[[str], str]
    now: datetime

    def compare(self, present: RuleBook, edited: RuleBook, question: Question) -> Backtest:
        """What an apply would do under `edited` rules against what it would do under the `present` ones.

        "next": upon what is billed, which keeps its rule versions; what would wait for a person is held. "from_start":
        upon an empty ledger, where nothing is held: no apply would bill all of it at once.
        """
        ledger: Ledger = self.store.accounts if question == "next" else NothingBilled()
        (read, before), (edited_read, after) = (self._look(book, ledger) for book in (present, edited))
        old, new = _by_document(before), _by_document(after)
        held = {one.action.document_key: one for each in after for one in each.plan.held}
        common = [key for key in new if key in old]
        known = {(each.contract.id, one.code, one.ref) for each in before for one in each.plan.findings}
        return Backtest(
            question=question,
            added=tuple(action for key, action in new.items() if key not in old),
            removed=tuple(action for key, action in old.items() if key not in new and key not in held),
            changed=tuple((old[key], new[key]) for key in common if not _alike(old[key], new[key])),
            same=sum(_alike(old[key], new[key]) for key in common),
            held=tuple(held.values()),
            clients=_clients(self._billed(before, ledger, read), self._billed(after, ledger, edited_read)),
            findings=tuple(
                (each.contract.id, one)
                for each in after
                for one in each.plan.findings
                if (each.contract.id, one.code, one.ref) not in known
            ),
            unread=tuple(self._unread(edited, {each.contract.id for each in after})),
        )

    def _look(self, book: RuleBook, ledger: Ledger) -> tuple[Reading, tuple[Assessment, ...]]:
        reading = last_read(self.store, book.contracts)
        assessor = Assessor(self.store, book, reading, self.marker, self.now, self.now, ledger=ledger)
        looked_at = assessor.every()
        if ledger is self.store.accounts:
            looked_at = guarded(
                self.store,
                looked_at,
                assessor.known,
                self.companies,
                reading.companies,
                self.marker,
                self.now,
            )
        return reading, looked_at

    def _billed(self, looked_at: Iterable[Assessment], ledger: Ledger, reading: Reading) -> _Sums:
        """What each charge has billed once these plans are applied, by client and currency."""
        sums: _Sums = defaultdict(dict)
        for each in looked_at:
            account = ledger.account(each.contract.id, self.now)
            for client, key, amount in _steps(each, account, reading.companies.get(each.contract.company)):
                charges = sums[client, amount.currency]
                charges[key] = charges.get(key, Money.zero(amount.currency)) + amount
        return sums

    def _unread(self, edited: RuleBook, looked_at: set[str]) -> Iterable[str]:
        for site in sorted({contract.site for contract in edited.contracts}):
            wanted, known = reach_of(edited.of_site(site)), self.asked.get(site)
            for names, kind in _READ.items():
                strange = set(getattr(wanted, names)) - set(getattr(known, names, ()))
                if strange:
                    yield f"{kind} {listed(sorted(strange))} on site {site}"
        for contract in edited.contracts:
            if contract.id not in looked_at:
                yield f"contract {contract.id}: its site or company was never read"


def _by_document(looked_at: Sequence[Assessment]) -> dict[str, Action]:
    return {action.document_key: action for each in looked_at for action in each.plan.actions}


def _alike(one: Action, other: Action) -> bool:
    """Whether finance would see the same document: the rule's name and version are ours."""
    return _seen(one) == _seen(other)


def _seen(action: Action) -> tuple[object, ...]:
    lines = tuple(
        (line.charge_key, line.amount, line.quantity, line.unit_price, line.text, line.item, line.klass)
        for line in action.lines
    )
    draft = action.draft
    head = (draft.client, draft.invoice_date, draft.terms, draft.memo) if draft else ()
    return action.kind, action.amount, lines, action.removals, head


def _steps(
    each: Assessment, account: Account, books: BooksCatalogue | None
) -> Iterable[tuple[str, str, Money]]:
    """The client, the charge and the money of all that is billed and planned. What a document of ours shows is its
    client's, whoever the rules would bill for it by now."""
    clients = books.clients if books is not None else ()
    names = {one.id: one.name for one in clients}

    def whose(document_key: str, client: str) -> str:
        head = account.heads.get(document_key)
        shown = names.get(head.shown.client_id) if head is not None and head.shown is not None else None
        return shown or _called(client, names.values())

    for claim in account.claims:
        if claim.ended is None:
            client = whose(claim.document_key, each.contract.payer(claim.payer).client)
            yield client, claim.charge_key, claim.net
    for action in each.plan.actions:
        client = whose(action.document_key, action.client)
        yield from ((client, step.charge_key, step.amount) for step in action.steps())
        yield from ((client, removal.charge_key, -removal.amount) for removal in action.removals)


def _called(client: str, names: Collection[str]) -> str:
    """A client by its name in the books, however a contract writes it."""
    try:
        return pick("client", client, ((name, name) for name in names))
    except Rejected:
        return client


def _clients(before: _Sums, after: _Sums) -> tuple[ClientMoney, ...]:
    result = []
    for client, currency in sorted({*before, *after}):
        old, new = before.get((client, currency), {}), after.get((client, currency), {})
        zero = Money.zero(currency)
        steps = [new.get(key, zero) - old.get(key, zero) for key in {*old, *new}]
        moved = total([max(step, -step) for step in steps], currency)
        sums = total(list(old.values()), currency), total(list(new.values()), currency)
        result.append(ClientMoney(client, currency, *sums, moved))
    return tuple(result)
