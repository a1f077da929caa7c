"""What a face hands over: one practice performed once."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pithead.kernel.models import StoredFile
from pithead.org.models import Place, Shift, Unit
from pithead.practices.models import Bond, Practice


@dataclass(frozen=True)
class RecordDraft:
    """`id` is made where it was written down, so that sending twice is once. `answers` by the keys of the form:

    check → `{"ok": True}` or `{"ok": False, "text": "…", "fixed": bool}` · choice → its code · number → `Decimal` · either of them
    that fails may be `{"value": …, "text": "…", "fixed": bool}` · text → `str` · person, signer → `Person` · people → list of
    `Person` · unit → `Unit` · place → `Place` · rows → list of such mappings.
    Photos come in `files`, under the key of a photo field or of the answer that fails. `unit` it is about; None: that of the performer's post. `role`: which of his posts, where several
    perform it. `happened_at`: earlier than it arrives when the phone was underground. `elsewhere`: the number under which
    a superior's system has it; then nothing else is asked."""

    practice: Practice
    answers: Mapping[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)
    role: str = ""
    unit: Unit | None = None
    place: Place | None = None
    bond: Bond | None = None
    shift: Shift | None = None
    happened_at: dt.datetime | None = None
    files: Mapping[str, tuple[StoredFile, ...]] = field(default_factory=dict)
    elsewhere: str = ""
