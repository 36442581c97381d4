"""The smallest story that still fails: deeds, mishaps and turned knobs are left out as long as it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from chances import TERMS

from simulation.story import Story

Fails = Callable[[Story], bool]


def shrunk(story: Story, fails: Fails) -> Story:
    """`story`, cut down; `fails` plays one and says whether it still breaks the same law."""
    smaller: Story | None = story
    while smaller is not None:
        story = smaller
        smaller = next((each for each in _smaller(story) if fails(each)), None)
    return story


def _smaller(story: Story) -> Iterator[Story]:
    """Stories with one thing less, the largest cuts first."""
    deeds = story.deeds
    size = len(deeds) // 2
    while size:
        for start in range(0, len(deeds), size):
            yield story.only((*deeds[:start], *deeds[start + size :]))
        size //= 2
    for number, deed in enumerate(deeds):
        for cut in range(len(deed.mishaps)):
            fewer = replace(deed, mishaps=(*deed.mishaps[:cut], *deed.mishaps[cut + 1 :]))
            yield story.only((*deeds[:number], fewer, *deeds[number + 1 :]))
    for name in story.knobs:
        yield replace(story, knobs={other: value for other, value in story.knobs.items() if other != name})
    for name, values in TERMS.items():
        if story.terms[name] != values[0]:
            yield replace(story, terms={**story.terms, name: values[0]})
