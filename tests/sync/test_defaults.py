"""Defaults that name what is not configured: said once, in their own file, whoever uses them."""

from __future__ import annotations

from pathlib import Path

from settings_text import SMALLEST, loaded
from sync_bench import rules

from sync.ruleset import read_rules

DEFAULTS = '[defaults]\nname = "house"\nsite = "main"\ncompany = "{}"\n'


def problems(folder: Path, company: str, *contracts: str) -> list[str]:
    home = folder / "rules"
    (home / "shared").mkdir(parents=True)
    (home / "shared" / "house.toml").write_text(DEFAULTS.format(company))
    for number, text in enumerate(contracts):
        (home / f"{number}.toml").write_text(text)
    book = read_rules(loaded(folder / "config.toml", SMALLEST + f'[rules]\nfolder = "{home}"\n'))
    return [str(each).removeprefix(f"{home}/") for each in book.problems]


def using(name: str) -> str:
    """A contract that takes site and company from the defaults."""
    own = (line for line in rules(name).splitlines() if not line.startswith(("site", "company")))
    return "\n".join(own).replace("[contract]", '[contract]\nuse = "house"', 1)


def test_a_company_that_no_configuration_has_is_said_at_the_defaults_that_nobody_uses(tmp_path: Path) -> None:
    own = using("acme").replace('use = "house"', 'site = "main"\ncompany = "main"')
    (found,) = problems(tmp_path, "mian", own)
    assert found.startswith("shared/house.toml:4:11: company 'mian' is not in the configuration")


def test_it_is_said_once_however_many_contracts_use_the_defaults(tmp_path: Path) -> None:
    other = using("beta").replace('label = "billable"', 'label = "other"')
    (found,) = problems(tmp_path, "mian", using("acme"), other)
    assert found.startswith("shared/house.toml:4:11:")


def test_defaults_that_name_what_there_is_are_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, "main", using("acme")) == []
