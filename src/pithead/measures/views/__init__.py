"""Pages of figures from outside."""
