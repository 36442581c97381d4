"""The terminal: one console for results, one for messages. Text from outside never counts as markup."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from cli.wrapping import HangingLines

_PIPE_WIDTH = 120  # a pipe has no width; a line should not be broken there without need

_MOVING = re.compile(r"[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")

DONE, PERSON, USAGE = 0, 1, 2


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is; styles come only from us."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        screen = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
        screen.push_render_hook(HangingLines())
        return screen
    # In a pipe a line stays a line: who greps for a key wants the reason with it.
    return Console(
        stderr=stderr, markup=False, highlight=False, emoji=False, width=_PIPE_WIDTH, soft_wrap=True
    )


def print_json(document: dict[str, Any]) -> None:
    """One JSON document on standard output; signs that move or hide what is around them stand there as escapes."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    sys.stdout.write(_MOVING.sub(lambda sign: json.dumps(sign[0])[1:-1], text) + "\n")


def counted(number: int, noun: str) -> str:
    """`1 draft`, `2 drafts`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def complain(lines: Iterable[str]) -> None:
    """Messages for a person, on standard error."""
    screen = console(stderr=True)
    for line in lines:
        screen.print(Text(line), soft_wrap=True)


def refuse(said: str, reason: str, *, as_json: bool) -> NoReturn:
    """End with "usage": `said` and the reason for a person, the reason alone as a document."""
    if as_json:
        print_json({"refused": reason})
    else:
        complain([f"{said}{reason}."])
    leave(USAGE)


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
