"""The commands that connect accounts: `milepost connect …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json

connect = typer.Typer(
    no_args_is_help=True, help="Let Milepost into a QuickBooks company or a Jira site; change the key."
)
Paste = Annotated[
    bool, typer.Option("--paste", help="Listen on no port: the address the browser ends at is pasted.")
]


@connect.command()
def quickbooks(
    name: Annotated[str | None, typer.Argument(help="Which [quickbooks.NAME] of config.toml.")] = None,
    config: Config = Path("config.toml"),
    paste: Paste = False,
    json: Json = False,
) -> None:
    """Connect a QuickBooks company: a person agrees in a browser, and the tokens are kept sealed."""
    from cli.connect import company

    company(config, name, paste=paste, as_json=json)


@connect.command()
def jira(
    name: Annotated[str | None, typer.Argument(help="Which [jira.NAME] of config.toml.")] = None,
    config: Config = Path("config.toml"),
    paste: Paste = False,
    json: Json = False,
) -> None:
    """Connect a Jira site as an app of yours at Atlassian. A site with a token needs no connecting."""
    from cli.connect import site

    site(config, name, paste=paste, as_json=json)


@connect.command()
def rotate_key(
    former: Annotated[str, typer.Option(help="The former key by reference: env:NAME or file:PATH.")],
    config: Config = Path("config.toml"),
    json: Json = False,
) -> None:
    """Seal all kept tokens with the key of config.toml: all of them in one step, or none."""
    from cli.connect import rotate

    rotate(config, former, as_json=json)
