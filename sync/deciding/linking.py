"""Taking another document for what a held write would bill: which it is, and what its lines bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.errors import ConnectorError
from model.billing import Document, DocumentLine, DraftLine, called
from model.money import total
from sync.deciding.adopting import read_named
from sync.deciding.choices import Matter
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.planning.actions import Action
from sync.planning.alike import billed_by, raised_by
from sync.planning.former import free_lines, uncounted
from sync.planning.matching import Wanted, take
from sync.planning.observe import ENDED
from sync.planning.views import Head, linked_key
from sync.store.accounts import Known
from sync.store.linking import Linking


def linking(engine: Engine, matter: Matter, named: str) -> Linking:
    """The document `named` by its number or id as what the held write of `matter` would bill: one of any contract with
    a line that the ledger does not count, else an invoice of the client. Undecidable when it is not there, is another
    client's, in another currency, or all of it is counted; Moved when it cannot be read now."""
    action = _held(matter)
    company = engine.companies[matter.contract.company]
    own = _own(matter, company.realm, named)
    shown = own.shown if own is not None else None
    try:
        shown = shown or read_named(company.books, named, "credit_memo" if action.corrects else "invoice")
        clients = {client.id: client.name for client in company.books.catalogue().clients}
    except ConnectorError as error:
        raise Moved([f"invoice {named} could not be read: {error}"]) from error
    what = f"{called(shown.kind)} {named}"
    known = engine.store.accounts.documents(company.realm).get((shown.kind, shown.external_id))
    free = list(free_lines(own)) if own is not None else _free(engine, shown, known)
    if known is not None and own is None and not free:
        raise Undecidable(f"{what} is ours already, for {known.document_key}")
    if shown.state in ENDED or not free:
        raise Undecidable(f"{what} bills nothing ({shown.state.value})")
    if clients.get(shown.client_id) != action.client or shown.currency != action.amount.currency:
        raise Undecidable(f"{what} is not for {action.client} in {action.amount.currency}")
    engine.put_in_force()  # its claims name the rules that price the work
    key = known.document_key if known is not None else _key(action, shown)
    lines = _lines(action, free)
    return Linking(action, key, engine.marker(key), company.realm, shown, lines, known=known is not None)


def _free(engine: Engine, shown: Document, known: Known | None) -> list[DocumentLine]:
    """The lines of a document that the ledger does not count for any contract; of a credit memo all, or none where
    it is known."""
    if shown.kind == "credit_memo":
        return [line for line in shown.lines if line.amount] if known is None else []
    counted = engine.store.accounts.counted([known.document_key] if known is not None else [])
    return list(uncounted(shown, frozenset[str]().union(*counted.values())))


def _held(matter: Matter) -> Action:
    for held in matter.plan.held:
        if matter.finding.ref in held.by:
            return held.action
    raise Moved(["its draft is not held any more"])


def _own(matter: Matter, realm: str, named: str) -> Head | None:
    """The document of the contract that is called so and has lines that the ledger does not count."""
    for head in matter.account.heads.values():
        shown = head.shown
        is_called = shown is not None and named in (shown.number, shown.external_id)
        if is_called and head.realm == realm and any(free_lines(head)):
            return head
    return None


def _key(action: Action, shown: Document) -> str:
    """Under what the ledger knows it: in place of a draft, or beside the document that would have been changed."""
    if action.draft is not None:
        return action.draft.key
    return linked_key(action.contract, shown.external_id)


def _lines(action: Action, free: Sequence[DocumentLine]) -> Mapping[str, str]:
    """The line of each charge that the document bills: by text and amount, by text, by amount. Where it comes to the
    same, or none is known again, all of them: somebody may have billed several pieces of work in one line. Of a draft
    these are all its lines, of an update what it bills more."""
    lines = action.draft.lines if action.draft is not None else billed_by(action) + raised_by(action)
    billed, left = [line for line in lines if line.amount.minor > 0], list(free)
    found: dict[str, str] = {}
    for known_by in (_by_all, _by_text, _by_amount):
        found |= dict(known_by([line for line in billed if line.charge_key not in found], left))
    whole = total([line.amount for line in free if line.amount is not None], action.amount.currency)
    sought = total([line.amount for line in lines], action.amount.currency)
    if found and len(found) < len(billed) and whole != sought:
        return found
    largest = max(free, key=lambda line: line.amount.minor if line.amount else 0)
    return {line.charge_key: found.get(line.charge_key, largest.id) for line in lines}


def _by_all(billed: Sequence[DraftLine], left: list[DocumentLine]) -> Iterator[tuple[str, str]]:
    for line in billed:
        if id_ := take(left, Wanted(line.charge_key, line.text, line.amount), same_amount=True):
            yield line.charge_key, id_


def _by_text(billed: Sequence[DraftLine], left: list[DocumentLine]) -> Iterator[tuple[str, str]]:
    for line in billed:
        if id_ := take(left, Wanted(line.charge_key, line.text, line.amount), same_amount=False):
            yield line.charge_key, id_


def _by_amount(billed: Sequence[DraftLine], left: list[DocumentLine]) -> Iterator[tuple[str, str]]:
    for line in billed:
        same = next((each for each in left if each.amount == line.amount), None)
        if same is not None:
            left.remove(same)
            yield line.charge_key, same.id
