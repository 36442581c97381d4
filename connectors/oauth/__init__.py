"""OAuth 2.0 for the connectors: how a person lets us in, and how what was granted is kept fresh."""
