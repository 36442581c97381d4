"""TOML text checked against a pydantic shape: every problem at once, with position and what was meant."""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mappings.grammar.homes import hint_for_strange, said_of
from mappings.grammar.legible import last_of, legible
from mappings.grammar.positions import Positions
from mappings.grammar.slips import slip_of, without_value
from mappings.words.mistakes import Mistake, did_you_mean
from mappings.words.text import inert
from model.finding import Problem

_MOST_MISTAKES = 20  # of the grammar of one file: more are one mistake many times
_SHOWN = 60  # characters of an offending text that a message repeats
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_KINDS = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2026-01-15, without quotes",
    "list_type": "a list in [ ]",
    "tuple_type": "a list in [ ]",
    "model_type": "a table",
    "dict_type": "a table",
}

_PLAIN = {
    "string_pattern_mismatch": "this cannot be written so",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "too_short": "must have at least one entry",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHOSEN = ("date_type", "literal_error", "union_tag_invalid")
_EXAMPLES = ("acme-portal", "ACME-12", "USD")  # one for each kind of name that has a pattern

Shape = typing.TypeVar("Shape", bound=BaseModel)


def parse(
    text: str,
    file: str,
    shape: type[Shape],
    *,
    context: Mapping[str, object] | None = None,
    discreet: bool = False,
) -> tuple[Shape | None, list[Problem]]:
    """Read `text` as `shape`. Numbers with a point arrive as Decimal, so that no amount ever is a float.

    Returns the value and no problems, or None and every problem in the order of the file. `file` is only
    repeated in the problems. Unknown keys are problems when the shape forbids extras, as it should.
    `context` is handed to the validators of the shape. With `discreet` no problem quotes a value (but for a
    wrong word of a closed list): the file may hold a secret by mistake.
    """
    data, problems = read(text, file, discreet=discreet)
    if problems:
        return None, beyond(problems, text, file, shape, context=context, discreet=discreet)[1]
    return validate(data, text, file, shape, context=context, discreet=discreet)


def read(text: str, file: str, *, discreet: bool = False) -> tuple[dict[str, Any], list[Problem]]:
    """The tables of `text`, or the mistakes of its grammar with their positions: the first, and further ones as
    long as each is of its own line alone, so that none is only the echo of another."""
    problems: list[Problem] = []
    remaining = text
    while len(problems) < _MOST_MISTAKES:
        try:
            data = tomllib.loads(remaining, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            problem = _syntax(error, remaining, file, discreet=discreet)
            problems.append(problem)
            lines = remaining.split("\n")
            if _reads(lines[problem.line - 1]) or _runs_on(lines[problem.line - 1]):
                break
            at = problem.line - 1
            end = at + 1 if lines[at].lstrip().startswith("[") else last_of(lines, at) + 1
            lines[at:end] = [""] * (end - at)
            remaining = "\n".join(lines)
        except RecursionError:
            return {}, [*problems, Problem(file, 1, 1, "the file is nested too deeply")]
        else:
            return ({}, _in_order(problems)) if problems else (data, [])
    return {}, _in_order(problems)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (each.line, each.column))


def _runs_on(line: str) -> bool:
    """Whether a text may begin on a line that goes on over others: what stands behind it is in it."""
    return '"""' in line or "'''" in line


def _reads(line: str) -> bool:
    """Whether a line is sound by itself: what is wrong with it then lies elsewhere."""
    try:
        tomllib.loads(line)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return True


def validate(
    data: Mapping[str, Any],
    text: str,
    file: str,
    shape: type[Shape],
    *,
    context: Mapping[str, object] | None = None,
    discreet: bool = False,
) -> tuple[Shape | None, list[Problem]]:
    """Tables that `read` gave as `shape`, or every problem they have; `text` is where they came from."""
    try:
        return shape.model_validate(data, context=context), []
    except ValidationError as error:
        return None, problems_of(error, Positions(text, discreet=discreet), file, shape)


def beyond(
    problems: Sequence[Problem],
    text: str,
    file: str,
    shape: type[BaseModel],
    *,
    context: Mapping[str, object] | None = None,
    discreet: bool = False,
) -> tuple[str, list[Problem]]:
    """What can be read of `text` beside its mistakes of the grammar ("" for nothing), and all problems: `problems`
    and those that are seen in the rest. What the rest lacks may stand in the lines that cannot be read."""
    rest = legible(text, (problem.line for problem in problems))
    try:
        shape.model_validate(tomllib.loads(rest, parse_float=Decimal), context=context)
    except ValidationError as error:
        seen = [each for each in error.errors(include_url=False) if not _lacks(each)]
        positions = Positions(rest, discreet=discreet)
        return rest, _in_order([*problems, *{_problem(each, positions, file, shape) for each in seen}])
    return rest, list(problems)


def _lacks(details: ErrorDetails) -> bool:
    """Whether a table is said to be without something."""
    return details["type"] == "missing" or (
        details["type"] in ("value_error", "too_short") and isinstance(details["input"], Mapping | list)
    )


def problems_of(
    error: ValidationError, positions: Positions, file: str, shape: type[BaseModel]
) -> list[Problem]:
    """What is wrong, once each and in the order of the file."""
    found = _without_namesakes(error.errors(include_url=False))
    problems = {_problem(details, positions, file, shape) for details in found}
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.message))


