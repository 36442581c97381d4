"""Where each key and value of a TOML text stands: line and column, even when the text is broken elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tree_sitter
import tree_sitter_toml

_LANGUAGE = tree_sitter.Language(tree_sitter_toml.language())
_KEYS = ("bare_key", "quoted_key", "dotted_key")
_TABLES = ("table", "table_array_element")

Path = tuple[str | int, ...]
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: where its key (of a table: its header) and its value stand, and the value as written."""

    key: Point
    value: Point
    text: str


class Positions:
    """The places of a TOML text by path, as `("milestone", 0, "price")`. Lines and columns count from 1.

    A `discreet` one knows where the values stand, not what they are.
    """

    def __init__(self, text: str, *, discreet: bool = False) -> None:
        self._discreet = discreet
        self._lines = text.encode().split(b"\n")
        self._places: dict[Path, Place] = {}
        self._lengths: dict[Path, int] = {}
        prefix: Path = ()
        root = tree_sitter.Parser(_LANGUAGE).parse(text.encode()).root_node
        for node in root.children:
            if node.type == "pair":
                self._pair(node, ())
            elif node.type in _TABLES:
                prefix = self._table(node)
                for child in node.children:
                    if child.type == "pair":
                        self._pair(child, prefix)

    def find(self, loc: Sequence[str | int]) -> tuple[Path, bool]:
        """The longest known path that `loc` spells, and whether its last word was found.

        Words that name no entry are passed over: validators put the tags of unions between keys.
        """
        path: Path = ()
        found = True
        for word in loc:
            found = (*path, word) in self._places
            if found:
                path = (*path, word)
        return path, found

    def of(self, *loc: str | int) -> Point:
        """Line and column of the value at `loc`; of its nearest table where there is none."""
        place = self._places.get(self.find(loc)[0])
        return place.value if place else (1, 1)

    def of_key(self, *loc: str | int) -> Point:
        """Line and column of the key at `loc`; of its nearest table where there is none."""
        place = self._places.get(self.find(loc)[0])
        return place.key if place else (1, 1)

    def text(self, *loc: str | int) -> str:
        """The value at `loc` as it is written, "" for a table with a header of its own."""
        place = self._places.get(self.find(loc)[0])
        return place.text if place and not self._discreet else ""

    def _point(self, node: tree_sitter.Node) -> Point:
        row, byte = node.start_point
        return row + 1, len(self._lines[row][:byte].decode(errors="replace")) + 1

    def _table(self, node: tree_sitter.Node) -> Path:
        header = next((child for child in node.children if child.type in _KEYS), None)
        if header is None:
            return ()
        *parents, (last, _) = _words(header)
        point = self._point(node)
        path = self._inside([word for word, _ in parents], point)
        if node.type == "table_array_element":
            array = (*path, last)
            self._places.setdefault(array, Place(point, point, ""))
            index = self._lengths.get(array, 0)
            self._lengths[array] = index + 1
            path = (*array, index)
        else:
            path = (*path, last)
        self._places[path] = Place(point, point, "")
        return path

    def _inside(self, words: Sequence[str], point: Point) -> Path:
        path: Path = ()
        for word in words:
            path = (*path, word)
            self._places.setdefault(path, Place(point, point, ""))
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        return path

    def _pair(self, node: tree_sitter.Node, prefix: Path) -> None:
        key = next((child for child in node.children if child.type in _KEYS), None)
        if key is None or not node.children:
            return
        value = next(child for child in reversed(node.children) if child.type != "comment")
        path = prefix
        for word, word_node in _words(key):
            path = (*path, word)
            self._places.setdefault(path, Place(self._point(word_node), self._point(value), _source(value)))
        self._inner(value, path)

    def _inner(self, value: tree_sitter.Node, path: Path) -> None:
        if value.type == "inline_table":
            for child in value.children:
                if child.type == "pair":
                    self._pair(child, path)
        elif value.type == "array":
            entries = [child for child in value.children if child.is_named and child.type != "comment"]
            for index, entry in enumerate(entries):
                point = self._point(entry)
                self._places[(*path, index)] = Place(point, point, _source(entry))
                self._inner(entry, (*path, index))


def _words(node: tree_sitter.Node) -> Iterator[tuple[str, tree_sitter.Node]]:
    if node.type == "dotted_key":
        for child in node.children:
            yield from _words(child)
    elif node.type == "bare_key":
        yield _source(node), node
    elif node.type == "quoted_key":
        yield _source(node)[1:-1], node


def _source(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode(errors="replace")
