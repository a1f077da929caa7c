"""Two hundred uploads that lie: each is refused in a sentence, or what is kept is a photo and nothing else."""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import InMemoryUploadedFile
from PIL import Image

from pithead.issues.actions import StepDraft, keep_photo, move
from pithead.issues.models import Attachment
from pithead.issues.testing import raised
from pithead.issues.tests.lies import MAKERS, MARKERS, NAMES, Lie, encoded, exif, picture
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.files import discard, path_of
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast

CONFIDENTIAL = [kind for kind, flow in WORKFLOWS.items() if flow.confidential]


def upload(content: bytes, name: str = "现场.jpg", declared: str = "image/jpeg") -> InMemoryUploadedFile:
    """As a client sends it: Django's own cleaning of the name is passed by."""
    sent = InMemoryUploadedFile(io.BytesIO(content), "photo", "x", declared, len(content), None)
    sent._name = name  # type: ignore[attr-defined]
    return sent


def plain(**options: object) -> bytes:
    return encoded(picture(), "JPEG", **options)


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return tmp_path


def on_disk(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_there_are_two_hundred_and_they_carry_what_must_not_be_kept() -> None:
    every = [lie for made in MAKERS for lie in made()]
    assert len({(lie.name, lie.content) for lie in every}) >= 200
    assert sum(lie.wanted == "refused" for lie in every) > 100
    carried = b"".join(lie.content for lie in every if lie.wanted == "cleaned")
    assert not [marker for marker in MARKERS if marker not in carried]


@pytest.mark.parametrize("made", MAKERS, ids=lambda made: made.__name__)
def test_a_lie_is_refused_or_comes_out_clean(
    made: Callable[[], Iterator[Lie]],
    files: Path,
    cast: Cast,
    at: dt.datetime,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    for lie in made():
        sent = upload(lie.content, lie.name, lie.declared)
        try:
            stored = keep_photo(by=cast.actor("worker"), at=at, mine=cast.mine, upload=sent)
        except Refused as refusal:
            stood = StoredFile.objects.exists() or on_disk(files)
            end, faults = "refused", [] if re.search("请|只收", str(refusal)) and not stood else [str(refusal)]
        else:
            end, faults = "cleaned", list(faults_of(stored, files))
            with django_capture_on_commit_callbacks(execute=True):
                discard(stored, at=at + dt.timedelta(days=2))
        assert not faults, f"{lie.label}: {faults}"
        assert end == (lie.wanted or end), lie.label


def faults_of(stored: StoredFile, root: Path) -> Iterator[str]:
    content = path_of(stored).read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        if image.format != "JPEG" or stored.content_type != "image/jpeg" or not content.endswith(b"\xff\xd9"):
            yield "it is no JPEG from beginning to end"
        if max(image.size) > 1600:
            yield f"it is {image.size} large"
        yield from {"comment", "icc_profile", "exif", "xmp"} & set(image.info)
    yield from (str(marker) for marker in MARKERS if marker in content)
    if not re.fullmatch(r"[\w ()（）-]{1,60}\.jpg", stored.name):
        yield f"it is called {stored.name!r}"
    if on_disk(root) != {f"data/files/{stored.sha256[:2]}/{stored.sha256}"}:
        yield f"it lies at {on_disk(root)}"


def test_no_name_reaches_the_disk(files: Path, cast: Cast, at: dt.datetime) -> None:
    """One content under thirty names is one file, called by its digest."""
    for number, name in enumerate(NAMES):
        keep_photo(
            by=cast.actor("worker"), at=at + dt.timedelta(days=2 * number), mine=cast.mine, upload=upload(plain(), name)
        )
    assert StoredFile.objects.count() == len(NAMES)
    assert len(on_disk(files)) == 1


def test_a_photo_sent_again_is_the_same_photo(files: Path, cast: Cast, at: dt.datetime) -> None:
    def sent(member: str, later: dt.timedelta = dt.timedelta()) -> StoredFile:
        return keep_photo(by=cast.actor(member), at=at + later, mine=cast.mine, upload=upload(plain()))

    first = sent("worker")
    assert sent("worker", dt.timedelta(minutes=5)) == first
    assert AuditEvent.objects.filter(action="issues.photo.kept").count() == 1
    assert sent("crew_leader") != first
    assert sent("worker", dt.timedelta(days=3)) != first


def test_a_photo_without_a_name_says_nowhere_who_sent_it(files: Path, cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("worker")
    sent = upload(plain(exif=exif()), "马小军拍的.jpg")
    stored = keep_photo(by=by, at=at, mine=cast.mine, upload=sent, anonymous=True)
    event = AuditEvent.objects.get(action="issues.photo.kept")
    told = " ".join(map(str, (*vars(stored).values(), *vars(event).values())))
    assert not [word for word in (by.staff_no, by.name, by.source, "马小军") if word and word in told]


def test_nothing_is_kept_in_a_mine_that_is_not_ones_own(files: Path, cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(PermissionDenied):
        keep_photo(by=cast.actor("stranger"), at=at, mine=cast.mine, upload=upload(plain()))
    assert on_disk(files) == set()


@pytest.mark.parametrize("kind", CONFIDENTIAL)
def test_a_confidential_matter_takes_no_photo(kind: str, files: Path, cast: Cast, at: dt.datetime) -> None:
    """It could not be destroyed with the key."""
    photo = keep_photo(by=cast.actor("section_head"), at=at, mine=cast.mine, upload=upload(plain()))
    with pytest.raises(Refused, match="不附照片"):
        raised(cast, "section_head", at, kind, files=(photo,))
    issue = raised(cast, "section_head", at, kind)
    verb = WORKFLOWS[kind].moves_from(issue.state)[0].verb
    with pytest.raises(Refused, match="不附照片"):
        move(by=cast.actor("section_head"), at=at, issue=issue, verb=verb, draft=StepDraft(files=(photo,)))
    assert not Attachment.objects.exists()


def test_a_photo_of_another_mine_is_not_attached(files: Path, cast: Cast, at: dt.datetime) -> None:
    photo = keep_photo(by=cast.actor("stranger"), at=at, mine=cast.other_mine, upload=upload(plain()))
    with pytest.raises(Refused, match="重新上传"):
        raised(cast, "worker", at, "hazard", files=(photo,))
