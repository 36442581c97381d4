"""Habits of this repository that no other tool checks. A limit here is only ever tightened."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATED = (
    ROOT / "sync" / "store" / "migrations" / "versions"
)  # long because a table is; written once by a tool
ROOMS = ("model", "mappings", "connectors", "sync", "cli", "sandbox")
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
# Written in pieces, so that this file may be searched too.
FOREIGN = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.",
            "/ho" + "me/",
            "/ro" + "ot/",
            "/wo" + "rk/",
        )
    )
)


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository: known to git, or new and not ignored."""
    listing = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Python files that people write, of some top-level folders only when they are given."""
    found = [path for path in tracked() if path.suffix == ".py" and GENERATED not in path.parents]
    return [path for path in found if not folders or path.relative_to(ROOT).parts[0] in folders]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_owns(room: str) -> None:
    lines = (ROOT / room / "README.md").read_text().splitlines()
    assert 10 <= len(lines) <= 30


def test_no_file_is_too_long() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES_OF_A_FILE} == {}


def test_no_two_modules_of_tests_share_a_name() -> None:
    # pytest imports them by their bare names: the second of a name would stop the whole run.
    names = Counter(path.name for path in python_files("tests") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_no_function_is_too_long() -> None:
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path}:{node.lineno} {node.name} has {length} lines")
    assert long == []


def test_every_module_begins_with_what_it_owns() -> None:
    silent = [
        str(path)
        for path in python_files(*ROOMS)
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_only_the_command_line_prints() -> None:
    printing = []
    for path in python_files("model", "mappings", "connectors", "sync", "sandbox"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        names = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]
        printing += [f"{path}:{name.lineno}" for name in names]
    assert printing == []


def test_nothing_names_a_package_host_or_a_place_on_one_machine() -> None:
    naming = []
    for path in tracked():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if found := FOREIGN.search(line):
                naming.append(f"{path}:{number} {found[0]}")
    assert naming == []


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_decisions_are_numbered_without_gaps_and_short() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert [path.name for path in records if len(path.read_text().splitlines()) > 40] == []
