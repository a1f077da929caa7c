"""The search as every member of the cast: what it finds opens, what one may not open it does not find, and its cost is fixed."""

import datetime as dt
import html
import re
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.testing import raised
from pithead.kernel.searching import LONGEST
from pithead.org.access import Capability, RoleCode
from pithead.org.models import Person, Post, Unit, User
from pithead.org.testing import MEMBERS, OPENED, STRANGER, Cast
from pithead.practices.models import Record
from pithead.practices.testing import SECRETS, confide
from pithead.ui.registry import search_sources
from pithead.web.views.search import SHOWN
from tests.sample import Sample, make_sample

MARKER = "Zq7F3A9kX"
ASKED = (
    *("综采一队", "zcyd", "zongcai", "ZC1", "综采1队", "一班", "党支部", "yb zcyd", "煤"),
    *("马小军", "mxj", "100", "10001", "gs", "高山 综采一队", "白云飞"),
    *("漏液", "架", "8201", "隐患 漏液", "一张表", "问题"),
    *("班前一看", "走动", "工作法", "六好", "标准", "扣", "2026", "6月", "通报", "结果", "a", "1", "第"),
)
# member → of how many things of a group he finds something at least
FINDS = {
    "worker": (
        "单位",
        "问题",
        "制度",
        "制度条文",
        "考核标准",
        "考核项目",
        "考核结果",
        "工作法",
        "履责要求",
        "文书",
        "人员",
    ),
    "crew_leader": ("履责记录", "人员"),
    "section_head": ("履责记录", "人员", "问题"),
    "party_officer": ("履责记录", "人员", "问题"),
    STRANGER: ("单位", "人员"),
}
# One of each reach: what the others find is found by the same rules.
FINDERS = (*FINDS, "branch_secretary", "liaison_officer", "auditor")


@pytest.fixture(scope="module")
def built(standing: Cast, at: dt.datetime) -> Any:
    """The sample mine; a matter of care, a talk and questions somebody asked himself, full of markers."""
    sample = make_sample(standing, at)
    care = raised(standing, "section_head", at, "care", text=f"家里的事{MARKER}")
    return sample, confide(standing, timezone.now()), care


@pytest.fixture
def sample(db: None, built: Any) -> Sample:
    return deepcopy(built[0])


def signed(cast: Cast, member: str) -> Client:
    client = Client()
    client.force_login(cast.account(member))
    return client


def search(client: Client, q: str) -> dict[str, list[tuple[str, str]]]:
    """Group → addresses and titles of what was found."""
    answer = client.get(reverse("web:search"), {"q": q})
    assert answer.status_code == 200, q
    sections = re.findall(r'<section class="card">.*?</section>', answer.content.decode(), re.DOTALL)
    found = {re.search("<h2>(.*?)</h2>", one)[1]: _hits(one) for one in sections}  # type: ignore[index]
    return {label: hits for label, hits in found.items() if hits}


def _hits(section: str) -> list[tuple[str, str]]:
    links = re.findall(r'<a class="link" href="([^"]+)">(.*?)</a>', section)
    return [(html.unescape(url), html.unescape(title)) for url, title in links]


def opens(client: Client, url: str) -> bool:
    with transaction.atomic():
        answer = client.get(url)
        answer.getvalue()
        transaction.set_rollback(True)
    return answer.status_code == 200


@pytest.mark.parametrize("member", FINDERS)
def test_whatever_a_member_finds_opens(member: str, sample: Sample, built: Any) -> None:
    client, groups, shut, checked = signed(sample.cast, member), set(), [], set()
    numbers = [str(pk)[:8] for model in (Issue, Record) for pk in model.objects.values_list("pk", flat=True)]
    for q in (*ASKED, *numbers):
        for label, hits in search(client, q).items():
            groups.add(label)
            fresh = [hit for hit in hits if hit[0] not in checked]
            checked.update(url for url, _ in fresh)
            shut += [f"{q}: {url} ({title})" for url, title in fresh if not opens(client, url)]
    assert not shut, "\n".join(shut)
    assert checked
    assert not set(FINDS.get(member, ())) - groups, member


