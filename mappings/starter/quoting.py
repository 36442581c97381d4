"""Words of strangers as TOML: a string that is read back as it was, a comment that stays one line."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.words.text import inert

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SHOWN = 100  # characters of a text in a comment
_MOST = 8  # names that a comment lists


def quoted(text: str) -> str:
    """`text` as a basic string: nothing in it can end the string, begin a line or hide itself."""
    return '"' + "".join(map(_safe, text)) + '"'


def listed(names: Iterable[str], most: int = _MOST) -> str:
    """Names in quotes on one line of a comment, and how many more there are."""
    all_ = list(names)
    some = ", ".join(quoted(inert(name, _SHOWN)) for name in all_[:most])
    return some + (f" and {len(all_) - most} more" if len(all_) > most else "")


def remark(text: str) -> str:
    """A comment: one line, whatever is in it."""
    return f"# {inert(text, 20 * _SHOWN)}"


def _safe(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    return f"\\U{ord(letter):08x}"
