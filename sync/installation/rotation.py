"""A new key for the sealed tokens: every one of them opened with the former key and sealed with the new, or none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from sync.installation.tokens import FIELD, SERVICES, held
from sync.installation.vault import Vault
from sync.store import Store
from sync.store.holder import this_process


def rotate_key(store: Store, former: Vault, present: Vault, clock: Callable[[], datetime]) -> int:
    """Seal everything with `present`, in one transaction; how many texts that were. What is sealed with it already
    stays, so that a repeat does no harm. Unsealable when one opens with neither; then nothing changed.

    No process refreshes meanwhile: each holds the account's lease to do so, and all of them are held here. One that
    still works with the former key finds that nothing opens and stops, until it is started with the new one.
    """
    holder = this_process("rotation")

    def anew(account: str, sealed: str) -> str:
        if present.sealed(sealed):
            present.open(sealed, account=account, field=FIELD)
            return sealed
        return present.seal(former.open(sealed, account=account, field=FIELD), account=account, field=FIELD)

    with ExitStack() as stack:
        for account in store.connections.accounts():
            service = SERVICES[account.partition("/")[0]]
            stack.enter_context(held(store, account, service, holder, clock))
        return store.connections.reseal(anew, clock())
