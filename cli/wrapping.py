"""How a line that is longer than the terminal goes on: below where its words began, with amounts kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.text import Text

# "    why   because" goes on below "because", "  • because" too, other indented text two columns further in.
_LABEL = re.compile(r" *(?:(?:[•~+] |\d+\. )|[a-z]{1,9} {2,})(?=\S)")
# Between a figure and its sign or currency no line ends: "15,000.00 USD", "12.5 %".
_WORD = re.compile(r"\S+(?:(?<=\d) (?:%|[A-Z]{3}\b)\S*)*")


class HangingLines(RenderHook):
    """Lets a console wrap plain lines of text so; tables wrap as they do."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """What is printed instead of `renderables`."""
        return [_Hanging(each) if isinstance(each, Text) else each for each in renderables]


class _Hanging:
    """Some lines of text, each wrapped by itself."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> Iterator[Text]:
        for line in self._text.split("\n", allow_blank=True):
            yield from (line,) if options.no_wrap else wrapped(line, options.max_width)


def wrapped(line: Text, width: int) -> Iterator[Text]:
    """The lines that one line of text is at a width. A word that no line holds is broken."""
    line.rstrip()
    if cell_len(line.plain) <= width:
        yield line
        return
    hang = _hang(line.plain, width)
    starts = list(_breaks(line.plain, width, hang))
    for number, part in enumerate(line.divide(starts)):
        part.rstrip()
        yield part if number == 0 else Text(" " * hang) + part


def _hang(text: str, width: int) -> int:
    label = _LABEL.match(text)
    indent = len(text) - len(text.lstrip(" "))
    return min(label.end() if label else indent and indent + 2, width // 2)


def _breaks(text: str, width: int, hang: int) -> Iterator[int]:
    """Where each further line begins."""
    start, used = 0, 0  # of the line that is being filled: its first character, and columns left of that
    for word in _WORD.finditer(text):
        if used + cell_len(text[start : word.end()]) <= width:
            continue
        if text[start : word.start()].strip():
            start, used = word.start(), hang
            yield start
        for position in range(start + 1, word.end()):
            if used + cell_len(text[start : position + 1]) > width:
                start, used = position, hang
                yield start