def _without_namesakes(found: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """A required key that is missing because it is misspelled is one mistake, at the key that stands there."""
    strange = [details["loc"] for details in found if details["type"] == "extra_forbidden"]
    for details in found:
        *table, name = details["loc"] or ("",)
        near = (str(loc[-1]).casefold() for loc in strange if list(loc[:-1]) == table)
        if details["type"] != "missing" or not get_close_matches(str(name).casefold(), near, n=1, cutoff=0.6):
            yield details


def _syntax(error: tomllib.TOMLDecodeError, text: str, file: str, *, discreet: bool) -> Problem:
    message = str(error)
    position = _AT.search(message)
    lines = text.split("\n")
    if position and position[1]:
        line, column = int(position[1]), int(position[2])
    else:
        line, column = len(lines), len(lines[-1]) + 1
    shown = lines[line - 1].strip() if line <= len(lines) and not discreet else ""
    hint = "save the file as UTF-8 without a byte order mark" if text.startswith("\ufeff") else ""
    plain = _AT.sub("", message)
    slip = slip_of(plain, text, lines[line - 1] if line <= len(lines) else "")
    if slip is not None:
        slip = without_value(slip) if discreet else slip
        line, column = slip.at or (line, column)
        plain, hint = slip.message, slip.hint
        shown = lines[line - 1].strip() if not discreet else ""
    return Problem(file, line, column, f"{plain}: {_short(shown)}" if shown else plain, hint)


def _problem(details: ErrorDetails, positions: Positions, file: str, shape: type[BaseModel]) -> Problem:
    loc: tuple[str | int, ...] = details["loc"]
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, Mistake):
        loc = (*loc, *cause.at)
    elif details["type"] == "union_tag_invalid":
        loc = (*loc, details["ctx"]["discriminator"].strip("'"))
    on_key = details["type"] == "extra_forbidden" or getattr(cause, "on_key", False)
    line, column = positions.of_key(*loc) if on_key else positions.of(*loc)
    message, hint = _words(details, loc, positions, shape)
    return Problem(file, line, column, message, hint)


def _words(
    details: ErrorDetails, loc: tuple[str | int, ...], positions: Positions, shape: type[BaseModel]
) -> tuple[str, str]:
    kind, ctx = details["type"], details.get("ctx", {})
    where, name = _dotted(positions.find(loc)[0]), str(loc[-1]) if loc else ""
    shown = _short(positions.text(*loc))
    if kind in _CHOSEN and isinstance(details["input"], str) and _DAY.fullmatch(details["input"]):
        return f"{where}: a date in quotes: {shown}", f"write it without: {details['input']}"
    if kind == "extra_forbidden":
        return f"unknown key {name!r}{_in(where.rpartition('.')[0])}", hint_for_strange(shape, loc)
    if kind == "missing":
        return f"{name!r} is missing{_in(where)}", said_of(shape, loc)
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        given = str(ctx.get("tag", details["input"]))
        allowed = re.findall(r"'([^']*)'", str(ctx.get("expected", ctx.get("expected_tags", ""))))
        shown = shown if isinstance(details["input"], bool) and shown else repr(given)
        return f"{where}: {shown} is not known", _one_of(given, allowed, said_of(shape, loc))
    if kind in _KINDS:
        instead = shown or ("a table" if isinstance(details["input"], dict) else "")
        said = f"{where}: must be {_KINDS[kind]}" + (f", not {instead}" if instead else "")
        hint = "" if kind == "date_type" else said_of(shape, loc)
        return said, _brackets(kind, details["input"], where) or hint
    if kind in _PLAIN:
        return f"{where}: {_PLAIN[kind].format(**ctx)}" + (f", not {shown}" if shown else ""), _such_as(
            ctx
        ) or said_of(shape, loc)
    cause = ctx.get("error")
    reason = str(cause) if cause is not None else details["msg"][:1].lower() + details["msg"][1:]
    text = f"{where}: {reason}" if where else reason
    if shown and shown.strip("\"'") not in reason:
        text += f", not {shown}" if kind != "value_error" else f": {shown}"
    return text, getattr(cause, "hint", "")


def _one_of(given: str, allowed: Sequence[str], said: str) -> str:
    """The allowed word that is most like `given`, else what is said of the key, else all of them."""
    near = did_you_mean(given, allowed)
    return near if near.startswith("did you mean") else said or near


def _brackets(kind: str, given: object, where: str) -> str:
    """What to write where a table has the brackets of a list of tables, or the other way round."""
    if _is_list(kind, given):
        return f"write [[{where}]], in two brackets"
    tables = isinstance(given, list) and any(isinstance(each, Mapping) for each in given)
    return f"write [{where}], in one bracket" if tables and kind in ("model_type", "dict_type") else ""


def _is_list(kind: str, given: object) -> bool:
    """Whether one table stands where a list of tables belongs: single brackets for double ones."""
    return kind in ("list_type", "tuple_type") and isinstance(given, dict)


def _such_as(ctx: Mapping[str, Any]) -> str:
    """An example of a text that has to follow a pattern."""
    pattern = str(ctx.get("pattern", ""))
    fits = (each for each in _EXAMPLES if pattern and re.fullmatch(pattern, each))
    example = next(fits, "")
    return f'such as "{example}"' if example else ""


def _in(where: str) -> str:
    return f" in [{where}]" if where else ""


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(word + 1) if isinstance(word, int) else word for word in path)


def _short(text: str) -> str:
    return inert(text, _SHOWN)
