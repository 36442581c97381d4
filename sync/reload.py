"""The rules folder under a running service: an edit takes effect when the whole passes `check`, and only then."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import structlog

from mappings.contract.book import RuleBook
from mappings.shared import SHARED
from mappings.words.text import listed
from model.finding import Finding, Problem
from sync.asking import ask_names
from sync.engine import Engine
from sync.installation.settings import Settings
from sync.planning.findings import RULES_FOLDER
from sync.ruleset import Lists, last_lists, read_rules, unreached_names

log = structlog.get_logger()

REFUSED, DOUBTFUL = "rules.refused", "rules.doubtful"  #: codes of findings about the folder
_NOT_IN_FORCE = "it does not pass, so the service goes on by the rules from before the edit"
_MISTAKEN = "it does not pass, so the rules from before the edit are in force"
_IN_FORCE = "it is in force, and does not pass"
_SHOWN = 3  # problems of a file that its finding repeats; `check` shows all


class RulesWatch:
    """Looks at the rules folder before each tick, and hands good rules to the engine.

    A change is judged when two looks in a row see the same, so that no half-written file or half-copied folder is
    taken. What its names mean is asked first: whoever cannot be asked is compared with what was last read, and the
    change judged again until that could be asked too.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._folder = Path(settings.rules.folder)
        self._judged = self._seen = ""
        self._said: tuple[Problem, ...] = ()

    def look(self) -> None:
        """Adopt what was edited, or say once per change why it is not adopted."""
        seen = _fingerprint(self._folder)
        if seen == self._judged:
            return
        if seen != self._seen:
            self._seen, self._said = seen, ()
            self._engine.refresh_names()
            return
        book = read_rules(self._settings)
        if _fingerprint(self._folder) != seen:
            self._seen = ""  # it is being written right now
            return
        lists, silent = self._lists(book)
        self._judge(book, tuple(lists.problems(book)))
        self._judged = "" if silent else seen

    def _lists(self, book: RuleBook) -> tuple[Lists, bool]:
        """What the names in `book` mean, and whether somebody could not be asked. What is refused anyway is compared
        with what was last read."""
        known = last_lists(self._engine.store, self._settings)
        if book.problems:
            return known, False
        lists, silent = ask_names(known, self._engine.trackers, self._engine.companies, book)
        return lists, bool(silent)

    def _judge(self, book: RuleBook, problems: tuple[Problem, ...]) -> None:
        """Adopt `book`, or say why not."""
        former = self._in_force()
        same = not book.problems and _named(book) == _named(self._engine.book)
        self._keep(problems, in_force=same)
        if problems and problems != self._said:
            log.error(
                DOUBTFUL if same else REFUSED, problems=[str(each) for each in problems], in_force=former
            )
        self._said = problems
        if problems or same:
            return
        self._engine.adopt(book)
        log.info("rules.adopted", **_difference(former, self._in_force()))
        unreached = unreached_names(self._engine.store, self._settings, book)
        if unreached:
            log.warning("rules.unreached", notices=[str(each) for each in unreached])

    def _in_force(self) -> dict[str, str]:
        return {each.id: each.version for each in self._engine.book.contracts}

    def _keep(self, problems: Iterable[Problem], *, in_force: bool) -> None:
        code, said = (DOUBTFUL, _IN_FORCE) if in_force else (REFUSED, _NOT_IN_FORCE)
        found = _findings(problems, code, said)
        self._engine.store.journal.keep_findings(RULES_FOLDER, found, self._engine.clock())


def mistaken(problems: Iterable[Problem]) -> list[Finding]:
    """What is wrong with files that no service has looked at as they are now, while other rules are in force."""
    return _findings(problems, REFUSED, _MISTAKEN)


def _named(book: RuleBook) -> set[tuple[str, str]]:
    return {(each.file, each.version) for each in book.contracts}


def _findings(problems: Iterable[Problem], code: str, said: str) -> list[Finding]:
    by_file: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_file[problem.file].append(problem)
    return [_finding(file, mistakes, code, said) for file, mistakes in by_file.items()]


def _finding(file: str, problems: list[Problem], code: str, said: str) -> Finding:
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    shown = "; ".join(map(str, problems[:_SHOWN]))
    hint = "Correct it (milepost check shows all); saving it is enough to have it looked at again."
    return Finding(code, file, f"{said}: {shown}{more}", hint, "admin", file)


def _difference(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    names = {
        "new": sorted(now.keys() - before.keys()),
        "changed": sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
        "removed": sorted(before.keys() - now.keys()),
    }
    return {what: listed(found) for what, found in names.items() if found}


def _fingerprint(folder: Path) -> str:
    """What the contract files and shared files hold; one that cannot be read counts as such."""
    held = hashlib.sha256()
    for file in (*sorted(folder.glob("*.toml")), *sorted((folder / SHARED).glob("*.toml"))):
        try:
            text = file.read_bytes() if file.is_file() else b""  # a pipe would be waited for without end
        except OSError as error:
            text = str(error.errno).encode()
        held.update(f"{file}\0{len(text)}\0".encode() + text)
    return held.hexdigest()
