"""The wire of the service: requests in, JSON and XML out, login, queries, feeds, notifications."""
