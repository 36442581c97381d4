"""What QuickBooks cannot refuse: a write that lands just after finance sent the document or took its payment. Pure.

A document is read before each write and the write names the version that was read, so that QuickBooks refuses what came
too late. Whether a mail or a payment raises the version is unverified; where it does not, nothing but the answer tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings.contract.rules import Contract
from model.finding import Finding
from sync.planning.documents import document_name, how_it_stands
from sync.planning.views import Account


def overtaken(contract: Contract, account: Account) -> Iterator[Finding]:
    """A finding for each document that was out already when our last write on it was answered."""
    for head in account.heads.values():
        if head.overtaken:
            place = document_name(head)
            reason = (
                f"finance sent {place} or took a payment in the very moment of our last write on it, and QuickBooks"
                f" answered that {how_it_stands(head)}: it may show other figures than the client was sent"
            )
            hint = (
                f"Compare {place} with what the client has, and correct it by hand where they differ; it counts as"
                " it stands now. This is told until something changes on it."
            )
            yield Finding(
                "write.overtaken", f"{contract.id}: {place}", reason, hint, "finance", head.document_key
            )
