"""New contract files before they are written: what `check` would say of them beside those that are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mappings.check.names import check
from mappings.contract.book import RuleBook
from mappings.lint.ties import ties_among
from mappings.load import load_folder
from model.billing import BooksCatalogue
from model.finding import Problem
from model.work import TrackerCatalogue


def problems_with(
    folder: Path,
    texts: Mapping[str, str],
    tracker: Mapping[str, TrackerCatalogue],
    books: Mapping[str, BooksCatalogue],
) -> list[Problem]:
    """The problems that files with `texts` (by path) would bring into the rules folder. Those that it has already
    are passed over."""
    before, after = load_folder(folder), load_folder(folder, texts)
    new = [problem for problem in after.problems if problem not in before.problems]
    added = tuple(contract for contract in after.contracts if contract.file in texts)
    new += (problem for problem in ties_among(added, texts) if problem not in new)
    return [*new, *check(RuleBook(added, (), after.sources), tracker, books)]
