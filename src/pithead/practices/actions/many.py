"""Records by the thousand: what phones, sheets or another system bring along, each by whoever made it when it was made.

The same rows as `record` writes one by one; a test compares them. Nothing is asked of the database per record."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from django.db import transaction
from django.db.models import AutoField, Model
from django.views.decorators.debug import sensitive_variables

from pithead.kernel import audit
from pithead.kernel.db import insert_rows
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.practices.actions.circumstances import Circumstances, circumstances
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.recording import (
    Writing,
    asked_of,
    change_of,
    faults_of,
    make_record,
    mark_of,
    numbers_of,
    people_of,
    record,
    tidy,
)
from pithead.practices.actions.sealing import make_keys
from pithead.practices.answering import Asked, Judged, judge
from pithead.practices.models import Confidentiality, Measured, PracticeVersion, Record, RecordPerson
from pithead.practices.queries.grounds import WideGround


@dataclass(frozen=True)
class Handed:
    """What somebody hands over, and when it arrives."""

    by: Actor
    at: dt.datetime
    draft: RecordDraft


@dataclass(frozen=True)
class _Made:
    new: Writing
    record: Record
    judged: Judged
    is_open: bool


@sensitive_variables()
@transaction.atomic
def record_all(*, mine: Unit, handed: Sequence[Handed]) -> int:
    """All or nothing. What is there already stays as it is; those that lead to matters or bring photos go one by one, after the
    others. Returns how many are new."""
    for by in {id(one.by): one.by for one in handed}.values():
        by.require(Capability.RECORD_MAKE, mine)
    make = _Making(mine, handed)
    made: list[_Made] = []
    rest: list[Writing] = []
    fresh = list(make.without_standing())
    make_keys(new.draft.id for new in fresh if new.draft.practice.pk in make.restricted)
    for new in fresh:
        if (found := make(new)) is None:
            rest.append(new)
        else:
            made.append(found)
    _insert(mine, made)
    for new in rest:
        record(by=new.by, at=new.at, mine=mine, draft=new.draft)
    return len(made) + len(rest)


class _Making:
    """Makes rows of what was handed over: as `recording.write` does, on ground that was read before."""

    def __init__(self, mine: Unit, handed: Sequence[Handed]):
        self.mine, self.handed = mine, handed
        self.ground = WideGround(mine, {one.by.person_id for one in handed if one.by.person_id is not None})
        self.private, self.restricted = (
            set(PracticeVersion.objects.filter(mine=mine, confidentiality=one).values_list("practice", flat=True))
            for one in (Confidentiality.PRIVATE, Confidentiality.RESTRICTED)
        )
        self.asked: dict[int, Asked] = {}

    def without_standing(self) -> Iterator[Writing]:
        """Each once. Another content or another author under the same id is refused."""
        rows = Record.objects.filter(pk__in=[one.draft.id for one in self.handed])
        standing = {pk: (mine, mark) for pk, mine, mark in rows.values_list("pk", "mine", "fingerprint")}
        for one in self.handed:
            new = self._writing(one)
            mark = (self.mine.pk, new.mark)
            if new.draft.id not in standing:
                standing[new.draft.id] = mark
                yield new
            elif standing[new.draft.id] != mark:
                raise Refused("这个编号已经用在另一份记录上，请重新填写")

    def _writing(self, one: Handed) -> Writing:
        draft = tidy(one.draft)
        if draft.practice.mine_id != self.mine.pk:
            raise Refused(f"{self.mine}没有这一项")
        mark = mark_of(one.by, draft, was_private=draft.practice.pk in self.private)
        return Writing(one.by, one.at, self.mine, draft, mark)

    def __call__(self, new: Writing) -> "_Made | None":
        """None: it has to be written by itself."""
        by, at, draft, mine = new.by, new.at, new.draft, self.mine
        known = circumstances(by, at, mine, draft, ground=self.ground)
        asked = replace(self._asked(known), drawn=known.drawn, lax=bool(draft.elsewhere))
        judged = judge(asked, draft.answers)
        if reasons := [*judged.faults, *faults_of(new, known.spec)]:
            raise Refused(reasons)
        if draft.files or any(failing.kind for failing in judged.failing):
            return None
        return _Made(new, make_record(new, known, judged), judged, asked.is_open)

    def _asked(self, known: Circumstances) -> Asked:
        if known.version.pk not in self.asked:
            self.asked[known.version.pk] = asked_of(self.mine, known.spec, frozenset())
        return self.asked[known.version.pk]


def _insert(mine: Unit, made: Sequence[_Made]) -> None:
    _insert_all(Record, (one.record for one in made))
    _insert_all(RecordPerson, (row for one in made for row in people_of(one.record, one.judged, one.new)))
    _insert_all(Measured, (row for one in made if one.is_open for row in numbers_of(one.record, one.judged)))
    acts = ((one.new.by, one.new.at, change_of(one.record)) for one in made)
    audit.write_each(mine=mine.code, action="practices.record.made", acts=acts)


def _insert_all(model: type[Model], rows: Iterable[Model]) -> None:
    """As they are; the database numbers those without an id."""
    fields = [one for one in model._meta.concrete_fields if not isinstance(one, AutoField)]
    insert_rows(model, [one.name for one in fields], map(attrgetter(*(one.attname for one in fields)), rows))
