"""What the ledger says was billed, as translation needs it: by charge, by work, by leaf issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import get_args

from model.billing import Claim, Leaf
from model.money import Money, total
from model.work import WorkId, WorkKind

_KINDS: dict[str, WorkKind] = {kind: kind for kind in get_args(WorkKind)}


def charge_key(contract: str, work: WorkId | None, kind: str) -> str:
    """The identity of a charge: immutable ids only."""
    return f"{contract}|{work or 'contract'}|{kind}"


#: Kinds of the contract's own work: caps count them, retainage is withheld of them, and a deposit pays for them.
WORK = frozenset({"fee", "change", "late"})

#: Kinds that bill a contract's value: its work and its change orders.
VALUE = frozenset({"fee", "change"})

#: Kinds of it whose amount may be below nothing, on a document that stays above it.
REDUCING = frozenset({"change", "late"})

#: Kinds that a deposit pays for: the work, and what was withheld of it once it is let go.
PAYABLE = WORK | {"release"}


def kind_of(key: str) -> str:
    """The kind of a charge, without the name that some carry ("change" of "change:CO-1")."""
    return key.rpartition("|")[2].partition(":")[0]


def coded(kind: str, tax_code: str | None) -> str:
    """The kind of a charge of which there is one for each tax code: "retainage:TAX"."""
    return kind if tax_code is None else f"{kind}:{tax_code}"


def name_of(key: str) -> str:
    """The name that some charges carry behind their kind: "CO-1" of "change:CO-1"."""
    return key.rpartition("|")[2].partition(":")[2]


def settled(claims: Iterable[Claim], currency: str) -> Money:
    """Claimed, declined and waived together: the amounts of all claims but those that we withdrew.

    A claim's amount is ours at posting, so what finance reduced later (waived) is part of it.
    """
    counted = (claim for claim in claims if claim.ended != "withdrawn" and not claim.given)
    return total([claim.amount for claim in counted], currency)


def kept(claims: Iterable[Claim], currency: str) -> Money:
    """What of the settled amount stays whatever a charge is worth now: all but what is on a document that we may
    still write. The client holds the rest, or finance has touched it: only a credit takes it back."""
    return settled((claim for claim in claims if not claim.writable), currency)


def is_billed(claims: Iterable[Claim]) -> bool:
    """Whether something of it is live, and credit memos have not given all of that back."""
    live = [claim for claim in claims if claim.ended is None and not claim.given]
    billing = [claim for claim in live if not claim.is_credit]
    if not billing or len(billing) == len(live):
        return bool(billing)
    return bool(total([claim.amount for claim in live], live[0].amount.currency))


def settled_share(claims: Iterable[Claim]) -> Decimal:
    """The percent that those claims stand for; each claim carries its own step."""
    counted = (claim.share for claim in claims if claim.ended != "withdrawn")
    return sum((share for share in counted if share is not None), Decimal(0))


class Claimed:
    """Claims that count (all but withdrawn ones), of every contract that may have billed the same work.

    An issue is billed whole, or by its time: then each worklog is. `leaf_of` gives the issue that a sub-task is
    part of, `has_left` says that an issue is no part of a work any more: what only a draft of ours bills of it goes
    with the issue.
    """

    def __init__(
        self,
        claims: Sequence[Claim],
        leaf_of: Callable[[str], str] = str,
        has_left: Callable[[WorkId, str], bool] = lambda _work, _issue: False,
    ) -> None:
        self.by_charge: defaultdict[str, tuple[Claim, ...]] = defaultdict(tuple)
        self._contracts: defaultdict[str, set[str]] = defaultdict(set)
        self._leaf_of = leaf_of
        self._issues, self._whole, self._worklogs = _Owners(), _Owners(), _Owners()
        for claim in sorted(claims, key=lambda claim: claim.recorded_at):
            if claim.ended == "withdrawn":
                continue
            key = claim.charge_key
            contract, work, _ = key.split("|")
            self.by_charge[key] = (*self.by_charge[key], claim)
            self._contracts[work].add(contract)
            for leaf in claim.leaves:
                if not (claim.writable and has_left(_work_id(work), leaf.issue_id)):
                    self._own(contract, leaf, key)

    def _own(self, contract: str, leaf: Leaf, key: str) -> None:
        issue = self._leaf_of(leaf.issue_id)
        self._issues.add(contract, issue, key)
        if leaf.worklog_id:
            self._worklogs.add(contract, leaf.worklog_id, key)
        else:
            self._whole.add(contract, issue, key)

    def of(self, key: str) -> tuple[Claim, ...]:
        """Claims of one charge, oldest first."""
        return self.by_charge.get(key, ())

    def contracts(self, work: WorkId) -> tuple[str, ...]:
        """Ids of the contracts that have billed `work`, sorted."""
        return tuple(sorted(self._contracts.get(str(work), ())))

    def works(self, contract: str) -> list[WorkId]:
        """Works that `contract` has billed."""
        named = (work for work, contracts in self._contracts.items() if contract in contracts)
        return [_work_id(work) for work in named if "/" in work]

    def leaf_owner(self, contract: str, issue_id: str) -> str | None:
        """The charge of `contract` that has billed the issue, whole or any of its time."""
        return self._issues.owner(contract, issue_id)

    def whole_owner(self, contract: str, issue_id: str) -> str | None:
        """The charge of `contract` that has billed the issue whole."""
        return self._whole.owner(contract, issue_id)

    def worklog_owner(self, contract: str, worklog_id: str) -> str | None:
        """The charge of `contract` that has billed the worklog."""
        return self._worklogs.owner(contract, worklog_id)

    def elsewhere(self, contract: str, leaf: Leaf) -> str | None:
        """Another contract that has billed the same: the issue, or for time this worklog or the issue whole."""
        issue = self._leaf_of(leaf.issue_id)
        if not leaf.worklog_id:
            return self._issues.elsewhere(contract, issue)
        whole, time = (
            self._whole.elsewhere(contract, issue),
            self._worklogs.elsewhere(contract, leaf.worklog_id),
        )
        return whole or time

    def agreed(self, kind: str, name: str) -> list[Claim]:
        """The newest claim on each date or acceptance of that name that any contract has billed."""
        ending = f"/{kind}/{name}|fee"
        return [claims[-1] for key, claims in self.by_charge.items() if key.endswith(ending)]

    def dated(self, kind: str) -> list[Claim]:
        """The newest claim of every charge without work of that kind that any contract has billed."""
        return [claims[-1] for key, claims in self.by_charge.items() if key.endswith(f"|contract|{kind}")]


class _Owners:
    """Who billed what first, by contract and id."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}
        self._billers: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, contract: str, each: str, key: str) -> None:
        self._first.setdefault((contract, each), key)
        self._billers[each].add(contract)

    def owner(self, contract: str, each: str) -> str | None:
        return self._first.get((contract, each))

    def elsewhere(self, contract: str, each: str) -> str | None:
        return min(self._billers.get(each, set()) - {contract}, default=None)


def same_kind(key: str, other: str) -> bool:
    """True when two charges are of work of the same kind, say both of a sprint."""
    return key.split("|")[1].split("/")[-2:-1] == other.split("|")[1].split("/")[-2:-1]


def _work_id(text: str) -> WorkId:
    site, kind, number = text.rsplit("/", 2)
    return WorkId(site, _KINDS[kind], number)
