"""Balances brought forward, held against the invoices by which QuickBooks shows them, before the first bill. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mappings.contract.opening import Opening
from mappings.contract.rules import Contract
from mappings.progress.verdict import Verdict
from mappings.words.text import inert
from model.billing import BookInvoice, BooksCatalogue, DocumentState
from model.finding import Finding
from model.money import Money, total

UNTIED = "opening.untied"
_HINT = "correct [opening], or the invoices in QuickBooks; nothing of the contract is billed before"


def untied(contract: Contract, seen: Sequence[BookInvoice] | None, books: BooksCatalogue) -> str:
    """How what the contract brings forward differs from the invoices that were `seen` by their numbers (None: they
    were not looked up yet); "" when it does not."""
    opening = contract.opening
    if opening is None or not opening.invoices:
        return ""
    if seen is None:
        return "the invoices of [opening] were not looked up in QuickBooks yet"
    wrong = list(_strange(contract, opening, seen, books))
    nets = [each.net for each in seen if each.net.currency == contract.currency]
    shown = total(nets, contract.currency)
    if shown != opening.invoiced:
        wrong.append(_sums(opening, seen, shown))
    return "; ".join(wrong)


def held_back(
    contract: Contract, verdicts: Sequence[Verdict], reason: str
) -> tuple[tuple[Verdict, ...], Finding]:
    """`verdicts` with everything that is due held, and the finding that says why."""
    subject, ref = f"[opening] of {contract.id}", f"{contract.id}|opening"
    return tuple(map(_held, verdicts)), Finding(UNTIED, subject, reason, _HINT, "finance", ref)


def _held(verdict: Verdict) -> Verdict:
    if verdict.charge is None:
        return verdict
    return replace(
        verdict,
        outcome="held",
        code=UNTIED,
        reason="what [opening] brings forward does not tie with QuickBooks; its own finding lists the sums",
        hint=_HINT,
        owner="finance",
        charge=None,
        parts=(),
        rest=None,
    )


def _strange(
    contract: Contract, opening: Opening, seen: Sequence[BookInvoice], books: BooksCatalogue
) -> Iterator[str]:
    name = contract.client.casefold()
    own = {client.id for client in books.clients if client.name.casefold() == name}
    for number in opening.invoices:
        found = [each for each in seen if each.number == number]
        if not found:
            yield f"there is no invoice {number}"
        if len(found) > 1:
            yield f"{len(found)} invoices carry the number {number}"
        if any(each.client_id not in own for each in found):
            yield f"invoice {number} is not {inert(contract.client)}'s"
        if any(each.net.currency != contract.currency for each in found):
            yield f"invoice {number} is not in {contract.currency}"
        if any(each.state is DocumentState.VOIDED for each in found):
            yield f"invoice {number} is voided"


def _sums(opening: Opening, seen: Sequence[BookInvoice], shown: Money) -> str:
    listed = " + ".join(f"{each.number} {each.net}" for each in seen) or "none"
    return (
        f"[opening] says {opening.told}, the invoices without tax {listed} = {shown}:"
        f" {shown - opening.invoiced} apart"
    )
