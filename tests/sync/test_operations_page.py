"""docs/operations.md names nothing that is not there: settings, metrics, alerts, and the command lines of its files."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from cli.app import app
from sync.installation.settings import Settings
from sync.watching import alarm, metrics

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text("utf-8")
FILES = sorted((DOCS / "operations").iterdir())


def commands() -> list[str]:
    """Every command line of milepost in the page and its files."""
    unit = re.findall(r"(?m)^Exec\w+=\S*/(milepost .*)$", FILES[1].read_text("utf-8"))
    entry, arguments = (
        re.search(rf"(?m)^{word} (\[.*\])$", FILES[0].read_text("utf-8")) for word in ("ENTRYPOINT", "CMD")
    )
    assert entry is not None
    assert arguments is not None
    container = shlex.join(eval(entry[1]) + eval(arguments[1]))  # noqa: S307 - a list of words that stands in our file
    return [*unit, container, *re.findall(r"`(milepost [^`…]+)`", PAGE)]


@pytest.mark.parametrize("line", commands())
def test_every_command_line_is_one(line: str) -> None:
    _, name, *words = shlex.split(line.replace('"…"', "x"))
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_every_setting_is_one() -> None:
    named = re.findall(r"`\[(\w+)\] (\w+)`", PAGE)
    assert len(named) >= 10
    for table, key in named:
        assert key in Settings.model_fields[table].annotation.model_fields, f"[{table}] {key}"  # type: ignore[union-attr]


def test_every_metric_and_every_kind_of_alert_is_named_and_is_one() -> None:
    made = set(re.findall(r'"(milepost_\w+)"', Path(metrics.__file__).read_text("utf-8")))
    named = {name.removesuffix("_total") for name in re.findall(r"`(milepost_\w+)", PAGE)}
    assert named == made
    told = set(alarm._SAID) | set(
        re.findall(r'"((?:reconcile|audit)\.\w+)"', Path(alarm.__file__).read_text("utf-8"))
    )
    section = PAGE[PAGE.index("## Alerts") : PAGE.index("## Backup")]
    rows = [
        cell for row in re.findall(r"(?m)^\| (`[^|]*) \|", section) for cell in re.findall(r"`([\w.]+)`", row)
    ]
    assert set(rows) == told - {"audit.head"}


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) <= 150
