"""How a version is written: its content, the columns and rows that repeat it for SQL. Nothing else writes any of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pithead.kernel.refusal import Refused
from pithead.practices.content import PracticeSpec
from pithead.practices.models import Part, Practice, PracticeVersion, Quota, Record, VersionRole
from pithead.rules.models import Clause
from pithead.rules.queries import by_quote, clauses_in_force

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Terms:
    """From when until when a version holds, under which order, and who allowed it to exceed a cap."""

    since: dt.date
    until: dt.date | None = None
    order_no: str = ""
    approval: str = ""
    approved_by_id: int | None = None


def latest_version(practice: Practice) -> PracticeVersion | None:
    return practice.versions.order_by("-number").first()


def clause_of(practice: Practice, spec: PracticeSpec, on: dt.date) -> Clause | None:
    """The one it stands under, if it says so."""
    if not spec.clause:
        return None
    clause = by_quote(clauses_in_force(practice.mine, on)).get(spec.clause)
    if clause is None:
        raise Refused(f"“{spec.title}”依据的“{spec.clause}”在 {on} 不是现行条款，请改选一条")
    return clause


def write_version(practice: Practice, spec: PracticeSpec, terms: Terms) -> PracticeVersion:
    """From `since` on it holds; the one before ends the day before. One that begins the same day and has no records yet is
    written anew, so that what was planned can be mended."""
    latest = latest_version(practice)
    if latest is not None and latest.since > terms.since:
        raise Refused(f"“{practice.title}”从 {latest.since} 起的要求已经排定，日期不能更早")
    if latest is not None and latest.since == terms.since:
        _only_unused(latest)
        version = latest
    else:
        _end_before(latest, terms.since)
        version = PracticeVersion(mine=practice.mine, practice=practice, number=latest.number + 1 if latest else 1)
    _fill(version, spec, terms)
    practice.title = spec.title
    practice.save(update_fields=["title"])
    return version


def _only_unused(version: PracticeVersion) -> None:
    if Record.objects.filter(mine=version.mine_id, practice=version.practice_id, version=version).exists():
        raise Refused(f"“{version.practice.title}”从 {version.since} 起的要求已经有人按它填写，请从后一天起改")


def _end_before(latest: PracticeVersion | None, since: dt.date) -> None:
    if latest is not None and (latest.until is None or latest.until >= since):
        latest.until = since - ONE_DAY
        latest.save(update_fields=["until"])


def _fill(version: PracticeVersion, spec: PracticeSpec, terms: Terms) -> None:
    version.content, version.clause = spec.to_plain(), clause_of(version.practice, spec, terms.since)
    version.confidentiality, version.rest_days = spec.confidentiality, spec.rest_days
    version.since, version.until, version.order_no = terms.since, terms.until, terms.order_no
    version.approval, version.approved_by_id = terms.approval, terms.approved_by_id
    version.save()
    version.quotas.all().delete()
    version.roles.all().delete()
    Quota.objects.bulk_create(
        Quota(version=version, position=position, **_columns(quota)) for position, quota in enumerate(spec.quotas, 1)
    )
    parts = ((Part.PERFORMS, spec.performers), (Part.READS, spec.readers))
    VersionRole.objects.bulk_create(
        VersionRole(version=version, role=role, part=part) for part, roles in parts for role in roles
    )


def _columns(quota: Any) -> dict[str, Any]:
    named = ("every", "count", "per", "among", "only", "distinct", "within")
    return {name: getattr(quota, name) for name in named}


def facts_of(version: PracticeVersion) -> dict[str, Any]:
    """What the log says of a version."""
    return {
        "number": version.number,
        "since": version.since.isoformat(),
        "until": version.until.isoformat() if version.until else None,
        "clause": version.content.get("clause", ""),
        "order_no": version.order_no,
        "approval": version.approval,
    }
