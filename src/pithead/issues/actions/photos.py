"""Photos of a matter: before, after, on the spot."""

import datetime as dt
import hashlib
from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from pithead.issues.actions.recording import UNNAMED, hour_of
from pithead.kernel import audit, files, images
from pithead.kernel.models import StoredFile
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

SAME_FOR = dt.timedelta(days=1)


@transaction.atomic
def keep_photo(*, by: Actor, at: dt.datetime, mine: Unit, upload: UploadedFile, anonymous: bool = False) -> StoredFile:
    """Cleaned, or refused in a sentence. Sent again within a day it is the same photo. Whoever speaks without a name sends
    his photo without one; what it was called, and when to the minute, may say who sent it."""
    by.require(Capability.ISSUE_RAISE, mine)
    images.refuse_size(upload.size or 0)
    clean = images.cleaned(upload.read())
    if anonymous:
        by, at = replace(by, staff_no="anonymous", name=UNNAMED, source=""), hour_of(at)
    if (earlier := _sent_before(by, at, mine, clean.content)) is not None:
        return earlier
    name = images.shown_name("" if anonymous else upload.name or "")
    stored = files.store(clean.content, mine=mine.code, name=name, content_type=clean.content_type, by=by, at=at)
    subject = ("photo", stored.pk, images.UNNAMED)  # the log outlives the photo and its name
    audit.write(by=by, at=at, mine=mine.code, action="issues.photo.kept", subject=subject)
    return stored


def _sent_before(by: Actor, at: dt.datetime, mine: Unit, content: bytes) -> StoredFile | None:
    lately = StoredFile.objects.filter(mine=mine.code, stored_at__gt=at - SAME_FOR, stored_by=by.staff_no)
    return lately.filter(sha256=hashlib.sha256(content).hexdigest()).first()
