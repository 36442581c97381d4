"""A story played as far as a test wants it: what it leaves behind is looked at in further ways."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from story_page import stories
from story_scene import Scene

from sync.store import Store


def played(store: Store, folder: Path, name: str, until: str = "nobody says this") -> Scene:
    """The story `name` up to the first line that begins with `until`, and one run more."""
    (story,) = (each for each in stories() if str(each) == name)
    scene = Scene(store, folder, story.words)
    for step in takewhile(lambda step: not step.line.startswith(until), story.steps):
        scene.hear(step.line)
    scene.hear("Milepost applies")
    return scene
