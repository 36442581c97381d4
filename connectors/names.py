"""Names as contracts write them, found among the names a company has; a miss says what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from connectors.errors import Rejected
from model.billing import BookClient, BooksCatalogue, InvoiceDraft

Found = TypeVar("Found")


def pick(kind: str, name: str, known: Iterable[tuple[str, Found]]) -> Found:
    """The one entry called `name` among (name, entry) pairs.

    An exact name wins; then one that differs in case or blanks only (QuickBooks itself ignores case); then
    the last part of a path such as "Consulting:Design". Rejected, naming it and the nearest spellings,
    when there is none or more than one.
    """
    pairs = list(known)
    for spelling in (str, _folded, _last_part):
        wanted = spelling(name)
        hits = [(full, entry) for full, entry in pairs if spelling(full) == wanted]
        if len(hits) == 1:
            return hits[0][1]
        if hits:
            raise _rejected(kind, name, f"{len(hits)} are called so: {_listed(full for full, _ in hits)}")
    near = get_close_matches(_folded(name), [_folded(full) for full, _ in pairs], n=3, cutoff=0.6)
    meant = [full for full, _ in pairs if _folded(full) in near]
    if meant:
        raise _rejected(kind, name, f"there is none; did you mean {_listed(meant)}?")
    raise _rejected(kind, name, "there is none")


def client_of(draft: InvoiceDraft, catalogue: BooksCatalogue) -> BookClient:
    """The client of `draft`. Rejected when unknown, or kept in another currency than the draft's."""
    client = pick("client", draft.client, ((entry.name, entry) for entry in catalogue.clients))
    if client.currency != draft.currency:
        reason = f"client “{client.name}” is kept in {client.currency}, the contract bills {draft.currency}"
        hint = "A client's currency is fixed at its creation: correct the contract, or name another client."
        raise Rejected("QuickBooks", f"bill {draft.contract}", reason, hint=hint)
    return client


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _last_part(name: str) -> str:
    return _folded(name.rpartition(":")[2])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:5])


def _rejected(kind: str, name: str, reason: str) -> Rejected:
    hint = f"Correct the name in the contract, or add the {kind} in QuickBooks."
    return Rejected("QuickBooks", f"use {kind} “{name}”", reason, hint=hint)
