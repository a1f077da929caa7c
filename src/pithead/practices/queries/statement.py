"""The statement that says who owes what: small parts of standard SQL, in the order in which they build on each other.

Days are numbers as `date.toordinal` counts them. `{…}` are the narrowings of the moment, `%(…)s` values.
"""

from pithead.practices.queries.endings import FIGURES, NAMED, ONCE

FAR = 3_000_000  # a day beyond every calendar: what has no end
WIDE = 4_294_967_296  # makes one number of a day and an id, so that the greatest is the latest
PARTY = "'committee', 'general_branch', 'branch', 'party_group'"

# The periods: each cadence's that count.
SPAN = 'span (every, first, last, start, "end", worked) AS (VALUES {periods})'

# What is asked by whom, as the versions say it; the private ones are in nobody's figures. Quotas of one version with the same
# keys and the same periods are one obligation: `obligation` is the first of them. One that only says how (underground, in which
# shifts) in other periods than the plain ones is `aside`: no more work, and in no sum.
PLAIN = """MAX(CASE WHEN q.only = '' AND q."distinct" = '' THEN 1 ELSE 0 END)"""
ASKED = """asked AS MATERIALIZED (
    SELECT q.id AS quota, v.practice_id AS practice, p.method_id AS method, v.id AS version, q.per, q.every, q.count AS n,
        q.among, q.only AS among_those, q."distinct" AS differing, q.within, v.rest_days,
        MIN(q.id) OVER (PARTITION BY q.version_id, q.per, q.among, q.every) AS obligation,
        CASE WHEN {plain} OVER (PARTITION BY q.version_id, q.per, q.among)
            > {plain} OVER (PARTITION BY q.version_id, q.per, q.among, q.every) THEN 1 ELSE 0 END AS aside,
        v.since, COALESCE(v.until, DATE '9999-12-31') AS until,
        DAY_NUMBER(v.since) AS lo, COALESCE(DAY_NUMBER(v.until), {far}) AS hi
    FROM practices_practiceversion v
    JOIN practices_practice p ON p.id = v.practice_id
    JOIN practices_quota q ON q.version_id = v.id
    WHERE v.mine_id = %(mine)s AND DAY_NUMBER(v.since) <= %(horizon)s {asked_only}
)"""

# Where: the units under those that took the method over, and the days on which version and adoption both hold and it is not closed.
TERM = """term AS MATERIALIZED (
    SELECT a.quota, a.version, a.per, a.every, a.among, a.within, a.rest_days, u.id AS unit,
        CASE WHEN u.kind IN ({party}) THEN 'party' ELSE 'administrative' END AS line, u.kind,
        GREATEST(a.lo, DAY_NUMBER(ad.since)) AS lo,
        LEAST(a.hi, COALESCE(DAY_NUMBER(ad.until), {far}), COALESCE(DAY_NUMBER(u.closed_on), {far})) AS hi
    FROM asked a
    JOIN practices_adoption ad ON ad.method_id = a.method
    JOIN org_unit au ON au.id = ad.unit_id
    JOIN org_unit u ON u.mine_id = %(mine)s AND SUBSTR(u.path, 1, LENGTH(au.path)) = au.path
)"""

# A shift is owed on the days the unit's rotation covers, as the mine books them.
DUE = """due AS MATERIALIZED (
    SELECT quota, version, per, every, among, rest_days, unit, line, kind, lo, hi FROM term
    WHERE every NOT IN ('shift', 'event') AND lo <= hi
    UNION ALL
    SELECT t.quota, t.version, t.per, t.every, t.among, t.rest_days, t.unit, t.line, t.kind,
        GREATEST(t.lo, DAY_NUMBER(c.since) + CASE WHEN s.is_night THEN %(later)s ELSE 0 END),
        LEAST(t.hi, COALESCE(DAY_NUMBER(c.until) + CASE WHEN s.is_night THEN %(later)s ELSE 0 END, {far}))
    FROM term t
    JOIN org_crewshift c ON c.unit_id = t.unit
    JOIN org_shift s ON s.id = c.shift_id
    WHERE t.every = 'shift' AND t.lo <= t.hi
)"""

