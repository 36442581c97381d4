"""The shape of a world file: what the two services are told to be before they are served."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field

from sandbox.world.file.books import QuickBooksTable
from sandbox.world.file.jira import JiraTable
from sandbox.world.file.knobs import Number
from sandbox.world.file.words import Table


class ClockTable(Table):
    """When it is: the machine's time, or `at`; `frozen` stands still there, otherwise time flows on from it."""

    at: AwareDatetime | None = None
    frozen: bool = False


class WorldFile(Table):
    """The whole file. Everything has a default: an empty file is the world of seed 1."""

    seed: Annotated[int, Field(ge=0)] = 1
    factor: Annotated[Number, Field(ge=1, le=1000)] = Decimal(1)
    clock: ClockTable = ClockTable()
    jira: JiraTable = JiraTable()
    quickbooks: QuickBooksTable = QuickBooksTable()
