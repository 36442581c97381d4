"""What a first contract file says, before it is text: the decisions alone, each in the words of the file."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Pricing = Literal["percent", "amount", "points", "issues", "even"]
PRICINGS: tuple[Pricing, ...] = get_args(Pricing)

_ID_LIMIT = 60
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Outline:
    """One contract: who pays, which project's work, and how that is priced.

    `price` is "percent" or "amount" (the number in `field` of each epic), "points" or "issues" (`rate` for each
    one finished, in the sprints of `board` where there is one, else under epics) or "even" (`value` in equal
    shares over `epics`). `label` narrows epics, `release` is the day on which `retainage` is billed. Optional
    words are "" when they are not given. `draft` is the kind of draft, as the file names it.
    """

    id: str
    client: str
    company: str
    site: str
    currency: str
    project: str
    price: Pricing
    item: str
    starts: date
    draft: str
    value: str = ""
    field: str = ""
    rate: str = ""
    board: str = ""
    label: str = ""
    epics: tuple[str, ...] = ()
    terms: str = ""
    po: str = ""
    klass: str = ""
    deposit: str = ""
    deposit_item: str = ""
    retainage: str = ""
    retainage_item: str = ""
    release: str = ""

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.id}.toml"


def contract_id(*words: str) -> str:
    """An id made of names: small letters and digits, at most 60 of them; "" when the names have none."""
    text = unicodedata.normalize("NFKD", "-".join(words)).casefold()
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_IN_IDS.sub("-", plain).strip("-")[:_ID_LIMIT].strip("-")
