"""Durations as people write them, in working weeks of five days of eight hours."""

from __future__ import annotations

import re

_UNITS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhm])")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?\s*[wdhm]\s*)+")


def seconds_of(text: str) -> int | None:
    """ "1d 4h" in seconds; a plain number counts minutes; None when it is no duration."""
    text = text.strip().lower()
    if text.isdigit():
        return int(text) * 60
    if not _WHOLE.fullmatch(text):
        return None
    return round(sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text)))


def duration_text(seconds: int) -> str:
    """Seconds as people write them: "1d 2h"."""
    parts = []
    for letter, size in _UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts) or "0m"
