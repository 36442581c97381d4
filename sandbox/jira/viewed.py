"""Which issues each person looked at last: what issueHistory() and lastViewed tell."""

from __future__ import annotations

from datetime import datetime

_KEPT = 50


class Viewed:
    """The latest looks by person, at most fifty issues each."""

    def __init__(self) -> None:
        self._looks: dict[str, dict[int, datetime]] = {}

    def look(self, account_id: str, issue_id: int, at: datetime) -> None:
        """Note that somebody opened an issue."""
        looks = self._looks.setdefault(account_id, {})
        looks.pop(issue_id, None)
        looks[issue_id] = at
        if len(looks) > _KEPT:
            del looks[next(iter(looks))]

    def recent(self, account_id: str) -> list[int]:
        """Ids of the issues somebody looked at, the latest last."""
        return list(self._looks.get(account_id, ()))

    def at(self, account_id: str, issue_id: int) -> datetime | None:
        """When somebody looked at an issue last."""
        return self._looks.get(account_id, {}).get(issue_id)
