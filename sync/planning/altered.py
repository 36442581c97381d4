"""What finance did to lines that ride on our bills: theirs stands, and what that does to the money is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mappings.contract.rules import Contract
from model.finding import Finding
from model.money import Money, total
from sync.planning.deposits import RidingLine, lines_of
from sync.planning.documents import document_name
from sync.planning.riding import balance_of
from sync.planning.views import Account

_AGREED = "Nothing to do if it was agreed."


def altered(contract: Contract, account: Account, recorded: Mapping[str, Contract]) -> Iterator[Finding]:
    """A finding for each draw and each line of retainage that is not as we drafted it."""
    for payer in dict.fromkeys(claim.payer for claim in account.claims):
        draws = list(lines_of(account, payer, "draw", contract.currency))
        if any(each.stands != each.drafted for each in draws):
            balance = balance_of(contract, account, recorded, payer)
            left = f"{balance.received - balance.drawn} of the deposit is left"
            yield from (_draw(contract, each, left) for each in draws if each.stands != each.drafted)
        lines = list(lines_of(account, payer, "retainage", contract.currency))
        withheld = -total([each.stands for each in lines], contract.currency)
        if contract.opening is not None:
            withheld += contract.opening.retained
        yield from (_retainage(contract, each, withheld) for each in lines if each.stands != each.drafted)


def _draw(contract: Contract, line: RidingLine, left: str) -> Finding:
    drafted, stands = -line.drafted, -line.stands
    what = f"draws {stands} of the deposit" if stands else "took out the line that draws on the deposit"
    if stands < drafted:
        hint = f"{_AGREED} {drafted - stands} is there again for later bills."
    else:
        hint = f"{_AGREED} Later bills draw {stands - drafted} less."
    return _finding(
        contract, line, "draw", f"{what} where {drafted} was drafted; theirs stands, and {left}", hint
    )


def _retainage(contract: Contract, line: RidingLine, withheld: Money) -> Finding:
    drafted, stands = -line.drafted, -line.stands
    what = f"withholds {stands}" if stands else "took out the line that withholds"
    if stands < drafted:
        hint = f"{_AGREED} {drafted - stands} is not withheld again, and not released."
    else:
        hint = f"{_AGREED} Release the {stands - drafted} more by hand: Milepost releases what it withheld."
    reason = f"{what} where {drafted} was drafted; theirs stands, and {withheld} is withheld in all"
    return _finding(contract, line, "retainage", reason, hint)


def _finding(contract: Contract, line: RidingLine, kind: str, reason: str, hint: str) -> Finding:
    code = f"{kind}.changed" if line.stands else f"{kind}.removed"
    place = document_name(line.head)
    subject = f"{contract.id}: {place}"
    return Finding(code, subject, f"on {place} finance {reason}", hint, "finance", line.charge_key)
