"""The commands and their shared options. Exit codes: 0 done, 1 something needs a person, 2 usage or configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.options import Config, Json, Reprice

app = typer.Typer(
    name="milepost",
    help="Turns finished Jira work into draft QuickBooks invoices, and can prove every cent of it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def demo(json: Json = False) -> None:
    """See the main job on a sandbox of Jira and QuickBooks: no account, no network, about a minute."""
    from cli.demo import run

    run(as_json=json)


@app.command()
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


@app.command()
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


@app.command()
def plan(config: Config = Path("config.toml"), reprice: Reprice = False, json: Json = False) -> None:
    """Show exactly which drafts an apply would write, line by line, and what is held and why. Writes nothing."""
    from cli.plan import run

    run(config, reprice=reprice, as_json=json)


@app.command()
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


@app.command()
def backtest(
    rules: Annotated[
        Path, typer.Argument(exists=True, help="The edited rules: a folder, or one contract file.")
    ],
    config: Config = Path("config.toml"),
    limit: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="End with 1 when more of a client's money moves than this."),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="As if these rules had been there from the start.")
    ] = False,
    json: Json = False,
) -> None:
    """Try edited rules on everything read so far: which drafts differ, and whose money moves. Writes nothing."""
    from cli.backtest import run
    from mappings.words.numbers import percent_in

    share = None if limit is None else percent_in(limit)
    if limit is not None and (share is None or share < 0):
        raise typer.BadParameter(f"{limit!r} is no percentage such as 5 or 12.5", param_hint="--limit")
    run(config, rules, share, from_start=from_start, as_json=json)


@app.command(name="run")
def run_service(config: Config = Path("config.toml"), json: Json = False) -> None:
    """Run the service: poll, plan what changed, write drafts; stop cleanly on SIGTERM or Ctrl-C."""
    from cli.run import run

    run(config, as_json=json)


@app.command()
def status(config: Config = Path("config.toml"), json: Json = False) -> None:
    """Show all finished work as billed, held, excluded or failed, with reasons and sums that add up."""
    from cli.status import run

    run(config, as_json=json)


@app.command()
def reconcile(
    config: Config = Path("config.toml"),
    repair: Annotated[
        bool, typer.Option("--repair", help="Record what the two systems show of what drifted.")
    ] = False,
    json: Json = False,
) -> None:
    """Read Jira and QuickBooks whole, hold them against the ledger, and show every difference and the sums."""
    from cli.reconcile import run

    run(config, repair=repair, as_json=json)


@app.command()
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


@app.command()
def decide(
    subject: Annotated[
        str | None, typer.Argument(help="What is to be decided, by its id, its work or its invoice.")
    ] = None,
    choice: Annotated[str | None, typer.Argument(help="What you choose; without it, all choices.")] = None,
    needed: Annotated[
        str, typer.Argument(metavar="[INVOICE]", help="What the choice needs: for adopt, the invoice.")
    ] = "",
    *,
    why: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    who: Annotated[
        str | None, typer.Option(help="Who decides.", show_default="the login name of this user")
    ] = None,
    config: Config = Path("config.toml"),
    json: Json = False,
) -> None:
    """Show what needs a person and what each choice does in money; with a choice, decide it. Writes no invoice."""
    from cli import decide as command

    if subject is None:
        command.show_all(config, as_json=json)
    if choice is None:
        command.show_one(config, subject, as_json=json)
    if not why.strip():
        raise typer.BadParameter("say why: the reason is kept with the decision", param_hint="--why")
    command.run(config, command.Wish(subject, choice, needed, who or command.login(), why), as_json=json)


@app.command()
def undo(
    run: Annotated[
        str, typer.Argument(help="The run's digest, as plan and apply show it, or its beginning.")
    ],
    *,
    why: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    who: Annotated[
        str | None, typer.Option(help="Who undoes it.", show_default="the login name of this user")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    config: Config = Path("config.toml"),
    json: Json = False,
) -> None:
    """Take back the drafts of a run that are still exactly as it wrote them; list the others with the reason."""
    from cli import undo as command

    command.run(config, run, who, why, yes=yes, as_json=json)


@app.command()
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
