"""Mines, units, people, memberships, posts, access, places, calendar and shifts; roster import; the test cast."""
