"""What a face hands over: a matter as it was told, and one step."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from pithead.issues.models import Issue, Role, Source
from pithead.kernel.models import StoredFile
from pithead.org.models import Person, Place, Unit
from pithead.rules.models import Clause

Fact = str | int | bool


@dataclass(frozen=True)
class IssueDraft:
    """`id` is made where it was written down, so that sending twice is once. `source_key`: what an import calls its row.
    `unit` responsible; None: the mine. `people`: who else is in it, by role."""

    kind: str
    text: str = ""
    id: UUID = field(default_factory=uuid4)
    unit: Unit | None = None
    grade: str = ""
    category: str = ""
    place: Place | None = None
    place_text: str = ""
    found_at: dt.datetime | None = None
    found_by_unit: Unit | None = None
    anonymous: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)
    people: tuple[tuple[Role, Person], ...] = ()
    files: tuple[StoredFile, ...] = ()
    source: Source = Source.MANUAL
    source_key: str = ""
    clause: Clause | None = None
    origin: Issue | None = None


@dataclass(frozen=True)
class StepDraft:
    """`happened_at`: earlier than it arrives when the phone was underground. `unit`, `place`, `category`: whose it is from now
    on; none of them stays as it is."""

    note: str = ""
    id: UUID = field(default_factory=uuid4)
    happened_at: dt.datetime | None = None
    owner: Person | None = None
    due_at: dt.datetime | None = None
    grade: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    people: tuple[tuple[Role, Person], ...] = ()
    files: tuple[StoredFile, ...] = ()
    clause: Clause | None = None
    unit: Unit | None = None
    place: Place | None = None
    place_text: str = ""
    category: str = ""
