"""Text searches: words, phrases, wildcards and Boolean operators, by the rules of the Cloud or of Lucene.

Words are joined by AND unless the query says otherwise. The Cloud ignores fuzzy (~), proximity and boosting (^)
and takes ? as a * at the end of its word; Data Center obeys them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise, product

from sandbox.jira.issue import Issue
from sandbox.jira.jql.errors import JqlError, wrong_operator
from sandbox.jira.jql.kinds import Context, Predicate
from sandbox.jira.jql.syntax import Clause, Empty, Value

_TOKEN = re.compile(
    r"""(?P<sign>[+\-!](?=\S))? (?: "(?P<phrase>[^"]*)"(?P<after>[~^][\d.]*)* | (?P<open>\()
        | (?P<word>(?:\\.|[^\s"()])+) ) | (?P<close>\))""",
    re.VERBOSE,
)
_WORDS = re.compile(r"\w+")
_VOWEL = re.compile(r"[aeiouy]")
_FUZZY = 2  # letters that may differ in a fuzzy search
Terms = Callable[[list[str]], bool]


@dataclass(frozen=True, slots=True)
class Text:
    """A field of free text, or of what the caller may read of it."""

    name: str
    value: Callable[[Context, Issue], str]

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        if clause.operator not in ("~", "!~", "is", "is not"):
            raise wrong_operator(clause.operator, self.name)
        operand = clause.operands[0]
        if isinstance(operand, Empty):
            present = clause.operator in ("!~", "is not")
            return lambda issue: bool(self.value(context, issue)) is present
        text = operand.text if isinstance(operand, Value) else str(operand)
        fits = matcher(text, self.name, cloud=context.state.site.is_cloud)
        wanted = clause.operator == "~"
        return lambda issue: fits(self.value(context, issue)) is wanted

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""


def matcher(query: str, field: str, *, cloud: bool) -> Callable[[str], bool]:
    """What a text must fulfil for a search to find it."""
    if not query.strip():
        raise JqlError(f"The field '{field}' does not support searching for an empty string.")
    fits = _Search(query, field, cloud=cloud).whole()
    return lambda text: fits(_WORDS.findall(text.lower()))


class _Search:
    """One search, read from left to right."""

    def __init__(self, query: str, field: str, *, cloud: bool) -> None:
        self._found = list(_TOKEN.finditer(query))
        self._query, self._field, self._cloud = query, field, cloud
        self._at = 0

    def whole(self) -> Terms:
        fits = self._group()
        if self._at < len(self._found):
            raise self._unreadable()
        return fits

    def _group(self) -> Terms:
        """Clauses that must, may or must not hold, as Lucene's parser marks them with AND as its default."""
        must: list[bool | None] = []  # None: must not
        terms: list[Terms] = []
        joint = ""
        while self._at < len(self._found) and not self._found[self._at]["close"]:
            token = self._found[self._at]
            self._at += 1
            word = token["word"]
            if word in ("AND", "&&", "OR", "||"):
                joint = "AND" if word in ("AND", "&&") else "OR"
                continue
            denied = token["sign"] in ("-", "!") or word == "NOT"
            if word == "NOT":
                if self._at == len(self._found):
                    raise self._unreadable()
                token = self._found[self._at]
                self._at += 1
            if joint and must and must[-1] is not None:
                must[-1] = joint == "AND"
            terms.append(self._term(token))
            must.append(None if denied else joint != "OR")
            joint = ""
        return _joined(list(zip(must, terms, strict=True)))

    def _term(self, token: re.Match[str]) -> Terms:
        if token["open"]:
            inner = self._group()
            if self._at == len(self._found):
                raise self._unreadable()
            self._at += 1
            return inner
        if token["phrase"] is not None:
            near = re.search(r"~(\d+)", token[0][token[0].rindex('"') :])
            distance = int(near[1]) if near and not self._cloud else 0
            return _phrase(_WORDS.findall(token["phrase"].lower()), distance)
        return self._word(token["word"])

    def _word(self, word: str) -> Terms:
        plain = re.sub(r"\\(.)", r"\1", re.sub(r"\^[\d.]+$", "", word)).lower()
        if plain[0] in "*?":
            raise JqlError(
                f"The text query '{self._query}' for field '{self._field}' is not allowed to start with character "
                f"'{plain[0]}'."
            )
        fuzzy = re.fullmatch(r"(\w+)~[\d.]*", plain)
        if fuzzy:
            return _fuzzy(fuzzy[1]) if not self._cloud else _stemmed(fuzzy[1])
        if self._cloud:
            plain = re.sub(r"\?.*", "*", plain)
        if "*" in plain or "?" in plain:
            return _wild(plain)
        words = _WORDS.findall(plain)
        return _stemmed(words[0]) if len(words) == 1 else _phrase(words, 0)

    def _unreadable(self) -> JqlError:
        return JqlError(f"Unable to parse the text '{self._query}' for field '{self._field}'.")


def _joined(clauses: list[tuple[bool | None, Terms]]) -> Terms:
    needed = [term for must, term in clauses if must]
    chosen = [term for must, term in clauses if must is False]
    denied = [term for must, term in clauses if must is None]

    def fits(words: list[str]) -> bool:
        wanted = all(term(words) for term in needed) if needed else any(term(words) for term in chosen)
        return wanted and not any(term(words) for term in denied)

    return fits


def _phrase(wanted: list[str], distance: int) -> Terms:
    def exact(words: list[str]) -> bool:
        size = len(wanted)
        return any(words[i : i + size] == wanted for i in range(len(words) - size + 1))

    def near(words: list[str]) -> bool:
        places = [[i for i, word in enumerate(words) if word == each] for each in wanted]
        steps = (sum(max(0, abs(b - a) - 1) for a, b in pairwise(chosen)) for chosen in product(*places))
        return any(step <= distance for step in steps)

    return near if distance else exact


def _wild(word: str) -> Terms:
    body = "".join({"*": r"\w*", "?": r"\w"}.get(sign, re.escape(sign)) for sign in word)
    pattern = re.compile(body)
    return lambda words: any(pattern.fullmatch(each) for each in words)


def _fuzzy(word: str) -> Terms:
    return lambda words: any(_distance(word, each) <= _FUZZY for each in words)


def _stemmed(word: str) -> Terms:
    root = _stem(word)
    return lambda words: any(each == word or _stem(each) == root for each in words)


def _stem(word: str) -> str:
    """The word without its English ending: "invoicing", "invoiced" and "invoices" are "invoic"."""
    for ending, kept in (("sses", "ss"), ("ies", "y"), ("ss", "ss"), ("us", "us"), ("s", "")):
        if word.endswith(ending):
            word = word.removesuffix(ending) + kept if len(word) > 3 else word
            break
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and _VOWEL.search(root):
            word = root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    return word.removesuffix("e") if len(word) > 3 else word


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or replaced."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row = row, [i]
        for j, sign in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != sign)))
    return row[-1]
