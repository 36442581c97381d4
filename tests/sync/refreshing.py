"""Many processes that refresh one company's tokens at once; started by a test, because forking wants no threads.

Each child has its own connections and refreshes again and again, as if the service refused each token. Some end
themselves in the worst moment: they were granted a new pair and did not store it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from connectors.errors import Unauthorized
from connectors.oauth.issuer import Issuer
from connectors.oauth.tokens import Tokens
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.store import Store

ACCOUNT, KEY = "quickbooks/local/9000", bytes(32)


def now() -> datetime:
    return datetime.now(UTC)


def refresh(wish: dict[str, Any], number: int) -> int:
    """One process: 0 when all went well, 1 when the service called a value dead."""
    store = Store(wish["database"])
    kept = StoredTokens(store, Vault(KEY), ACCOUNT, wish["first"], now)
    login = QuickBooksLogin(
        "9000", wish["id"], wish["secret"], token_url=wish["url"], api_url="http://localhost:1"
    )
    source = OAuthTokens(login, kept, clock=now)
    if number < wish["dying"]:
        die_when_granted()
    try:
        token = source.access_token()
        for _ in range(wish["times"]):
            token = source.refreshed(token)
    except Unauthorized as error:
        sys.stderr.write(f"{error}\n")
        return 1
    store.close()
    return 0


def die_when_granted() -> None:
    """End with the first answer of the service, before anything is stored."""
    refreshed = Issuer.refresh

    def granted(issuer: Issuer, current: Tokens, value: str, at: datetime) -> Tokens | None:
        refreshed(issuer, current, value, at)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    Issuer.refresh = granted  # type: ignore[method-assign]  # this process alone dies of it


def main() -> None:
    """Fork them all, wait for them all, print how each ended."""
    wish = json.loads(sys.argv[1])
    children = []
    for number in range(wish["processes"]):
        pid = os.fork()
        if not pid:
            os._exit(refresh(wish, number))
        children.append(pid)
    ended = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    sys.stdout.write(json.dumps(ended))


if __name__ == "__main__":
    main()
