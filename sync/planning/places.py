"""Where the lines of one contract go: which document a charge belongs on, and whether it may be written. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from mappings.contract.grouping import Group, group_of
from mappings.contract.rules import Contract
from model.billing import Charge, DocumentState
from sync.planning.views import Account, Head, Pending


class Places:
    """The documents of one contract in the company `realm`, by their groups."""

    def __init__(self, contract: Contract, account: Account, realm: str, zone: str, now: datetime) -> None:
        self._contract, self._account, self._realm = contract, account, realm
        self._zone, self._now = ZoneInfo(zone), now

    def group(self, charge: Charge, *, billed: bool) -> Group:
        """The group of a charge that needs a new line; `billed`: earlier documents hold a part of it."""
        return group_of(
            self._contract, charge, self._zone, self._now, self._billed_at(charge) if billed else None
        )

    def gathers(self, group: Group) -> bool:
        """Whether the group's day has not come yet."""
        return group.ready_at is not None and self._now < group.ready_at

    def being_written(self, group: Group) -> Pending | None:
        """The write under way on the group's newest document: nothing else is put there meanwhile."""
        newest = self._newest(group)
        return None if newest is None else self._account.writing(newest.document_key)

    def open_document(self, group: Group) -> Head | None:
        """The group's newest document while lines may be added to it."""
        newest = self._newest(group)
        if newest is None or newest.shown is None or newest.realm != self._realm:
            return None
        return newest if newest.column is DocumentState.DRAFT else None

    def next_key(self, group: Group) -> str:
        """The key of the group's next document: one that came to be gets a successor (`…#2`), one that never did
        keeps its key."""
        newest = self._newest(group)
        if newest is None:
            return f"{group.key}#1"
        number = int(newest.document_key.rpartition("#")[2])
        return f"{group.key}#{number if newest.shown is None else number + 1}"

    def _billed_at(self, charge: Charge) -> datetime | None:
        """When the charge was put on a document last."""
        mine = (each for each in self._account.claims if each.charge_key == charge.key)
        return max((each.recorded_at for each in mine if each.payer == charge.payer), default=None)

    def _newest(self, group: Group) -> Head | None:
        number = 1
        while f"{group.key}#{number + 1}" in self._account.heads:
            number += 1
        return self._account.heads.get(f"{group.key}#{number}")
