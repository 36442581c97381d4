"""Contract files to rules: every problem of every file at once. The only module here that reads files."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from mappings.build import build
from mappings.lint import lint
from mappings.parts import Parts
from mappings.positions import Positions
from mappings.rules import Contract, RuleBook
from mappings.shape import ContractFile
from mappings.ties import ties_across, ties_within
from mappings.tomlfile import read, validate
from model.finding import Problem


def load_folder(path: Path | str) -> RuleBook:
    """Read every `*.toml` under `path`, in order of name. A file with problems gives no contract.

    Problems are values: a missing folder or an unreadable file is one too. Contracts that contradict each
    other stay in the book, with the problem said.
    """
    folder = Path(path)
    contracts: list[Contract] = []
    problems: list[Problem] = []
    sources: dict[str, tuple[str, str]] = {}
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not files:
        problems.append(Problem(str(folder), 1, 1, "no contract file (*.toml) in this folder"))
    for file in files:
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(file), 1, 1, f"cannot be read as UTF-8 text: {error}"))
            continue
        contract, found = parse_contract(text, str(file))
        problems += found
        if contract is not None:
            contracts.append(contract)
            sources[contract.version] = (str(file), text)
    texts = dict(sources.values())
    problems += [*_same_ids(contracts, texts), *ties_across(contracts, texts)]
    contracts.sort(key=lambda contract: contract.id)
    return RuleBook(tuple(contracts), tuple(problems), sources)


def parse_contract(text: str, file: str) -> tuple[Contract | None, list[Problem]]:
    """The contract that `text` is, or every problem it has. `file` is only repeated in them."""
    data, problems = read(text, file)
    if problems:
        return None, problems
    shape, problems = validate(data, text, file, ContractFile)
    positions = Positions(text)
    problems += lint(Parts.of(data), positions, file)
    if shape is None or problems:
        return None, sorted(problems, key=lambda problem: (problem.line, problem.column))
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    contract = build(shape, positions, version, file)
    ties = ties_within(contract, positions)
    return (None, ties) if ties else (contract, [])


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