# Bonds end with all they are about.
BOUND = """bound AS MATERIALIZED (
    SELECT b.id, b.kind, b.unit_id, b.person_id, b.worker_id, DAY_NUMBER(b.since) AS since,
        LEAST(COALESCE(DAY_NUMBER(b.until), {far}), COALESCE(DAY_NUMBER(u.closed_on), {far}), COALESCE(DAY_NUMBER(p.left_on), {far}),
            COALESCE(DAY_NUMBER(w.left_on), {far}), COALESCE(DAY_NUMBER(z.until), {far}), COALESCE(DAY_NUMBER(g.closed_on), {far})) AS until
    FROM practices_bond b
    JOIN org_unit u ON u.id = b.unit_id
    LEFT JOIN org_person p ON p.id = b.person_id
    LEFT JOIN org_person w ON w.id = b.worker_id
    LEFT JOIN org_place z ON z.id = b.place_id
    LEFT JOIN org_unit g ON g.id = b.group_id
    WHERE b.mine_id = %(mine)s
)"""

# Of whom or what: one SELECT for each `Per`. `person` is whose leave counts, `performer` who answers in person.
POPULATIONS = {
    "seat": """
    SELECT t.quota, t.every, t.rest_days, COALESCE(p.seat_id, p.id) AS key, 0 AS key2, t.unit AS about, p.person_id AS performer,
        p.person_id AS person, t.lo, t.hi, DAY_NUMBER(p.since) AS since, COALESCE(DAY_NUMBER(p.until), {far}) AS until
    FROM due t
    JOIN org_post p ON p.unit_id = t.unit
    JOIN practices_versionrole r ON r.version_id = t.version AND r.role = p.role AND r.part = 'performs'
    WHERE t.per = 'seat' {of_seat}""",
    "member": """
    SELECT t.quota, t.every, t.rest_days, m.person_id, 0, t.unit, m.person_id, m.person_id,
        t.lo, t.hi, DAY_NUMBER(m.since), COALESCE(DAY_NUMBER(m.until), {far})
    FROM due t
    JOIN org_membership m ON m.unit_id = t.unit
    WHERE t.per = 'member' AND t.line = 'party' {of_member}""",
    "worker": """
    SELECT t.quota, t.every, t.rest_days, m.person_id, 0, t.unit, 0, m.person_id,
        t.lo, t.hi, DAY_NUMBER(m.since), COALESCE(DAY_NUMBER(m.until), {far})
    FROM due t
    JOIN org_membership m ON m.unit_id = t.unit
    WHERE t.per = 'worker' AND t.line = 'administrative' {of_worker}""",
    "unit": """
    SELECT t.quota, t.every, t.rest_days, u.id, 0, u.id, 0, 0,
        t.lo, t.hi, DAY_NUMBER(u.opened_on), {far}
    FROM due t
    JOIN org_unit u ON u.id = t.unit AND u.kind = t.among
    WHERE t.per = 'unit' {of_unit}""",
    "pair": """
    SELECT t.quota, t.every, t.rest_days, s.server_id, t.unit, t.unit, 0, 0,
        t.lo, t.hi, DAY_NUMBER(s.since), LEAST(COALESCE(DAY_NUMBER(s.until), {far}), COALESCE(DAY_NUMBER(o.closed_on), {far}))
    FROM due t
    JOIN org_serves s ON s.unit_id = t.unit
    JOIN org_unit o ON o.id = s.server_id AND o.kind = 'office'
    WHERE t.per = 'pair' AND t.kind = 'section' {of_pair}""",
    "zone": """
    SELECT t.quota, t.every, t.rest_days, z.id, 0, t.unit, 0, 0,
        t.lo, t.hi, DAY_NUMBER(z.since), COALESCE(DAY_NUMBER(z.until), {far})
    FROM due t
    JOIN org_place z ON z.unit_id = t.unit AND z.kind = 'zone'
    WHERE t.per = 'zone' {of_zone}""",
    "bond": """
    SELECT t.quota, t.every, t.rest_days, b.id, 0, t.unit, COALESCE(b.person_id, 0), COALESCE(b.person_id, 0),
        t.lo, t.hi, b.since, b.until
    FROM due t
    JOIN bound b ON b.unit_id = t.unit AND b.kind = t.among
    WHERE t.per = 'bond' {of_bond}""",
}
IN_PERSON = ("seat", "member", "bond")  # what a person answers for

