"""Contracts, work and history to drafts and findings: the stories of tests/stories, played through the real thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from story_page import PAGE, Story, page, stories
from story_scene import Scene

from sync.store import Store


@pytest.mark.parametrize("story", stories(), ids=str)
def test_what_is_drafted_and_said_is_what_the_story_tells(
    story: Story, quick_store: Store, tmp_path: Path
) -> None:
    scene = Scene(quick_store, tmp_path, story.words)
    for step in story.steps:
        scene.hear(step.line)
        assert (step.line, scene.told) == (step.line, list(step.told))


def test_no_two_stories_have_the_same_name() -> None:
    names = [str(story) for story in stories()]
    assert len(set(names)) == len(names)


def test_the_page_of_the_stories_is_current() -> None:
    assert PAGE.read_text() == page(), "write it anew: python tests/sync/story_page.py"


def test_there_are_as_many_stories_as_were_promised() -> None:
    assert len(stories()) >= 40
