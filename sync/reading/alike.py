"""Documents of clients that are about to be billed: asked for before anything is made, and what was seen is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from connectors.ports import BILLS
from model.billing import Document, DocumentKind, InvoiceDraft
from sync.outbox.company import Company
from sync.planning.actions import Action
from sync.planning.alike import Around, billed_by, first_drafted, may_repeat, window
from sync.planning.former import uncounted
from sync.planning.observe import GONE
from sync.planning.views import Account
from sync.store import Store
from sync.store.accounts import Known, Place
from sync.store.codec import decode, encode

_MEMOS: tuple[DocumentKind, ...] = ("credit_memo",)
_EVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a client's documents were: `around` with the days of its invoices, all that was changed `until` then."""

    first: date | None
    last: date | None
    around: Around
    until: datetime


@dataclass(slots=True)
class _Wanted:
    """What is about to be billed to a client, or given back."""

    contracts: set[str] = field(default_factory=set)
    drafts: list[InvoiceDraft] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)


def look_around(
    store: Store, company: Company, planned: Iterable[tuple[Action, Account]], now: datetime
) -> bool:
    """Ask for the documents that these writes may repeat, once for each client: those near in date, and those changed
    since it was asked last or since the work was first drafted; its credit memos where one is about to be made. At the
    first time all that the client ever had is looked through for markers. Whether there are others than were known;
    the contracts are looked at again then."""
    wanted = defaultdict[tuple[str, bool], _Wanted](_Wanted)
    for action, account in planned:
        if may_repeat(action):
            each = wanted[action.client, bool(action.corrects)]
            each.contracts.add(action.contract)
            each.drafts += [action.draft] if action.draft is not None and billed_by(action) else []
            since = first_drafted(action, account)
            each.since += [since] if since is not None else []
    differs = False
    for (client, gives_back), each in wanted.items():
        source = _source(company.realm, client, gives_back)
        kept = _kept(store, source)
        found = _look(store, company, client, _MEMOS if gives_back else BILLS, each, kept, now)
        store.mirror.move(source, encode(found), now)
        if kept is None or replace(found, until=kept.until) != kept:
            for contract in sorted(each.contracts):
                store.rules.mark(contract)
            differs = True
    return differs


def _look(
    store: Store,
    company: Company,
    client: str,
    kinds: Collection[DocumentKind],
    wanted: _Wanted,
    kept: Looked | None,
    now: datetime,
) -> Looked:
    """What the client's documents of these kinds are now."""
    books, known = company.books, store.accounts.documents(company.realm)
    first, last = window(wanted.drafts) if wanted.drafts else (None, None)
    near = books.dated(client, first, last) if first is not None and last is not None else ()
    before, since = (kept.around.marked, kept.until) if kept is not None else ((), _EVER)
    drafted = min(wanted.since, default=None)
    touched = books.touched(client, min(since, drafted or since), kinds)
    marked = {(each.kind, each.external_id): each for each in before}
    for each in touched:
        place = each.kind, each.external_id
        marked.pop(place, None)
        if each.marker and each.state not in GONE and place not in known:
            marked[place] = replace(each, raw="")
    recent = _uncounted(store, touched, known) if drafted is not None else ()
    around = Around(near, tuple(marked.values()), tuple(replace(each, raw="") for each in recent))
    return Looked(first, last, around, now)


def _uncounted(store: Store, touched: Iterable[Document], known: Mapping[Place, Known]) -> Iterator[Document]:
    """Documents that this ledger does not know, and what it does not count of those of any contract."""
    seen = {(each.kind, each.external_id): each for each in touched}
    counted = store.accounts.counted([known[place].document_key for place in seen.keys() & known.keys()])
    for place, shown in seen.items():
        if place not in known:
            yield shown
        elif free := tuple(uncounted(shown, counted.get(known[place].document_key, frozenset()))):
            yield replace(shown, lines=free)


def seen_around(store: Store, realm: str, client: str) -> Around:
    """The documents of a client as they were when it was asked last."""
    bills, memos = (_kept(store, _source(realm, client, gives_back)) for gives_back in (False, True))
    around = bills.around if bills is not None else Around()
    return replace(around, marked=around.marked + memos.around.marked) if memos is not None else around


def _kept(store: Store, source: str) -> Looked | None:
    text = store.mirror.position(source)
    return None if text is None else decode(text, Looked)


def _source(realm: str, client: str, gives_back: bool) -> str:  # noqa: FBT001  a half of the name
    return f"alike:{realm}|{client}|credit_memos" if gives_back else f"alike:{realm}|{client}"