OWN = """own AS MATERIALIZED (
    SELECT quota, every, rest_days, key, key2, about, performer, person, since, until, GREATEST(lo, since) AS lo, LEAST(hi, until) AS hi
    FROM ({populations}) AS of_whom
)"""

# Days on leave are taken off again.
STRETCH = """stretch AS (
    SELECT quota, every, rest_days, key, key2, about, performer, lo, hi, 1 AS sign FROM own WHERE lo <= hi
    UNION ALL
    SELECT o.quota, o.every, o.rest_days, o.key, o.key2, 0, 0,
        GREATEST(o.lo, DAY_NUMBER(l.since)), LEAST(o.hi, COALESCE(DAY_NUMBER(l.until), {far})), -1
    FROM own o
    JOIN org_leave l ON l.person_id = o.person
    WHERE o.lo <= o.hi AND DAY_NUMBER(l.since) <= o.hi AND COALESCE(DAY_NUMBER(l.until), {far}) >= o.lo
)"""

# What happened to whom, on which day, in which line ('' where it does not matter).
HAPPENED = """happened AS MATERIALIZED (
    SELECT 'hired' AS event, id AS person, DAY_NUMBER(hired_on) AS day, '' AS line
    FROM org_person WHERE mine_id = %(mine)s AND hired_on IS NOT NULL AND EXISTS (SELECT 1 FROM asked WHERE among = 'hired')
    UNION ALL
    SELECT 'transferred', m.person_id, DAY_NUMBER(m.since), CASE WHEN u.kind IN ({party}) THEN 'party' ELSE 'administrative' END
    FROM org_membership m
    JOIN org_unit u ON u.id = m.unit_id
    JOIN org_membership b ON b.person_id = m.person_id AND DAY_NUMBER(b.until) + 1 = DAY_NUMBER(m.since)
    JOIN org_unit bu ON bu.id = b.unit_id
    WHERE m.mine_id = %(mine)s AND (u.kind IN ({party})) = (bu.kind IN ({party}))
        AND EXISTS (SELECT 1 FROM asked WHERE among = 'transferred')
    UNION ALL
    SELECT 'returned', person_id, DAY_NUMBER(until) + 1, '' FROM org_leave
    WHERE mine_id = %(mine)s AND until IS NOT NULL AND DAY_NUMBER(until) - DAY_NUMBER(since) >= 30
    UNION ALL
    SELECT 'injured', person_id, DAY_NUMBER(since), '' FROM org_leave WHERE mine_id = %(mine)s AND kind = 'injury'
    UNION ALL
    SELECT 'violated', CAST(CASE WHEN i.kind = 'violation' THEN w.who END AS BIGINT), LOCAL_DAY_NUMBER(c.at), ''
    FROM issues_issue i
    JOIN issues_step c ON c.issue_id = i.id AND c.verb = 'confirm'
    JOIN issues_involved w ON w.issue_id = i.id AND w.role = 'subject'
    WHERE i.mine_id = %(mine)s AND i.kind = 'violation' AND i.state NOT IN ('reported', 'void')
        AND EXISTS (SELECT 1 FROM asked WHERE among = 'violated')
)"""

