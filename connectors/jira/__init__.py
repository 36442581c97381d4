"""The tracker Jira Cloud. Import from `connectors.jira.login` (settings) and `connectors.jira.tracker`."""
