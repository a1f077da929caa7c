"""How the statement of duties ends: with every quota of every key, with sums, or with what is missing."""

from collections.abc import Collection, Iterable

FIGURES = """expected, LEAST(done, expected) AS done,
    CASE WHEN "end" < %(today)s THEN expected - LEAST(done, expected) ELSE 0 END AS late
FROM owed
LEFT JOIN org_post seat ON per = 'seat' AND seat.id = key
WHERE expected > 0 {of_owed}"""
EACH = """SELECT practice, quota, {role} AS role, key, key2, {unit} AS unit, about, performer, start, "end", {figures}
ORDER BY practice, "end", about, key, key2, quota"""
# What counts for two quotas is owed once: as much as the largest asks, and missing is what the one furthest behind misses.
ONCE = """(
    SELECT practice, per, MAX(role) AS role, MAX(unit) AS unit, MAX(about) AS about, MAX(performer) AS performer,
        MAX(expected) AS expected, MAX(expected) - MAX(expected - done) AS done, MAX(late) AS late{named}
    FROM (
        SELECT practice, quota, obligation, per, key, key2, start, "end", {role} AS role, {unit} AS unit, about, performer, {figures} AND aside = 0
    ) AS each_of_them
    GROUP BY practice, obligation, per, key, key2, start, "end"
) AS owed_once"""
SUMMED = """SELECT practice, role, unit, about, performer, SUM(expected), SUM(done), SUM(late)
FROM {once}
GROUP BY practice, role, unit, about, performer
ORDER BY practice, about, unit, performer, role"""
BY_UNIT = """SELECT practice, per, role, unit, about, SUM(expected), SUM(done), SUM(late)
FROM {once}
GROUP BY practice, per, role, unit, about
ORDER BY practice, about, unit, per, role"""
# What is missing, each by itself: the latest first, so many of them, and how much there is in all. `behind`: the quota that is
# furthest behind of those that are owed as one.
NAMED = """, key, key2, start, "end", MAX((expected - done) * {wide} + quota) %% {wide} AS behind"""
MISSING = """SELECT practice, behind, role, key, key2, unit, about, performer, start, "end", expected, done, late, COUNT(*) OVER (), SUM(late) OVER ()
FROM {once_named}
WHERE late > 0 {only}
ORDER BY "end" DESC, practice, about, unit, key, key2, behind
LIMIT %(most)s"""
ONLY = {
    "post": "AND CASE WHEN per = 'member' THEN 'member' WHEN role = '' THEN 'unit' ELSE role END = %(post)s",
    "about": "AND about = %(about)s",
    "answers": "AND unit IN ({units})",
}


def missing(only: Collection[str], units: Iterable[int]) -> str:
    """The ending that tells what is missing, `only` that of a post, about a unit, of units that answer."""
    told = " ".join(condition for name, condition in ONLY.items() if name in only)
    return MISSING.replace("{only}", told).replace("{units}", ", ".join(map(str, units)))
