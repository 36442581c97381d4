"""Options that several commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[Path, typer.Option("--config", "-c", metavar="FILE", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead (docs/json.md).")]
Reprice = Annotated[
    bool, typer.Option("--reprice", help="Price what is billed already by the rules as they are now.")
]
