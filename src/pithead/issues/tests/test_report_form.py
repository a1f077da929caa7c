"""What the form of a report takes from its line, whom it asks for, and what it never drops."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Notice, Role, Source
from pithead.issues.testing import Story, grow_cast
from pithead.issues.tests.test_pages import ID, LINE, photo, text_of
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
NEW, OTHER_ID = "/issues/new/", ID[:-1] + "9"
DEATHS = "2207 工作面冒顶，两人被埋死亡"


@pytest.fixture
def face(cast: Cast, at: dt.datetime) -> Place:
    """Worked by the section next door."""
    unit, since = cast.units["M1"], timezone.localdate(at)
    given = {"code": "2207-Y", "name": "2207 运输顺槽", "kind": "roadway", "since": since, "unit": unit}
    return add_place(by=cast.system(), at=at, mine=cast.mine, **given)


@pytest.fixture
def scene(cast: Cast, at: dt.datetime) -> Story:
    """Pages ask the clock themselves: what they show has to have happened before."""
    return Story(grow_cast(cast), timezone.now() - dt.timedelta(minutes=30))


# ── how bad it was ──
def test_deaths_told_in_one_line_are_an_alarm_at_once(scene: Story, signed_in: SignIn) -> None:
    client = signed_in("worker")
    assert "事故 · 死亡" in text_of(client.post("/issues/guess/", {"text": DEATHS}))
    assert "马上通知" in text_of(client.post("/issues/guess/", {"text": DEATHS}))
    assert client.post(NEW, {"id": ID, "text": DEATHS}).status_code == 302
    scene.told = issue = Issue.objects.get()
    assert (issue.kind, issue.grade) == ("incident", "fatal")
    assert issue.due_at is not None
    assert issue.due_at - issue.found_at == dt.timedelta(hours=1)
    assert {"section_head", "assessor", "mine_leader"} <= scene.told_to("raised")


def test_a_serious_injury_is_an_alarm_and_a_slight_one_is_not(scene: Story) -> None:
    scene.begins("worker", "incident", grade="serious_injury")
    assert "mine_leader" in scene.told_to("raised")
    scene.begins("worker", "incident", grade="minor_injury")
    assert not scene.told_to("raised")


def test_the_grade_that_was_guessed_can_be_put_right(signed_in: SignIn) -> None:
    client = signed_in("worker")
    page = text_of(client.post("/issues/guess/", {"text": DEATHS}))
    assert '<option value="minor_injury">轻伤' in page
    client.post(NEW, {"id": ID, "text": DEATHS, "grade": "minor_injury"})
    assert Issue.objects.get().grade == "minor_injury"


def test_a_grade_only_two_people_can_give_is_nobodys_to_pick(signed_in: SignIn) -> None:
    page = text_of(signed_in("worker").post("/issues/guess/", {"text": LINE}))
    assert '<option value="A">A级' in page
    assert "重大" not in page
    refused = signed_in("worker").post(NEW, {"id": ID, "text": LINE, "grade": "major"})
    assert refused.status_code == 422
    assert "隐患没有这一项，请重新选" in text_of(refused)


@pytest.mark.parametrize(
    ("kind", "grade", "more"), [("incident", "near_miss", {"reported_in_time": "1"}), ("violation", "general", {})]
)
def test_what_is_confirmed_may_be_as_it_was_reported(
    scene: Story, signed_in: SignIn, kind: str, grade: str, more: dict[str, str]
) -> None:
    scene.begins("worker" if kind == "incident" else "section_head", kind, grade=grade)
    office, page = signed_in("assessor"), f"/issues/{scene.issue.pk}/"
    assert f'<option value="{grade}" selected>' in text_of(office.get(page))
    assert office.post(f"{page}moves/confirm/", {"id": ID, "grade": grade, **more}).status_code == 302
    assert (scene.issue.state, scene.issue.grade) == ("confirmed", grade)


# ── where and whose ──
def test_the_place_written_in_the_line_says_whose_it_is(cast: Cast, signed_in: SignIn, face: Place) -> None:
    client, line = signed_in("worker"), "２２０７运输顺槽水沟堵塞"
    assert "地点：<b>2207 运输顺槽</b> → 责任单位 <b>煤一队</b>" in text_of(
        client.post("/issues/guess/", {"text": line})
    )
    client.post(NEW, {"id": ID, "text": line})
    issue = Issue.objects.get()
    assert (issue.place, issue.unit, issue.source) == (face, cast.units["M1"], Source.MANUAL)


def test_the_place_that_was_understood_can_be_put_right(cast: Cast, signed_in: SignIn, face: Place) -> None:
    client = signed_in("worker")
    client.post(NEW, {"id": ID, "text": f"{face.name}水沟堵塞", "place": "none", "unit": cast.units["TF"].pk})
    client.post(NEW, {"id": OTHER_ID, "text": f"{face.name}水沟堵了", "place_text": "旁边的联巷"})
    first, other = Issue.objects.get(pk=ID), Issue.objects.get(pk=OTHER_ID)
    assert (first.place, first.unit) == (None, cast.units["TF"])
    assert (other.place, other.place_text, other.unit) == (None, "旁边的联巷", cast.units["ZC1"])


def test_what_somebody_wishes_stays_with_his_own_section_wherever_it_is(
    cast: Cast, signed_in: SignIn, face: Place
) -> None:
    signed_in("worker").post(NEW, {"id": ID, "text": f"建议在{face.name}加一盏灯"})
    issue = Issue.objects.get()
    assert (issue.kind, issue.place, issue.unit) == ("suggestion", face, cast.units["ZC1"])


@pytest.mark.parametrize(("member", "address"), [("assessor", NEW), ("party_officer", f"{NEW}?kind=finding")])
def test_what_an_office_finds_somewhere_is_not_silently_its_own(
    cast: Cast, signed_in: SignIn, member: str, address: str
) -> None:
    client = signed_in(member)
    asked = client.post(address, {"id": ID, "text": LINE})
    assert asked.status_code == 422
    assert "看不出归哪个单位，请选责任单位" in text_of(asked)
    assert LINE in text_of(asked)
    assert not Issue.objects.exists()
    assert client.post(address, {"id": ID, "text": LINE, "unit": cast.units["M1"].pk}).status_code == 302
    assert Issue.objects.get().unit == cast.units["M1"]


def test_only_a_code_on_the_wall_is_a_code_on_the_wall(signed_in: SignIn, face: Place) -> None:
    client = signed_in("worker")
    client.post(f"{NEW}?place={face.code}", {"id": ID, "text": LINE, "place": face.pk})
    assert Issue.objects.get(pk=ID).source == Source.MANUAL
    address = client.get(f"/q/{face.code}/")["Location"]
    client.post(address, {"id": OTHER_ID, "text": "水沟堵了", "place": face.pk})
    assert Issue.objects.get(pk=OTHER_ID).source == Source.QR


# ── each kind its own questions ──
def test_a_complaint_is_its_words_and_says_what_becomes_of_them(signed_in: SignIn) -> None:
    page = text_of(signed_in("worker").get(f"{NEW}?kind=complaint"))
    assert "同一张表一个月要填两次" in page
    assert "哪里都不存您的姓名" in page
    for name in ("unit", "place", "place_text", "found_at", "category"):
        assert f'name="{name}"' not in page
    assert 'name="photos"' in page


def test_more_asks_when_it_was_and_what_goes_with_the_kind(signed_in: SignIn) -> None:
    client = signed_in("worker")
    assert 'name="found_at"' in text_of(client.get(NEW))
    found = timezone.localtime() - dt.timedelta(hours=6)
    said = {"id": ID, "text": LINE, "found_at": f"{found:%Y-%m-%dT%H:%M}", "category": "management", "grade": "B"}
    client.post(NEW, said)
    issue = Issue.objects.get()
    assert (issue.category, issue.grade) == ("management", "B")
    assert issue.found_at == found.replace(second=0, microsecond=0)


def test_put_right_on_the_spot_is_said_to_mean_nothing_where_it_does(signed_in: SignIn) -> None:
    refused = signed_in("worker").post(NEW, {"id": ID, "text": "绞车掉道，险些碰到人", "spot": "on"})
    assert refused.status_code == 422
    assert "事故没有“现场已经改好”这一步" in text_of(refused)


# ── for somebody else ──
def test_what_a_secretary_writes_down_is_the_workers_own(cast: Cast, signed_in: SignIn) -> None:
    worker, line = cast.people["worker"], "食堂夜班的饭菜是凉的"
    assert 'name="author"' not in text_of(signed_in("worker").get(NEW))
    client = signed_in("branch_secretary")
    assert f'<option value="{worker.staff_no}">' in text_of(client.get(NEW))
    assert client.post(NEW, {"id": ID, "text": line, "author": worker.staff_no}).status_code == 302
    issue = Issue.objects.get()
    assert issue.unit == cast.units["ZC1"]
    assert Involved.objects.filter(issue=issue, role=Role.AUTHOR, who=str(worker.pk)).exists()
    assert signed_in("worker").get(f"/issues/{ID}/").status_code == 200
    refused = client.post(NEW, {"id": OTHER_ID, "text": LINE, "author": worker.staff_no})
    assert "隐患以上报人的名义提，不写替谁" in text_of(refused)
    unnamed = client.post(NEW, {"id": OTHER_ID, "text": line, "author": worker.staff_no, "anonymous": "on"})
    assert "就不要写是谁提的" in text_of(unnamed)


# ── who may ──
@pytest.mark.parametrize(
    ("member", "offered"),
    [
        ("worker", set()),
        ("crew_leader", {"violation", "shortfall", "care"}),
        ("section_head", {"violation", "shortfall", "care", "dispute"}),
        ("branch_secretary", {"violation", "shortfall", "care", "dispute"}),
        ("assessor", {"directive", "violation", "shortfall", "finding", "care"}),
        ("other_assessor", {"directive", "violation", "shortfall", "finding"}),
        ("party_officer", {"directive", "violation", "shortfall", "finding", "dispute"}),
        ("mine_leader", {"directive", "violation", "shortfall", "finding"}),
    ],
)
def test_only_what_one_may_raise_is_offered(signed_in: SignIn, member: str, offered: set[str]) -> None:
    client, page = signed_in(member), text_of(signed_in(member).get(NEW))
    for kind in ("directive", "violation", "shortfall", "finding", "care", "dispute"):
        assert (f"?kind={kind}" in page) == (kind in offered), kind
        assert client.get(f"{NEW}?kind={kind}").status_code == (200 if kind in offered else 404)


@pytest.mark.parametrize("kind", ["violation", "care"])
def test_a_crew_leader_speaks_for_his_crew_and_for_nobody_else(scene: Story, signed_in: SignIn, kind: str) -> None:
    client, cast = signed_in("crew_leader"), scene.cast
    said = {"id": ID, "text": "连着几个班没有休息好", "subject": cast.people["section_clerk"].staff_no}
    refused = client.post(f"{NEW}?kind={kind}", said)
    assert refused.status_code == 422
    assert "您可以登记综采一队/一班的人" in text_of(refused)
    assert "连着几个班没有休息好" in text_of(refused)
    assert client.post(f"{NEW}?kind={kind}", {**said, "subject": cast.people["worker"].staff_no}).status_code == 302
    assert Issue.objects.get().unit == cast.units["ZC1-1" if kind == "violation" else "ZC1"]


def test_a_crew_leader_says_what_his_crew_lacks(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("crew_leader").post(f"{NEW}?kind=shortfall", {"id": ID, "text": "缺两个锚杆工"}).status_code == 302
    assert Issue.objects.get().unit == cast.units["ZC1-1"]


# ── sent again ──
def test_going_back_and_sending_the_same_again_is_the_same_matter(signed_in: SignIn) -> None:
    client = signed_in("worker")
    client.post(NEW, {"id": ID, "text": LINE})
    again = client.post(NEW, {"id": OTHER_ID, "text": LINE})
    assert again["Location"] == f"/issues/{ID}/"
    assert Issue.objects.count() == 1


def test_another_matter_on_a_page_that_was_sent_is_raised_when_sent_once_more(signed_in: SignIn) -> None:
    client = signed_in("worker")
    client.post(NEW, {"id": ID, "text": LINE})
    refused = client.post(NEW, {"id": ID, "text": "水沟堵塞"})
    assert refused.status_code == 422
    assert "再点一次“提交”" in text_of(refused)
    fresh = str(refused.context["form"]["id"].value())
    assert client.post(NEW, {"id": fresh, "text": "水沟堵塞"}).status_code == 302
    assert Issue.objects.count() == 2


def test_a_refusal_says_that_photos_have_to_be_picked_again(signed_in: SignIn, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    refused = signed_in("worker").post(NEW, {"id": ID, "text": "这里不太好", "photos": [photo()]})
    assert "照片没有存下，请重新选" in text_of(refused)
    assert not Notice.objects.exists()
