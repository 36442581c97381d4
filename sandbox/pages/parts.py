"""What pages are put together from: forms and their fields, tables, facts, small coloured words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from sandbox.pages.html import Child, Html, element, joined

_BRIEF = 16  # characters of our own, a date or an amount, that stay in one line


def form(action: str, label: str, *fields: Child, kind: str = "") -> Html:
    """A form with one button. `kind` may be "plain" or "danger"; without it this is the thing to do next."""
    button = element("button", label, type="submit", class_=kind or None)
    return element("form", *fields, button, method="post", action=action)


def field(
    label: str, name: str, value: str = "", *, kind: str = "text", short: bool = False, required: bool = False
) -> Html:
    """A line to type in, with its label. `kind` is what is typed: text, email, date, amount or number."""
    numeric = kind in ("amount", "number")
    box = element(
        "input",
        name=name,
        value=value,
        type="text" if numeric else kind,
        inputmode="decimal" if numeric else None,
        class_="short" if short else None,
        required=required,
        autocomplete="off",
    )
    return element("label", element("span", label), box)


def hidden(name: str, value: str) -> Html:
    """A field that is sent along, unseen."""
    return element("input", type="hidden", name=name, value=value)


def choice(label: str, name: str, options: Sequence[tuple[str, str]]) -> Html:
    """One of some options, as (value, text)."""
    entries = [element("option", text, value=value) for value, text in options]
    return element("label", element("span", label), element("select", entries, name=name))


def folded(label: str, *content: Child, kind: str = "") -> Html:
    """Content behind a label that opens it: by a click, or by Enter and Space."""
    return element("details", element("summary", label), *content, class_=kind or None)


def for_good(action: str, label: str) -> Html:
    """A deed that nothing brings back, behind a label of its own; the open one says so once more."""
    return folded(
        f"{label}…", form(action, f"{label} for good", hidden("sure", "yes"), kind="danger"), kind="danger"
    )


def acts(title: str, forms: Iterable[Html]) -> Html:
    """Everything that can be done here, one below the other."""
    shown = [element("li", each) for each in forms]
    return element("section", element("h2", title), element("ul", shown), class_="acts")


def sheet(content: Iterable[Child], beside: Child) -> Html:
    """What something is, and beside it (on a phone: below it) what can be done to it."""
    return element("div", element("div", *content), element("aside", beside), class_="sheet")


def table(heads: Sequence[str], rows: Sequence[Sequence[Child]], *, numbers: Sequence[int] = ()) -> Html:
    """A table; the columns in `numbers` are aligned to the right. Says so when it is empty.

    On a phone every row is a card, in which each cell says what it is.
    """
    if not rows:
        return element("p", "Nothing here.", class_="quiet")

    def cell(name: str, index: int, child: Child) -> Html:
        label = heads[index] if name == "td" else None
        words = " ".join(_words(child, number=index in numbers))
        return element(name, child, class_=words or None, data_label=label)

    head = element("tr", [cell("th", index, text) for index, text in enumerate(heads)])
    body = [element("tr", [cell("td", index, child) for index, child in enumerate(row)]) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", body)), class_="scroll")


def _words(child: Child, *, number: bool) -> Iterable[str]:
    """How a cell is set: as a number, left out on a phone where it is empty, not broken where it is brief."""
    if number:
        yield "number"
    if child in (None, ""):
        yield "empty"
    elif isinstance(child, str) and not isinstance(child, Html) and len(child) <= _BRIEF:
        yield "brief"


def pager(path: str, page_number: int, size: int, count: int, **arguments: str) -> Html:
    """Links to the pages before and after, when there are any."""

    def link(text: str, number: int) -> Html:
        return element("a", text, href=f"{path}?{urlencode({**arguments, 'page': str(number)})}")

    if count <= size:
        return joined()
    first, last = (page_number - 1) * size + 1, min(page_number * size, count)
    return element(
        "nav",
        link("← newer", page_number - 1) if page_number > 1 else None,
        element("span", f"{first:,}-{last:,} of {count:,}"),
        link("older →", page_number + 1) if last < count else None,
        class_="pager",
        aria_label="Pages",
    )


def filters(path: str, wanted: str, counts: Sequence[tuple[str, int]]) -> Html:
    """Links that show only part of a list: all of it first, then every word with something behind it."""
    every = sum(count for _word, count in counts)
    links = [element("a", f"all {every:,}", href=path, aria_current=None if wanted else "true")]
    links += [
        element(
            "a",
            f"{word} {count:,}",
            href=f"{path}?{urlencode({'status': word})}",
            aria_current="true" if wanted == word else None,
        )
        for word, count in counts
        if count
    ]
    return element("nav", links, class_="filters", aria_label="Only some")


def pill(word: str) -> Html:
    """A status as a small coloured word; the colour goes by the word."""
    return element("span", word, class_=f"pill {word.casefold().replace(' ', '-')}")


def facts(*pairs: tuple[str, Child]) -> Html:
    """Names and values side by side; what has no value is left out."""
    told = [(name, value) for name, value in pairs if value not in (None, "")]
    return element("dl", [element("div", element("dt", name), element("dd", value)) for name, value in told])
