"""What is done to figures."""

from pithead.measures.actions.closing import close_due, close_period, reopen_period

__all__ = ["close_due", "close_period", "reopen_period"]
