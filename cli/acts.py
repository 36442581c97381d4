"""The scenes of `milepost demo` in their order: what people do, what they decide, and what to look for then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.world import paperwork, story
from sandbox.world.generate import World


@dataclass(frozen=True, slots=True)
class Choosing:
    """A decision that a person takes about the epic of a role, as `milepost decide` takes it."""

    role: str
    choice: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Act:
    """What happens between two syncs, and what to look for in the second. `papers` are edits of contract files."""

    title: str
    watch: str
    events: tuple[Callable[[World], story.Scene], ...] = ()
    papers: tuple[Callable[[World, Path], story.Scene], ...] = ()
    chooses: Choosing | None = None


FIRST = Act("The first sync", "")

ACTS = (
    Act(
        "An epic closes",
        "One more share of the contract is due: one new draft, and the epic says so in Jira.",
        (story.an_epic_closes,),
    ),
    Act(
        "Scope is added to work that is drafted already",
        "The draft is untouched and inside its review window: the same draft is changed, no second one is made.",
        (story.scope_is_added,),
    ),
    Act(
        "Two epics reopen",
        "One contract says “withdraw”: its draft is voided, not deleted. The other says “hold”: people are told.",
        (lambda world: story.an_epic_reopens(world, "withdrawing"), story.an_epic_reopens),
    ),
    Act(
        "Finance edits one draft and sends another",
        "Finance's hand wins: nothing is written, and what finance let go is not billed again.",
        (story.finance_edits_a_draft, story.finance_sends_a_draft),
    ),
    Act(
        "Then the work under those two reopens",
        "Neither document is ours to write any more: two findings, no write.",
        (
            lambda world: story.an_epic_reopens(world, "edited"),
            lambda world: story.an_epic_reopens(world, "sent"),
        ),
    ),
    Act(
        "Scope is added to a running sprint, and the sprint closes",
        "Points done in the sprint are billed, late scope included and named; open issues are carried over unbilled.",
        (story.scope_is_added_to_the_sprint, story.a_sprint_closes),
    ),
    Act(
        "A change order is agreed",
        "The file passes the check and is adopted; the order is a charge of its own, the percentages stay.",
        papers=(paperwork.a_change_order_is_agreed,),
    ),
    Act(
        "A contract by estimates, and the client accepts a part",
        "What is accepted goes on an estimate, which moves nothing in the books; the rest waits.",
        papers=(paperwork.a_contract_is_signed,),
    ),
    Act(
        "Finance makes an invoice of the estimate",
        "Milepost follows the estimate to its invoice, writes nothing and bills nothing twice.",
        (story.finance_makes_an_invoice_of_the_estimate,),
    ),
    Act(
        "The client accepts the rest",
        "Only the other 30 % are due, to the cent: one more estimate.",
        papers=(paperwork.the_rest_is_accepted,),
    ),
    Act(
        "Finance deletes a draft",
        "It is not made again: whether the work is billed is for a person to say.",
        (story.finance_deletes_a_draft,),
    ),
    Act(
        "A person decides to bill it again",
        "The decision is kept with who and why, and the next sync makes a new draft.",
        chooses=Choosing(
            "clinical discovery", "rebill", "Gwen Park", "deleted by mistake, Kestrel expects it"
        ),
    ),
    Act(
        "Less is agreed once the client has its invoice",
        "The invoice is not ours to write any more: the difference is proposed as a credit memo.",
        (lambda world: story.finance_sends_a_draft(world, "closing"), story.less_was_agreed),
    ),
    Act(
        "A person decides to credit it",
        "The next sync makes the credit memo, which names its invoice; when the client gets it, finance says.",
        chooses=Choosing("closing", "credit", "Gwen Park", "agreed with Jo Hart on the phone"),
    ),
    Act(
        "An invoice is sent and paid",
        "Nothing is left to do in QuickBooks. Whoever opens the epic in Jira sees what became of the money.",
        (story.the_client_pays,),
    ),
)
