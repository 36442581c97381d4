"""The stories of tests/stories, read, and the page of docs that tells them; run as a program, it writes that page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER, PAGE = ROOT / "tests" / "stories", ROOT / "docs" / "stories.md"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a story, and what is told after it."""

    line: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a file (a theme): its words as written."""

    theme: str
    words: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.theme}: {self.words['name']}"

    @property
    def steps(self) -> Iterator[Step]:
        """Its lines in order, each with the lines behind it that begin with a dash."""
        line, told = "", []
        for text in (each.strip() for each in self.words["story"].strip().splitlines()):
            if text.startswith("- "):
                told.append(text[2:])
                continue
            if line:
                yield Step(line, tuple(told))
            line, told = text, []
        yield Step(line, tuple(told))


def stories() -> list[Story]:
    """Every story of every file, in order."""
    files = {file.stem: tomllib.loads(file.read_text()) for file in sorted(FOLDER.glob("*.toml"))}
    return [Story(theme, words) for theme, data in files.items() for words in data["story"]]


def page() -> str:
    """The whole page: every story told."""
    told = [_INTRODUCTION]
    themes = dict.fromkeys(story.theme for story in stories())
    for theme in themes:
        title, own = _title(theme), [story for story in stories() if story.theme == theme]
        told += [f"## {title}", *(paragraph for story in own for paragraph in _story(story))]
    return "\n\n".join(told) + "\n"


_INTRODUCTION = """\
# Stories

What Milepost does, told case by case. Each story is a contract, the work in Jira and what people did, in order, and
behind each run what was drafted and said. They are played through the real planning, engine and ledger by
`tests/sync/test_stories.py`; this page is written from `tests/stories`, and a test holds it to them.

How to read a run: an invoice is told with its date, its total and its lines; a finding with its code (see
[rules](rules.md#what-each-code-means)) and who should look at it; then the sums of all work, and what is left of the
contract's value. "Billed" sums fees, change orders, expenses, deposits and releases; draws and retainage, the lines
below zero of an invoice, are not taken off it."""


def _title(theme: str) -> str:
    title: str = tomllib.loads((FOLDER / f"{theme}.toml").read_text())["title"]
    return title


def _story(story: Story) -> Iterator[str]:
    words = story.words
    name = words["name"]
    yield f"### {name[0].upper()}{name[1:]}"
    if "about" in words:
        yield words["about"]
    shared = {f"shared/{file}": text for file, text in words.get("shared", {}).items()}
    files = {
        **({"the contract": words["contract"]} if "contract" in words else {}),
        **words.get("contracts", {}),
    }
    for file, text in {**files, **shared, **words.get("later", {})}.items():
        yield f"```toml\n# {file}\n{text.strip()}\n```"
    work = [f"- {_thing(given)}" for given in words.get("work", ())]
    if work:
        yield "\n".join(["In Jira there is:", "", *work])
    yield "\n".join(line for step in story.steps for line in _step(step))


def _thing(given: Mapping[str, Any]) -> str:
    """`{ epic = "ACME-1", label = "build" }` → epic ACME-1, label build."""
    parts = (f"{word} {_value(value)}" for word, value in given.items())
    return ", ".join(parts)


def _value(value: object) -> str:
    match value:
        case list():
            return " and ".join(map(str, value))
        case dict():
            return f"`{value['text']}` {value['times']:,} times"
        case str() if not value.isprintable() or set(value) & set("<>{}=|"):
            return f"`{ascii(value)[1:-1]}`"
    return str(value)


def _step(step: Step) -> Iterator[str]:
    day, _, rest = step.line.partition(" ")
    dated = day[:4].isdigit()
    said = f"**{day}** {rest}" if dated else step.line
    yield f"- {said}" + (":" if step.told else "")
    yield from (f"  - `{told}`" if "`" not in told else f"  - ``{told}``" for told in step.told)


if __name__ == "__main__":
    PAGE.write_text(page())
