"""Reporting: one line is enough; what it is about is guessed, said and can be put right."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Attachment, Involved, Issue, Role, Source
from pithead.issues.testing import raised
from pithead.issues.tests.test_pages import ID, LINE, photo, text_of
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def place(cast: Cast, at: dt.datetime) -> Place:
    unit, since = cast.units["ZC1"], timezone.localdate(at)
    return add_place(
        by=cast.system(), at=at, mine=cast.mine, code="1312", name="1312 工作面", kind="working", since=since, unit=unit
    )


def test_one_line_is_enough_and_says_what_it_was_taken_for(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in("worker").post("/issues/new/", {"id": ID, "text": LINE}, follow=True)
    issue = Issue.objects.get()
    assert (str(issue.pk), issue.kind, issue.category, issue.text) == (ID, "hazard", "haulage", LINE)
    assert issue.unit == cast.units["ZC1"]
    assert issue.found_by == cast.people["worker"]
    assert "已上报：隐患 · 运输，C级" in text_of(response)
    assert response.redirect_chain[-1][0] == f"/issues/{ID}/"


def test_the_same_form_sent_twice_is_one_matter(signed_in: SignIn) -> None:
    client = signed_in("worker")
    for _ in range(2):
        assert client.post("/issues/new/", {"id": ID, "text": LINE}).status_code == 302
    assert Issue.objects.count() == 1


def test_what_the_words_do_not_tell_is_asked(signed_in: SignIn) -> None:
    client = signed_in("worker")
    response = client.post("/issues/new/", {"id": ID, "text": "这里不太好"})
    assert response.status_code == 422
    assert "看不出是哪一类，请点一下" in text_of(response)
    assert "这里不太好" in text_of(response)
    assert not Issue.objects.exists()
    assert client.post("/issues/new/", {"id": ID, "text": "这里不太好", "kind": "suggestion"}).status_code == 302
    assert Issue.objects.get().kind == "suggestion"


def test_the_guess_can_be_looked_at_before_and_put_right(signed_in: SignIn) -> None:
    client = signed_in("worker")
    page = text_of(client.post("/issues/new/", {"id": ID, "text": LINE, "look": "1"}))
    assert "按这句话归到 <b>隐患 · 运输</b>" in page
    assert '<option value="haulage">' in page
    assert not Issue.objects.exists()
    client.post("/issues/new/", {"id": ID, "text": LINE, "kind": "difficulty"})
    assert Issue.objects.get().kind == "difficulty"


def test_while_one_types_the_page_asks_what_it_would_be(signed_in: SignIn) -> None:
    client = signed_in("worker")
    assert "隐患 · 运输" in text_of(client.post("/issues/guess/", {"text": LINE}))
    assert "看不出是哪一类" in text_of(client.post("/issues/guess/", {"text": "你好"}))
    assert "<p" not in text_of(client.post("/issues/guess/", {"text": ""}))
    assert client.get("/issues/guess/").status_code == 405


def test_a_code_on_the_wall_brings_its_place_along(cast: Cast, signed_in: SignIn, place: Place) -> None:
    client = signed_in("worker")
    response = client.get("/q/1312/")
    assert response["Location"] == "/issues/new/?place=1312&from=code"
    assert "1312 工作面" in text_of(client.get(response["Location"]))
    client.post(response["Location"], {"id": ID, "text": "顶上掉东西", "place": place.pk})
    issue = Issue.objects.get()
    assert (issue.kind, issue.place, issue.unit, issue.source) == ("hazard", place, cast.units["ZC1"], Source.QR)
    assert client.get("/q/none/").status_code == 404
    assert signed_in("stranger").get("/q/1312/").status_code == 404


def test_photos_are_kept_with_the_first_step_and_shown_on_the_page(signed_in: SignIn, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    client = signed_in("worker")
    page = client.post("/issues/new/", {"id": ID, "text": LINE, "photos": [photo(), photo("二.jpg")]}, follow=True)
    kept = Attachment.objects.filter(step__issue=ID)
    assert [one.position for one in kept] == [1, 2]
    assert f'src="/issues/photos/{kept[0].file_id}/"' in text_of(page)
    assert client.get(f"/issues/photos/{kept[0].file_id}/")["Content-Type"] == "image/jpeg"


def test_what_is_no_picture_is_refused_in_words_and_nothing_is_raised(signed_in: SignIn, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    lie = SimpleUploadedFile("现场.jpg", b"%PDF-1.7 no picture", "image/jpeg")
    response = signed_in("worker").post("/issues/new/", {"id": ID, "text": LINE, "photos": [lie]})
    assert response.status_code == 422
    assert "照片" in text_of(response)
    assert not Issue.objects.exists()
    assert not StoredFile.objects.exists()


def test_more_photos_than_anybody_needs_are_refused(signed_in: SignIn, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    many = [photo(f"{turn}.jpg") for turn in range(5)]
    response = signed_in("worker").post("/issues/new/", {"id": ID, "text": LINE, "photos": many})
    assert "一次最多 4 张照片，选了 5 张" in text_of(response)


def test_what_is_put_right_on_the_spot_waits_for_somebody_else_to_look(signed_in: SignIn) -> None:
    client = signed_in("worker")
    for _ in range(2):
        client.post("/issues/new/", {"id": ID, "text": LINE, "spot": "on"})
    issue = Issue.objects.get()
    assert issue.state == "rectified"
    assert issue.steps.count() == 2


def test_a_complaint_without_a_name_is_nobodys(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("worker")
    assert "/issues/new/?kind=complaint" in text_of(client.get("/"))
    said = {"id": ID, "text": "同一张表要填两次", "anonymous": "on"}
    page = text_of(client.post("/issues/new/?kind=complaint", said, follow=True))
    issue = Issue.objects.get()
    assert "没有记下姓名，由党委工作部答复" in page
    assert (issue.found_by, issue.unit) == (None, cast.mine)
    assert client.get(f"/issues/{ID}/").status_code == 404
    assert "匿名" in text_of(signed_in("party_officer").get(f"/issues/{ID}/"))
    assert not AuditEvent.objects.filter(subject_id=ID, actor=cast.people["worker"].staff_no).exists()


def test_a_hazard_wants_a_name(signed_in: SignIn) -> None:
    response = signed_in("worker").post("/issues/new/", {"id": ID, "text": LINE, "anonymous": "on"})
    assert response.status_code == 422
    assert "隐患要实名" in text_of(response)


def test_kinds_are_offered_by_post_and_asked_what_they_need(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("worker").get("/issues/new/?kind=violation").status_code == 404
    assert signed_in("worker").get("/issues/new/?kind=none").status_code == 404
    head = signed_in("section_head")
    assert "/issues/new/?kind=violation" in text_of(head.get("/issues/new/"))
    worker = cast.people["worker"]
    said = {"id": ID, "text": "未停电检修", "subject": "没有这个人"}
    assert "本矿没有“没有这个人”" in text_of(head.post("/issues/new/?kind=violation", said))
    assert "请填写这一项" in text_of(head.post("/issues/new/?kind=violation", {**said, "subject": ""}))
    head.post("/issues/new/?kind=violation", {**said, "subject": worker.staff_no, "category": "work"})
    issue = Issue.objects.get()
    assert (issue.unit, issue.category) == (cast.units["ZC1"], "work")
    assert Involved.objects.get(issue=issue, role=Role.SUBJECT).name == worker.name


def test_a_dispute_takes_a_paper_number_and_no_words(cast: Cast, signed_in: SignIn) -> None:
    secretary = signed_in("branch_secretary")
    page = text_of(secretary.get("/issues/new/?kind=dispute"))
    assert 'name="text"' not in page
    assert 'name="photos"' not in page
    said = {"id": ID, "unit": cast.units["ZC1"].pk, "people": "3", "file_no": "青调 7 号", "grade": "section"}
    assert secretary.post("/issues/new/?kind=dispute", {**said, "people": "很多"}).status_code == 422
    assert secretary.post("/issues/new/?kind=dispute", said).status_code == 302
    assert "青调 7 号" in text_of(secretary.get(f"/issues/{ID}/"))


# ── measures ──
def test_the_measures_of_an_incident_are_raised_from_its_page_and_hold_it_open(
    cast: Cast, at: dt.datetime, signed_in: SignIn
) -> None:
    incident = raised(cast, "worker", at, "incident", text="跑车，没有伤到人")
    office, head, page = signed_in("assessor"), signed_in("section_head"), f"/issues/{incident.pk}/"
    link = f"/issues/new/?kind=shortfall&amp;origin={incident.pk}"
    assert link in text_of(office.get(page))
    assert link not in text_of(signed_in("worker").get(page))
    form = link.replace("&amp;", "&")
    assert "跑车，没有伤到人”要落实的一条措施" in text_of(head.get(form))
    sent = {"id": ID, "text": "斜巷加装防跑车装置", "unit": str(incident.unit_id)}
    assert head.post(form, sent).status_code == 302
    measure = Issue.objects.get(pk=ID)
    assert (measure.kind, measure.origin, measure.unit) == ("shortfall", incident, incident.unit)
    assert "斜巷加装防跑车装置" in text_of(office.get(page))
    assert page in text_of(head.get(f"/issues/{ID}/"))
    assert head.get("/issues/new/?kind=shortfall&origin=x").status_code == 404
    care = f"/issues/new/?kind=shortfall&origin={ID}"
    assert head.post(care, {**sent, "id": ID[:-1] + "9"}).status_code == 422
