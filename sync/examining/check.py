"""One thing that was examined: how it stands, what that means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Verdict = Literal["good", "caution", "wrong"]


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is stable ("store.space"), `said` what was found and what that means, `fix` what to do, "" where it is
    good."""

    name: str
    verdict: Verdict
    said: str
    fix: str = ""


def aged(age: timedelta) -> str:
    """An age as people say it: 40 s, 12 min, 5 h, 3 days."""
    seconds = max(0, round(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} days"
