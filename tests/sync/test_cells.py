"""Every cell of the decision table that can come about has its story, and the page in docs tells what planning does."""

from __future__ import annotations

import pytest
from cell_page import PAGE, Cell, cells, page
from plan_cases import planned

from model.billing import DocumentState
from sync.planning.table import Event, Verb

WRITES = {Verb.CREATE, Verb.UPDATE, Verb.CHANGE, Verb.TAKE_BACK}


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_planning_does_in_each_cell_what_the_table_says(cell: Cell) -> None:
    plan, verb = planned(cell.case), cell.verb
    # A merge finds nothing that we wrote here: more is a change line, less is for people.
    writes = verb in WRITES or (verb is Verb.MERGE and cell.event is Event.UP)
    assert bool(plan.actions) is writes
    if verb is Verb.FIND:
        assert plan.findings


def test_no_document_that_left_our_hands_is_ever_written() -> None:
    sealed = {DocumentState.QUEUED, DocumentState.SENT, DocumentState.PAID, DocumentState.ACCEPTED}
    for cell in cells():
        written = {action.document_key for action in planned(cell.case).actions if action.external_id}
        assert not written or cell.state not in sealed


def test_the_page_is_what_planning_says_now() -> None:
    assert PAGE.read_text() == page(), "run `python tests/sync/cell_page.py` with tests/sync on the path"
