"""Storms: stories in which every call meets every kind of weather about as often as any other.

A call that each run makes is met in passing; one that takes a certain course of things is led up to by a scene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from simulation.story import Deed, Mishap
from simulation.wanted import LATER, finance, price, reopened, tick
from simulation.weather import KINDS

#: Calls that every run makes on a new day, by how often each is chosen: what comes late in a run is reached less.
USUAL: Mapping[str, int] = {
    "jira GET _edge/tenant_info": 3,
    "jira GET rest/api/#/serverInfo": 2,
    "jira GET rest/api/#/myself": 1,
    "jira GET rest/api/#/field": 1,
    "jira GET rest/api/#/issuetype": 2,
    "jira GET rest/api/#/status": 1,
    "jira GET rest/api/#/resolution": 2,
    "jira GET rest/api/#/project/search": 1,
    "jira GET rest/agile/#.0/board": 3,
    "jira GET rest/api/#/search/jql": 1,
    "jira POST rest/api/#/issue/bulkfetch": 2,
    "jira POST rest/api/#/changelog/bulkfetch": 2,
    "books POST oauth2/v1/tokens/bearer": 2,
    "books GET companyinfo/#": 2,
    "books GET preferences": 2,
    "books GET cdc": 2,
    "books POST query Account": 2,
    "books POST query Class": 2,
    "books POST query Customer": 2,
    "books POST query Department": 2,
    "books POST query Estimate": 5,
    "books POST query Invoice": 4,
    "books POST query Item": 2,
    "books POST query TaxCode": 2,
    "books POST query Term": 2,
}
_CALLS = tuple(USUAL)
_AT_ONCE = 6  # calls of a run that meet something: with more it would not come far
_RUNS = ("tick", "both", "apply")


@dataclass(frozen=True, slots=True)
class Scene:
    """The next run after these `deeds`, under these terms and with these knobs, makes `calls`; where one that meets
    weather ends what the run does there, each is met in a run `apart`."""

    calls: Sequence[str]
    terms: Mapping[str, object]
    deeds: Sequence[Deed] = ()
    knobs: Mapping[str, object] = field(default_factory=dict)
    apart: bool = False


_INVOICES: Mapping[str, object] = {"draft": "unsent_invoice", "group": "milestone", "days": 3}
_ESTIMATES: Mapping[str, object] = {"draft": "pending_estimate", "group": "milestone", "days": 3}
_CREDITED = (tick(), finance("send"), finance("send", 1), price(300), price(300, 1))
_TAKEN_BACK = (tick(), reopened(), reopened(1))
_LINK, _PROPERTY = "rest/api/#/issue/#/remotelink", "rest/api/#/issue/#/properties/milepost.shop"
_SHOWN: Mapping[str, object] = {"write_back": True}
_BOOKS = (
    Scene(("books POST invoice",), _INVOICES),
    Scene(("books POST estimate",), _ESTIMATES),
    Scene(("books GET invoice/#",), _INVOICES, (tick(), price(800), price(800, 1))),
    Scene(("books GET estimate/#",), _ESTIMATES, (tick(), price(800), price(800, 1))),
    Scene(("books POST invoice void",), _INVOICES | {"reopened": "withdraw"}, _TAKEN_BACK),
    Scene(("books POST creditmemo",), _INVOICES | {"credits": "issue"}, _CREDITED),
)
_SEEN_LESS = (
    Scene(("books POST query CreditMemo",), _INVOICES | {"credits": "issue"}, _CREDITED, apart=True),
    Scene((f"jira POST {_LINK}", f"jira PUT {_PROPERTY}"), _INVOICES, (), _SHOWN, apart=True),
    Scene(
        (f"jira DELETE {_LINK}", f"jira DELETE {_PROPERTY}"),
        _INVOICES | {"reopened": "withdraw"},
        _TAKEN_BACK,
        _SHOWN,
        apart=True,
    ),
)
SCENES = (*_BOOKS, *_SEEN_LESS, *_SEEN_LESS)


def scene_of(seed: int) -> Scene:
    """The scene that a storm opens with."""
    return SCENES[seed % len(SCENES)]


def opening(seed: int, dice: Random) -> list[Deed]:
    """The scene, and the runs that it leads to, where each call meets a kind of weather up to three times."""
    scene, turn = scene_of(seed), seed // len(SCENES)
    mishaps = [
        Mishap(call, 1 if scene.apart else nth, f"fault {KINDS[(turn + 10 * nth + 13 * place) % len(KINDS)]}")
        for nth in range(1, 4)
        for place, call in enumerate(scene.calls)
    ]
    runs = [(each,) for each in mishaps] if scene.apart else [tuple(mishaps)]
    told = (each for run in runs for each in (LATER, Deed("tick", dice.getrandbits(32), run)))
    return [LATER, *scene.deeds, *told]


def run(seed: int, number: int, dice: Random) -> Deed:
    """The run at that place of the story, in which some of the usual calls meet the weather that is their turn."""
    places = dice.sample(range(len(_CALLS)), _AT_ONCE, counts=USUAL.values())
    kinds = {place: KINDS[(seed + 7 * number + place) % len(KINDS)] for place in places}
    mishaps = [Mishap(_CALLS[place], 1, f"fault {kind}") for place, kind in kinds.items()]
    return Deed(dice.choice(_RUNS), dice.getrandbits(32), tuple(mishaps))
