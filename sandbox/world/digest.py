"""One number for a whole world: equal worlds have equal digests, in every process and under every hash seed."""

from __future__ import annotations

import hashlib
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sandbox.clock import Clock
from sandbox.jira.index import TimeOrder
from sandbox.jira.limits import Limits
from sandbox.world.generate import World
from sandbox.world.snapshot import anchors

_PLAIN = (str, int, float, bool, bytes, type(None), Decimal, datetime, date, time, timedelta, count)
_FORGOTTEN: Mapping[type, frozenset[str]] = {
    TimeOrder: frozenset({"_log"}),
    Limits: frozenset({"_spent", "_hour", "_tokens", "_writes", "_buckets"}),
}
"""What reading alone may change: derived from the rest, or a count of the requests that were made."""

_Out = Callable[[bytes], object]


def digest(world: World) -> str:
    """A SHA-256 over everything that a snapshot keeps, and the time."""
    hasher = hashlib.sha256(world.clock.now().isoformat().encode())
    roots = anchors(world)
    writer = _Writer(hasher.update, {id(anchor): str(n) for n, anchor in enumerate(roots)})
    for anchor in roots:
        writer.members(vars(anchor).items())
    return hasher.hexdigest()


class _Writer:
    """Writes any value of the world in one canonical way."""

    def __init__(self, out: _Out, roots: Mapping[int, str]) -> None:
        self._out = out
        self._roots = roots

    def members(self, entries: Iterable[tuple[str, Any]]) -> None:
        for name, value in sorted(entries):
            self._out(name.encode() + b"=")
            self.value(value)

    def value(self, value: Any) -> None:
        if type(value) in _PLAIN or isinstance(value, str):
            self._out(f"{value!r};".encode("utf-8", "surrogatepass"))
        elif isinstance(value, dict):
            self._mapping(value)
        elif isinstance(value, (list, tuple)):
            self._each(b"[", value)
        elif isinstance(value, (set, frozenset)):
            self._each(b"<", sorted(value))
        else:
            self._object(value)

    def _mapping(self, value: dict[Any, Any]) -> None:
        """A default entry that a mere look-up made is no difference."""
        made_by_looking = isinstance(value, defaultdict)
        self._out(b"{")
        for key, entry in value.items():
            if not (made_by_looking and not entry):
                self.value(key)
                self.value(entry)
        self._out(b"}")

    def _each(self, sign: bytes, values: Iterable[Any]) -> None:
        self._out(sign)
        for entry in values:
            self.value(entry)
        self._out(b"]")

    def _object(self, value: Any) -> None:
        root, kind = self._roots.get(id(value)), type(value)
        self._out(f"{kind.__qualname__}({root or ''}".encode())
        if root is None and kind.__module__.startswith("sandbox.") and kind is not Clock:
            self.members((n, getattr(value, n)) for n in _names(value) if n not in _FORGOTTEN.get(kind, ()))
        elif isinstance(value, types.FunctionType):
            self._out(value.__qualname__.encode())
        self._out(b")")


def _names(value: Any) -> Iterable[str]:
    if is_dataclass(value):
        return [field.name for field in fields(value)]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*slots, *getattr(value, "__dict__", ())]