@pytest.mark.parametrize("member", FINDERS)
def test_of_units_people_matters_and_records_one_finds_all_that_one_sees(member: str, sample: Sample) -> None:
    actor, client = sample.cast.actor(member), signed(sample.cast, member)
    wanted = [("单位", one.code, one.name) for one in Unit.objects.visible_to(actor)]
    wanted += [("人员", one.staff_no, one.name) for one in Person.objects.visible_to(actor)]
    wanted += [("问题", str(one.pk)[:8], "") for one in Issue.objects.visible_to(actor)]
    open_ones = Record.objects.visible_to(actor).current().filter(version__confidentiality="open")
    wanted += [("履责记录", str(one.pk)[:8], "") for one in open_ones]
    assert wanted
    for label, number, name in wanted:
        hits = search(client, number).get(label, [])
        assert any(number in url and name in title for url, title in hits), (label, number, hits)
    for person in Person.objects.exclude(pk__in=Person.objects.visible_to(actor)):
        assert "人员" not in search(client, person.name), person.name
        assert "人员" not in search(client, person.staff_no), person.staff_no


@pytest.mark.parametrize("member", [*MEMBERS, STRANGER])
def test_what_was_said_in_confidence_is_found_by_nobody(member: str, sample: Sample, built: Any) -> None:
    client = signed(sample.cast, member)
    for word in (*SECRETS, MARKER, "家里的事", "两口子", "换了班次"):
        assert not search(client, word), word
    for record in Record.objects.exclude(version__confidentiality="open"):
        for q in (str(record.pk)[:8], f"{record.practice} {record.unit.name}", record.practice.title):
            assert "履责记录" not in search(client, q)
    care = built[2]
    finds = "问题" in search(client, f"帮扶 {str(care.pk)[:8]}")
    assert finds is Issue.objects.visible_to(sample.cast.actor(member), "care").filter(pk=care.pk).exists()
    assert "问题" not in search(client, "帮扶 综采一队")
    cipher_text = Issue.objects.get(pk=care.pk).text
    assert cipher_text
    assert "问题" not in search(client, max(re.findall(r"\w+", cipher_text), key=len)[:LONGEST])


def test_no_source_is_asked_without_its_capability_and_each_says_what_it_is_found_by(sample: Sample) -> None:
    assert {one.label for one in search_sources} >= {label for labels in FINDS.values() for label in labels}
    for one in search_sources:
        assert one.by
        assert one.capability is None or Capability(one.capability)
    page = signed(sample.cast, "worker").get(reverse("web:search")).content.decode()
    assert all(html.escape(one.by) in page for one in search_sources)


@pytest.mark.parametrize(
    "q", ["%", "_", "\\", "%%", "' OR 1=1 --", "{{ q }}", "\ufeff\u202e", "（）", "<script>alert(1)</script>"]
)
def test_odd_signs_find_nothing_and_break_nothing(q: str, sample: Sample) -> None:
    client = signed(sample.cast, "party_officer")
    assert not {label for label in search(client, q) if label != "单位"}
    assert "<script>alert" not in client.get(reverse("web:search"), {"q": q}).content.decode()


def test_a_very_long_question_is_answered(sample: Sample) -> None:
    client = signed(sample.cast, "party_officer")
    assert not search(client, "漏" * 5_000)
    assert search(client, f"漏液 {' ' * 500}") == search(client, "漏液")
    assert search(client, "ＺＣ１－１")


def test_all_words_must_match_and_the_unit_only_narrows(sample: Sample) -> None:
    client = signed(sample.cast, "party_officer")
    assert len(search(client, "漏液")["问题"]) == 2
    assert len(search(client, "漏液 综采一队")["问题"]) == 2
    assert "问题" not in search(client, "漏液 煤一队")
    assert "问题" not in search(client, "综采一队")
    assert "问题" not in search(client, "漏液 没有的词")
    assert [title for _, title in search(client, "马小军 zcyd")["人员"]] == ["马小军"]
    assert "人员" not in search(client, "马小军 通风队")
    assert "人员" not in search(client, "通风队")