# An event's own period: owed where the person was on its day, counted where he is when it ends; of who looks after him as long as
# he does.
OCCASION = """occasion AS MATERIALIZED (
    SELECT DISTINCT t.quota, t.per, h.person AS key, e.unit_id AS about,
        CASE WHEN t.per = 'member' THEN h.person ELSE 0 END AS performer, h.day AS start, h.day + t.within AS "end"
    FROM term t
    JOIN happened h ON h.event = t.among AND h.day BETWEEN t.lo AND t.hi AND h.line IN ('', t.line)
    JOIN org_membership m ON m.person_id = h.person AND m.unit_id = t.unit
        AND DAY_NUMBER(m.since) <= h.day AND COALESCE(DAY_NUMBER(m.until), {far}) >= h.day
    JOIN org_membership e ON e.person_id = h.person
        AND DAY_NUMBER(e.since) <= h.day + t.within AND COALESCE(DAY_NUMBER(e.until), {far}) >= h.day + t.within
    JOIN org_unit eu ON eu.id = e.unit_id AND COALESCE(DAY_NUMBER(eu.closed_on), {far}) >= h.day + t.within
    WHERE t.every = 'event' AND t.line = CASE WHEN t.per = 'member' THEN 'party' ELSE 'administrative' END
        AND t.per IN ('member', 'worker') AND (eu.kind IN ({party})) = (t.per = 'member')
        AND {in_time} {of_occasion}
    UNION
    SELECT t.quota, t.per, b.id, t.unit, COALESCE(b.person_id, 0), h.day, h.day + t.within
    FROM term t
    JOIN happened h ON h.event = t.among AND h.day BETWEEN t.lo AND t.hi AND h.line IN ('', t.line)
    JOIN bound b ON b.worker_id = h.person AND b.kind = 'workers' AND b.unit_id = t.unit
        AND b.since <= h.day AND b.until >= h.day + t.within
    WHERE t.every = 'event' AND t.per = 'bond' AND {in_time} {of_bond_occasion}
)"""

# On which days the records of a quota lie that count for a period, where anybody owes any. Laid down first: its index then finds each stretch of records.
ASKED_IN = """asked_in AS MATERIALIZED (
    SELECT a.quota, a.practice, a.per, a.among_those, a.differing, s.start, s."end",
        GREATEST(s.first, a.since) AS first, LEAST(s.last, a.until) AS last
    FROM asked a
    JOIN span s ON s.every = a.every AND s.first <= a.until AND s.last >= a.since
    WHERE a.quota IN (SELECT quota FROM own)
)"""

# What was done, with the key it counts for: by whoever sat on the chair, about whom, where. Which records count at all is said
# beside them, not asked of them: SQLite would read the whole table first to be quicker at leaving some of them out.
GOOD = """CASE WHEN r.is_current AND NOT r.withdrawn AND (a.among_those = '' OR (a.among_those = 'underground' AND r.underground)
            OR (a.among_those = 'night' AND r.night)) THEN 1 ELSE 0 END"""
DONE = {
    "directly": """
    SELECT a.quota, CASE a.per WHEN 'seat' THEN r.seat_id WHEN 'member' THEN r.performer_id WHEN 'unit' THEN r.unit_id
            WHEN 'pair' THEN r.performer_unit_id WHEN 'zone' THEN r.place_id ELSE r.bond_id END AS key,
        CASE a.per WHEN 'pair' THEN r.unit_id ELSE 0 END AS key2, a.start, a."end", r.shift_id AS shift, {good} AS good
    FROM asked_in a
    CROSS JOIN practices_record r
    WHERE r.mine_id = %(mine)s AND r.practice_id = a.practice AND r.happened_on BETWEEN a.first AND a.last
        AND a.per <> 'worker' AND a.differing {differing} ''""",
    "about somebody": """
    SELECT quota, key, 0, start, "end", shift, good FROM (
        SELECT DISTINCT a.quota, w.person_id AS key, a.start, a."end", r.shift_id AS shift, r.id,
            CASE WHEN w.role = 'subject' THEN {good} ELSE 0 END AS good
        FROM asked_in a
        CROSS JOIN practices_record r
        CROSS JOIN practices_recordperson w
        WHERE r.mine_id = %(mine)s AND r.practice_id = a.practice AND r.happened_on BETWEEN a.first AND a.last
            AND w.record_id = r.id AND a.per = 'worker' AND a.differing {differing} ''
    ) AS about_somebody""",
    "on an occasion": """
    SELECT quota, key, 0, start, "end", shift, good FROM (
        SELECT DISTINCT o.quota, o.key, o.start, o."end", r.shift_id AS shift, r.id,
            CASE WHEN w.role = 'subject' THEN {good} ELSE 0 END AS good
        FROM occasion o
        CROSS JOIN asked a
        CROSS JOIN practices_recordperson w
        CROSS JOIN practices_record r
        WHERE a.quota = o.quota AND w.mine_id = %(mine)s AND w.person_id = o.key AND r.id = w.record_id
            AND r.practice_id = a.practice
            AND DAY_NUMBER(r.happened_on) BETWEEN GREATEST(o.start, a.lo) AND LEAST(o."end", a.hi)
            AND o.per = 'worker' AND a.differing {differing} ''
    ) AS on_an_occasion
    UNION ALL
    SELECT o.quota, o.key, 0, o.start, o."end", r.shift_id, {good}
    FROM occasion o
    CROSS JOIN asked a
    CROSS JOIN practices_record r
    WHERE a.quota = o.quota AND r.mine_id = %(mine)s AND r.performer_id = o.key AND r.practice_id = a.practice
        AND DAY_NUMBER(r.happened_on) BETWEEN GREATEST(o.start, a.lo) AND LEAST(o."end", a.hi)
        AND o.per = 'member' AND a.differing {differing} ''
    UNION ALL
    SELECT o.quota, o.key, 0, o.start, o."end", r.shift_id, {good}
    FROM occasion o
    CROSS JOIN asked a
    CROSS JOIN practices_record r
    WHERE a.quota = o.quota AND r.mine_id = %(mine)s AND r.bond_id = o.key AND r.practice_id = a.practice
        AND DAY_NUMBER(r.happened_on) BETWEEN GREATEST(o.start, a.lo) AND LEAST(o."end", a.hi)
        AND o.per = 'bond' AND a.differing {differing} ''""",
}

