"""A finding: something a person should look at, as a value. Problems travel in lists, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Bucket = Literal["billed", "held", "excluded", "failed"]
Owner = Literal["team", "finance", "admin"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`code` is stable ("work.reopened"), `subject` names the object for a person ("ACME-12 Discovery").

    `reason` says what happened, `hint` what to do next, `owner` who: "team", "finance" or "admin".
    `ref` is the immutable id behind the subject; age is kept by the store under (contract, code, ref). `payer` names
    the one of several whose document it is about, "" where it is about all there is.
    """

    code: str
    subject: str
    reason: str
    hint: str
    owner: Owner
    ref: str = ""
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a file that a person wrote: position, offending text, and what was probably meant."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text
