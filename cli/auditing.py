"""The options of `milepost audit`: verify, export, explain, restored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json

app = typer.Typer(no_args_is_help=True, help="The tamper-evident trail of every fact and write.")


@app.command()
def verify(config: Config = Path("config.toml"), json: Json = False) -> None:
    """Check every entry, the published heads, and each fact of the ledger; the first that does not hold is named."""
    from cli.audit import run_verify

    run_verify(config, as_json=json)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    config: Config = Path("config.toml"),
    since: Annotated[int, typer.Option(min=1, help="The first entry.")] = 1,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Leave texts about people and work behind.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the trail as JSON lines and CSV, with a script of its own that checks it without Milepost."""
    from cli.audit import run_export

    run_export(config, folder, since, private=not without_texts, as_json=json)


@app.command()
def explain(
    invoice: Annotated[
        str, typer.Argument(help="A document by its number, its id in QuickBooks, or its key.")
    ],
    config: Config = Path("config.toml"),
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", exists=True, help="An export, not the store.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell the whole story of a document from the trail alone."""
    from cli.audit import run_explain

    run_explain(config, invoice, source, as_json=json)


@app.command()
def restored(
    why: Annotated[str, typer.Option(help="What happened, for whoever asks later.")],
    config: Config = Path("config.toml"),
    json: Json = False,
) -> None:
    """Say that this store was put back from an older copy, so that work goes on with it."""
    from cli.audit import run_restored

    run_restored(config, why, as_json=json)
