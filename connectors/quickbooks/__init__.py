"""QuickBooks Online as the port Books, through python-quickbooks."""

from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import MemoryVault, OAuthTokens, Tokens, TokenSource, TokenVault

__all__ = [
    "MemoryVault",
    "OAuthTokens",
    "QuickBooksBooks",
    "QuickBooksLogin",
    "TokenSource",
    "TokenVault",
    "Tokens",
]
