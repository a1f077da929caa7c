"""What leads to what was answered in confidence, as everybody: no page holds a word of it. (All others: `test_access_walk`.)"""

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from pithead.org.testing import MEMBERS, STRANGER, Cast
from pithead.practices.models import RecordMatter
from pithead.practices.testing import LINE, SECRETS, confide
from tests.sample import Sample, make_sample

# Names of those it is about and of what was done, and words that stand in it.
SEARCHED = (
    "马小军",
    "mxj",
    "综采一队",
    "谈心",
    "问自己",
    "说心里话",
    "家里的事",
    "两口子",
    "欠",
    "班里",
    "请调换班次",
    "下井",
    "帮扶",
    "2026",
)


@pytest.fixture(scope="module")
def built(standing: Cast, at: dt.datetime) -> Any:
    """The sample mine, and in it a talk and questions somebody asked himself, full of markers."""
    return make_sample(standing, at), confide(standing, timezone.now())


@pytest.fixture
def sample(db: None, built: Any) -> Sample:
    return deepcopy(built[0])


def content_of(client: Client, path: str) -> bytes:
    """What a GET gives, downloads read to their end; nothing it does stays done."""
    with transaction.atomic():
        answer = client.get(path)
        content = answer.getvalue()
        transaction.set_rollback(True)
    return content if answer.status_code in (200, 422) else b""


@pytest.mark.parametrize("member", [*MEMBERS, STRANGER])
def test_no_page_holds_a_word_of_it(member: str, sample: Sample, built: Any) -> None:
    client, shown, lines = Client(), [], 0
    client.force_login(sample.cast.account(member))
    paths = [reverse("practices:record", args=[code]) for code in ("heart_talk", "ask_myself")]
    paths += [reverse("practices:practice", args=[code]) for code in ("heart_talk", "ask_myself")]
    paths += [reverse("issues:matter", args=[one.issue_id]) for one in RecordMatter.objects.all()]
    paths += [reverse("practices:kept", args=[built[1].ask.pk])]
    paths += [f"{reverse('web:search')}?{urlencode({'q': q})}" for q in SEARCHED]
    for path in paths:
        content = content_of(client, path)
        lines += LINE.encode() in content
        shown += [f"{path}: {secret}" for secret in SECRETS if secret.encode() in content]
    assert not shown, "\n".join(shown)
    assert lines or member not in ("section_head", "branch_secretary", "party_officer"), "the search finds what is open"
