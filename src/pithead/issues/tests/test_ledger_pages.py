"""Upload, look, confirm: on pages that only those see who oversee hazards."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.tests.ledgers import month, month_row
from pithead.kernel import files
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.testing import Cast

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
IMPORT = reverse("issues:ledger_import")
CHECKED = {"状态": "已复查", "复查时间": "2026-06-06", "复查人": "安平", "复查结果": "合格"}
WRONG = {**CHECKED, "地点": "机头", "复查时间": "2026-05-06"}


def upload(client: Client, content: bytes) -> HttpResponse:
    return client.post(IMPORT, {"file": SimpleUploadedFile("六月台账.xlsx", content)})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_ledger_is_looked_at_before_it_is_written_and_then_said_to_be_in(signed_in: Signed) -> None:
    client = signed_in("assessor")
    review = upload(client, month(month_row()))["Location"]
    shown = text(client.get(review))
    assert not Issue.objects.exists()
    for words in ("确认导入", "整改中 1 条", "其中 1 条已经超期", "系统里没有的地点", "“隐患台账”"):
        assert words in shown
    assert client.post(review)["Location"] == review
    assert Issue.objects.count() == 1
    assert "1 行：新增 1 条，更新进展 0 条，没有变化 0 条" in text(client.get(review))
    client.post(review)
    assert AuditEvent.objects.filter(action="issues.ledger.imported").count() == 1
    again = upload(client, month(month_row(**CHECKED)))["Location"]
    assert "已销号 1 条" in text(client.get(again))


def test_reasons_are_shown_by_place_and_the_good_rows_can_be_taken_alone(signed_in: Signed) -> None:
    client = signed_in("mine_leader")
    review = upload(client, month(month_row(), month_row(**WRONG)))["Location"]
    shown = text(client.get(review))
    assert "“隐患台账”第 4 行 M 列" in shown
    assert "只导入没有问题的 1 行" in shown
    assert "确认导入" not in shown
    client.post(review)
    assert not Issue.objects.exists()
    client.post(review, {"keep_good": "1"})
    assert Issue.objects.count() == 1
    assert "1 行没有导入" in text(client.get(review))


def test_a_file_that_cannot_be_read_is_refused_on_the_same_page_and_not_kept(signed_in: Signed) -> None:
    response = upload(signed_in("assessor"), b"a,b\n1,2\n")
    assert response.status_code == 200
    assert "文本（CSV）" in text(response)
    assert "field wrong" in text(signed_in("assessor").post(IMPORT))  # no file at all
    assert not StoredFile.objects.exists()


def test_whoever_oversees_something_else_is_told_whose_it_is(signed_in: Signed, cast: Cast) -> None:
    for member in ("other_assessor", "party_officer"):
        client = signed_in(member)
        shown = text(client.get(IMPORT))
        assert "由主管科室或矿领导导入" in shown
        assert "上传并检查" not in shown
        assert upload(client, month(month_row())).status_code == 403
    for member in ("worker", "section_head", "hr_officer"):
        assert signed_in(member).get(IMPORT).status_code == 404
    assert not StoredFile.objects.exists()


def test_an_upload_is_seen_by_those_who_may_import_it_and_by_no_other_mine(signed_in: Signed) -> None:
    review = upload(signed_in("assessor"), month(month_row()))["Location"]
    assert signed_in("mine_leader").get(review).status_code == 200
    for member in ("other_assessor", "stranger", "worker"):
        assert signed_in(member).get(review).status_code == 404
        assert signed_in(member).post(review).status_code == 404
    assert not Issue.objects.exists()


def test_a_kept_ledger_is_encrypted(signed_in: Signed) -> None:
    upload(signed_in("assessor"), month(month_row()))
    assert b"PK\x03\x04" not in files.path_of(StoredFile.objects.get()).read_bytes()


def test_an_upload_is_full_of_names_and_goes_after_a_while(signed_in: Signed, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    client = signed_in("assessor")
    review = upload(client, month(month_row()))["Location"]
    files.sweep(timezone.now() + dt.timedelta(days=29))
    assert client.get(review).status_code == 200
    files.sweep(timezone.now() + dt.timedelta(days=31))
    assert client.get(review).status_code == 404
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_the_ledger_of_hazards_leads_to_the_import(signed_in: Signed) -> None:
    board = reverse("issues:board")
    assert IMPORT in text(signed_in("assessor").get(board))
    assert IMPORT not in text(signed_in("worker").get(board))
