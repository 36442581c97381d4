"""A realistic world from one seed: years of Jira work, matching books, contracts, and scenes to play."""
