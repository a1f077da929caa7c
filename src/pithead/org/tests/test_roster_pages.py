"""Upload, look, confirm, fetch what failed: on pages that only the importer sees."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.kernel import files, workbooks
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.access import Capability, RoleCode, actor_for
from pithead.org.models import Person, Post, Unit
from pithead.org.testing import TODAY, Cast
from pithead.org.tests.test_roster import HEADINGS, MALE_1990, book
from pithead.org.tests.test_roster_mending import MIXED

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
IMPORT = reverse("org:roster_import")
GOOD = [[*HEADINGS, "身份证号", "民族"], ["1", "甲", "综采一队", "一班", MALE_1990, "汉"]]


def upload(client: Client, rows: list[list[object]] | bytes) -> HttpResponse:
    content = rows if isinstance(rows, bytes) else book(rows)
    return client.post(IMPORT, {"file": SimpleUploadedFile("花名册.xlsx", content)})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_roster_is_looked_at_before_it_is_written_and_then_said_to_be_in(signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    review = upload(client, GOOD)["Location"]
    shown = text(client.get(review))
    assert not Person.objects.filter(name="甲").exists()
    assert "确认导入" in shown
    assert "民族" in shown
    assert "马小军" in shown  # who is in the mine and not in the file
    assert client.post(review)["Location"] == review
    assert Person.objects.filter(name="甲").count() == 1
    assert "新增 1 人，更新 0 人" in text(client.get(review))


def test_of_a_whole_mine_that_is_not_in_the_sheet_twenty_are_named(cast: Cast, signed_in: Signed) -> None:
    others = [Person(mine=cast.mine, staff_no=f"5{n:04}", name=f"工友{n}", unit=cast.units["TF"]) for n in range(60)]
    Person.objects.bulk_create(others)
    client = signed_in("hr_officer")
    shown = text(client.get(upload(client, GOOD)["Location"]))
    missing = len(others) + len(cast.people) - 1
    assert f"{missing} 人，不会删除" in shown
    assert f"还有 {missing - 20} 人没有列出" in shown
    assert "表里只有 1 个单位的人" in shown
    assert shown.count('data-label="姓名"') == 20


def test_confirming_twice_imports_once(signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    review = upload(client, GOOD)["Location"]
    client.post(review)
    client.post(review)
    assert AuditEvent.objects.filter(action="org.roster.imported").count() == 1


def test_a_file_that_cannot_be_read_is_refused_on_the_same_page_and_not_kept(signed_in: Signed) -> None:
    response = upload(signed_in("hr_officer"), b"a,b\n1,2\n")
    assert response.status_code == 200
    assert "文本（CSV）" in text(response)
    assert not StoredFile.objects.exists()
    assert "field wrong" in text(signed_in("hr_officer").post(IMPORT))  # no file at all


def test_reasons_are_shown_by_place_and_the_failed_rows_can_be_fetched(signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    review = upload(client, MIXED)["Location"]
    shown = text(client.get(review))
    assert "“花名册”第 3 行 E 列" in shown
    assert "只导入没有问题的 1 人" in shown
    assert "确认导入" not in shown
    fetched = client.get(f"{review}failed/")
    assert "filename*=utf-8''" in fetched["Content-Disposition"]
    assert len(workbooks.read(fetched.content, name="").sheets[0].rows) == 4
    client.post(review)
    assert not Person.objects.filter(name="乙").exists()
    client.post(review, {"keep_good": "1"})
    assert Person.objects.filter(name="乙").exists()
    assert "2 行没有导入" in text(client.get(review))


def test_new_units_are_shown_and_then_made(signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    review = upload(client, [HEADINGS, ["1", "甲", "运输一队", "检修班"]])["Location"]
    assert "没有单位" in text(client.get(review))
    assert "运输一队、运输一队/检修班" in text(client.get(f"{review}?create_units=1"))
    assert not Unit.objects.filter(name="运输一队").exists()
    client.post(review, {"create_units": "1"})
    assert Unit.objects.filter(name="运输一队").exists()
    assert "新建单位 2 个" in text(client.get(review))


def test_an_upload_is_seen_by_nobody_but_its_importer(cast: Cast, signed_in: Signed) -> None:
    Post.objects.create(
        mine=cast.mine, person=cast.people["assessor"], role=RoleCode.HR_OFFICER, unit=cast.units["HR"], since=TODAY
    )
    Post.objects.create(
        mine=cast.other_mine,
        person=cast.people["stranger"],
        role=RoleCode.HR_OFFICER,
        unit=cast.other_mine,
        since=TODAY,
    )
    Person.objects.filter(pk=cast.people["stranger"].pk).update(staff_no=cast.people["hr_officer"].staff_no)
    cast.people["stranger"].refresh_from_db()
    review = upload(signed_in("hr_officer"), GOOD)["Location"]
    for member in ("assessor", "stranger"):
        assert actor_for(cast.people[member], on=TODAY, face="web").can(Capability.ROSTER_IMPORT)
        client = signed_in(member)
        for address in (review, f"{review}failed/"):
            assert client.get(address).status_code == 404
        assert client.post(review).status_code == 404
    assert not Person.objects.filter(name="甲").exists()


def test_a_kept_roster_is_encrypted(signed_in: Signed) -> None:
    upload(signed_in("hr_officer"), GOOD)
    kept = files.path_of(StoredFile.objects.get()).read_bytes()
    assert not kept.startswith(b"PK")
    assert b"PK\x03\x04" not in kept


def test_a_kept_roster_goes_after_a_while(signed_in: Signed, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    client = signed_in("hr_officer")
    review = upload(client, GOOD)["Location"]
    files.sweep(timezone.now() + dt.timedelta(days=29))
    assert client.get(review).status_code == 200
    files.sweep(timezone.now() + dt.timedelta(days=31))
    assert client.get(review).status_code == 404
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_the_template_can_be_fetched(signed_in: Signed) -> None:
    fetched = signed_in("hr_officer").get(reverse("org:roster_template"))
    assert workbooks.read(io.BytesIO(fetched.content).read(), name="").sheets[0].rows[0][0] == "工号"


def test_the_failed_rows_of_a_roster_without_any_do_not_exist(signed_in: Signed) -> None:
    client = signed_in("hr_officer")
    assert client.get(f"{upload(client, GOOD)['Location']}failed/").status_code == 404
