"""The options of the commands that get one going: demo, init, check, sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.options import Config, Json


def demo(json: Json = False) -> None:
    """See the main job on a sandbox of Jira and QuickBooks: no account, no network, about a minute."""
    from cli.demo import run

    run(as_json=json)


def selftest(json: Json = False) -> None:
    """See for yourself that nothing is billed twice: applies are killed at every step, on a sandbox. About a minute."""
    from cli.selftest import run

    run(as_json=json)


def init(
    folder: Annotated[
        Path, typer.Argument(help="Where config.toml is, or shall be.", show_default="this folder")
    ] = Path(),
    *,
    site: Annotated[str | None, typer.Option(help="Which [jira.NAME] of config.toml.")] = None,
    company: Annotated[str | None, typer.Option(help="Which [quickbooks.NAME] of config.toml.")] = None,
    project: Annotated[str | None, typer.Option(help="The project's key; else the busiest.")] = None,
    client: Annotated[
        str | None, typer.Option(help="The customer; else one called as the project is.")
    ] = None,
    price: Annotated[str | None, typer.Option(help="percent, amount, points, issues or even.")] = None,
    value: Annotated[str | None, typer.Option(help="The contract's value: 120000.00.")] = None,
    rate: Annotated[str | None, typer.Option(help="What a point or issue costs: 150.00.")] = None,
    item: Annotated[str | None, typer.Option(help="The QuickBooks item of fees.")] = None,
    field: Annotated[str | None, typer.Option(help="The field with the percent or amount.")] = None,
    board: Annotated[str | None, typer.Option(help="The board whose sprints are billed.")] = None,
    label: Annotated[str | None, typer.Option(help="The label of epics that are billed.")] = None,
    starts: Annotated[str | None, typer.Option(help="The day from which work is billed; else today.")] = None,
    draft: Annotated[str | None, typer.Option(help="unsent_invoice or pending_estimate.")] = None,
    identity: Annotated[str | None, typer.Option("--id", help="The contract's name for ever.")] = None,
    table: Annotated[
        Path | None, typer.Option("--from", metavar="CSV", help="Make one file for each row.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a first config.toml; once it is filled in, a first contract file from what Jira and QuickBooks hold."""
    from cli.init import run

    given = {
        "site": site,
        "company": company,
        "project": project,
        "client": client,
        "price": price,
        "value": value,
        "rate": rate,
        "item": item,
        "field": field,
        "board": board,
        "label": label,
        "starts": starts,
        "draft": draft,
        "id": identity,
    }
    run(folder, {option: text for option, text in given.items() if text is not None}, table, as_json=json)


def doctor(
    config: Config = Path("config.toml"),
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody, and read no login.")] = False,
    json: Json = False,
) -> None:
    """Examine everything that could be wrong: files, store, audit, logins, clocks, waiting writes, the service."""
    from cli.doctor import run

    run(config, offline=offline, as_json=json)


def check(
    config: Config = Path("config.toml"),
    schema: Annotated[
        Literal["contract", "shared"] | None,
        typer.Option(
            "--schema", help="Print the JSON Schema of such files for an editor, and check nothing."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check the configuration and every contract file: all problems at once, with file, line and column."""
    from cli import check as command

    if schema is not None:
        command.schema(schema)
    command.run(config, as_json=json)


def sandbox(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where the ready configuration is written.", show_default="sandbox-home"),
    ] = None,
    *,
    jira: Annotated[
        int, typer.Option(help="Port of the Jira server; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    quickbooks: Annotated[
        int, typer.Option(help="Port of the QuickBooks server; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    world: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A world file (docs/sandbox.md).", show_default=False)
    ] = None,
    jira_only: Annotated[bool, typer.Option("--jira-only", help="Serve no QuickBooks.")] = False,
    quickbooks_only: Annotated[bool, typer.Option("--quickbooks-only", help="Serve no Jira.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The same seed at the same moment makes the same world.", show_default="1"),
    ] = None,
    factor: Annotated[
        float | None, typer.Option(min=1, help="How much history the world has.", show_default="1")
    ] = None,
    json: Json = False,
) -> None:
    """Start a Jira and a QuickBooks to try things on, with a seeded world and a configuration for it."""
    from cli.sandbox import Choices, run

    if jira_only and quickbooks_only:
        raise typer.BadParameter("--jira-only and --quickbooks-only leave nothing to serve")
    only: Literal["jira", "quickbooks"] | None = (
        "jira" if jira_only else "quickbooks" if quickbooks_only else None
    )
    run(Choices(folder, jira, quickbooks, world, only, seed, factor), as_json=json)
