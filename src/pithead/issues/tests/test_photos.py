"""A photo is shown to those who see its matter, as a photo and nothing else."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from pithead.issues.actions import forget_expired, keep_photo
from pithead.issues.models import Attachment, Issue
from pithead.issues.testing import raised
from pithead.issues.tests.test_uploads import files, plain, upload
from pithead.kernel.files import path_of, store
from pithead.kernel.models import StoredFile
from pithead.org.testing import Cast

__all__ = ["files"]
SignIn = Callable[[str], Client]


@pytest.fixture
def photo(files: Path, cast: Cast, at: dt.datetime) -> StoredFile:
    """Of a violation, which only those concerned see."""
    by = cast.actor("crew_leader")
    kept = keep_photo(by=by, at=at, mine=cast.mine, upload=upload(plain(), "现场 1.jpg"))
    raised(cast, "crew_leader", at, "request", files=(kept,))
    return kept


def address(stored: StoredFile) -> str:
    return reverse("issues:photo", args=[stored.pk])


def test_it_comes_as_the_picture_it_is(photo: StoredFile, signed_in: SignIn) -> None:
    answer = signed_in("crew_leader").get(address(photo))
    assert answer.status_code == 200
    assert answer.content == path_of(photo).read_bytes()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline; filename")
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("member", "status"), [("section_head", 200), ("worker", 404), ("other_assessor", 404), ("stranger", 404)]
)
def test_it_is_there_for_those_who_see_the_matter(
    member: str, status: int, photo: StoredFile, signed_in: SignIn
) -> None:
    assert signed_in(member).get(address(photo)).status_code == status


def test_who_is_not_signed_in_is_asked_to(photo: StoredFile) -> None:
    assert Client().get(address(photo)).status_code == 302


def test_a_photo_of_no_matter_yet_is_shown_to_nobody(photo: StoredFile, signed_in: SignIn) -> None:
    Attachment.objects.all().delete()
    assert signed_in("crew_leader").get(address(photo)).status_code == 404


def test_it_is_gone_with_its_file(photo: StoredFile, signed_in: SignIn) -> None:
    path_of(photo).unlink()
    assert signed_in("crew_leader").get(address(photo)).status_code == 404


def test_what_is_no_cleaned_photo_never_reaches_a_browser(
    photo: StoredFile, cast: Cast, at: dt.datetime, signed_in: SignIn
) -> None:
    page = store(b"<script>", mine="QSY", name="a.html", content_type="text/html", by=cast.actor("worker"), at=at)
    step = Issue.objects.get().steps.get()
    Attachment.objects.create(step=step, mine=cast.mine, file=page, position=9)
    assert signed_in("crew_leader").get(address(page)).status_code == 404


def test_nothing_is_shown_of_a_confidential_matter(photo: StoredFile, signed_in: SignIn) -> None:
    Issue.objects.update(kind="care")
    for member in ("crew_leader", "section_head", "assessor"):
        assert signed_in(member).get(address(photo)).status_code == 404


def test_a_photo_of_two_matters_stays_until_both_are_forgotten(
    photo: StoredFile, cast: Cast, at: dt.datetime, signed_in: SignIn
) -> None:
    other = raised(cast, "crew_leader", at, "request", text="另一处", files=(photo,))
    first = Issue.objects.exclude(pk=other.pk).get()
    for issue, left in ((first, 200), (other, 404)):
        Issue.objects.filter(pk=issue.pk).update(state="closed", closed_at=at, expires_on=at.date())
        assert forget_expired(at=at) == 1
        assert signed_in("crew_leader").get(address(photo)).status_code == left
        assert StoredFile.objects.filter(pk=photo.pk).exists() == (left == 200)
