"""Taking an invoice that somebody else made for a draft that is held: which it is, and what its lines bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.errors import ConnectorError
from model.billing import Document, DocumentLine, InvoiceDraft, called
from sync.deciding.adopting import read_named
from sync.deciding.choices import Matter
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.outbox.recovery import match_lines
from sync.planning.actions import Action
from sync.planning.observe import GONE
from sync.store.linking import Linking


def linking(engine: Engine, matter: Matter, named: str) -> Linking:
    """The invoice `named` by its number or id as what the held draft of `matter` would bill. Undecidable when it is not
    there, is another client's, in another currency, or ours already; Moved when it cannot be read now."""
    action, draft = _held(matter)
    company = engine.companies[matter.contract.company]
    try:
        shown = read_named(company.books, named, "invoice")
        clients = {client.id: client.name for client in company.books.catalogue().clients}
    except ConnectorError as error:
        raise Moved([f"invoice {named} could not be read: {error}"]) from error
    known = engine.store.accounts.documents(company.realm).get(("invoice", shown.external_id))
    if known is not None:
        raise Undecidable(f"invoice {named} is ours already, for {known.document_key}")
    if shown.state in GONE or not any(line.amount for line in shown.lines):
        raise Undecidable(f"invoice {named} bills nothing ({shown.state.value})")
    if clients.get(shown.client_id) != draft.client or shown.currency != draft.currency:
        raise Undecidable(f"invoice {named} is not for {draft.client} in {draft.currency}")
    engine.put_in_force()  # its claims name the rules that price the work
    return Linking(action, draft, company.realm, shown, _lines(action, shown))


def _held(matter: Matter) -> tuple[Action, InvoiceDraft]:
    for held in matter.plan.held:
        if matter.finding.ref in held.by and held.action.draft is not None:
            if held.action.document_kind != "invoice":
                what = called(held.action.document_kind)
                raise Undecidable(f"only an invoice can be linked, and the draft would be an {what}")
            return held.action, held.action.draft
    raise Moved(["its draft is not held any more"])


def _lines(action: Action, shown: Document) -> Mapping[str, str]:
    """The line of each charge: by text and amount, else the one of the same amount, else the largest: somebody may
    have billed several pieces of work in one line."""
    found = match_lines(action, shown)
    free = [line for line in shown.lines if line.amount is not None and line.id not in found.values()]
    return {key: found[key] or line_id for key, line_id in _guessed(action, found, free, shown)}


def _guessed(
    action: Action, found: Mapping[str, str], free: list[DocumentLine], shown: Document
) -> Iterator[tuple[str, str]]:
    priced = [line for line in shown.lines if line.amount is not None]
    largest = max(priced, key=lambda line: line.amount.minor if line.amount else 0)
    for line in action.lines:
        same = next((each for each in free if each.amount == line.amount), None)
        if not found[line.charge_key] and same is not None:
            free.remove(same)
        yield line.charge_key, (same or largest).id
