"""A query cut into tokens. Reserved characters and unfinished strings are errors, as in Jira."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sandbox.jira.jql.errors import syntax

TokenKind = Literal["word", "string", "operator", "open", "close", "comma", "end"]

# Reserved words of the JQL reference (Atlassian support, "JQL: reserved words").
_RESERVED = """
    abort access add after alias all alter and any as asc audit avg before begin between boolean break
    by byte catch cf char character check checkpoint collate collation column commit connect
    continue count create current date decimal declare decrement default defaults define delete
    delimiter desc difference distinct divide do double drop else empty encoding end equals escape
    exclusive exec execute exists explain false fetch field file first float for from function go
    goto grant greater group having identified if immediate in increment index initial inner inout
    input insert int integer intersect intersection into is isempty isnull join last left less like
    limit lock long max min minus mode modify modulo more multiply next noaudit not notin nowait
    null number object of on option or order outer output power previous prior privileges public
    raise raw remainder rename resource return returns revoke right row rowid rownum rows select
    session set share size sqrt start strict string subtract sum synonym table then to trans
    transaction trigger true uid union unique update user validate values view when whenever where
    while with
"""
RESERVED_WORDS = frozenset(_RESERVED.split())

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<operator>!=|!~|>=|<=|&&|\|\||[=<>~!&|])
      | (?P<open>\() | (?P<close>\)) | (?P<comma>,)
      | (?P<custom>[cC][fF]\s*\[\s*\d+\s*\])
      | (?P<property>[a-zA-Z]+\.property\s*\[[^\]]+\](?:\.[\w-]+)*)
      | "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>(?:[^'\\]|\\.)*)'
      | (?P<word>(?:[^\s()\[\]=<>~!&|,"'{}*/%+^$\#@?;\\]|\\.)+)""",
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS = {"&&": "and", "||": "or", "&": "and", "|": "or", "!": "not"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; a "word" was not quoted, so it may be a keyword. `position` counts from 0."""

    kind: TokenKind
    text: str
    position: int

    def says(self, *keywords: str) -> bool:
        """Whether this is one of the keywords, unquoted, in any case."""
        return self.kind == "word" and self.text.lower() in keywords


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, ended by an "end" token."""
    tokens, position = [], 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        token = _token(found, position)
        if token:
            tokens.append(token)
        position = found.end()
    tokens.append(Token("end", "", position))
    return tokens


def _token(found: re.Match[str], position: int) -> Token | None:
    raw = found[0]
    match found.lastgroup:
        case "space":
            return None
        case "double" | "single":
            return Token("string", _unescape(raw[1:-1]), position)
        case "custom":
            return Token("string", re.sub(r"\s", "", raw).lower(), position)
        case "property":
            return Token("string", re.sub(r"\s*\[\s*([^\]]*?)\s*\]", r"[\1]", raw), position)
        case "operator" if raw in _SYMBOLS:
            return Token("word", _SYMBOLS[raw], position)
        case "operator":
            return Token("operator", raw, position)
        case "open" | "close" | "comma" as kind:
            return Token(kind, raw, position)
        case _:
            return Token("word", _unescape(raw), position)


def _unescape(text: str) -> str:
    unicode = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), unicode)


def _unreadable(text: str, position: int) -> Exception:
    character = text[position]
    if character in "\"'":
        return syntax(f"The quoted string '{text[position + 1 :]}' has not been completed.", position)
    return syntax(
        f"The character '{character}' is a reserved JQL character. You must enclose it in a string or use "
        f"the escape '\\u{ord(character):04x}' instead.",
        position,
    )
