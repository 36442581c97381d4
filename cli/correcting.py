"""The options of the commands that look back and put right: backtest, reconcile, decide, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json


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
