"""Every custom of the mine as data: who does what, how often, with which form, and what a bad answer leads to."""
