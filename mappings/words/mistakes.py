"""What a person wrote that means nothing, and what they most likely meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class Mistake(ValueError):
    """Raised by validators of a shape: `hint` says what to write, `at` leads deeper into the value.

    With `on_key` the last word of `at` is itself what is wrong.
    """

    def __init__(
        self, message: str, hint: str = "", at: tuple[str | int, ...] = (), *, on_key: bool = False
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.at = at
        self.on_key = on_key


def did_you_mean(word: str, allowed: Iterable[str], called: str = "allowed") -> str:
    """A hint: the allowed word that looks most like `word`, else the allowed words while they are few, under what
    they are `called`."""
    known = {name.casefold(): name for name in sorted(allowed)}
    close = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {known[close[0]]!r}?"
    if 0 < len(known) <= 12:
        return f"{called}: " + ", ".join(known.values())
    return ""