# Everything that bears on a quota, a key and a period, one under the other; then one line of each.
FACT = """fact AS (
    SELECT o.quota, o.key, o.key2, s.start, s."end",
        CASE WHEN o.sign > 0 AND {by_days} THEN o.lo * {wide} + o.about ELSE 0 END AS about,
        CASE WHEN o.sign > 0 AND {by_days} THEN o.lo * {wide} + o.performer ELSE 0 END AS performer,
        o.sign * (LEAST(o.hi, s."end") - GREATEST(o.lo, s.start) + 1) AS days, 0 AS done
    FROM stretch o
    JOIN span s ON s.every = o.every AND s.start <= o.hi AND s."end" >= o.lo
    WHERE s.worked = 1 OR o.rest_days
    {by_holder}
    UNION ALL
    SELECT quota, key, 0, start, "end", start * {wide} + about, start * {wide} + performer, "end" - start + 1, 0 FROM occasion
    UNION ALL
    SELECT quota, key, key2, start, "end", 0, 0, 0, good FROM ({done}) AS done_once
    UNION ALL
    SELECT quota, key, key2, start, "end", 0, 0, 0, COUNT(DISTINCT CASE WHEN good = 1 THEN shift END) FROM ({done_by_shift}) AS done_by_shift
    GROUP BY quota, key, key2, start, "end"
)"""
# What is due now is asked of who holds the row today, also for the days of a version that has ended in the period, or is yet to begin.
HOLDER = """UNION ALL
    SELECT o.quota, o.key, o.key2, s.start, s."end", o.since * {wide} + o.about, o.since * {wide} + o.performer, 0, 0
    FROM own o
    JOIN span s ON s.every = o.every
    JOIN org_unit u ON u.id = o.about AND COALESCE(DAY_NUMBER(u.closed_on), {far}) >= %(today)s
    WHERE %(today)s BETWEEN o.since AND o.until"""
COUNTED = """counted AS (
    SELECT quota, key, key2, MIN(start) AS start, "end", MAX(about) AS about, MAX(performer) AS performer,
        GREATEST(LEAST(SUM(days), "end" - MIN(start) + 1), 0) AS days, SUM(done) AS done
    FROM fact GROUP BY quota, key, key2, "end"
)"""

# Rounded half up; never more done than expected; late when the period is over.
OWED = """owed AS (
    SELECT a.practice, c.quota, a.obligation, a.aside, a.per, c.key, c.key2, c.about %% {wide} AS about, c.performer %% {wide} AS performer, c.start, c."end",
        (2 * a.n * c.days + c."end" - c.start + 1) / (2 * (c."end" - c.start + 1)) AS expected, c.done
    FROM counted c
    JOIN asked a ON a.quota = c.quota
    WHERE c.about > 0
)"""