def test_a_person_is_a_name_a_number_and_a_unit(sample: Sample) -> None:
    page = signed(sample.cast, "hr_officer").get(reverse("web:search"), {"q": "mxj"}).content.decode()
    assert "<small>10001 · 综采一队 / 一班</small>" in page
    for word in ("班组长", "休假", "年休假", "责任区"):
        assert word not in page


def test_who_has_left_is_not_found(sample: Sample) -> None:
    client = signed(sample.cast, "hr_officer")
    assert "人员" in search(client, "马小军")
    sample.cast.people["worker"].left_on = timezone.localdate()
    sample.cast.people["worker"].save()
    assert "人员" not in search(client, "马小军")


def test_a_group_shows_eight_and_says_that_there_are_more(sample: Sample) -> None:
    mine, unit = sample.cast.mine, sample.cast.units["TF"]
    Person.objects.bulk_create(
        Person(mine=mine, staff_no=f"6{number:04}", name=f"丁重{number % 3}", unit=unit) for number in range(SHOWN)
    )
    client = signed(sample.cast, "hr_officer")
    for q in ("丁重", "dc", "dz", "dingzhong", "dingchong", "6000"):
        assert len(search(client, q)["人员"]) == SHOWN, q
    assert "再写具体一点" not in client.get(reverse("web:search"), {"q": "丁重"}).content.decode()
    Person.objects.create(mine=mine, staff_no="69999", name="丁重", unit=unit)
    assert "再写具体一点" in client.get(reverse("web:search"), {"q": "丁重"}).content.decode()
    assert search(client, "丁重")["人员"][0] == ("/people/69999/", "丁重")  # what is said in full comes first


def test_the_number_of_queries_does_not_grow_with_what_is_found(sample: Sample) -> None:
    client = signed(sample.cast, "party_officer")

    def queries(q: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("web:search"), {"q": q})
        return len(captured)

    queries("")  # signing in was seen a moment ago, which is written once
    assert queries("") == 3  # session, account, posts
    few, many = queries("没有的词"), max(queries(q) for q in ASKED)
    assert few <= 15
    assert many <= few + 3  # what matters, records and items say


def test_a_leader_of_the_company_finds_what_is_in_each_mine(sample: Sample) -> None:
    company = sample.cast.mine.parent
    assert company is not None
    leader = Person.objects.create(mine=company, staff_no="1", name="常总", hired_on=OPENED)
    Post.objects.create(mine=company, person=leader, role=RoleCode.MINE_LEADER, unit=company, since=OPENED)
    client = Client()
    client.force_login(User.objects.create(person=leader, sign_in="HLN/1", password_set_at=timezone.now()))
    found = {
        q: search(client, q)
        for q in ("zcyd", "白云岭", "白云飞", "漏液", "六好", "标准", "走动", "班前", "2026", "hlny")
    }
    assert [found["zcyd"]["单位"][0][0], found["白云飞"]["人员"][0][0]] == [
        "/units/ZC1/?mine=QSY",
        "/people/20001/?mine=BYL",
    ]
    for q, groups in found.items():
        assert groups, q
        assert not [hit for hits in groups.values() for hit in hits if not opens(client, hit[0])], q


def test_the_box_stands_on_every_page_but_the_search_itself(sample: Sample) -> None:
    client = signed(sample.cast, "worker")
    box, link = 'class="find desk-only no-print"', '<a class="btn quiet small phone-only no-print" href="/search/">'
    home, page = client.get("/").content.decode(), client.get("/search/").content.decode()
    assert box in home
    assert link in home
    assert box not in page
    assert page.count("data-find") == 1
