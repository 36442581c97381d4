"""Markup made of values: everything is escaped unless it was made here, and no text can hide what it is."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import Union

_VOID = frozenset({"input", "meta", "link", "br"})
_VISIBLE = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x0A, 0x09)}
_VISIBLE |= {0x7F: "\u2421"} | dict.fromkeys(range(0x80, 0xA0), "\ufffd")


class Html(str):
    """Text that is markup already; only this module makes it."""

    __slots__ = ()


Child = Union[Html, str, int, Decimal, None, Iterable["Child"]]  # noqa: UP007  a forward reference inside


def element(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """One element. An attribute's trailing underscore is dropped (class_); False and None leave it out."""
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Html:
    """Children one after the other, escaped where they are plain values."""
    return Html("".join(_child(child) for child in children))


def said(text: object) -> Html:
    """A text of other people: control characters are shown, and its direction ends where it ends."""
    return Html(f"<bdi>{_escaped(str(text))}</bdi>")


def _attribute(key: str, value: str | bool | None) -> str:  # noqa: FBT001  an attribute may be bare
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{_escaped(value)}"'


def _child(child: Child) -> str:
    if isinstance(child, Html):
        return child
    if child is None:
        return ""
    if isinstance(child, (str, int, Decimal)):
        return _escaped(str(child))
    return "".join(_child(each) for each in child)


def _escaped(text: str) -> str:
    plain = text.translate(_VISIBLE).encode("utf-8", "replace").decode()
    return escape(plain)