# Narrowed to somebody: his chairs (with everybody who sat on them), his bonds, himself.
CHAIRS = "(SELECT COALESCE(seat_id, id) FROM org_post WHERE person_id = %(person)s)"
OF_PERSON = {
    "asked_only": "AND q.per IN ('seat', 'member', 'bond')",
    "of_seat": "AND COALESCE(p.seat_id, p.id) IN {chairs}",
    "of_member": "AND m.person_id = %(person)s",
    "of_bond": "AND b.person_id = %(person)s",
    "of_occasion": "AND h.person = %(person)s",
    "of_bond_occasion": "AND b.person_id = %(person)s",
    "of_owed": "AND performer = %(person)s",
}
# Narrowed to units, whether they answer or it is about them. Who was ever in one of them may be there when it ends.
NEAR_UNITS = "near AS MATERIALIZED (SELECT id FROM org_unit WHERE mine_id = %(mine)s AND ({below}))"
NEAR = "(SELECT id FROM near)"
EVER_NEAR = "(SELECT person_id FROM org_membership WHERE unit_id IN {near})"
OF_UNITS = {
    "of_seat": "AND t.unit IN {near}",
    "of_member": "AND m.person_id IN {ever_near}",
    "of_worker": "AND m.person_id IN {ever_near}",
    "of_unit": "AND t.unit IN {near}",
    "of_pair": "AND (t.unit IN {near} OR s.server_id IN {near})",
    "of_zone": "AND t.unit IN {near}",
    "of_bond": "AND t.unit IN {near}",
    "of_occasion": "AND h.person IN {ever_near}",
    "of_bond_occasion": "AND t.unit IN {near}",
    "of_owed": "AND (about IN {near} OR (per = 'pair' AND key IN {near}))",
}
NARROWINGS = frozenset({*OF_PERSON, *OF_UNITS})


def put_together(
    ending: str, *, periods: str, paths: int, person: bool, practice: bool, private: bool, now: bool
) -> str:
    """One statement. `paths`: how many prefixes it is narrowed to."""
    words = {
        "once": ONCE.replace("{named}", ""),
        "once_named": ONCE.replace("{named}", NAMED),
        "plain": PLAIN,
        "populations": " UNION ALL ".join(POPULATIONS[per] for per in (IN_PERSON if person else POPULATIONS)),
        "figures": FIGURES,
        "role": "COALESCE(seat.role, '')",
        "unit": "CASE per WHEN 'pair' THEN key ELSE about END",
        **_narrowed(paths, person, practice, private),
        "below": " OR ".join(map(_below, range(paths))),
        "periods": periods,
        "by_days": "1 = 0" if now else "1 = 1",
        "by_holder": HOLDER if now else "",
        "in_time": "h.day <= %(today)s AND h.day + t.within >= %(today)s"
        if now
        else "h.day + t.within BETWEEN %(start)s AND %(end)s",
    }
    done = " UNION ALL ".join(DONE.values())
    parts = [SPAN, ASKED, *[NEAR_UNITS] * bool(paths), TERM, DUE, BOUND, OWN, STRETCH, HAPPENED, OCCASION, ASKED_IN]
    parts += [FACT.replace("{done}", _of(done, "=")).replace("{done_by_shift}", _of(done, "<>")), COUNTED, OWED]
    return _filled(f"WITH {', '.join(parts)} {ending}", words)


def _narrowed(paths: int, person: bool, practice: bool, private: bool) -> dict[str, str]:
    given = [OF_PERSON] * person + [OF_UNITS] * bool(paths)
    given += [{"asked_only": "AND v.practice_id = %(practice)s"}] * practice
    given += [{"asked_only": "AND v.confidentiality <> 'private'"}] * (not private)
    return {name: " ".join(one.get(name, "") for one in given) for name in NARROWINGS}


def _below(turn: int) -> str:
    return f"SUBSTR(path, 1, LENGTH(%(path{turn})s)) = %(path{turn})s"


def _of(done: str, differing: str) -> str:
    return done.replace("{differing}", differing)


def _filled(text: str, words: dict[str, str]) -> str:
    """In this order: what is put in first may have gaps itself."""
    said = {"good": GOOD, "chairs": CHAIRS, "ever_near": EVER_NEAR, "near": NEAR, "party": PARTY}
    for name, word in {**words, **said, "far": str(FAR), "wide": str(WIDE)}.items():
        text = text.replace(f"{{{name}}}", word)
    return text
