"""Stories of a few deeds, each of which brings a planted bug to light: what a run lost, what finance did then."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from chances import TERMS

from simulation.story import Deed, Mishap, Story
from simulation.town import chance
from simulation.wanted import (
    LATER,
    NEXT_DAY,
    closed_books,
    finance,
    hand,
    lost,
    moved,
    price,
    reopened,
    tick,
)

_TERMS = {name: values[0] for name, values in TERMS.items()} | {"days": 3}
_FORGETFUL: Mapping[str, object] = {"requestid_window": 0}
_TWO: Mapping[str, object] = {"next_door": True}


def story(*deeds: Deed, turned: Mapping[str, object] = _FORGETFUL, **terms: object) -> Story:
    """A company that keeps no request id, unless `turned` says otherwise, and these deeds."""
    return Story(0, _TERMS | terms, turned, deeds)


_SLEPT = Mishap("write", 1, "sleep", next(n for n in count() if chance(n).choice(range(4)) == 2))
_KILLED = Mishap("written", 1, "kill")
_DARK = tick(lost("lost after"))
_EDITED = (tick(), finance("words"), price(800), tick())

_BACKUP, _RESTORE = Deed("backup", 0), Deed("restore", 0)
_GIVEN_BACK = (
    *(tick(), finance("send"), price(300)),
    *(tick(lost("connect timeout")), _BACKUP, NEXT_DAY, tick(), _RESTORE),
)
_BLIND = tick(Mishap("jira GET _edge/tenant_info", 1, "fault redirected"))

#: By the name of the bug.
DUELS: Mapping[str, Story] = {
    "a body says more than its plan": story(tick()),
    "rules count before they are on record": story(tick()),
    "nothing is put on the noticeboard": story(tick(), turned={"write_back": True}),
    "each try makes a link of its own": story(tick(), finance("send"), tick(), turned={"write_back": True}),
    "a new request id for every try": story(tick()),
    "other bytes at every try": story(tick(), tick()),
    "sent again inside the client when the answer is lost": story(_DARK),
    "a refused version counts as done": story(
        tick(), price(800), tick(Mishap("write", 1, "finance", hand("words"))), price(300), tick()
    ),
    "sent before it is on record": story(tick()),
    "not looked for before it is sent again": story(_DARK, tick()),
    "the request id is trusted for half a day": story(_DARK, tick()),
    "no time to settle": story(tick(lost("done late")), tick(), LATER, tick()),
    "sent again however long it is unknown, deletions and likenesses left aside": story(
        _DARK, finance("note"), LATER, tick()
    ),
    "a deletion meanwhile is left aside": story(_DARK, finance("delete"), LATER, tick()),
    "a likeness without the marker is left aside": story(_DARK, finance("note"), LATER, tick()),
    "looked for among untouched drafts only": story(_DARK, finance("terms"), LATER, tick()),
    "looked for from now on only": story(_DARK, LATER, tick()),
    "a lost answer counts as nothing sent": story(_DARK, tick()),
    "no deadline at the socket": story(tick(_SLEPT)),
    "an unknown outcome is sent again without a look": story(_DARK, tick()),
    "an unknown outcome is forgotten and planned anew": story(_DARK, tick()),
    "what should be parked is forgotten and planned anew": story(_DARK, finance("delete"), LATER, tick()),
    "what a dead process was sending counts as never sent": story(tick(_KILLED), LATER, tick()),
    "what a dead process was sending is left as it is": story(tick(_KILLED), LATER, tick()),
    "writes of the store compare nothing": story(
        Deed(
            "both",
            next(n for n in count() if chance(n).choice((1, 1, 2)) == 2),
            (Mishap("written", 1, "switch"),),
        )
    ),
    "requests leave at any pace": story(tick()),
    "a line that finance edited is written over": story(*_EDITED),
    "what finance typed counts as what we wrote": story(*_EDITED),
    "a document that finance edited counts as untouched": story(*_EDITED),
    "a sent document counts as a draft": story(tick(), finance("send"), price(800), tick()),
    "a paid document counts as a draft": story(tick(), finance("pay"), price(800), tick()),
    "what finance ended counts as withdrawn by us": story(tick(), finance("delete"), tick()),
    "what finance ended is not noticed": story(tick(), finance("delete"), tick()),
    "what finance reduced is not noticed": story(tick(), finance("lower"), tick()),
    "what finance reduced is noted again at every look": story(
        tick(), finance("lower"), tick(), finance("memo"), tick()
    ),
    "deletions are not read from the change feed": story(tick(), finance("delete"), tick()),
    "the cursor reaches up to now": story(
        tick(), tick(), finance("delete"), tick(), turned={"books_lag": 25}
    ),
    "a full change feed counts as whole": story(tick(), finance("delete"), tick(), turned={"cdc_cap": 3}),
    "a payment is no news while the version stands": story(
        tick(), finance("pay"), price(800), tick(), turned={"payment_bumps_invoice": False}
    ),
    "what is settled is claimed nowhere": story(tick()),
    "what we took back stays claimed": story(tick(), reopened(), tick(), reopened="withdraw"),
    "an update leaves out the lines of finance": story(tick(), finance("own line"), price(800), tick()),
    "an update writes the first lines, whichever they are": story(
        tick(), finance("own line", 1), price(800, 1), tick()
    ),
    "lines are known by their order, not by what they bill": story(
        tick(lost("lost after", 2)), finance("own line", 1), LATER, tick()
    ),
    "what may have been sent lets go of its issues": story(tick(lost("cut off", 3)), moved(), days=0),
    "declined work is owed again": story(tick(), finance("delete"), tick()),
    "what finance let go is owed again": story(tick(), finance("lower"), tick()),
    "renewed tokens are not stored": story(tick(), turned={"refresh_rotates_after": 0}),
    "one company's login opens them all": story(tick(), turned=_TWO),
    "a document is known by its id, whoever's it is": story(tick(), finance("delete"), tick(), turned=_TWO),
    "what becomes more is not compared with what is there": story(
        tick(), price(800), closed_books(0), _BACKUP, NEXT_DAY, NEXT_DAY, NEXT_DAY, tick(), _RESTORE
    ),
    "a credit memo is not compared with what is there": story(*_GIVEN_BACK, credits="issue"),
    "what waits queued is sent though no plan holds it any more": story(
        *_GIVEN_BACK, _BLIND, credits="issue"
    ),
}
