"""When a document counts as handed to the client: what finance agreed to do in QuickBooks as a sign of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.billing import Document, DocumentState

Sign = Literal["sent", "queued", "approved"]


@dataclass(frozen=True, slots=True)
class Issued:
    """`by` "sent": mailed or printed; "queued": marked to be sent later; "approved": by QuickBooks' own approval. Or
    by `field`: a custom field of that name holds one of `values`, in any case."""

    by: Sign = "sent"
    field: str = ""
    values: tuple[str, ...] = ()

    def shows(self, shown: Document) -> bool:
        """Whether the agreed sign stands on the document. That it was mailed, printed or paid is its state."""
        if self.field:
            wanted = {value.casefold() for value in self.values}
            return any(
                name.casefold() == self.field.casefold() and value.strip().casefold() in wanted
                for name, value in shown.fields
            )
        match self.by:
            case "sent":
                return False
            case "queued":
                return shown.state is DocumentState.QUEUED
            case "approved":
                return shown.approval == "approved"
