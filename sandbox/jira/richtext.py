"""Rich text in its two forms: wiki text (REST v2) and Atlassian documents (REST v3), each from the other.

The common nodes and marks are translated; of others the text is kept. The reverse way reads the same
notation back: headings, lists, quotes, code, rules, links and the simple marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from sandbox.jira.parts import RichText

Node = dict[str, Any]
_MARKS = {"strong": "*", "em": "_", "strike": "-", "underline": "+", "subsup": "^"}


class BadDocument(ValueError):
    """A value that is no Atlassian document."""


def from_document(document: object) -> RichText:
    """A document as text that remembers it; BadDocument when it is none."""
    if not isinstance(document, dict) or document.get("type") != "doc" or document.get("version") != 1:
        raise BadDocument("not a document")
    content = document.get("content", [])
    if not isinstance(content, list) or not all(_is_node(node) for node in content):
        raise BadDocument("not a document")
    return RichText.of("\n\n".join(_block(node) for node in content), document)


def _is_node(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    inner = value.get("content", [])
    return isinstance(inner, list) and all(_is_node(node) for node in inner)


def _block(node: Node) -> str:
    writer = _BLOCKS.get(node["type"])
    return writer(node) if writer else _inline(node.get("content", [node]))


def _heading(node: Node) -> str:
    return f"h{node.get('attrs', {}).get('level', 1)}. {_inline(node.get('content', []))}"


def _items(node: Node, prefix: str) -> str:
    lines = []
    for item in node.get("content", []):
        for part in item.get("content", []):
            sign = {"bulletList": "*", "orderedList": "#"}.get(part["type"])
            lines.append(_items(part, prefix + sign) if sign else f"{prefix} {_block(part)}")
    return "\n".join(lines)


def _code(node: Node) -> str:
    language = node.get("attrs", {}).get("language")
    text = "".join(part.get("text", "") for part in node.get("content", []))
    return f"{{code{f':{language}' if language else ''}}}\n{text}\n{{code}}"


def _wrapped(tag: str) -> Callable[[Node], str]:
    return lambda node: f"{{{tag}}}\n" + "\n".join(map(_block, node.get("content", []))) + f"\n{{{tag}}}"


def _table(node: Node) -> str:
    lines = []
    for row in node.get("content", []):
        cells = row.get("content", [])
        sign = "||" if any(cell["type"] == "tableHeader" for cell in cells) else "|"
        texts = (" ".join(map(_block, cell.get("content", []))) for cell in cells)
        lines.append(sign + sign.join(texts) + sign)
    return "\n".join(lines)


_BLOCKS: dict[str, Callable[[Node], str]] = {
    "paragraph": lambda node: _inline(node.get("content", [])),
    "heading": _heading,
    "bulletList": lambda node: _items(node, "*"),
    "orderedList": lambda node: _items(node, "#"),
    "codeBlock": _code,
    "blockquote": _wrapped("quote"),
    "panel": _wrapped("panel"),
    "rule": lambda _: "----",
    "table": _table,
}


def _inline(nodes: list[Node]) -> str:
    return "".join(_inline_node(node) for node in nodes)


def _inline_node(node: Node) -> str:
    attributes = node.get("attrs", {})
    match node["type"]:
        case "text":
            return _marked(str(node.get("text", "")), node.get("marks", []))
        case "hardBreak":
            return "\n"
        case "mention":
            return f"[~accountid:{attributes.get('id', '')}]"
        case "emoji":
            return str(attributes.get("text") or attributes.get("shortName", ""))
        case "inlineCard" | "blockCard":
            return f"[{attributes.get('url', '')}]"
        case _:
            return _inline(node.get("content", []))


def _marked(text: str, marks: list[Node]) -> str:
    for mark in marks:
        kind = mark.get("type")
        if kind == "link":
            text = f"[{text}|{mark.get('attrs', {}).get('href', '')}]"
        elif kind == "code":
            text = f"{{{{{text}}}}}"
        elif kind in _MARKS:
            text = f"{_MARKS[kind]}{text}{_MARKS[kind]}"
    return text


def to_document(text: str) -> Node:
    """Text as a document: the one it was written as, or its wiki notation translated."""
    if isinstance(text, RichText):
        return text.document
    return {"type": "doc", "version": 1, "content": _Reader(text.split("\n")).blocks()}


_SPANS = re.compile(
    r"\{\{(?P<code>.+?)\}\}|\[(?P<name>[^\[\]|\n]+)\|(?P<href>[^\[\]\s]+)\]"
    r"|\[~accountid:(?P<person>[^\]\s]+)\]|\[(?P<bare>\w+://[^\[\]\s]+)\]"
    r"|(?<![\w*])\*(?P<strong>[^\s*][^*\n]*)\*(?![\w*])|(?<![\w_])_(?P<em>[^\s_][^_\n]*)_(?![\w_])"
)


def _spans(line: str) -> list[Node]:
    nodes, at = [], 0
    for found in _SPANS.finditer(line):
        nodes += _text(line[at : found.start()])
        nodes += _span(found)
        at = found.end()
    return nodes + _text(line[at:])


def _text(text: str, **mark: Any) -> list[Node]:
    return [{"type": "text", "text": text} | ({"marks": [mark]} if mark else {})] if text else []


def _span(found: re.Match[str]) -> list[Node]:
    kind, parts = found.lastgroup, found.groupdict()
    if kind == "person":
        return [{"type": "mention", "attrs": {"id": parts["person"], "text": f"@{parts['person']}"}}]
    if kind in ("href", "bare"):
        href = parts["href"] or parts["bare"]
        return _text(parts["name"] or href, type="link", attrs={"href": href})
    return _text(parts[kind or ""], type=kind)


def _paragraph(lines: list[str]) -> Node:
    nodes = _spans(lines[0]) if lines else []
    for line in lines[1:]:
        nodes += [{"type": "hardBreak"}, *_spans(line)]
    return {"type": "paragraph", "content": nodes}


class _Reader:
    """Reads wiki lines into blocks."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def blocks(self) -> list[Node]:
        found: list[Node] = []
        while self._at < len(self._lines):
            if not self._lines[self._at].strip():
                self._at += 1
            else:
                found.append(self._block())
        return found

    def _block(self) -> Node:
        line = self._lines[self._at]
        if re.fullmatch(r"\{(code(:\w+)?|noformat|quote)\}", line.strip()):
            return self._fenced(line.strip()[1:-1])
        if heading := re.match(r"h([1-6])\. +(.+)", line):
            self._at += 1
            return {"type": "heading", "attrs": {"level": int(heading[1])}, "content": _spans(heading[2])}
        if line.strip() == "----":
            self._at += 1
            return {"type": "rule"}
        if item := re.match(r"([*#-]) +", line):
            return self._list(item[1])
        return _paragraph(self._run(lambda text: bool(text.strip()) and not _opens(text)))

    def _run(self, belongs: Callable[[str], bool]) -> list[str]:
        """The present line and those after it that belong to it."""
        start = self._at
        self._at += 1
        while self._at < len(self._lines) and belongs(self._lines[self._at]):
            self._at += 1
        return self._lines[start : self._at]

    def _fenced(self, tag: str) -> Node:
        kind, _, language = tag.partition(":")
        inner = self._run(lambda text: text.strip() != f"{{{kind}}}")[1:]
        self._at += 1
        if kind == "quote":
            return {"type": "blockquote", "content": _Reader(inner).blocks() or [_paragraph([])]}
        attributes = {"attrs": {"language": language}} if language else {}
        return {"type": "codeBlock", **attributes, "content": _text("\n".join(inner))}

    def _list(self, sign: str) -> Node:
        lines = self._run(lambda text: text.startswith(f"{sign} "))
        items = [{"type": "listItem", "content": [_paragraph([line[2:].strip()])]} for line in lines]
        return {"type": "orderedList" if sign == "#" else "bulletList", "content": items}


def _opens(line: str) -> bool:
    return bool(re.match(r"(h[1-6]\.|[*#-]) +\S|\{(code|quote|noformat)|----$", line))


def as_html(text: str) -> str:
    """Wiki text as the simplest HTML a browser shows alike: escaped, a paragraph per block."""
    blocks = (block.replace("\n", "<br/>\n") for block in escape(text).split("\n\n") if block.strip())
    return "".join(f"<p>{block}</p>" for block in blocks)
