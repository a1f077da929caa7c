"""The desk's own pages: sign-in, home, accounts, the log."""
