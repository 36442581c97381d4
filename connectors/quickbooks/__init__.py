"""QuickBooks Online as the port Books, through python-quickbooks."""

from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens

__all__ = ["OAuthTokens", "QuickBooksBooks", "QuickBooksLogin"]
