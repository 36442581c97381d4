"""The options of everyday commands: plan, apply, run, status, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json, Reprice


def plan(config: Config = Path("config.toml"), reprice: Reprice = False, json: Json = False) -> None:
    """Show exactly which drafts an apply would write, line by line, and what is held and why. Writes nothing."""
    from cli.plan import run

    run(config, reprice=reprice, as_json=json)


def apply(
    config: Config = Path("config.toml"),
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="DIGEST", help="Do this plan or nothing.")
    ] = None,
    reprice: Reprice = False,
    json: Json = False,
) -> None:
    """Write the drafts that are due. With --plan only what that plan showed: a stale one is refused."""
    from cli.apply import run

    run(config, plan, reprice=reprice, as_json=json)


def run_service(config: Config = Path("config.toml"), json: Json = False) -> None:
    """Run the service: poll, plan what changed, write drafts; stop cleanly on SIGTERM or Ctrl-C."""
    from cli.run import run

    run(config, as_json=json)


def status(config: Config = Path("config.toml"), json: Json = False) -> None:
    """Show all finished work as billed, held, excluded or failed, with reasons and sums that add up."""
    from cli.status import run

    run(config, as_json=json)


def explain(
    key: Annotated[
        str,
        typer.Argument(
            help="An epic's key, a sprint's id or name, `deposit`, `expense:id`, `change:id`, a contract's id; or an "
            "invoice by its number, id or marker."
        ),
    ],
    config: Config = Path("config.toml"),
    json: Json = False,
) -> None:
    """Show why a piece of work is billed or not, or what each line of an invoice bills: rules, arithmetic, history."""
    from cli.explain import run

    run(config, key, as_json=json)
