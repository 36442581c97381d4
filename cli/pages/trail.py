"""The page of `milepost audit explain`."""

from __future__ import annotations

from rich.text import Text

from cli.screen import console
from sync.auditing.story import Story


def show_story(story: Story) -> None:
    """What happened to one document, entry by entry."""
    screen = console()
    screen.print(Text(f"\n{story.document}", "bold"))
    for one in story.told:
        who = f" {one.actor}" if one.actor else ""
        screen.print(
            Text.assemble(
                (f"  {one.at:%Y-%m-%d %H:%M:%S}", "dim"), (f" #{one.seq}{who}", "dim"), f"  {one.what}"
            )
        )
        for detail in one.details:
            screen.print(Text(f"      {detail}", "dim"))
