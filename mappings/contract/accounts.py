"""Which kind of account each kind of charge posts to: a deposit is owed, what is withheld is still to come."""

from __future__ import annotations

_WANTED = {"deposit": "liability", "draw": "liability", "retainage": "asset", "release": "asset"}
_OTHER = "income"


def wanted_account(kind: str) -> str:
    """ "liability", "asset" or "income", for a kind of charge."""
    return _WANTED.get(kind, _OTHER)


def belongs_to(kind: str, account_type: str | None) -> bool:
    """Whether a charge of this kind may be billed on an item that posts to such an account (as QuickBooks names
    its types). Income is anything that is neither a liability nor an asset; an item without an account is none."""
    words = (account_type or "").casefold()
    found = "liability" if "liabilit" in words else "asset" if "asset" in words else "income"
    return found == wanted_account(kind)
