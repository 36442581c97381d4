"""Contract files to rules: every problem of every file at once. The only module here that reads files."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from mappings.bundle import pack, unpack
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import beyond, read, validate
from mappings.lint.ties import shadowed, ties_across, ties_within
from mappings.lint.whole import BY_ITSELF, lint
from mappings.shared import SHARED, Shared, parse_shared
from mappings.tables.build import build
from mappings.tables.parts import Parts
from mappings.tables.shape import ContractFile
from model.finding import Problem

_LOOKS_LIKE = re.compile(r"\.toml(\.txt)?$", re.IGNORECASE)
_BEGIN = "milepost init writes a first one"


def load_folder(path: Path | str, added: Mapping[str, str] | None = None) -> RuleBook:
    """Read every `*.toml` under `path` in order of name, and what they share in its folder `shared`. `added` are
    texts by path that are read as files of it, and come last.

    A file with problems gives no contract. Problems are values: a missing folder or an unreadable file is one
    too. Contracts that contradict each other stay in the book, with the problem said.
    """
    folder = Path(path)
    texts, problems = _texts(folder)
    return _book(folder, texts | dict(added or {}), problems)


def load_with(path: Path | str, file: Path) -> RuleBook:
    """The folder as it would be with the contract that `file` holds in place of the one of the same id."""
    folder = Path(path)
    texts, problems = _texts(folder)
    edited, unread = _text(file)
    if edited is not None:
        wanted = _id_of(edited)
        texts = {name: text for name, text in texts.items() if wanted is None or _id_of(text) != wanted}
        texts[str(file)] = edited
    return _book(folder, texts, [*problems, *unread])


def _book(folder: Path, texts: Mapping[str, str], problems: list[Problem]) -> RuleBook:
    if not texts and not problems:
        problems.append(_nothing(folder))
    common, unread = _texts(folder / SHARED)
    named = {f"{SHARED}/{PurePath(file).name}": text for file, text in common.items()}
    shared, mistakes = parse_shared(named, lambda name: str(folder / name))
    problems += [*unread, *mistakes]
    contracts: list[Contract] = []
    sources: dict[str, tuple[str, str]] = {}
    broken: dict[str, str] = {}
    for file, text in texts.items():
        contract, source, found = _contract(text, file, shared)
        problems += found
        if contract is not None:
            contracts.append(contract)
            sources[contract.version] = (file, source)
        elif source:
            broken[file] = source
    problems += [*_same_ids(contracts, texts), *ties_across(contracts, texts)]
    contracts.sort(key=lambda contract: contract.id)
    problems.sort(key=lambda problem: problem.file)
    return RuleBook(tuple(contracts), tuple(problems), sources, broken, _ignored(folder), shared=common)


def _nothing(folder: Path) -> Problem:
    if folder.is_dir():
        return Problem(str(folder), 1, 1, "no contract file (*.toml) in this folder", _BEGIN)
    message = "this is no folder" if folder.exists() else "there is no such folder"
    return Problem(
        str(folder), 1, 1, message, "[rules] folder in the configuration says where contract files are"
    )


def _ignored(folder: Path) -> tuple[str, ...]:
    """Files that look like contract files and are none: in a subfolder, or with another ending."""
    taken = {*folder.glob("*.toml"), *(folder / SHARED).glob("*.toml")}
    found = (
        each for each in sorted(folder.rglob("*")) if _LOOKS_LIKE.search(each.name) and each not in taken
    )
    return tuple(str(each) for each in found if not _is_hidden(each.relative_to(folder)))


def _is_hidden(file: Path) -> bool:
    return any(part.startswith(".") for part in file.parts)


def parse_contract(source: str, file: str) -> tuple[Contract | None, list[Problem]]:
    """The contract that `source` is, or every problem it has: the text of a file, or a recorded version with the
    shared files it used. `file` is only repeated in problems."""
    text, texts = unpack(source)
    shared, problems = parse_shared(texts, lambda name: str(PurePath(file).parent / name))
    contract, _, found = _contract(text, file, shared)
    return (None, problems + found) if problems else (contract, found)


def _contract(text: str, file: str, shared: Shared) -> tuple[Contract | None, str, list[Problem]]:
    """The contract that `text` is among `shared` files, its source, and every problem. A text that cannot be read
    at all has the source ""."""
    data, problems = read(text, file)
    if problems:
        rest, problems = beyond(problems, text, file, ContractFile)
        return None, *_in_part(rest, file, shared, problems)
    data = shared.completed(data)
    shape, problems = validate(data, text, file, ContractFile)
    positions, parts = Positions(text), Parts.of(data)
    problems += lint(parts, positions, file)
    problems += [
        Problem(file, *positions.of(*loc), message, hint) for loc, message, hint in shared.lint(parts)
    ]
    source = pack(text, shared.used(parts))
    if shape is None or problems or shared.awaits(parts):
        return None, source, sorted(problems, key=lambda problem: (problem.line, problem.column))
    version = hashlib.sha256(source.encode()).hexdigest()[:12]
    contract = build(shape, shared.offers(shape.contract.currency), positions, version, file)
    ties = [*ties_within(contract, positions), *shadowed(contract, positions)]
    return (None, source, ties) if ties else (contract, source, [])


def _in_part(rest: str, file: str, shared: Shared, problems: list[Problem]) -> tuple[str, list[Problem]]:
    """The source of a file of which only `rest` can be read, and `problems` with what is wrong by itself in that."""
    parts = Parts.of(shared.completed(read(rest, file)[0]))
    problems = problems + lint(parts, Positions(rest), file, BY_ITSELF)
    source = pack(rest, shared.used(parts)) if rest else ""
    return source, sorted(problems, key=lambda problem: (problem.line, problem.column))


def _texts(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The texts of the files of a folder by path, in order of name, and those that cannot be read."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        text, unread = _text(file)
        problems += unread
        if text is not None:
            texts[str(file)] = text
    return texts, problems


def _text(file: Path) -> tuple[str | None, list[Problem]]:
    if file.exists() and not file.is_file():  # a pipe would be waited for without end
        return None, [Problem(str(file), 1, 1, "this is no file", "move it out of the rules folder")]
    try:
        return file.read_bytes().decode("utf-8-sig"), []
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(str(file), 1, 1, f"cannot be read as UTF-8 text: {error}")]


def _id_of(text: str) -> object:
    """The id that a contract file gives itself, where it can be read at all."""
    contract = read(text, "")[0].get("contract")
    return contract.get("id") if isinstance(contract, dict) else None


def _same_ids(contracts: Iterable[Contract], texts: Mapping[str, str]) -> list[Problem]:
    by_id: defaultdict[str, list[Contract]] = defaultdict(list)
    for contract in contracts:
        by_id[contract.id].append(contract)
    problems = []
    for same in by_id.values():
        for contract in same[1:]:
            line, column = Positions(texts[contract.file]).of("contract", "id")
            message = f"contract {contract.id!r} is already in {same[0].file}"
            problems.append(Problem(contract.file, line, column, message, "an id is unique for ever"))
    return problems
