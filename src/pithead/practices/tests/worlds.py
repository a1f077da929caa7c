"""Small worlds of customs for tests: a method taken over by the whole mine, and a record of one of its practices."""

import datetime as dt
from typing import Any

from django.utils import timezone

from pithead.org.models import Place, Unit
from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.content import MethodSpec
from pithead.practices.models import Practice, Record, RecordPerson, RecordRole, WorkMethod

JANUARY = dt.date(2026, 1, 1)


def take_over(cast: Cast, *practices: dict[str, Any], code: str = "test", since: dt.date = JANUARY) -> WorkMethod:
    """As a pack would say it."""
    spec = MethodSpec.from_plain({"code": code, "title": "试验工作法", "on": True, "practices": practices})
    at = dt.datetime(2026, 1, 1, 8, 0, tzinfo=timezone.get_current_timezone())
    return load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=since)


def done(cast: Cast, code: str, member: str, on: dt.date, unit: Unit, **more: Any) -> Record:
    """A record as it lies in its table: by a member from the first of his posts, about a unit, on a day."""
    practice = Practice.objects.get(mine=cast.mine, code=code)
    version = practice.versions.on(on).get()  # type: ignore[attr-defined]
    person = cast.people[member]
    post = person.posts.first()
    moment = timezone.make_aware(dt.datetime.combine(on, dt.time(9)))
    subjects = more.pop("subjects", ())
    record = Record.objects.create(
        mine=cast.mine,
        practice=practice,
        version=version,
        performer=person,
        performer_name=person.name,
        role=post.role if post else "worker",
        performer_unit=post.unit if post else person.unit,
        seat=(post.seat or post) if post else None,
        unit=unit,
        happened_at=moment,
        happened_on=on,
        arrived_at=moment,
        fingerprint="",
        **more,
    )
    RecordPerson.objects.bulk_create(
        RecordPerson(record=record, mine=cast.mine, person=one, role=RecordRole.SUBJECT, field="whom")
        for one in subjects
    )
    return record


def a_zone(cast: Cast, code: str = "Z1", unit: str = "ZC1") -> Place:
    return Place.objects.create(
        mine=cast.mine, code=code, name=f"{code} 责任区", kind="zone", unit=cast.units[unit], since=JANUARY
    )
