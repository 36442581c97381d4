"""How long each login of the installation still lasts, by what its service said and by what the settings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from model.finding import Finding
from sync.installation.settings import Settings
from sync.store import Store

STAGES = (14, 7, 1)  #: days before its end at which a login is warned of


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a login: its name in config.toml ("jira.main"), the moment (aware UTC), why then, and what to do."""

    name: str
    at: datetime
    why: str
    hint: str

    def days_left(self, now: datetime) -> int:
        """Whole days until then; 0 from one day before it on, and after it."""
        return max(0, (self.at - now).days)

    def warning(self, now: datetime) -> Finding | None:
        """What a person should know by now: one finding for each stage, so that each is told once."""
        if now >= self.at:
            return self._finding("over", f"it ended on {self.at:%Y-%m-%d}: {self.why}")
        reached = [stage for stage in STAGES if self.at - now <= timedelta(days=stage)]
        if not reached:
            return None
        left = self.days_left(now)
        days = "less than a day" if left == 0 else f"{left} day" + ("s" if left > 1 else "")
        return self._finding(str(min(reached)), f"it ends on {self.at:%Y-%m-%d}, in {days}: {self.why}")

    def _finding(self, stage: str, reason: str) -> Finding:
        ref = f"connection|{self.name}|{self.at:%Y-%m-%d}|{stage}"
        return Finding("connection.ending", self.name, reason, self.hint, "admin", ref)


def endings(settings: Settings, store: Store) -> tuple[Ending, ...]:
    """The next end of every login that is known to have one, soonest first. No secret is read for it."""
    return tuple(sorted(_endings(settings, store), key=lambda each: (each.at, each.name)))


def _endings(settings: Settings, store: Store) -> Iterator[Ending]:
    kept = store.connections.lasting()
    accounts = {f"quickbooks.{name}": each.account for name, each in settings.quickbooks.items()}
    accounts |= {f"jira.{name}": each.account for name, each in settings.jira.items() if each.token is None}
    for name, account in accounts.items():
        unused_until, ends_at = kept.get(account, (None, None))
        hint = f"`milepost connect {name.replace('.', ' ')}` renews it"
        ends = [
            Ending(name, at, why, hint)
            for at, why in ((ends_at, "a consent lasts no longer"), (unused_until, "nothing used it since"))
            if at is not None
        ]
        if ends:
            yield min(ends, key=lambda each: each.at)
    for name, site in settings.jira.items():
        if site.token_expires_on is not None:
            at = datetime.combine(site.token_expires_on + timedelta(days=1), time.min, tzinfo=UTC)
            hint = "make a new one, put it where the configuration reads it, and change token_expires_on"
            yield Ending(f"jira.{name}", at, "the last day of its token", hint)
