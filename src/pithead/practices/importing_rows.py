"""Rows of a sheet of what a superior's system holds already 三会一课 …: what they say, or why they cannot be taken."""
